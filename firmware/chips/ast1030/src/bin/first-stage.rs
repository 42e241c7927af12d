//! The first stage on the AST1030.
//!
//! All it adds to `chip`'s first stage are the processor's own ways in and out of trouble.
#![no_std]
#![no_main]

use core::panic::PanicInfo;

use ast1030::Ast1030;
use chip::{Chip, first_stage};
use cortex_m_rt::{ExceptionFrame, entry, exception};

#[entry]
fn main() -> ! {
    // SAFETY: this is the first stage, and it is entered once in a boot.
    unsafe { first_stage::run::<Ast1030>() }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    Ast1030::sleep_for_ever()
}

/// A fault of the first stage, or of an image that has not got so far as to handle its own.
#[exception]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    Ast1030::sleep_for_ever()
}

#[exception]
unsafe fn DefaultHandler(_: i16) -> ! {
    Ast1030::sleep_for_ever()
}
