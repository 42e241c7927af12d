//! Gets what the rig needs onto this machine: QEMU, and Rust's bare-metal target.
//!
//! It says what it does, does nothing twice, and never asks: it runs in pipelines. QEMU 10 is
//! preferred because it emulates the chip's hash engine; an older one that works is left alone where
//! a newer one cannot be had. Nothing is downloaded but packages, by the system's own package
//! manager.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::apt::{self, Candidate, Mirror};
use crate::command::{CommandError, run};
use crate::detect::{self, QEMU_PROGRAM, Qemu, TARGET, in_path};

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
        "no package manager that is known here; install a package that brings `{QEMU_PROGRAM}` 7.2 or newer: \
         Fedora `dnf install qemu-system-arm`, Arch `pacman -S qemu-system-arm`, Alpine `apk add qemu-system-arm`, \
         Nix `nix-env -iA nixpkgs.qemu`, macOS with Homebrew `brew install qemu`"
    )]
    UnknownSystem,
    /// Rust is here without rustup.
    #[error(
        "`rustup` is not installed, and Rust lacks {TARGET}; get rustup from https://rustup.rs, or the target from where this Rust came from"
    )]
    NoRustup,
    /// All went well and it still is not there.
    #[error("everything was installed, and yet: {what}")]
    StillMissing {
        /// What is missing.
        what: String,
    },
}

/// Tells a person what is done, one line at a time.
type Report<'a> = &'a mut dyn FnMut(&str);

/// Finds or installs what the rig needs, and says what it did.
pub fn setup(report: &mut dyn FnMut(&str)) -> Result<(), SetupError> {
    target(report)?;
    match detect::qemu() {
        Ok(qemu) if qemu.has_hash_engine() => found(&qemu, report),
        Ok(qemu) => newer(&qemu, report),
        Err(missing) => {
            report(&missing.what);
            install(report)?;
            let qemu = detect::qemu().map_err(|missing| SetupError::StillMissing { what: missing.what })?;
            found(&qemu, report);
        }
    }
    Ok(())
}

fn found(qemu: &Qemu, report: Report<'_>) {
    report(&format!("{QEMU_PROGRAM} {} is there: {}", qemu.version, qemu.path.display()));
    if !qemu.has_hash_engine() {
        report("it runs the board, but without the hash engine: that needs QEMU 10");
    }
}

/// Tries for a newer QEMU where there may be one; the old one will do otherwise.
fn newer(old: &Qemu, report: Report<'_>) {
    if this_system().backports().is_none() {
        return found(old, report);
    }
    report(&format!("{QEMU_PROGRAM} {} works; looking for a newer one", old.version));
    if let Err(error) = install(report) {
        report(&format!("there is none to be had: {error}"));
    }
    found(&detect::qemu().unwrap_or_else(|_| old.clone()), report);
}

fn target(report: Report<'_>) -> Result<(), SetupError> {
    if detect::target().is_ok() {
        report(&format!("Rust's target {TARGET} is there"));
        return Ok(());
    }
    let rustup = program("rustup").ok_or(SetupError::NoRustup)?;
    execute(&[rustup, "target", "add", TARGET], report)?;
    detect::target().map_err(|missing| SetupError::StillMissing { what: missing.what })
}

/// The program's name, if it is installed.
fn program(name: &'static str) -> Option<&'static str> {
    in_path(name, &env::var_os("PATH").unwrap_or_default()).map(|_| name)
}

fn install(report: Report<'_>) -> Result<(), SetupError> {
    if program("apt-get").is_some() {
        debian(report)
    } else if program("brew").is_some() {
        execute(&["brew", "install", "qemu"], report).map(|_| ())
    } else {
        Err(SetupError::UnknownSystem)
    }
}

fn this_system() -> apt::System {
    apt::System::of(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// Debian, Ubuntu and their relatives.
fn debian(report: Report<'_>) -> Result<(), SetupError> {
    let system = this_system();
    update(report)?;
    match candidate()? {
        Candidate::Recent => return install_from(None, report),
        Candidate::Old | Candidate::None => {}
    }
    let Some(suite) = system.backports() else { return install_from(None, report) };
    let Some(added) = backports(&suite, report)? else { return install_from(None, report) };
    let newest = install_from(Some(&suite), report);
    let Err(error) = newest else { return Ok(()) };
    report(&format!("{error}"));
    report(&format!("{suite} does not work here; taking what {} has", system.codename()));
    if added == Added::Now {
        // A source that does not work must not break what the machine's owner does next.
        as_root(&["rm", "--force", BACKPORTS_FILE], report)?;
    }
    install_from(None, report)
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

fn candidate() -> Result<Candidate, SetupError> {
    let said = execute(&["apt-cache", "policy", QEMU_PROGRAM], &mut |_| {})?;
    Ok(Candidate::of(&said))
}

fn install_from(suite: Option<&str>, report: Report<'_>) -> Result<(), SetupError> {
    let mut command = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    command.extend(suite.iter().flat_map(|suite| ["--target-release", suite]));
    command.push(QEMU_PROGRAM);
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
        let what = format!("installing {QEMU_PROGRAM}");
        return Err(SetupError::NotRoot { what, command: format!("apt-get install {QEMU_PROGRAM}") });
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
