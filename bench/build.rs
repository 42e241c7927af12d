//! Tells the program which compiler built it.
//!
//! The simulator's firmware is part of the program, so that is the compiler of the firmware too, and it
//! belongs beside every record.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=RUSTC");
    let rustc = env::var_os("RUSTC").expect("cargo sets it");
    let said = Command::new(rustc).arg("--version").output().expect("cargo has just used it");
    let said = String::from_utf8_lossy(&said.stdout);
    let version = said.lines().next().unwrap_or_default();
    println!("cargo::rustc-env=OTABENCH_COMPILER={}", version.strip_prefix("rustc ").unwrap_or(version).trim());
}
