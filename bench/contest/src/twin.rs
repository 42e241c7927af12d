//! The same program, built twice: once as it comes, once without the processor's instructions.
//!
//! Only the flags differ. They go through the environment, because a cfg for a dependency can be set
//! nowhere else, and into a target folder of their own, or the two builds would evict each other.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::BenchError;

/// Which of the two builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Without the processor's instructions for cryptography.
    Software,
    /// As the crates come: they ask the processor when they run.
    Accelerated,
}

impl Side {
    /// Both, software first.
    pub const ALL: [Self; 2] = [Self::Software, Self::Accelerated];

    /// Name in messages and of the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::Accelerated => "accelerated",
        }
    }

    /// Flags to the compiler that make the side what it is.
    pub const fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Software => &[
                "--cfg=aes_backend=\"soft\"",
                "--cfg=chacha20_backend=\"soft\"",
                "--cfg=polyval_backend=\"soft\"",
                "--cfg=sha1_backend=\"soft\"",
                "--cfg=sha2_backend=\"soft\"",
            ],
            Self::Accelerated => &[],
        }
    }

    const fn features(self) -> &'static str {
        match self {
            Self::Software => "host,lms-software",
            Self::Accelerated => "host",
        }
    }
}

/// A built program.
#[derive(Clone, Debug)]
pub struct Built {
    /// Which of the two.
    pub side: Side,
    /// Where it is.
    pub path: PathBuf,
    /// The crates that went into it, each with its versions.
    pub crates: Crates,
}

/// Versions of the crates in a program.
#[derive(Clone, Debug, Default)]
pub struct Crates(BTreeMap<String, Vec<String>>);

impl Crates {
    /// The crates as `name version`; a wanted name may carry the beginning of a version to choose
    /// among several.
    pub fn versions_of(&self, wanted: &[&str]) -> String {
        let shown: Vec<String> = wanted.iter().map(|name| self.version_of(name)).collect();
        shown.join(", ")
    }

    /// Notes the crate that a message of cargo's is about.
    ///
    /// Package ids end in `#name@version`, or in `/name#version` where folder and name agree.
    pub fn note(&mut self, message: &Value) {
        let Some((place, fragment)) = message["package_id"].as_str().and_then(|id| id.rsplit_once('#')) else { return };
        let (name, version) = match fragment.split_once('@') {
            Some((name, version)) => (name, version),
            None => (place.rsplit('/').next().unwrap_or(place), fragment),
        };
        let versions = self.0.entry(name.to_owned()).or_default();
        if !versions.iter().any(|known| known == version) {
            versions.push(version.to_owned());
            versions.sort_by_key(|version| numbers(version));
        }
    }

    fn version_of(&self, wanted: &str) -> String {
        let (name, beginning) = wanted.split_once(' ').unwrap_or((wanted, ""));
        let versions = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        // Of several versions the newest is ours; an older one belongs to somebody's dependency.
        match versions.iter().rfind(|version| version.starts_with(beginning)) {
            Some(version) => format!("{name} {version}"),
            None => format!("{name} (version unknown)"),
        }
    }
}

/// Builds one side of the program.
///
/// # Errors
/// Cargo cannot be started, fails, or names no program.
pub fn build(side: Side, workspace: &Path, target: &Path) -> Result<Built, BenchError> {
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let output = Command::new(&cargo)
        .current_dir(workspace)
        .args(["build", "--release", "--package=otabench-cryptobench", "--bin=cryptobench"])
        .args(["--features", side.features(), "--message-format=json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target.join("cryptobench").join(side.name()))
        .env("CARGO_ENCODED_RUSTFLAGS", encoded_flags(side))
        .output()
        .map_err(|source| BenchError::File { path: cargo, source })?;
    if !output.status.success() {
        let diagnostics = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(BenchError::Build { side: side.name(), diagnostics });
    }
    let mut crates = Crates::default();
    let mut path = None;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        crates.note(&message);
        if let Some(executable) = message["executable"].as_str() {
            path = Some(PathBuf::from(executable));
        }
    }
    let path = path.ok_or(BenchError::NoProgram { side: side.name() })?;
    Ok(Built { side, path, crates })
}

/// The user's own flags, then ours.
fn encoded_flags(side: Side) -> String {
    let encoded = std::env::var("CARGO_ENCODED_RUSTFLAGS").ok();
    let plain =
        || std::env::var("RUSTFLAGS").ok().map(|flags| flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR));
    let users = encoded.or_else(plain).filter(|flags| !flags.is_empty());
    let flags: Vec<&str> = users.iter().map(String::as_str).chain(side.flags().iter().copied()).collect();
    flags.join(SEPARATOR)
}

/// What cargo puts between flags.
const SEPARATOR: &str = "\u{1f}";

fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crates(ids: &[&str]) -> Crates {
        let mut crates = Crates::default();
        for id in ids {
            crates.note(&serde_json::json!({ "package_id": id }));
        }
        crates
    }

    #[test]
    fn a_crate_is_named_with_the_version_that_was_compiled() {
        let crates = crates(&[
            "registry+https://github.com/rust-lang/crates.io-index#sha2@0.10.9",
            "registry+https://github.com/rust-lang/crates.io-index#sha2@0.9.1",
            "registry+https://github.com/rust-lang/crates.io-index#sha2@0.11.1",
            "path+file:///somewhere/menu#0.1.0",
        ]);
        assert_eq!(crates.versions_of(&["sha2"]), "sha2 0.11.1");
        assert_eq!(crates.versions_of(&["sha2 0.10", "menu"]), "sha2 0.10.9, menu 0.1.0");
        assert_eq!(crates.versions_of(&["aes"]), "aes (version unknown)");
    }

    #[test]
    fn only_the_software_side_is_told_to_do_without() {
        assert!(Side::Accelerated.flags().is_empty());
        assert!(Side::Software.flags().iter().all(|flag| flag.ends_with("\"soft\"")));
    }
}
