//! What the board has beside the chip: a clock, and nothing else.
//!
//! The clock is the core-local interruptor's, of which an image may read the time and nothing else.

use ::board::{Board, BoardError};
use chip::register::Register;

use crate::call::Call;

/// The parts of this board.
#[derive(Debug)]
pub struct Parts;

impl Board for Parts {
    fn now_ms(&mut self) -> Result<u64, BoardError> {
        loop {
            let high = TIME_HIGH.read();
            let low = TIME_LOW.read();
            if TIME_HIGH.read() == high {
                return Ok((u64::from(high) << 32 | u64::from(low)) / US_PER_MS);
            }
        }
    }

    /// The watchdog is the first stage's.
    fn feed_watchdog(&mut self) {
        Call::Feed.ask();
    }
}

/// Address of the page that holds the time (FU540-C000 manual, chapter 9) and no other register.
pub(crate) const TIME_PAGE: u32 = 0x0200_b000;

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: the time, which is only read.
    unsafe { Register::at(TIME_PAGE + offset_bytes) }
}

const TIME_LOW: Register = register(0xff8);
const TIME_HIGH: Register = register(0xffc);
/// The timer counts at 1 MHz.
const US_PER_MS: u64 = 1_000;
