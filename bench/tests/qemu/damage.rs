//! An emulator that hangs or crashes, and a disk that is full: an ERROR that is safe to repeat, and in
//! bounded time.
//!
//! Nothing that an emulator or a disk does says anything about the device, so no such run may hold or
//! break a claim.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::bench::{
    PROGRAM, QEMU, RIG, Said, by_nobody, checkout, has_qemu, new_checkout, program, run, say, write_script,
};

/// A start of QEMU is given up after 20 s, and three runs start one each, two at a time or in turn.
const HANGS: Duration = Duration::from_secs(100);
const LIMIT: Duration = Duration::from_secs(60);
/// Longer, because the firmware may have to be built.
const FIRST: Duration = Duration::from_secs(600);

/// Plays on a QEMU that tells its version and then does this.
fn with_qemu_that(script: &str, limit: Duration) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let qemu = folder.path().join("qemu");
    write_script(
        &qemu,
        &format!("if [ \"$1\" = --version ]; then echo 'QEMU emulator version 10.0.2'; exit; fi\n{script}"),
    );
    let out = folder.path().join("out").display().to_string();
    let arguments = ["scenario", "downgrade", "--rig", RIG, "--out", &out];
    run(program(&checkout(), &arguments).env(QEMU, &qemu), limit)
}

/// Builds the firmware, so that no other bound has to include that.
fn is_prepared() -> bool {
    if !has_qemu() {
        return false;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("out").display().to_string();
    run(&mut program(&checkout(), &["scenario", "downgrade", "--rig", RIG, "--out", &out]), FIRST).ended_with(0);
    true
}

#[test]
fn a_qemu_that_hangs_is_an_error_in_bounded_time() {
    if !is_prepared() {
        return;
    }
    let said = with_qemu_that("exec sleep 600", HANGS);
    said.ended_with(20);
    said.says("QEMU's answer to `start` did not finish within 20000 ms");
    assert!(!said.out.contains("HELD"), "{}", said.out);
}

#[test]
fn a_qemu_that_crashes_is_an_error_that_quotes_it() {
    if !is_prepared() {
        return;
    }
    let said = with_qemu_that("echo 'unsupported machine type' >&2; exit 1", LIMIT);
    said.ended_with(20);
    said.says("it ended with exit code 1; it said: unsupported machine type");
    let said = with_qemu_that("kill -SEGV $$", LIMIT);
    said.ended_with(20);
    said.says("it ended with signal 11");
}

#[test]
fn what_a_crashing_qemu_says_gives_no_orders_to_terminal_or_ci() {
    if !is_prepared() {
        return;
    }
    let said =
        with_qemu_that("printf '::error::forged\\n##[error]forged\\n\\033[2Jforged\\r   HELD\\n' >&2; exit 1", LIMIT);
    said.ended_with(20);
    said.says("forged");
    for text in [&said.out, &said.err] {
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(!text.contains("##["), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("HELD")), "{text}");
    }
}

#[test]
fn a_file_that_may_not_grow_is_an_error() {
    if !is_prepared() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$@\"";
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script, "sh", PROGRAM, "scenario", "downgrade", "--rig", RIG, "--out"]);
    shell.arg(folder.path().join("out"));
    by_nobody(&mut shell, &checkout());
    let said = run(&mut shell, LIMIT);
    said.ended_with(20);
    assert!(!said.out.contains("HELD"), "{}", said.out);
}

/// A disk of this size, mounted for one command only.
fn on_a_disk_of(size: &str, disk: &Path, folder: &Path, out: &Path) -> Option<Said> {
    let script = "mount -t tmpfs -o \"size=$1\" tmpfs \"$2\" || exit 99; shift 2; exec \"$@\"";
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--map-root-user", "/bin/sh", "-c", script, "sh", size]).arg(disk);
    unshare.args([PROGRAM, "scenario", "downgrade", "--rig", RIG, "--out"]).arg(out);
    by_nobody(&mut unshare, folder);
    let can = Command::new("unshare").args(["--mount", "--map-root-user", "true"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        say("SKIPPED: no disk can be mounted here; needs `unshare` and the right to use it");
        return None;
    }
    let said = run(&mut unshare, LIMIT);
    if said.code == 99 {
        say(&format!("SKIPPED: no disk can be mounted here: {}", said.err));
        return None;
    }
    Some(said)
}

/// A checkout of its own with the firmware that is built already.
fn checkout_with_firmware() -> tempfile::TempDir {
    let folder = new_checkout();
    let (ours, theirs) = (folder.path().join("target").join(RIG), checkout().join("target").join(RIG));
    fs::create_dir_all(&ours).expect("a folder can be made");
    std::os::unix::fs::symlink(theirs.join("binaries"), ours.join("binaries")).expect("a link can be made");
    folder
}

#[test]
fn a_full_disk_under_the_devices_is_an_error() {
    if !is_prepared() {
        return;
    }
    let folder = checkout_with_firmware();
    let runs = folder.path().join("target").join(RIG).join("runs");
    fs::create_dir_all(&runs).expect("a folder can be made");
    let Some(said) = on_a_disk_of("1500k", &runs, folder.path(), &folder.path().join("out")) else { return };
    said.ended_with(20);
    assert!(!said.out.contains("HELD"), "{}", said.out);
}

#[test]
fn a_full_disk_under_the_record_is_an_error() {
    if !is_prepared() {
        return;
    }
    let folder = checkout_with_firmware();
    let disk = folder.path().join("disk");
    fs::create_dir_all(&disk).expect("a folder can be made");
    let Some(said) = on_a_disk_of("16k", &disk, folder.path(), &disk.join("out")) else { return };
    said.ended_with(20);
    said.says("is there room");
    assert!(!said.out.contains("HELD"), "{}", said.out);
}
