//! The clock: the first of the chip's timers, which counts down at 1 MHz.
//!
//! It begins anew every 71 minutes, so somebody has to look more often than that, and the application
//! does ten times a second.

use chip::register::Register;

/// A clock that runs.
#[derive(Debug)]
pub(crate) struct Clock {
    seen: u32,
    passed_us: u64,
}

impl Clock {
    /// Starts the timer.
    pub(crate) fn start() -> Self {
        CONTROL_CLEAR.write(FIRST_TIMER);
        RELOAD.write(u32::MAX);
        CONTROL.write(ENABLED | EXTERNAL_CLOCK);
        Self { seen: COUNTER.read(), passed_us: 0 }
    }

    /// Milliseconds since it was started.
    pub(crate) fn now_ms(&mut self) -> u64 {
        let now = COUNTER.read();
        self.passed_us += u64::from(self.seen.wrapping_sub(now));
        self.seen = now;
        self.passed_us / 1_000
    }
}

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: the timers' registers, which reach no memory.
    unsafe { Register::at(0x7E78_2000 + offset_bytes) }
}

const COUNTER: Register = register(0x00);
const RELOAD: Register = register(0x04);
/// Ones written here set bits of the control; the other timers' keep their values.
const CONTROL: Register = register(0x30);
/// Ones written here clear bits of the control.
const CONTROL_CLEAR: Register = register(0x3c);

/// The first timer's bits in the control.
const FIRST_TIMER: u32 = 0xf;
const ENABLED: u32 = 1 << 0;
const EXTERNAL_CLOCK: u32 = 1 << 1;
