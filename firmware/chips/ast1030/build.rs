//! Writes the linker's memory maps from the board's map.
//!
//! Two binaries of one package run at two addresses. The linker script of `cortex-m-rt` includes
//! one `memory.x`; that one is left empty, and each binary brings its own map before it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use ast1030_map::{
    EXECUTING_BASE, FIRST_STAGE_BASE, FIRST_STAGE_RAM_BASE, FIRST_STAGE_RAM_SIZE_BYTES, FIRST_STAGE_SIZE_BYTES,
    IMAGE_RAM_BASE, IMAGE_RAM_SIZE_BYTES, IMAGE_SIZE_BYTES,
};

/// Two stretches of memory.
struct Memory {
    code: Stretch,
    ram: Stretch,
}

struct Stretch {
    base: u32,
    size_bytes: u32,
}

const FIRST_STAGE: Memory = Memory {
    code: Stretch { base: FIRST_STAGE_BASE, size_bytes: FIRST_STAGE_SIZE_BYTES },
    ram: Stretch { base: FIRST_STAGE_RAM_BASE, size_bytes: FIRST_STAGE_RAM_SIZE_BYTES },
};

/// Of the application and of the recovery, which are never loaded at the same time.
const APP: Memory = Memory {
    code: Stretch { base: EXECUTING_BASE, size_bytes: IMAGE_SIZE_BYTES },
    ram: Stretch { base: IMAGE_RAM_BASE, size_bytes: IMAGE_RAM_SIZE_BYTES },
};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    fs::write(out.join("memory.x"), "/* Each binary brings its own map. */\n")?;
    link(&out, "first-stage", &FIRST_STAGE)?;
    link(&out, "app", &APP)?;
    link(&out, "recovery", &APP)?;
    println!("cargo:rustc-link-search={}", out.display());
    Ok(())
}

/// Writes a binary's memory map and has it linked by it.
fn link(out: &Path, bin: &str, Memory { code, ram }: &Memory) -> io::Result<()> {
    let code = format!("FLASH : ORIGIN = {:#x}, LENGTH = {:#x}", code.base, code.size_bytes);
    let ram = format!("RAM : ORIGIN = {:#x}, LENGTH = {:#x}", ram.base, ram.size_bytes);
    fs::write(out.join(format!("{bin}.x")), format!("MEMORY\n{{\n  {code}\n  {ram}\n}}\n"))?;
    // No operating system maps the file, so its sections need no padding to pages (`--nmagic`).
    for argument in [&format!("-T{bin}.x"), "-Tlink.x", "--nmagic"] {
        println!("cargo:rustc-link-arg-bin={bin}={argument}");
    }
    Ok(())
}
