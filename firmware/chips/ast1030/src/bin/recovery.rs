//! The recovery image on the AST1030.
//!
//! A program of its own, because it must not change when the application does. All it adds to `chip`'s
//! recovery are the processor's own ways in and out of trouble.
#![no_std]
#![no_main]

use core::panic::PanicInfo;

use ast1030::Ast1030;
use chip::app::{self, App};
use cortex_m_rt::{ExceptionFrame, entry, exception};

#[entry]
fn main() -> ! {
    app::recover::<Ast1030>()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    Ast1030::reset()
}

#[exception]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    Ast1030::reset()
}

#[exception]
unsafe fn DefaultHandler(_: i16) -> ! {
    Ast1030::reset()
}
