//! Gets what a board's rig needs onto this machine: its QEMU, and Rust's bare-metal target.
//!
//! It says what it does, does nothing twice, and never asks: it runs in pipelines. A QEMU that emulates
//! all of the board is preferred; an older one that works is left alone where a newer one cannot be
//! had. Nothing is downloaded but packages, by the system's own package
//! manager.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::apt::{self, Candidate, Mirror};
use crate::board::{Board, Wanted};
use crate::command::{CommandError, run};
use crate::detect::{self, Qemu, Version, in_path};

/// How long a package manager may be silent.
const SILENCE: Duration = Duration::from_secs(300);
/// The source that brings a newer QEMU on Debian.
const BACKPORTS_FILE: &str = "/etc/apt/sources.list.d/otabench-backports.list";

/// What stands in the way of the rig.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Packages can only be installed as root.
    #[error("{what} needs root, and `sudo` would ask for a password; run: sudo {command}")]
    NotRoot {
        /// What was to be done.
        what: String,
        /// The command that does it.
        command: String,
    },
    /// A program did not do its work.
    #[error("`{command}`: {reason}\nis the network there? then run this again: cargo run -- setup")]
    Command {
        /// The command.
        command: String,
        /// What it said.
        reason: String,
    },
    /// This system's package manager is not known here.
    #[error(
        "no package manager that is known here; install a package that brings `{program}` {oldest} or newer: \
         {elsewhere}, Nix `nix-env -iA nixpkgs.qemu`, macOS with Homebrew `brew install qemu`"
    )]
    UnknownSystem {
        /// The QEMU that is needed.
        program: &'static str,
        /// The oldest version that will do.
        oldest: Version,
        /// How it is installed on systems that are not known here.
        elsewhere: &'static str,
    },
    /// Rust is here without rustup.
    #[error(
        "`rustup` is not installed, and Rust lacks {target}; get rustup from https://rustup.rs, or the target from where this Rust came from"
    )]
    NoRustup {
        /// The target.
        target: &'static str,
    },
    /// All went well and it still is not there.
    #[error("everything was installed, and yet: {what}")]
    StillMissing {
        /// What is missing.
        what: String,
    },
}

/// Tells a person what is done, one line at a time.
type Report<'a> = &'a mut dyn FnMut(&str);

/// Finds or installs what the board's rig needs, and says what it did.
pub fn setup(board: &Board, report: &mut dyn FnMut(&str)) -> Result<(), SetupError> {
    target(board, report)?;
    match detect::qemu(board) {
        Ok(qemu) if qemu.version >= board.emulator.best => found(board, &qemu, report),
        Ok(qemu) => newer(board, &qemu, report),
        Err(missing) => {
            report(&missing.what);
            install(&board.emulator, report)?;
            let qemu = detect::qemu(board).map_err(|missing| SetupError::StillMissing { what: missing.what })?;
            found(board, &qemu, report);
        }
    }
    Ok(())
}

fn found(board: &Board, qemu: &Qemu, report: Report<'_>) {
    let Wanted { program, best, lacks, .. } = &board.emulator;
    report(&format!("{program} {} is there: {}", qemu.version, qemu.path.display()));
    if qemu.version < *best {
        report(lacks);
    }
}

/// Tries for a newer QEMU where there may be one; the old one will do otherwise.
fn newer(board: &Board, old: &Qemu, report: Report<'_>) {
    if this_system().backports().is_none() {
        return found(board, old, report);
    }
    report(&format!("{} {} works; looking for a newer one", board.emulator.program, old.version));
    if let Err(error) = install(&board.emulator, report) {
        report(&format!("there is none to be had: {error}"));
    }
    found(board, &detect::qemu(board).unwrap_or_else(|_| old.clone()), report);
}

fn target(board: &Board, report: Report<'_>) -> Result<(), SetupError> {
    let target = board.target;
    if detect::target(target).is_ok() {
        report(&format!("Rust's target {target} is there"));
        return Ok(());
    }
    let rustup = program("rustup").ok_or(SetupError::NoRustup { target })?;
    execute(&[rustup, "target", "add", target], report)?;
    detect::target(target).map_err(|missing| SetupError::StillMissing { what: missing.what })
}

/// The program's name, if it is installed.
fn program(name: &'static str) -> Option<&'static str> {
    in_path(name, &env::var_os("PATH").unwrap_or_default()).map(|_| name)
}

fn install(wanted: &Wanted, report: Report<'_>) -> Result<(), SetupError> {
    if program("apt-get").is_some() {
        debian(wanted, report)
    } else if program("brew").is_some() {
        execute(&["brew", "install", "qemu"], report).map(|_| ())
    } else {
        let Wanted { program, oldest, elsewhere, .. } = *wanted;
        Err(SetupError::UnknownSystem { program, oldest, elsewhere })
    }
}

fn this_system() -> apt::System {
    apt::System::of(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// Debian, Ubuntu and their relatives.
fn debian(wanted: &Wanted, report: Report<'_>) -> Result<(), SetupError> {
    let system = this_system();
    update(report)?;
    match candidate(wanted)?.1 {
        Candidate::Recent => return install_from(None, wanted, report),
        Candidate::Old | Candidate::None => {}
    }
    let Some(suite) = system.backports() else { return install_from(None, wanted, report) };
    let Some(added) = backports(&suite, report)? else { return install_from(None, wanted, report) };
    let newest = install_from(Some(&suite), wanted, report);
    let Err(error) = newest else { return Ok(()) };
    report(&format!("{error}"));
    report(&format!("{suite} does not work here; taking what {} has", system.codename()));
    if added == Added::Now {
        // A source that does not work must not break what the machine's owner does next.
        as_root(&["rm", "--force", BACKPORTS_FILE], report)?;
        update(report)?;
    }
    install_from(None, wanted, report)
}

/// Fetches the lists of packages. One source among many that fails is no reason to stop: whether what
/// is needed can be had shows when it is installed.
fn update(report: Report<'_>) -> Result<(), SetupError> {
    match as_root(&["apt-get", "update"], report) {
        Err(SetupError::Command { reason, .. }) => {
            report(&format!("not all lists of packages could be fetched; {reason}"));
            Ok(())
        }
        done => done,
    }
}

/// The best package that apt knows, and how recent it is. They have had several names.
fn candidate(wanted: &Wanted) -> Result<(&'static str, Candidate), SetupError> {
    let mut last = ("", Candidate::None);
    for package in wanted.packages {
        let said = execute(&["apt-cache", "policy", package], &mut |_| {})?;
        last = (package, Candidate::of(&said));
        if last.1 != Candidate::None {
            break;
        }
    }
    Ok(last)
}

fn install_from(suite: Option<&str>, wanted: &Wanted, report: Report<'_>) -> Result<(), SetupError> {
    let (package, _) = candidate(wanted)?;
    let mut command = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    command.extend(suite.iter().flat_map(|suite| ["--target-release", suite]));
    command.push(package);
    as_root(&command, report)
}

/// Whose the source is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Added {
    Before,
    Now,
}

/// Makes sure that the backports are among the sources, from the mirror that the others come from.
/// Nothing where that mirror is not known.
fn backports(suite: &str, report: Report<'_>) -> Result<Option<Added>, SetupError> {
    let sources = apt::sources(Path::new("/etc/apt"));
    if apt::has_suite(&sources, suite) {
        return Ok(Some(Added::Before));
    }
    let Some(mirror) = Mirror::of(&sources) else { return Ok(None) };
    report(&format!("adding {suite} in {BACKPORTS_FILE}"));
    let line = mirror.source_line(suite);
    // Written by a shell, because writing there may need `sudo`; the line has no quotes in it.
    as_root(&["sh", "-c", &format!("echo '{line}' > {BACKPORTS_FILE}")], report)?;
    update(report)?;
    Ok(Some(Added::Now))
}

/// Runs a command as root, without questions.
fn as_root(command: &[&str], report: Report<'_>) -> Result<(), SetupError> {
    let quiet = ["env", "DEBIAN_FRONTEND=noninteractive"];
    let is_root = rustix::process::geteuid().is_root();
    let may_sudo = || program("sudo").is_some() && execute(&["sudo", "-n", "true"], &mut |_| {}).is_ok();
    let prefix: &[&str] = if is_root {
        &[]
    } else if may_sudo() {
        &["sudo", "-n"]
    } else {
        let command = command.join(" ");
        return Err(SetupError::NotRoot { what: "installing QEMU".to_owned(), command });
    };
    execute(&[prefix, &quiet, command].concat(), report).map(|_| ())
}

/// Runs a command, and reports it. What it says is kept for the case that it fails.
fn execute(words: &[&str], report: Report<'_>) -> Result<String, SetupError> {
    let command = words.join(" ");
    report(&format!("$ {command}"));
    let mut process = Command::new(words[0]);
    process.args(&words[1..]).env("RUST_BACKTRACE", "0");
    run(process, SILENCE, &mut |_| {})
        .map_err(|error: CommandError| SetupError::Command { command, reason: error.to_string() })
}
