//! The two ways a program here ends: it is reset, or it sleeps for ever.
//!
//! Sleep, not a loop: to the device it is the same, and an emulated one does not occupy the host.

use cortex_m::peripheral::SCB;

/// Resets the chip. Memory keeps its content.
pub fn system() -> ! {
    SCB::sys_reset()
}

/// Does nothing any more. Only a reset from outside, by watchdog or by power, ends it.
pub fn sleep_for_ever() -> ! {
    cortex_m::interrupt::disable();
    loop {
        cortex_m::asm::wfi();
    }
}
