//! The ways out: the board's reset, and sleeping for good.
//!
//! Both are machine mode's. An image sleeps too, but to be reset it has to ask, or to let its watchdog
//! starve.

use chip::register::Register;

use crate::csr;

/// Resets the board, by the pin that is wired to its reset line and active low. Machine mode only.
pub fn reset() -> ! {
    PORT.write(PORT.read() & !RESET_PIN);
    OUTPUT_ENABLE.write(OUTPUT_ENABLE.read() | RESET_PIN);
    sleep_for_ever()
}

/// Does nothing any more.
pub fn sleep_for_ever() -> ! {
    loop {
        csr::sleep();
    }
}

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: the GPIO controller's registers (FU540-C000 manual, chapter 17); they reach no memory.
    unsafe { Register::at(0x1006_0000 + offset_bytes) }
}

const OUTPUT_ENABLE: Register = register(0x08);
const PORT: Register = register(0x0c);
const RESET_PIN: u32 = 1 << 10;
