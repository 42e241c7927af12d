//! What the simulated board has beside flash and memory.
//!
//! The bench moves these parts, the firmware reads them, and neither knows of the other.

use board::{Board, BoardError, Button};

use crate::meter::Shared;

/// The parts, as the bench has set them.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The battery's voltage; an empty one until somebody says otherwise.
    pub(crate) battery_mv: u16,
    /// The owner's button.
    pub(crate) button: Button,
    /// The device's clock.
    pub(crate) now_ms: u64,
    meter: Shared,
}

impl Parts {
    pub(crate) fn new(meter: Shared) -> Self {
        Self { battery_mv: 0, button: Button::Up, now_ms: 0, meter }
    }
}

impl Board for Parts {
    fn battery_mv(&mut self) -> Result<u16, BoardError> {
        Ok(self.meter.borrow().level_mv().unwrap_or(self.battery_mv))
    }

    fn feed_watchdog(&mut self) {
        self.meter.borrow_mut().fed();
    }

    fn now_ms(&mut self) -> Result<u64, BoardError> {
        Ok(self.now_ms)
    }

    fn button(&mut self) -> Result<Button, BoardError> {
        Ok(self.button)
    }
}
