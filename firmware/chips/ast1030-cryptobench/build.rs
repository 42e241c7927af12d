//! Writes the linker's memory map.
//!
//! QEMU loads the program to the beginning of the SRAM, where the processor starts. There is no flash
//! to run from: code and data share the SRAM, so the map gives each its part.

use std::path::PathBuf;
use std::{env, fs, io};

use ast1030_map::SRAM_BYTES;

/// Room for code and constants, in bytes. What is compiled for speed takes more, and leaves less for
/// the stack.
fn code_bytes() -> u32 {
    match env::var("OPT_LEVEL").as_deref() {
        Ok("s" | "z") => 0x3_0000,
        _ => 0x4_0000,
    }
}

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    let code_bytes = code_bytes();
    let ram_bytes = SRAM_BYTES - code_bytes;
    let map = format!(
        "MEMORY\n{{\n  FLASH : ORIGIN = 0x0, LENGTH = {code_bytes:#x}\n  RAM : ORIGIN = {code_bytes:#x}, LENGTH = {ram_bytes:#x}\n}}\n"
    );
    fs::write(out.join("memory.x"), map)?;
    println!("cargo:rustc-link-search={}", out.display());
    for argument in ["-Tlink.x", "--nmagic"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    Ok(())
}
