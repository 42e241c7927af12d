//! The watchdog: the first stage arms it, the image feeds it or is reset.
//!
//! Once armed it is not stopped again: an image that fails must not be able to take its judge along.

use chip::register::Register;

/// Arms the watchdog: unless it is fed within `period_ms`, the chip is reset.
pub fn arm(period_ms: u32) {
    RELOAD.write(period_ms.saturating_mul(TICKS_PER_MS));
    RESTART.write(RESTART_KEY);
    CONTROL.write(ENABLED | RESETS_SYSTEM);
}

/// Begins the period anew. Does nothing to a watchdog that is not armed.
pub fn feed() {
    RESTART.write(RESTART_KEY);
}

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: the first watchdog's registers; the only thing they reach is the chip's reset.
    unsafe { Register::at(0x7E78_5000 + offset_bytes) }
}

const RELOAD: Register = register(0x04);
const RESTART: Register = register(0x08);
const CONTROL: Register = register(0x0c);

/// What the restart register takes; anything else it ignores.
const RESTART_KEY: u32 = 0x4755;
const ENABLED: u32 = 1 << 0;
const RESETS_SYSTEM: u32 = 1 << 1;
/// The watchdog counts at 1 MHz.
const TICKS_PER_MS: u32 = 1_000;
