//! Writes the linker script.
//!
//! QEMU loads the program to the beginning of the memory of its board `virt`, where a hart starts
//! without other firmware. Code, constants and variables share it; the stack has what is left of it.

use std::path::PathBuf;
use std::{env, fs, io};

/// Where the memory begins. The board has 128 MiB; two are enough, and a stack that ends is one that
/// can be looked at.
const SCRIPT: &str = "
MEMORY { RAM : ORIGIN = 0x80000000, LENGTH = 2M }
SECTIONS
{
  .text : { KEEP(*(.first)) *(.text .text.*) *(.rodata .rodata.* .srodata .srodata.*) } > RAM
  .data : ALIGN(4) { *(.data .data.* .sdata .sdata.*) } > RAM
  .bss (NOLOAD) : ALIGN(4) { _bss = .; *(.bss .bss.* .sbss .sbss.*) . = ALIGN(4); _bss_end = .; } > RAM
  _stack = ORIGIN(RAM) + LENGTH(RAM);
  /DISCARD/ : { *(.eh_frame .eh_frame_hdr) }
}
";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    let script = out.join("memory.x");
    fs::write(&script, SCRIPT)?;
    for argument in [&format!("-T{}", script.display()), "--nmagic"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    Ok(())
}
