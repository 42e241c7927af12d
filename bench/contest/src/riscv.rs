//! Builds the programs for the RISC-V hart, and looks into them.
//!
//! Both sides are the same sources. What differs is a set of the compiler's target features and the
//! backend of `sha2`; the AES is ours, because no crate has one for these instructions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cryptobench::Operation;
use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};
use serde::Serialize;

use crate::BenchError;
use crate::firmware::{Level, executable, loaded_bytes, messages};
use crate::twin::{Crates, Side};

/// The compiler's name for the hart.
pub const TARGET: &str = "riscv32imac-unknown-none-elf";

/// Where to build, and into what.
#[derive(Clone, Debug)]
pub struct RiscvYard {
    /// The manifest of the hart's program.
    pub manifest: PathBuf,
    /// The folder for all builds.
    pub target: PathBuf,
}

/// A built program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it is.
    pub path: PathBuf,
    /// What went into it.
    pub crates: Crates,
}

impl RiscvYard {
    /// Builds the program of one side.
    ///
    /// # Errors
    /// Cargo fails, or names no program.
    pub fn program(&self, side: Side, level: Level) -> Result<Program, BenchError> {
        let name = match side {
            Side::Software => "software",
            Side::Accelerated => "zkn",
        };
        let messages = self.cargo(side, level, name, None)?;
        let mut crates = Crates::default();
        messages.iter().for_each(|message| crates.note(message));
        let path = executable(&messages, name).ok_or(BenchError::NoProgram { side: name })?;
        Ok(Program { path, crates })
    }

    /// Bytes of flash that an operation takes: of a program with it, less one without.
    ///
    /// # Errors
    /// Cargo fails, or the program cannot be read.
    pub fn flash_bytes(
        &self,
        side: Side,
        level: Level,
        operations: &[Operation],
    ) -> Result<BTreeMap<&'static str, u64>, BenchError> {
        let without = self.footprint(side, level, None)?;
        let bytes = operations.iter().map(|operation| {
            let with = self.footprint(side, level, Some(*operation))?;
            Ok((operation.name(), with.saturating_sub(without)))
        });
        bytes.collect()
    }

    fn footprint(&self, side: Side, level: Level, operation: Option<Operation>) -> Result<u64, BenchError> {
        let name = match side {
            Side::Software => "footprint",
            Side::Accelerated => "footprint-zkn",
        };
        let messages = self.cargo(side, level, name, operation)?;
        loaded_bytes(&executable(&messages, name).ok_or(BenchError::NoProgram { side: name })?)
    }

    fn cargo(
        &self,
        side: Side,
        level: Level,
        bin: &str,
        footprint: Option<Operation>,
    ) -> Result<Vec<serde_json::Value>, BenchError> {
        const FLAGS: &str = "-Ctarget-feature=+zkne,+zknd,+zknh,+zbkb,+zbb\u{1f}--cfg\u{1f}sha2_backend=\"riscv-zknh\"";
        let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let mut command = Command::new(cargo);
        command.args([
            "build",
            "--release",
            "--message-format=json-render-diagnostics",
            "--target",
            TARGET,
            "--bin",
            bin,
        ]);
        command.arg("--manifest-path").arg(&self.manifest);
        command.arg("--target-dir").arg(self.target.join(side.name()).join(level.name()));
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", level.name());
        command.env("CRYPTOBENCH_FOOTPRINT", footprint.map_or(0, |operation| operation as u8).to_string());
        match side {
            Side::Software => command.env("CARGO_ENCODED_RUSTFLAGS", ""),
            // `sha2` reaches Zknh through intrinsics that the language has not stabilised yet.
            Side::Accelerated => command.env("CARGO_ENCODED_RUSTFLAGS", FLAGS).env("RUSTC_BOOTSTRAP", "1"),
        };
        messages(command, "hart's")
    }
}

/// How many instructions for cryptography a program holds, by extension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Held {
    /// AES (Zkne, Zknd).
    pub aes: usize,
    /// SHA-256 and SHA-512 (Zknh).
    pub sha2: usize,
}

impl Held {
    /// Whether the program is what its side says.
    ///
    /// # Errors
    /// What is there and should not be, or is missing.
    pub fn prove(&self, side: Side) -> Result<(), String> {
        match (side, self.aes, self.sha2) {
            (Side::Software, 0, 0) | (Side::Accelerated, 1.., 1..) => Ok(()),
            (Side::Software, _, _) => Err(format!("the software program is not what it says: {self:?}")),
            (Side::Accelerated, _, _) => Err(format!("the accelerated program lacks instructions: {self:?}")),
        }
    }
}

/// Looks for the instructions in a program's functions.
///
/// # Errors
/// The file cannot be read, or is no program.
pub fn look_into(path: &Path) -> Result<Held, BenchError> {
    let data = std::fs::read(path).map_err(|source| BenchError::File { path: path.to_owned(), source })?;
    let binary = |source| BenchError::Binary { path: path.to_owned(), source };
    let file = object::File::parse(data.as_slice()).map_err(binary)?;
    let mut held = Held::default();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0) {
        let section = symbol.section_index().and_then(|index| file.section_by_index(index).ok());
        let Some(section) = section.filter(|section| section.kind() == SectionKind::Text) else { continue };
        let code = section.data_range(symbol.address(), symbol.size()).map_err(binary)?.unwrap_or_default();
        for word in instructions(code) {
            held.aes += usize::from(is_aes(word));
            held.sha2 += usize::from(is_sha2(word));
        }
    }
    Ok(held)
}

/// The instructions of 32 bits; those of 16 bits are stepped over.
fn instructions(code: &[u8]) -> impl Iterator<Item = u32> {
    let mut rest = code;
    std::iter::from_fn(move || {
        loop {
            let (first, _) = rest.split_first_chunk::<2>()?;
            if first[0] & 0b11 != 0b11 {
                rest = &rest[2..];
                continue;
            }
            let (whole, after) = rest.split_first_chunk::<4>()?;
            rest = after;
            return Some(u32::from_le_bytes(*whole));
        }
    })
}

/// `aes32esi`, `aes32esmi`, `aes32dsi`, `aes32dsmi`: the byte's number stands in the two highest bits.
fn is_aes(word: u32) -> bool {
    let (opcode, function3, function5) = (word & 0x7f, word >> 12 & 7, word >> 25 & 0x1f);
    opcode == 0x33 && function3 == 0 && [0x11, 0x13, 0x15, 0x17].contains(&function5)
}

/// `sha256sum0` to `sha256sig1`, and the halves of SHA-512's on 32 bits.
fn is_sha2(word: u32) -> bool {
    let (opcode, function3) = (word & 0x7f, word >> 12 & 7);
    let of_256 = opcode == 0x13 && function3 == 1 && (0x100..=0x103).contains(&(word >> 20));
    let of_512 = opcode == 0x33 && function3 == 0 && [0x28, 0x29, 0x2a, 0x2b, 0x2e, 0x2f].contains(&(word >> 25));
    of_256 || of_512
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instructions_are_told_from_their_neighbours() {
        // aes32esmi a0, a0, a1, 1; sha256sig0 a0, a0; sha512sum0r a0, a0, a1.
        for (word, aes, sha2) in [(0x66b5_0533, true, false), (0x1025_1513, false, true), (0x50b5_0533, false, true)] {
            assert_eq!((is_aes(word), is_sha2(word)), (aes, sha2), "{word:#x}");
        }
        // add, sub, mul, slli.
        for word in [0x00b5_0533, 0x40b5_0533, 0x02b5_0533, 0x0015_1513] {
            assert!(!is_aes(word), "{word:#x}");
            assert!(!is_sha2(word), "{word:#x}");
        }
    }

    #[test]
    fn short_instructions_are_stepped_over() {
        let code = [0x01, 0x00, 0x33, 0x05, 0xb5, 0x66, 0x01, 0x00];
        assert_eq!(instructions(&code).collect::<Vec<_>>(), [0x66b5_0533]);
    }

    #[test]
    fn a_side_that_is_not_what_it_says_is_refused() {
        let both = Held { aes: 4, sha2: 6 };
        assert_eq!(both.prove(Side::Accelerated), Ok(()));
        assert_eq!(Held::default().prove(Side::Software), Ok(()));
        for (held, side) in [
            (both, Side::Software),
            (Held { aes: 0, sha2: 6 }, Side::Accelerated),
            (Held { aes: 4, sha2: 0 }, Side::Accelerated),
            (Held { aes: 1, sha2: 0 }, Side::Software),
        ] {
            assert!(held.prove(side).is_err(), "{held:?} {side}");
        }
    }
}
