//! From the first instruction to `main`: a stack, and variables that are zero.
//!
//! In assembly, because until then nothing that Rust relies on is true. The emulator has loaded the
//! other variables with their first values. The names that begin with an underscore are the linker
//! script's.

use core::arch::naked_asm;

unsafe extern "C" {
    /// The program's own first function, which never returns.
    fn main() -> !;
}

/// Where the hart begins.
///
/// # Safety
/// To be entered once, by the only hart.
#[unsafe(naked)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".first")]
unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "la sp, _stack",
        "la t0, _bss",
        "la t1, _bss_end",
        "2: bgeu t0, t1, 3f",
        "sw zero, 0(t0)",
        "addi t0, t0, 4",
        "j 2b",
        "3: tail {main}",
        main = sym main,
    )
}
