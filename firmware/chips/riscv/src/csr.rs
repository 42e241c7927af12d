//! The processor's own registers and instructions (RISC-V Privileged Specification 1.12).
//!
//! One macro each for reading and writing, because the number of such a register is part of the
//! instruction.

use core::arch::asm;

/// Writes a control and status register. Unsafe: it may change what the processor does next.
macro_rules! write {
    ($name:literal, $value:expr) => {
        core::arch::asm!(concat!("csrw ", $name, ", {}"), in(reg) $value)
    };
}

/// Reads a control and status register.
macro_rules! read {
    ($name:literal) => {{
        let value: u32;
        core::arch::asm!(concat!("csrr {}, ", $name), out(reg) value, options(nomem, nostack));
        value
    }};
}

pub(crate) use {read, write};

/// Sleeps until an interrupt is pending that is enabled by itself, whether or not it may be taken.
pub(crate) fn sleep() {
    // SAFETY: the instruction waits and changes nothing.
    unsafe { asm!("wfi", options(nomem, nostack)) }
}
