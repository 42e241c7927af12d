//! How every image on the AST1030 gets out of trouble: with a reset.
//!
//! A part of each program and not of the library, because the first stage gets out of it in another way.

use core::panic::PanicInfo;

use ast1030::Ast1030;
use chip::app::App;
use cortex_m_rt::{ExceptionFrame, exception};

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
