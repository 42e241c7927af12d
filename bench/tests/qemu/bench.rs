//! Runs the program with a bound on its time, in the checkout or in one made for a test.
//!
//! A program that does not end is itself what some of these tests look for, so nothing here waits
//! for ever.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_otabench");
pub(crate) const RIG: &str = "qemu-ast1030";
/// Names the QEMU to use.
pub(crate) const QEMU: &str = "OTABENCH_QEMU_SYSTEM_ARM";

/// How often a child is looked at, in milliseconds.
const LOOK_MS: u64 = 10;

/// What one run of the program said.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Said {
    /// Whether the code is this one; if not, says what the program said.
    pub(crate) fn ended_with(&self, code: i32) {
        assert_eq!(self.code, code, "--- output\n{}--- errors\n{}", self.out, self.err);
    }

    /// Whether a text stands in the output.
    pub(crate) fn says(&self, text: &str) {
        assert!(self.out.contains(text), "no `{text}` in\n{}", self.out);
    }
}

pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout").to_owned()
}

/// The program, called in this folder by somebody who is not on a terminal.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    by_nobody(&mut command, folder);
    command
}

/// Calls a command in this folder as somebody who is not on a terminal.
pub(crate) fn by_nobody(command: &mut Command, folder: &Path) {
    command.current_dir(folder).stdin(Stdio::null());
    for name in ["CARGO_PKG_NAME", "NO_COLOR", "TERM", "COLUMNS"] {
        command.env_remove(name);
    }
}

/// Runs a command to its end, which must come within the limit.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    command.stdout(File::create(&out).expect("a file can be made"));
    command.stderr(File::create(&err).expect("a file can be made"));
    let mut child = command.spawn().expect("the program was built");
    let ended = within(limit, || child.try_wait().expect("it is ours"));
    if ended.is_none() {
        end(&mut child);
    }
    let said = |path| String::from_utf8(fs::read(path).expect("it was made above")).expect("the program writes UTF-8");
    let (out, err) = (said(out), said(err));
    let status = ended.unwrap_or_else(|| panic!("it did not end within {limit:?}\n{out}\n{err}"));
    let code = status.code().unwrap_or_else(|| panic!("it ended with {status}\n{out}\n{err}"));
    Said { out, err, code }
}

pub(crate) fn end(child: &mut Child) {
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
}

/// Looks until there is something to see or the time is up.
pub(crate) fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let looks = limit.as_millis() / u128::from(LOOK_MS) + 1;
    (0..looks).find_map(|_| look().or_else(|| pause(Duration::from_millis(LOOK_MS))))
}

/// Lets time pass; nothing comes of it.
#[expect(clippy::disallowed_methods, reason = "what happens in another process cannot be waited for otherwise")]
pub(crate) fn pause<T>(time: Duration) -> Option<T> {
    std::thread::sleep(time);
    None
}

/// Says something past the test harness, which would keep the output of a test that did not fail.
pub(crate) fn say(line: &str) {
    writeln!(io::stderr(), "{line}").expect("standard error is open");
}

/// Whether there is a QEMU that works and firmware for it, which this builds.
pub(crate) fn has_qemu() -> bool {
    let doctor = run(&mut program(&checkout(), &["doctor"]), Duration::from_secs(60));
    let ready = doctor.out.lines().any(|line| line.contains(RIG) && line.contains(" ready "));
    if !ready {
        assert!(std::env::var_os("CI").is_none(), "no QEMU, and that is a failure in CI\n{}", doctor.out);
        say(&format!("SKIPPED: the rig {RIG} is not ready; cargo run -- setup"));
    }
    ready
}

/// A folder that the program takes for a checkout, with the sources of the real one and nothing built.
pub(crate) fn new_checkout() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for name in ["Cargo.toml", "firmware", "scenarios"] {
        symlink(checkout().join(name), folder.path().join(name)).expect("a link can be made");
    }
    folder
}

/// Writes a program for a test to run.
///
/// Through a shell, because a file that this process has open for writing, even for a moment, cannot
/// be started while another test's child holds on to the same open file.
pub(crate) fn write_script(path: &Path, script: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$2\"", "sh", script]).arg(path);
    assert!(shell.status().expect("there is a shell").success());
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}
