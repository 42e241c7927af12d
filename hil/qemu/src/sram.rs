//! The memory that a board wakes up with: noise everywhere, and the first stage in its place.
//!
//! QEMU begins with zeros, and firmware that forgets to initialise something would work there and
//! fail in the field. The first stage's own variables are noise too. The whole is handed over as an
//! ELF file with one segment, because that is what `-kernel` loads byte for byte.

use ast1030_map::{EXECUTING_BASE, EXECUTING_SIZE_BYTES, SRAM_BYTES};
use object::LittleEndian;
use object::elf::{PF_X, PT_LOAD};
use object::read::elf::{ElfFile32, ProgramHeader};
use rand::Rng;
use rig::RigError;

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
    /// The program in an ELF file.
    pub(crate) fn from_elf(name: &str, elf: &[u8]) -> Result<Self, RigError> {
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
            if u64::from(base) + bytes.len() as u64 > u64::from(SRAM_BYTES) {
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
    pub(crate) fn image(&self, name: &str) -> Result<Vec<u8>, RigError> {
        let failed = |message: String| RigError::Program { program: name.to_owned(), message };
        let mut image = Vec::new();
        for Segment { base, bytes, .. } in &self.segments {
            let at = base.checked_sub(EXECUTING_BASE).ok_or_else(|| {
                failed(format!("it has a segment at {base:#x}, below the executing memory at {EXECUTING_BASE:#x}"))
            })? as usize;
            let end = at + bytes.len();
            image.resize(end.max(image.len()), 0);
            image[at..end].copy_from_slice(bytes);
        }
        // `from_elf` has checked that it ends inside the SRAM.
        assert!(image.len() <= EXECUTING_SIZE_BYTES as usize);
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
pub(crate) fn at_power_on(first_stage: &Program, rng: &mut impl Rng) -> Vec<u8> {
    let mut sram = vec![0; SRAM_BYTES as usize];
    rng.fill_bytes(&mut sram);
    for Segment { base, bytes, .. } in &first_stage.segments {
        let at = *base as usize;
        sram[at..at + bytes.len()].copy_from_slice(bytes);
    }
    let mut file = elf_headers();
    file.append(&mut sram);
    file
}

/// Headers of an ELF file with one segment: the whole SRAM (System V ABI, "ELF Header" and "Program
/// Header").
fn elf_headers() -> Vec<u8> {
    let mut bytes = b"\x7fELF\x01\x01\x01".to_vec();
    bytes.resize(16, 0);
    let halves = |bytes: &mut Vec<u8>, values: &[u16]| {
        values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    };
    let words = |bytes: &mut Vec<u8>, values: &[u32]| {
        values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
    };
    // Executable, for ARM.
    halves(&mut bytes, &[2, 40]);
    // Version, entry (the reset vector counts instead), program headers, section headers, EABI 5.
    words(&mut bytes, &[1, 0, ELF_HEADER_BYTES, 0, 0x0500_0000]);
    // Header size, then size and count of program headers; no sections. All far below 65536.
    halves(&mut bytes, &[ELF_HEADER_BYTES as u16, PROGRAM_HEADER_BYTES as u16, 1, 0, 0, 0]);
    // Loaded at address 0; readable, writable, executable.
    let offset_bytes = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
    words(&mut bytes, &[PT_LOAD.0, offset_bytes, 0, 0, SRAM_BYTES, SRAM_BYTES, 7, 4]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use rig::stream;

    /// An ELF file with one segment of code.
    fn elf(base: u32, bytes: &[u8]) -> Vec<u8> {
        let mut file = elf_headers();
        let header = ELF_HEADER_BYTES as usize;
        for (index, value) in [(2, base), (3, base), (4, bytes.len() as u32), (5, bytes.len() as u32 + 64)] {
            file[header + 4 * index..][..4].copy_from_slice(&value.to_le_bytes());
        }
        file.extend_from_slice(bytes);
        file
    }

    fn program(base: u32, bytes: &[u8]) -> Program {
        Program::from_elf("test", &elf(base, bytes)).expect("a sound file")
    }

    #[test]
    fn the_sram_holds_the_first_stage_and_otherwise_noise() {
        let first_stage = program(0x100, &[1, 2, 3, 4]);
        let file = at_power_on(&first_stage, &mut stream(1, 2));
        let whole = Program::from_elf("sram", &file).expect("it is an ELF file");
        assert_eq!(whole.segments.len(), 1);
        let sram = &whole.segments[0].bytes;
        assert_eq!(sram.len(), SRAM_BYTES as usize);
        assert_eq!(sram[0x100..0x104], [1, 2, 3, 4]);
        for part in sram.chunks(4096) {
            assert!(part.iter().filter(|byte| **byte == 0).count() < 100);
        }
    }

    #[test]
    fn noise_is_the_same_for_the_same_seed_and_differs_between_boots() {
        let first_stage = program(0, &[0; 8]);
        let boot = |seed, boot| at_power_on(&first_stage, &mut stream(seed, boot));
        assert_eq!(boot(1, 1), boot(1, 1));
        assert_ne!(boot(1, 1), boot(1, 2));
        assert_ne!(boot(1, 1), boot(2, 1));
    }

    #[test]
    fn an_image_is_what_is_loaded_from_the_executing_base_on() {
        let image = program(EXECUTING_BASE, &[9, 8, 7]).image("test").expect("it begins at the base");
        assert_eq!(image, [9, 8, 7]);
        assert!(program(0x100, &[1]).image("test").is_err());
    }

    #[test]
    fn only_code_counts_as_the_first_stage_executing() {
        let first_stage = program(0x100, &[0; 16]);
        let code: Vec<&Segment> = first_stage.code().collect();
        assert!(code[0].has(0x100) && code[0].has(0x10f));
        assert!(!code[0].has(0xff) && !code[0].has(0x110));
    }

    #[test]
    fn a_file_that_is_no_program_for_this_board_is_an_error() {
        for file in
            [b"not an ELF file".to_vec(), elf(0, &[]), elf(SRAM_BYTES - 2, &[0; 4]), elf(0, &[0; 64])[..100].to_vec()]
        {
            assert!(Program::from_elf("test", &file).is_err());
        }
    }
}
