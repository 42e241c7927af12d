//! All operations, by the scalar instructions for cryptography where they have a part.
//!
//! A program of its own, so that neither side's code lies in the other's memory.
#![no_std]
#![no_main]

// Without the instructions there is nothing here: cargo builds every program, whatever the flags.
#[cfg(target_feature = "zkne")]
use riscv_cryptobench::zkn::perform;

#[cfg(not(target_feature = "zkne"))]
use cryptobench::perform;

/// Called by the start-up code.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    // SAFETY: this is the only call, and the program's hart is the only one.
    unsafe { riscv_cryptobench::run(perform) }
}
