//! What this machine has of what the rig needs: QEMU, and Rust's bare-metal target.
//!
//! A missing means is an answer, never an error: it names what is missing and what to do, and the
//! runner turns it into SKIPPED. The command that repairs all of it is `cargo run -- setup`.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rig::Missing;

use crate::board::{Board, Wanted};
use crate::command::run;

const REMEDY: &str = "cargo run -- setup";
/// How long these programs may be silent. They answer at once.
const SILENCE: Duration = Duration::from_secs(20);

/// A version of QEMU: major, minor, micro.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub [u32; 3]);

/// A QEMU that can run the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qemu {
    /// The program.
    pub path: PathBuf,
    /// Its version.
    pub version: Version,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, micro] = self.0;
        write!(f, "{major}.{minor}.{micro}")
    }
}

/// The QEMU for this board on this machine.
pub fn qemu(board: &Board) -> Result<Qemu, Missing> {
    let chosen = env::var_os(board.emulator.variable);
    qemu_in(&board.emulator, chosen.as_deref(), &env::var_os("PATH").unwrap_or_default())
}

/// The QEMU that was chosen, or else the first in this search path.
fn qemu_in(wanted: &Wanted, chosen: Option<&OsStr>, search_path: &OsStr) -> Result<Qemu, Missing> {
    let Wanted { program, oldest, .. } = wanted;
    let path = match chosen {
        Some(path) => PathBuf::from(path),
        None => in_path(program, search_path).ok_or_else(|| missing(format!("{program} is not installed")))?,
    };
    let mut command = Command::new(&path);
    command.arg("--version");
    let said = run(command, SILENCE, &mut |_| {})
        .map_err(|error| missing(format!("{} cannot be used: {error}", path.display())))?;
    let version = version(&said).ok_or_else(|| missing(format!("{} does not tell its version", path.display())))?;
    if version < *oldest {
        return Err(missing(format!("{program} {version} is too old: the board needs {oldest} or newer")));
    }
    Ok(Qemu { path, version })
}

/// The version of the compiler that builds the firmware, such as `1.95.0 (59807616e 2026-04-14)`.
pub(crate) fn compiler() -> Option<String> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")));
    command.arg("--version");
    let said = run(command, SILENCE, &mut |_| {}).ok()?;
    Some(said.lines().next()?.strip_prefix("rustc ")?.trim().to_owned())
}

/// Whether Rust can build for this target.
pub(crate) fn target(target: &str) -> Result<(), Missing> {
    target_of(&env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")), target)
}

fn target_of(rustc: &OsStr, target: &str) -> Result<(), Missing> {
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir", "--target", target]);
    let said = run(command, SILENCE, &mut |_| {});
    let folder = said.map_err(|error| missing(format!("rustc cannot be used: {error}")))?;
    if Path::new(folder.trim()).is_dir() {
        Ok(())
    } else {
        Err(missing(format!("Rust's target {target} is not installed")))
    }
}

/// The first program of this name in a search path.
pub(crate) fn in_path(program: &str, search_path: &OsStr) -> Option<PathBuf> {
    env::split_paths(search_path).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The version in what `--version` prints: `QEMU emulator version 10.0.2 (Debian …)`.
fn version(said: &str) -> Option<Version> {
    let (_, rest) = said.split_once("QEMU emulator version ")?;
    let number = rest.split(|character: char| character != '.' && !character.is_ascii_digit()).next()?;
    let mut parts = number.split('.').map(str::parse);
    let mut part = || parts.next()?.ok();
    Some(Version([part()?, part()?, part()?]))
}

fn missing(what: String) -> Missing {
    Missing { what, remedy: REMEDY.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{AST1030, RISCV};
    use crate::command::write_script;

    /// A folder with a QEMU that says this and ends with this code.
    fn pretend(script: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(AST1030.emulator.program);
        write_script(&path, script);
        folder
    }

    fn found(script: &str) -> Result<Version, Missing> {
        qemu_in(&AST1030.emulator, None, pretend(script).path().as_os_str()).map(|qemu| qemu.version)
    }

    #[test]
    fn versions_are_read_from_what_distributions_print() {
        let debian = "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright (c) 2003-2022";
        assert_eq!(version(debian), Some(Version([7, 2, 22])));
        assert_eq!(version("QEMU emulator version 10.0.2"), Some(Version([10, 0, 2])));
        assert_eq!(version("QEMU emulator version 11.0.50-dirty"), Some(Version([11, 0, 50])));
        assert_eq!(version("QEMU emulator version ten"), None);
        assert_eq!(version("something else"), None);
    }

    #[test]
    fn a_missing_qemu_is_named_with_its_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        for board in [&AST1030, &RISCV] {
            let missing = qemu_in(&board.emulator, None, folder.path().as_os_str()).expect_err("the folder is empty");
            assert_eq!(missing.what, format!("{} is not installed", board.emulator.program));
            assert_eq!(missing.remedy, "cargo run -- setup");
        }
    }

    #[test]
    fn a_qemu_that_is_too_old_is_missing() {
        let missing = found("echo 'QEMU emulator version 6.2.0 (Debian)'").expect_err("it is too old");
        assert_eq!(missing.what, "qemu-system-arm 6.2.0 is too old: the board needs 7.2.0 or newer");
    }

    #[test]
    fn a_qemu_that_does_not_start_is_missing_with_the_reason() {
        let missing = found("echo 'libfoo.so.1: cannot open shared object file' >&2; exit 127").expect_err("it fails");
        assert!(missing.what.contains("libfoo.so.1"), "{}", missing.what);
        assert!(found("echo nonsense").is_err());
    }

    #[test]
    fn the_oldest_version_will_do_and_newer_ones_bring_the_hash_engine() {
        let old = found("echo QEMU emulator version 7.2.0").expect("it will do");
        assert!(old < AST1030.emulator.best);
        assert!(Version([10, 0, 2]) >= AST1030.emulator.best);
    }

    #[test]
    fn a_rust_without_the_target_is_noticed() {
        let folder = pretend("echo /nonexistent/lib");
        let rustc = folder.path().join(AST1030.emulator.program);
        let missing = target_of(rustc.as_os_str(), AST1030.target).expect_err("there is no such folder");
        assert_eq!(missing.what, "Rust's target thumbv7em-none-eabihf is not installed");
    }
}
