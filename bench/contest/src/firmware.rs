//! Builds the program for the chip: several optimisation levels, and one operation at a time.
//!
//! A firmware's speed and size hang on how it is compiled, so no figure is given for one way only.
//! Everything that differs goes through the environment; the sources and the lock file are the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cryptobench::Operation;
use object::{Object, ObjectSection, SectionKind};
use serde::Serialize;
use serde_json::Value;

use crate::BenchError;
use crate::twin::Crates;

/// A way to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Variant {
    /// As the update firmware is compiled: for size, with the compact SHA-2.
    Firmware,
    /// For the smallest size.
    Smallest,
    /// For size.
    Small,
    /// For speed.
    Fast,
}

impl Variant {
    /// All of them, the firmware's own first.
    pub const ALL: [Self; 4] = [Self::Firmware, Self::Smallest, Self::Small, Self::Fast];

    /// Name in tables and of the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firmware => "s-compact",
            Self::Smallest => "z",
            Self::Small => "s",
            Self::Fast => "3",
        }
    }

    const fn level(self) -> Level {
        match self {
            Self::Firmware | Self::Small => Level::Small,
            Self::Smallest => Level::Smallest,
            Self::Fast => Level::Fast,
        }
    }

    const fn flags(self) -> &'static str {
        match self {
            Self::Firmware => "--cfg\u{1f}sha2_backend_soft=\"compact\"",
            Self::Smallest | Self::Small | Self::Fast => "",
        }
    }
}

/// What the compiler optimises for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// The smallest size.
    Smallest,
    /// Size.
    Small,
    /// Speed.
    Fast,
}

impl Level {
    /// All of them, the firmware's own first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Smallest, Self::Fast];

    /// The compiler's name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smallest => "z",
            Self::Small => "s",
            Self::Fast => "3",
        }
    }
}

/// Where to build, and into what.
#[derive(Clone, Debug)]
pub struct Yard {
    /// The manifest of the chip's program.
    pub manifest: PathBuf,
    /// The folder for all variants.
    pub target: PathBuf,
}

/// The programs of one variant.
#[derive(Clone, Debug)]
pub struct Programs {
    /// All operations in software.
    pub software: PathBuf,
    /// Those that the engine can do, done by the engine.
    pub hace: PathBuf,
    /// What went into them.
    pub crates: Crates,
}

/// The compiler's name for the chip's processor.
pub const TARGET: &str = "thumbv7em-none-eabihf";

impl Yard {
    /// Builds the two programs of a variant.
    ///
    /// # Errors
    /// Cargo fails, or names no program.
    pub fn programs(&self, variant: Variant) -> Result<Programs, BenchError> {
        let messages = self.cargo(variant, &["--bin=software", "--bin=hace"], None)?;
        let mut crates = Crates::default();
        messages.iter().for_each(|message| crates.note(message));
        let named = |name: &'static str| executable(&messages, name).ok_or(BenchError::NoProgram { side: name });
        Ok(Programs { software: named("software")?, hace: named("hace")?, crates })
    }

    /// Bytes of flash that each operation takes, by its name: of a program with it, less one without.
    ///
    /// # Errors
    /// Cargo fails, or the program cannot be read.
    pub fn flash_bytes(
        &self,
        variant: Variant,
        operations: &[Operation],
    ) -> Result<BTreeMap<&'static str, u64>, BenchError> {
        let without = self.program_bytes(variant, None)?;
        let bytes = operations.iter().map(|operation| {
            let with = self.program_bytes(variant, Some(*operation))?;
            Ok((operation.name(), with.saturating_sub(without)))
        });
        bytes.collect()
    }

    fn program_bytes(&self, variant: Variant, operation: Option<Operation>) -> Result<u64, BenchError> {
        const NAME: &str = "footprint";
        let messages = self.cargo(variant, &["--bin=footprint"], operation)?;
        let path = executable(&messages, NAME).ok_or(BenchError::NoProgram { side: NAME })?;
        loaded_bytes(&path)
    }

    fn cargo(&self, variant: Variant, bins: &[&str], footprint: Option<Operation>) -> Result<Vec<Value>, BenchError> {
        let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        let mut command = Command::new(cargo);
        command
            .args(["build", "--release", "--message-format=json-render-diagnostics", "--target", TARGET])
            .args(bins)
            .arg("--manifest-path")
            .arg(&self.manifest)
            .arg("--target-dir")
            .arg(self.target.join(variant.name()))
            .env("CARGO_ENCODED_RUSTFLAGS", variant.flags())
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", variant.level().name())
            .env("CRYPTOBENCH_FOOTPRINT", footprint.map_or(0, |operation| operation as u8).to_string());
        messages(command, "chip's")
    }
}

/// Runs cargo and hands back what it says.
pub(crate) fn messages(mut command: Command, side: &'static str) -> Result<Vec<Value>, BenchError> {
    let path = PathBuf::from(command.get_program());
    let output = command.output().map_err(|source| BenchError::File { path, source })?;
    if !output.status.success() {
        let diagnostics = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(BenchError::Build { side, diagnostics });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

pub(crate) fn executable(messages: &[Value], name: &str) -> Option<PathBuf> {
    let message =
        messages.iter().find(|message| message["target"]["name"] == name && message["executable"].is_string());
    Some(PathBuf::from(message?["executable"].as_str()?))
}

/// Code, constants and initial values: what lies in flash.
pub(crate) fn loaded_bytes(path: &Path) -> Result<u64, BenchError> {
    let data = std::fs::read(path).map_err(|source| BenchError::File { path: path.to_owned(), source })?;
    let file =
        object::File::parse(data.as_slice()).map_err(|source| BenchError::Binary { path: path.to_owned(), source })?;
    let in_flash = |kind| matches!(kind, SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::Data);
    Ok(file.sections().filter(|section| in_flash(section.kind())).map(|section| section.size()).sum())
}
