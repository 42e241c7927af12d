//! What the board has beside the chip: a battery with a gauge (Maxim MAX34451, a PMBus device) on
//! the fourth I2C bus, the owner's button on pin A0, and a clock.
//!
//! Each question goes out to the part anew: a voltage that was read a minute ago is no voltage.

use ast1030_map::GAUGE_ADDRESS;
use board::{Board, BoardError, Button};
use chip::register::Register;

use crate::clock::Clock;
use crate::i2c::{Bus, NoAnswer};
use crate::watchdog;

/// The parts of this board.
#[derive(Debug)]
pub struct Parts {
    bus: Bus,
    clock: Clock,
}

impl Parts {
    /// Makes the parts ready. None of them is asked anything yet.
    pub fn open() -> Self {
        Self { bus: Bus::open_3(), clock: Clock::start() }
    }
}

impl Board for Parts {
    /// The gauge's first channel, which it tells in millivolts (data sheet, "READ_VOUT").
    fn battery_mv(&mut self) -> Result<u16, BoardError> {
        self.bus.write(GAUGE_ADDRESS, &[PAGE, 0])?;
        Ok(self.bus.read_word(GAUGE_ADDRESS, READ_VOUT)?)
    }

    fn now_ms(&mut self) -> Result<u64, BoardError> {
        Ok(self.clock.now_ms())
    }

    /// Pin A0, high while the button is down. A pin is an input after a reset.
    fn button(&mut self) -> Result<Button, BoardError> {
        Ok(if PINS_A_TO_D.read() & BUTTON == 0 { Button::Up } else { Button::Down })
    }

    fn feed_watchdog(&mut self) {
        watchdog::feed();
    }
}

impl From<NoAnswer> for BoardError {
    fn from(_: NoAnswer) -> Self {
        BoardError::Silent
    }
}

// SAFETY: the data register of the first 32 pins, which reaches no memory.
const PINS_A_TO_D: Register = unsafe { Register::at(0x7E78_0000) };
const BUTTON: u32 = 1 << 0;

/// PMBus commands.
const PAGE: u8 = 0x00;
const READ_VOUT: u8 = 0x8b;
