//! All operations in software.
//!
//! The baseline: what a hart without instructions for cryptography does.
#![no_std]
#![no_main]

/// Called by the start-up code.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    // SAFETY: this is the only call, and the program's hart is the only one.
    unsafe { riscv_cryptobench::run(cryptobench::perform) }
}
