//! From the first instruction to `main`: a stack, and variables with their first values.
//!
//! In assembly, because until then nothing that Rust relies on is true. The names that begin with an
//! underscore are the linker script's.

use core::arch::naked_asm;

unsafe extern "C" {
    /// The program's own first function, which never returns.
    fn main() -> !;
}

/// Sets up stack and variables and goes on with `main`.
///
/// # Safety
/// To be entered once, by a hart that runs nothing else in this program's memory.
#[unsafe(naked)]
pub unsafe extern "C" fn start() -> ! {
    naked_asm!(
        "la sp, _stack",
        "la t0, _data",
        "la t1, _data_end",
        "la t2, _data_kept",
        "2: bgeu t0, t1, 3f",
        "lw t3, 0(t2)",
        "sw t3, 0(t0)",
        "addi t0, t0, 4",
        "addi t2, t2, 4",
        "j 2b",
        "3: la t0, _bss",
        "la t1, _bss_end",
        "4: bgeu t0, t1, 5f",
        "sw zero, 0(t0)",
        "addi t0, t0, 4",
        "j 4b",
        "5: tail {main}",
        main = sym main,
    )
}
