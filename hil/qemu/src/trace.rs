//! What the flash chip was told, from QEMU's trace: the flash operations and their rules.
//!
//! QEMU's flash model forgives what a chip does not: a program that runs past its page, an erase
//! that begins in the middle of a sector, either of them without write enable. So the rules are
//! checked here, on the commands themselves. The trace lists every byte in program order; whether
//! that is the whole truth is checked by whoever owns the flash file, which must hold what the
//! operations leave.
//!
//! A program begins, on a chip, when chip select rises after the last byte. Bytes that were still
//! on the bus when power went away have changed nothing, neither here nor in the flash file.
//! Busy times are not modelled: the emulated chip finishes each operation at once.

use rig::{FlashOp, RigError};

use crate::board::Flash;

/// The events that have to be traced, by QEMU's names.
pub(crate) const EVENTS: [&str; 5] =
    ["m25p80_binding", "m25p80_select", "m25p80_command_decoded", "m25p80_flash_erase", "m25p80_page_program"];

const WRITE_ENABLE: u8 = 0x06;
const WRITE_DISABLE: u8 = 0x04;
const PAGE_PROGRAM: u8 = 0x02;

/// Follows the trace of one boot, line by line.
#[derive(Debug)]
pub(crate) struct Trace {
    flash: Flash,
    chip: Option<u64>,
    write_enabled: bool,
    program: Option<Program>,
}

/// A program whose bytes are on the bus.
#[derive(Debug, Default)]
struct Program {
    offset_bytes: u32,
    data: Vec<u8>,
}

/// One line of the trace.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    chip: u64,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    /// This chip is the one with the flash file.
    Bound,
    Selected,
    Deselected,
    Command(u8),
    Erase {
        offset_bytes: u32,
        size_bytes: u32,
    },
    Program {
        offset_bytes: u32,
        byte: u8,
    },
}

/// A rule of the flash chip that the firmware broke, or a trace that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TraceError {
    /// A program that left its page: a chip would wrap around and overwrite the page's beginning.
    #[error("a program that begins at {offset_bytes:#x} runs over the end of its page of {page_bytes} bytes")]
    PageWrap { offset_bytes: u32, page_bytes: u32 },
    /// An erase that does not begin on a multiple of its own size, or splits a sector.
    #[error("an erase of {size_bytes:#x} bytes at {offset_bytes:#x} does not begin on a multiple of its size")]
    Unaligned { offset_bytes: u32, size_bytes: u32 },
    /// A program or an erase that a chip would ignore.
    #[error("the flash at {offset_bytes:#x} is to change without write enable")]
    NotEnabled { offset_bytes: u32 },
    /// Bytes that are programmed by a command that is not known here.
    #[error("the flash at {offset_bytes:#x} is programmed by another command than page program")]
    UnknownCommand { offset_bytes: u32 },
    /// A chip that this board does not use.
    #[error("another flash chip than the board's is to change at {offset_bytes:#x}")]
    OtherChip { offset_bytes: u32 },
    /// The trace does not look as expected.
    #[error("the flash trace has a line that cannot be read: `{line}`")]
    Unreadable { line: String },
}

impl TraceError {
    /// As an error of the rig whose traces this program writes.
    pub(crate) fn of(self, program: &str) -> RigError {
        let message = self.to_string();
        match self {
            TraceError::Unreadable { .. } => RigError::Program { program: program.to_owned(), message },
            TraceError::PageWrap { .. }
            | TraceError::Unaligned { .. }
            | TraceError::NotEnabled { .. }
            | TraceError::UnknownCommand { .. }
            | TraceError::OtherChip { .. } => RigError::FirmwareFault { message },
        }
    }
}

impl Trace {
    /// The trace of a boot that begins now.
    pub(crate) fn new(flash: Flash) -> Self {
        Self { flash, chip: None, write_enabled: false, program: None }
    }

    /// Takes the next line; an operation comes out once it is complete.
    pub(crate) fn line(&mut self, line: &str) -> Result<Option<FlashOp>, TraceError> {
        if !line.starts_with("m25p80_") {
            return Ok(None);
        }
        let Event { chip, what } = event(line).ok_or_else(|| TraceError::Unreadable { line: line.to_owned() })?;
        if what == What::Bound {
            self.chip = Some(chip);
            return Ok(None);
        }
        if self.chip == Some(chip) { self.ours(what) } else { another(what) }
    }

    fn ours(&mut self, what: What) -> Result<Option<FlashOp>, TraceError> {
        match what {
            What::Bound | What::Selected => Ok(None),
            What::Deselected => Ok(self.program_begins()),
            What::Command(code) => {
                self.command(code);
                Ok(None)
            }
            What::Erase { offset_bytes, size_bytes } => self.erase(offset_bytes, size_bytes).map(Some),
            What::Program { offset_bytes, byte } => self.byte(offset_bytes, byte).map(|()| None),
        }
    }

    fn command(&mut self, code: u8) {
        match code {
            WRITE_ENABLE => self.write_enabled = true,
            WRITE_DISABLE => self.write_enabled = false,
            PAGE_PROGRAM => self.program = Some(Program::default()),
            _ => {}
        }
    }

    fn erase(&mut self, offset_bytes: u32, size_bytes: u32) -> Result<FlashOp, TraceError> {
        self.use_write_enable(offset_bytes)?;
        let whole_sectors = size_bytes > 0 && size_bytes.is_multiple_of(self.flash.layout.sector_bytes);
        if !whole_sectors || !offset_bytes.is_multiple_of(size_bytes) {
            return Err(TraceError::Unaligned { offset_bytes, size_bytes });
        }
        Ok(FlashOp::Erase { offset_bytes, size_bytes })
    }

    fn byte(&mut self, offset_bytes: u32, byte: u8) -> Result<(), TraceError> {
        let write_enabled = self.write_enabled;
        let page_bytes = self.flash.page_bytes;
        let program = self.program.as_mut().ok_or(TraceError::UnknownCommand { offset_bytes })?;
        if program.data.is_empty() {
            if !write_enabled {
                return Err(TraceError::NotEnabled { offset_bytes });
            }
            program.offset_bytes = offset_bytes;
        }
        // At most a page long by the check below, so the sum does not overflow.
        let follows = u64::from(program.offset_bytes) + program.data.len() as u64 == u64::from(offset_bytes);
        if !follows || offset_bytes / page_bytes != program.offset_bytes / page_bytes {
            return Err(TraceError::PageWrap { offset_bytes: program.offset_bytes, page_bytes });
        }
        program.data.push(byte);
        Ok(())
    }

    fn program_begins(&mut self) -> Option<FlashOp> {
        let Program { offset_bytes, data } = self.program.take().filter(|program| !program.data.is_empty())?;
        self.write_enabled = false;
        Some(FlashOp::Program { offset_bytes, data })
    }

    /// An operation uses the write enable up.
    fn use_write_enable(&mut self, offset_bytes: u32) -> Result<(), TraceError> {
        let enabled = std::mem::take(&mut self.write_enabled);
        if enabled { Ok(()) } else { Err(TraceError::NotEnabled { offset_bytes }) }
    }
}

/// The board has more chips than the firmware uses: they may be reset and deselected, no more.
fn another(what: What) -> Result<Option<FlashOp>, TraceError> {
    match what {
        What::Bound | What::Selected | What::Deselected | What::Command(_) => Ok(None),
        What::Erase { offset_bytes, .. } | What::Program { offset_bytes, .. } => {
            Err(TraceError::OtherChip { offset_bytes })
        }
    }
}

/// `NAME [0xCHIP] TEXT`, as QEMU's log backend writes it.
fn event(line: &str) -> Option<Event> {
    let (name, rest) = line.split_once(" [0x")?;
    let (chip, text) = rest.split_once("] ")?;
    let chip = u64::from_str_radix(chip, 16).ok()?;
    let what = match name {
        "m25p80_binding" => What::Bound,
        "m25p80_select" if text == "select" => What::Selected,
        "m25p80_select" if text == "deselect" => What::Deselected,
        "m25p80_command_decoded" => What::Command(u8::from_str_radix(text.strip_prefix("new command:0x")?, 16).ok()?),
        "m25p80_flash_erase" => {
            let (offset, size) = text.strip_prefix("offset = 0x")?.split_once(", len = ")?;
            What::Erase { offset_bytes: u32::from_str_radix(offset, 16).ok()?, size_bytes: size.parse().ok()? }
        }
        "m25p80_page_program" => {
            let (offset, byte) = text.strip_prefix("page program cur_addr=0x")?.split_once(" data=0x")?;
            let offset_bytes = u32::from_str_radix(offset, 16).ok()?;
            What::Program { offset_bytes, byte: u8::from_str_radix(byte, 16).ok()? }
        }
        _ => return None,
    };
    Some(Event { chip, what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::RISCV;

    /// Lines without the chip, played by the board's own chip.
    fn play(lines: &[&str]) -> Result<Vec<FlashOp>, TraceError> {
        let mut trace = Trace::new(RISCV.flash);
        let mut operations = Vec::new();
        trace.line("m25p80_binding [0x55ae226aa950] Binding to IF_MTD drive")?;
        for line in lines {
            let (name, text) = line.split_once(' ').expect("a name and a text");
            operations.extend(trace.line(&format!("m25p80_{name} [0x55ae226aa950] {text}"))?);
        }
        Ok(operations)
    }

    fn program(offset_bytes: u32, data: &[u8], enable: &[&str]) -> Vec<String> {
        let mut lines: Vec<String> = enable.iter().map(|line| (*line).to_owned()).collect();
        lines.extend(["select select".to_owned(), "command_decoded new command:0x2".to_owned()]);
        for (index, byte) in data.iter().enumerate() {
            let at = offset_bytes + index as u32;
            lines.push(format!("page_program page program cur_addr=0x{at:x} data=0x{byte:x}"));
        }
        lines
    }

    fn play_all(lines: &[String]) -> Result<Vec<FlashOp>, TraceError> {
        play(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    }

    const ENABLE: [&str; 3] = ["select select", "command_decoded new command:0x6", "select deselect"];
    const DESELECT: &str = "select deselect";

    #[test]
    fn erases_and_programs_come_out_in_order_and_in_one_piece() {
        let mut lines: Vec<String> = ENABLE.iter().map(|line| (*line).to_owned()).collect();
        lines.push("command_decoded new command:0x20".to_owned());
        lines.push("flash_erase offset = 0x1000, len = 4096".to_owned());
        lines.push(DESELECT.to_owned());
        lines.extend(program(0x10fe, &[0xa5, 0], &ENABLE));
        lines.push(DESELECT.to_owned());
        let want = [
            FlashOp::Erase { offset_bytes: 0x1000, size_bytes: 4096 },
            FlashOp::Program { offset_bytes: 0x10fe, data: vec![0xa5, 0] },
        ];
        assert_eq!(play_all(&lines), Ok(want.to_vec()));
    }

    #[test]
    fn bytes_that_are_still_on_the_bus_have_changed_nothing() {
        assert_eq!(play_all(&program(0x1000, &[1, 2, 3], &ENABLE)), Ok(Vec::new()));
    }

    #[test]
    fn a_program_over_the_end_of_its_page_is_noticed() {
        let lines = program(0x10ff, &[1, 2], &ENABLE);
        assert_eq!(play_all(&lines), Err(TraceError::PageWrap { offset_bytes: 0x10ff, page_bytes: 256 }));
    }

    #[test]
    fn an_erase_beside_its_sector_is_noticed() {
        let at = |erase| play(&[&ENABLE[..], &["command_decoded new command:0x20", erase]].concat());
        assert_eq!(
            at("flash_erase offset = 0x1001, len = 4096"),
            Err(TraceError::Unaligned { offset_bytes: 0x1001, size_bytes: 4096 })
        );
        assert_eq!(
            at("flash_erase offset = 0x1000, len = 65536"),
            Err(TraceError::Unaligned { offset_bytes: 0x1000, size_bytes: 65536 })
        );
        assert_eq!(
            at("flash_erase offset = 0x0, len = 512"),
            Err(TraceError::Unaligned { offset_bytes: 0, size_bytes: 512 })
        );
    }

    #[test]
    fn a_change_without_write_enable_is_noticed() {
        let erase = play(&["command_decoded new command:0x20", "flash_erase offset = 0x1000, len = 4096"]);
        assert_eq!(erase, Err(TraceError::NotEnabled { offset_bytes: 0x1000 }));
        assert_eq!(play_all(&program(0x40, &[1], &[])), Err(TraceError::NotEnabled { offset_bytes: 0x40 }));
    }

    #[test]
    fn an_operation_uses_the_write_enable_up() {
        let mut lines = program(0x1000, &[1], &ENABLE);
        lines.push(DESELECT.to_owned());
        lines.extend(program(0x2000, &[1], &[]));
        assert_eq!(play_all(&lines), Err(TraceError::NotEnabled { offset_bytes: 0x2000 }));
        let disabled = program(0x2000, &[1], &[ENABLE[1], "command_decoded new command:0x4"]);
        assert_eq!(play_all(&disabled), Err(TraceError::NotEnabled { offset_bytes: 0x2000 }));
    }

    #[test]
    fn bytes_by_an_unknown_command_are_noticed() {
        let lines = ["command_decoded new command:0xad", "page_program page program cur_addr=0x10 data=0x1"];
        let played = play(&[&ENABLE[..], &lines].concat());
        assert_eq!(played, Err(TraceError::UnknownCommand { offset_bytes: 0x10 }));
    }

    #[test]
    fn another_chip_may_be_deselected_and_no_more() {
        let mut trace = Trace::new(RISCV.flash);
        assert_eq!(trace.line("m25p80_select [0x1] deselect"), Ok(None));
        let erase = trace.line("m25p80_flash_erase [0x1] offset = 0x2000, len = 4096");
        assert_eq!(erase, Err(TraceError::OtherChip { offset_bytes: 0x2000 }));
    }

    #[test]
    fn other_lines_are_passed_over_and_broken_ones_are_not() {
        let mut trace = Trace::new(RISCV.flash);
        assert_eq!(trace.line("something else entirely"), Ok(None));
        for line in [
            "m25p80_page_program [0x1] page program cur_addr=0x10 data=",
            "m25p80_flash_erase [0x1] offset = 0x10, len = 99999999999",
            "m25p80_select [0x1] perhaps",
            "m25p80_new_event [0x1] whatever",
            "m25p80_binding",
        ] {
            assert_eq!(trace.line(line), Err(TraceError::Unreadable { line: line.to_owned() }));
        }
    }
}
