//! A rig that cannot be had is SKIPPED with the remedy, and an error of the machine where it was
//! required.
//!
//! A machine that quietly plays on fewer rigs than somebody believes is how a bench becomes worthless.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use crate::bench::{QEMU, RIG, checkout, new_checkout, program, run, write_script};

const LIMIT: Duration = Duration::from_secs(60);
const REMEDY: &str = "cargo run -- setup";

#[test]
fn a_required_rig_without_qemu_is_an_error_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("out").display().to_string();
    let arguments = ["scenario", "downgrade", "--require-rig", RIG, "--rig", "sim", "--out", &out];
    let said = run(program(&checkout(), &arguments).env(QEMU, "/nonexistent/qemu"), LIMIT);
    said.ended_with(20);
    said.says("the rig `qemu-ast1030` is required");
    said.says(REMEDY);
    said.says("1 held, 0 broken, 0 skipped, 1 error");
}

#[test]
fn a_rig_without_qemu_is_skipped_where_it_is_not_required() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("out").display().to_string();
    let alone = ["scenario", "downgrade", "--rig", RIG, "--out", &out];
    let said = run(program(&checkout(), &alone).env(QEMU, "/nonexistent/qemu"), LIMIT);
    said.ended_with(4);
    said.says("SKIPPED");
    said.says(REMEDY);

    let out = folder.path().join("both").display().to_string();
    let both = ["scenario", "downgrade", "--rig", "sim", "--rig", RIG, "--out", &out];
    let said = run(program(&checkout(), &both).env(QEMU, "/nonexistent/qemu"), LIMIT);
    said.ended_with(0);
    said.says("1 held, 0 broken, 1 skipped");
}

#[test]
fn a_qemu_that_is_too_old_is_skipped() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let qemu = folder.path().join("qemu");
    write_script(&qemu, "echo 'QEMU emulator version 6.2.0 (Debian 1:6.2+dfsg-2)'");
    let out = folder.path().join("out").display().to_string();
    let arguments = ["scenario", "downgrade", "--rig", RIG, "--out", &out];
    let said = run(program(&checkout(), &arguments).env(QEMU, &qemu), LIMIT);
    said.ended_with(4);
    said.says("qemu-system-arm 6.2.0 is too old: the board needs 7.2.0 or newer");
    said.says(REMEDY);
}

#[test]
fn a_rust_that_cannot_build_the_firmware_is_skipped() {
    let folder = new_checkout();
    let (qemu, rustc) = (folder.path().join("qemu"), folder.path().join("rustc"));
    write_script(&qemu, "echo 'QEMU emulator version 10.0.2'");
    write_script(&rustc, "echo /nonexistent/lib");
    let mut command = program(folder.path(), &["scenario", "downgrade", "--rig", RIG]);
    let said = run(command.env(QEMU, &qemu).env("RUSTC", &rustc), LIMIT);
    said.ended_with(4);
    said.says("Rust's target thumbv7em-none-eabihf is not installed");
    said.says(REMEDY);
}

#[test]
fn a_device_for_a_person_needs_the_rig_too() {
    let said = run(program(&checkout(), &["attach", RIG]).env(QEMU, "/nonexistent/qemu"), LIMIT);
    said.ended_with(20);
    assert!(said.err.contains(REMEDY), "{}", said.err);
    let said = run(&mut program(&checkout(), &["attach", "sim"]), LIMIT);
    said.ended_with(2);
    assert!(said.err.contains("rigs whose devices can be: qemu-ast1030"), "{}", said.err);
}

#[test]
fn a_debugger_needs_a_free_port_and_a_device() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
    let port = taken.local_addr().expect("it is bound").port();
    let said = run(&mut program(&checkout(), &["attach", RIG, &format!("--gdb={port}")]), LIMIT);
    said.ended_with(2);
    assert!(said.err.contains(&format!("port {port} is taken")), "{}", said.err);
    let said = run(&mut program(&checkout(), &["scenario", "downgrade", "--gdb"]), LIMIT);
    said.ended_with(2);
    assert!(said.err.contains("add `--at-failure`"), "{}", said.err);
}

#[test]
fn setup_comes_first_where_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("out").display().to_string();
    let arguments = ["scenario", "downgrade", "--rig", "sim", "--setup", "--out", &out];
    let said = run(&mut program(&checkout(), &arguments), LIMIT);
    said.ended_with(0);
    assert!(said.err.contains("sim           nothing to do"), "{}", said.err);
}
