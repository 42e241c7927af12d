//! All flash operations of a device, over all its boots, and the proof that they are all.
//!
//! The trace says what the chip was told, the flash file says what became of it. Neither is believed
//! alone: the file must hold exactly what the operations leave, or there is no evidence at all.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use rig::{FlashOp, Layout, OperationLog, Region, RigError};

use crate::board::Board;
use crate::trace::Trace;
use crate::watchdog::Watchdog;

/// Below so many free bytes, a file that fell short is blamed on the disk.
const FULL_DISK_BYTES: u64 = 1 << 20;

/// The operations so far, and the flash they leave.
pub(crate) struct History {
    board: &'static Board,
    log: OperationLog,
    flash: Vec<u8>,
}

/// A trace file that is being written, and how far it has been read.
pub(crate) struct TraceFile {
    trace: Trace,
    watchdog: Watchdog,
    read_bytes: u64,
    begun_line: Vec<u8>,
}

impl History {
    /// The history of a device whose flash holds these bytes.
    pub(crate) fn new(flash: Vec<u8>, board: &'static Board) -> Self {
        let initial: Arc<[u8]> = flash.as_slice().into();
        Self { board, log: OperationLog { initial, operations: Vec::new() }, flash }
    }

    /// The operations so far.
    pub(crate) fn log(&self) -> &OperationLog {
        &self.log
    }

    /// Writes what the operations leave into the flash file: before the first boot, and where QEMU had
    /// no chance to. What the firmware does not use of the chip is a hole.
    pub(crate) fn restore(&self, path: &Path) -> Result<(), RigError> {
        let written = File::create(path).and_then(|mut file| {
            file.write_all(&self.flash)?;
            file.set_len(u64::from(self.board.flash.chip_bytes))
        });
        written.map_err(|source| RigError::File { path: path.to_owned(), source })
    }

    /// Checks that the flash file holds what the operations leave, and returns it.
    pub(crate) fn verified(&self, path: &Path) -> Result<Vec<u8>, RigError> {
        let failed = |source| RigError::File { path: path.to_owned(), source };
        let mut file = Vec::with_capacity(self.flash.len());
        let mut opened = File::open(path).map_err(failed)?;
        // The rest of the chip is nobody's, so `check` lets no operation reach it.
        (&mut opened).take(self.flash.len() as u64).read_to_end(&mut file).map_err(failed)?;
        let size_bytes = opened.metadata().map_err(failed)?.len();
        if file == self.flash && size_bytes == u64::from(self.board.flash.chip_bytes) {
            return Ok(file);
        }
        if free_bytes(path) < FULL_DISK_BYTES {
            return Err(RigError::File { path: path.to_owned(), source: io::ErrorKind::StorageFull.into() });
        }
        let at = file.iter().zip(&self.flash).take_while(|(seen, wanted)| seen == wanted).count();
        Err(RigError::Program {
            program: self.board.emulator.program.to_owned(),
            message: format!("the flash file is not what the traced operations leave, first at {at:#x}"),
        })
    }

    /// Takes over what has been appended to a trace file.
    pub(crate) fn follow(&mut self, file: &mut TraceFile, path: &Path) -> Result<(), RigError> {
        let text = file.read_on(path).map_err(|source| RigError::File { path: path.to_owned(), source })?;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            file.begun_line.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                continue;
            }
            let whole = String::from_utf8_lossy(&file.begun_line).into_owned();
            file.begun_line.clear();
            file.watchdog.line(whole.trim_end());
            let operation = file.trace.line(whole.trim_end()).map_err(|error| error.of(self.board.emulator.program))?;
            if let Some(operation) = operation {
                self.carry_out(operation)?;
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, operation: FlashOp) -> Result<(), RigError> {
        self.check(&operation).map_err(|message| RigError::FirmwareFault { message })?;
        operation.apply(&mut self.flash);
        self.log.operations.push(operation);
        Ok(())
    }

    /// The rules that need to know what stands in the flash, and whose it is.
    fn check(&self, operation: &FlashOp) -> Result<(), String> {
        let Layout { floor, journal, slots: [a, b], .. } = self.board.flash.layout;
        let range = operation.range();
        let inside =
            |region: &Region| region.offset_bytes as usize <= range.start && range.end <= region.end_bytes() as usize;
        if ![floor, journal, a, b].iter().any(inside) {
            return Err(format!("the flash at {range:#x?} is to change, which no part of the firmware owns"));
        }
        let FlashOp::Program { data, .. } = operation else { return Ok(()) };
        let lost = self.flash[range.clone()].iter().zip(data).any(|(old, new)| new & !old != 0);
        if lost {
            return Err(format!("the program at {:#x} sets bits that only an erase can set", range.start));
        }
        Ok(())
    }
}

impl TraceFile {
    /// The trace file of a boot that begins now.
    pub(crate) fn new(board: &Board) -> Self {
        let (trace, watchdog) = (Trace::new(board.flash), Watchdog::default());
        Self { trace, watchdog, read_bytes: 0, begun_line: Vec::new() }
    }

    /// The watchdog as far as the trace has been read.
    pub(crate) fn watchdog(&self) -> &Watchdog {
        &self.watchdog
    }

    fn read_on(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.read_bytes))?;
        let mut text = Vec::new();
        self.read_bytes += file.read_to_end(&mut text)? as u64;
        Ok(text)
    }
}

/// Free bytes on the disk that holds this file; plenty where nobody knows.
fn free_bytes(path: &Path) -> u64 {
    rustix::fs::statvfs(path).map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{AST1030, RISCV};
    use std::fs;

    const LAYOUT: Layout = RISCV.flash.layout;
    const SECTOR: u32 = LAYOUT.sector_bytes;

    fn history() -> History {
        history_of(&RISCV)
    }

    fn history_of(board: &'static Board) -> History {
        History::new(vec![0xff; board.flash.layout.flash_bytes as usize], board)
    }

    fn program(at: u32, data: &[u8]) -> FlashOp {
        FlashOp::Program { offset_bytes: at, data: data.to_vec() }
    }

    #[test]
    fn a_program_that_loses_bits_is_a_fault_of_the_firmware() {
        let mut history = history();
        let at = LAYOUT.journal.offset_bytes;
        history.carry_out(program(at, &[0x0f])).expect("an erased byte takes anything");
        history.carry_out(program(at, &[0x03])).expect("bits may be cleared later");
        assert!(matches!(history.carry_out(program(at, &[0x30])), Err(RigError::FirmwareFault { .. })));
    }

    #[test]
    fn what_nobody_owns_must_not_change() {
        for operation in [
            FlashOp::Erase { offset_bytes: LAYOUT.provision.offset_bytes, size_bytes: SECTOR },
            FlashOp::Erase { offset_bytes: 0, size_bytes: LAYOUT.flash_bytes },
            program(LAYOUT.flash_bytes - 1, &[0]),
            program(LAYOUT.flash_bytes, &[0]),
        ] {
            assert!(matches!(history().carry_out(operation), Err(RigError::FirmwareFault { .. })));
        }
    }

    #[test]
    fn a_trace_is_followed_while_it_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("trace");
        let mut file = File::create(&path).expect("a file");
        let (mut history, mut trace) = (history(), TraceFile::new(&RISCV));
        let at = LAYOUT.journal.offset_bytes;
        let text = format!(
            "m25p80_binding [0x7] Binding to IF_MTD drive\nm25p80_command_decoded [0x7] new command:0x6\n\
             m25p80_flash_erase [0x7] offset = 0x{at:x}, len = 4096\n"
        );
        for piece in text.as_bytes().chunks(7) {
            file.write_all(piece).expect("the disk has room");
            history.follow(&mut trace, &path).expect("the trace can be read");
        }
        let want = [FlashOp::Erase { offset_bytes: at, size_bytes: 4096 }];
        assert_eq!(history.log().operations, want);
    }

    #[test]
    fn a_flash_file_that_differs_from_the_operations_is_no_evidence() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("flash");
        for board in [&AST1030, &RISCV] {
            let history = history_of(board);
            history.restore(&path).expect("the disk has room");
            assert_eq!(history.verified(&path).expect("they are equal"), history.flash);
            let mut other = history.flash.clone();
            other[0x1234] = 0;
            other.resize(board.flash.chip_bytes as usize, 0);
            fs::write(&path, &other).expect("the disk has room");
            let error = history.verified(&path).expect_err("they differ").to_string();
            assert!(error.ends_with("first at 0x1234"), "{error}");
            fs::write(&path, &history.flash[1..]).expect("the disk has room");
            assert!(history.verified(&path).is_err(), "a chip does not change its size");
        }
    }
}
