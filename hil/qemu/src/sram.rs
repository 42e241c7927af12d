//! The memory that a board wakes up with: noise everywhere, and the first stage in its place.
//!
//! QEMU begins with zeros, and firmware that forgets to initialise something would work there and
//! fail in the field. The first stage's own variables are noise too. The whole is handed over as an
//! ELF file, because that is what `-kernel` loads byte for byte.
//!
//! It loads it anew at every reset, where a chip's memory keeps its content. So the file leaves out the
//! first stage's report: what a boot leaves there the next one finds, and after power was away, zeros.

use object::LittleEndian;
use object::elf::{PF_X, PT_LOAD};
use object::read::elf::{ElfFile32, ProgramHeader};
use rand::Rng;
use rig::{Report, RigError};

use crate::board::Memory;

const ELF_HEADER_BYTES: u32 = 52;
const PROGRAM_HEADER_BYTES: u32 = 32;

/// A program that is loaded into the SRAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    segments: Vec<Segment>,
}

/// Bytes at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Where they go.
    pub(crate) base: u32,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Whether the processor executes them.
    pub(crate) holds: Holds,
}

/// What a segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Instructions, and what stands between them.
    Code,
    /// Values.
    Data,
}

impl Program {
    /// The program in an ELF file, which goes into this memory.
    pub(crate) fn from_elf(name: &str, elf: &[u8], memory: &Memory) -> Result<Self, RigError> {
        let failed = |message: String| RigError::Program { program: name.to_owned(), message };
        let file = ElfFile32::<LittleEndian>::parse(elf).map_err(|error| failed(error.to_string()))?;
        let mut segments = Vec::new();
        for header in file.elf_program_headers() {
            let size_bytes = header.p_filesz(LittleEndian);
            if header.p_type(LittleEndian) != PT_LOAD || size_bytes == 0 {
                continue;
            }
            let base = header.p_paddr(LittleEndian);
            let data = header.data(LittleEndian, elf);
            let bytes = data.map_err(|()| failed(format!("its segment at {base:#x} is cut short")))?.to_vec();
            let end = u64::from(base) + bytes.len() as u64;
            if base < memory.base || end > u64::from(memory.base) + u64::from(memory.size_bytes) {
                return Err(failed(format!("its segment at {base:#x} reaches beyond the SRAM")));
            }
            let holds = if header.p_flags(LittleEndian).contains(PF_X) { Holds::Code } else { Holds::Data };
            segments.push(Segment { base, bytes, holds });
        }
        if segments.is_empty() {
            return Err(failed("it has nothing to load".to_owned()));
        }
        Ok(Self { segments })
    }

    /// Everything that is loaded, in the order of the addresses.
    pub(crate) fn loaded(&self) -> Vec<u8> {
        let mut segments: Vec<&Segment> = self.segments.iter().collect();
        segments.sort_by_key(|segment| segment.base);
        segments.iter().flat_map(|segment| segment.bytes.iter().copied()).collect()
    }

    /// A program of one segment of code.
    #[cfg(test)]
    pub(crate) fn from_segment(base: u32, bytes: Vec<u8>) -> Self {
        Self { segments: vec![Segment { base, bytes, holds: Holds::Code }] }
    }

    /// The program's code.
    pub(crate) fn code(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|segment| segment.holds == Holds::Code)
    }

    /// The program as an image: its bytes from the executing base on, gaps as zeros.
    pub(crate) fn image(&self, name: &str, memory: &Memory) -> Result<Vec<u8>, RigError> {
        let failed = |message: String| RigError::Program { program: name.to_owned(), message };
        let mut image = Vec::new();
        for Segment { base, bytes, .. } in &self.segments {
            let executing_base = memory.executing_base;
            let at = base.checked_sub(executing_base).ok_or_else(|| {
                failed(format!("it has a segment at {base:#x}, below the executing memory at {executing_base:#x}"))
            })? as usize;
            let end = at + bytes.len();
            image.resize(end.max(image.len()), 0);
            image[at..end].copy_from_slice(bytes);
        }
        // `from_elf` has checked that it ends inside the SRAM.
        assert!(image.len() <= memory.executing_bytes as usize);
        Ok(image)
    }
}

impl Segment {
    /// Whether this address lies in it.
    pub(crate) fn has(&self, address: u32) -> bool {
        // Segments end inside the SRAM, so their length fits.
        address.checked_sub(self.base).is_some_and(|at| at < self.bytes.len() as u32)
    }
}

/// The SRAM at power-on, as an ELF file.
pub(crate) fn at_power_on(first_stage: &Program, memory: &Memory, rng: &mut impl Rng) -> Vec<u8> {
    let mut sram = vec![0; memory.size_bytes as usize];
    rng.fill_bytes(&mut sram);
    let [below, above] = around_report(memory);
    for Segment { base, bytes, .. } in &first_stage.segments {
        // `from_elf` has checked that it lies inside the SRAM.
        let at = (*base - memory.base) as usize;
        sram[at..at + bytes.len()].copy_from_slice(bytes);
    }
    let mut file = elf_headers(memory, &[below, above]);
    for Stretch { base, size_bytes } in [below, above] {
        let at = (base - memory.base) as usize;
        file.extend_from_slice(&sram[at..at + size_bytes as usize]);
    }
    file
}

/// A part of the SRAM.
#[derive(Clone, Copy)]
struct Stretch {
    base: u32,
    size_bytes: u32,
}

/// The SRAM without the first stage's report.
fn around_report(memory: &Memory) -> [Stretch; 2] {
    let above = memory.report_base + Report::BYTES as u32;
    [
        Stretch { base: memory.base, size_bytes: memory.report_base - memory.base },
        Stretch { base: above, size_bytes: memory.base + memory.size_bytes - above },
    ]
}

/// Headers of an ELF file with these stretches as segments, one after the other (System V ABI, "ELF
/// Header" and "Program Header").
fn elf_headers(memory: &Memory, stretches: &[Stretch]) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x01\x01\x01".to_vec();
    bytes.resize(16, 0);
    let halves = |bytes: &mut Vec<u8>, values: &[u16]| {
        values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    };
    let words = |bytes: &mut Vec<u8>, values: &[u32]| {
        values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    };
    // Executable.
    halves(&mut bytes, &[2, memory.elf.machine]);
    // Version, entry (where the processor begins counts instead), program headers, section headers, flags.
    words(&mut bytes, &[1, 0, ELF_HEADER_BYTES, 0, memory.elf.flags]);
    // Header size, then size and count of program headers; no sections. All far below 65536.
    let count = stretches.len() as u16;
    halves(&mut bytes, &[ELF_HEADER_BYTES as u16, PROGRAM_HEADER_BYTES as u16, count, 0, 0, 0]);
    // Loaded where the memory is; readable, writable, executable.
    let mut offset_bytes = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES * u32::from(count);
    for Stretch { base, size_bytes } in stretches.iter().copied() {
        words(&mut bytes, &[PT_LOAD.0, offset_bytes, base, base, size_bytes, size_bytes, 7, 4]);
        offset_bytes += size_bytes;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{AST1030, RISCV};
    use rig::stream;

    const MEMORIES: [&Memory; 2] = [&AST1030.memory, &RISCV.memory];

    /// An ELF file with one segment of code.
    fn elf(memory: &Memory, base: u32, bytes: &[u8]) -> Vec<u8> {
        let mut file = elf_headers(memory, &[Stretch { base, size_bytes: bytes.len() as u32 }]);
        file.extend_from_slice(bytes);
        file
    }

    fn program(memory: &Memory, base: u32, bytes: &[u8]) -> Program {
        Program::from_elf("test", &elf(memory, base, bytes), memory).expect("a sound file")
    }

    #[test]
    fn the_sram_holds_the_first_stage_and_otherwise_noise() {
        for memory in MEMORIES {
            let first_stage = program(memory, memory.base + 0x100, &[1, 2, 3, 4]);
            let file = at_power_on(&first_stage, memory, &mut stream(1, 2));
            let whole = Program::from_elf("sram", &file, memory).expect("it is an ELF file");
            let [below, above] = whole.segments.as_slice() else { panic!("two segments") };
            assert_eq!(below.base, memory.base);
            assert!(below.has(memory.report_base - 1) && !below.has(memory.report_base));
            assert_eq!(above.base, memory.report_base + Report::BYTES as u32);
            assert!(above.has(memory.base + memory.size_bytes - 1));
            assert_eq!(below.bytes[0x100..0x104], [1, 2, 3, 4]);
            for part in below.bytes.chunks(4096).chain(above.bytes.chunks(4096)) {
                assert!(part.iter().filter(|byte| **byte == 0).count() < 100);
            }
        }
    }

    #[test]
    fn noise_is_the_same_for_the_same_seed_and_differs_between_boots() {
        let memory = &AST1030.memory;
        let first_stage = program(memory, 0, &[0; 8]);
        let boot = |seed, boot| at_power_on(&first_stage, memory, &mut stream(seed, boot));
        assert_eq!(boot(1, 1), boot(1, 1));
        assert_ne!(boot(1, 1), boot(1, 2));
        assert_ne!(boot(1, 1), boot(2, 1));
    }

    #[test]
    fn an_image_is_what_is_loaded_from_the_executing_base_on() {
        for memory in MEMORIES {
            let image = program(memory, memory.executing_base, &[9, 8, 7]).image("test", memory);
            assert_eq!(image.expect("it begins at the base"), [9, 8, 7]);
            assert!(program(memory, memory.base + 0x100, &[1]).image("test", memory).is_err());
        }
    }

    #[test]
    fn only_code_counts_as_the_first_stage_executing() {
        let first_stage = program(&AST1030.memory, 0x100, &[0; 16]);
        let code: Vec<&Segment> = first_stage.code().collect();
        assert!(code[0].has(0x100) && code[0].has(0x10f));
        assert!(!code[0].has(0xff) && !code[0].has(0x110));
    }

    #[test]
    fn a_file_that_is_no_program_for_this_board_is_an_error() {
        for memory in MEMORIES {
            let end = memory.base + memory.size_bytes;
            for file in [
                b"not an ELF file".to_vec(),
                elf(memory, memory.base, &[]),
                elf(memory, end - 2, &[0; 4]),
                elf(memory, memory.base.wrapping_sub(4), &[0; 8]),
                elf(memory, memory.base, &[0; 64])[..100].to_vec(),
            ] {
                assert!(Program::from_elf("test", &file, memory).is_err());
            }
        }
    }
}
