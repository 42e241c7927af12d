//! Writes the linker scripts from the board's map.
//!
//! First stage and application differ in where they lie and in what stands first: the first stage
//! begins with code, because the processor does; an image begins with its header.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use riscv_map::{
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

/// What is the same for both. Names that begin with an underscore are `entry.rs`'s; trap vectors are
/// multiples of four.
const SECTIONS: &str = "
SECTIONS
{
  .text :
  {
    KEEP(*(.first))
    . = ALIGN(4); *(.trap.own)
    . = ALIGN(4); *(.trap.from_image)
    *(.text .text.*) *(.rodata .rodata.* .srodata .srodata.*)
  } > CODE
  .data : ALIGN(4) { _data = .; *(.data .data.* .sdata .sdata.*) . = ALIGN(4); _data_end = .; } > RAM AT > CODE
  _data_kept = LOADADDR(.data);
  .bss (NOLOAD) : ALIGN(4) { _bss = .; *(.bss .bss.* .sbss .sbss.*) . = ALIGN(4); _bss_end = .; } > RAM
  _stack = ORIGIN(RAM) + LENGTH(RAM);
  /DISCARD/ : { *(.eh_frame .eh_frame_hdr) }
}
";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    link(&out, "first-stage", &FIRST_STAGE)?;
    link(&out, "app", &APP)?;
    link(&out, "recovery", &APP)
}

/// Writes a binary's linker script and has it linked by it.
fn link(out: &Path, bin: &str, Memory { code, ram }: &Memory) -> io::Result<()> {
    let script = out.join(format!("{bin}.x"));
    let code = format!("CODE : ORIGIN = {:#x}, LENGTH = {:#x}", code.base, code.size_bytes);
    let ram = format!("RAM : ORIGIN = {:#x}, LENGTH = {:#x}", ram.base, ram.size_bytes);
    fs::write(&script, format!("MEMORY\n{{\n  {code}\n  {ram}\n}}\n{SECTIONS}"))?;
    // No operating system maps the file, so its sections need no padding to pages (`--nmagic`).
    for argument in [&format!("-T{}", script.display()), "--nmagic"] {
        println!("cargo:rustc-link-arg-bin={bin}={argument}");
    }
    Ok(())
}
