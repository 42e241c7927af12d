//! What the simulated board has beside flash and memory.
//!
//! The bench moves these parts, the firmware reads them, and neither knows of the other.

use board::{Board, BoardError, Button};

/// The parts, as the bench has set them.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The battery's voltage; an empty one until somebody says otherwise.
    pub(crate) battery_mv: u16,
    /// The owner's button.
    pub(crate) button: Button,
    /// The device's clock.
    pub(crate) now_ms: u64,
}

impl Default for Parts {
    fn default() -> Self {
        Self { battery_mv: 0, button: Button::Up, now_ms: 0 }
    }
}

impl Board for Parts {
    fn battery_mv(&mut self) -> Result<u16, BoardError> {
        Ok(self.battery_mv)
    }

    fn now_ms(&mut self) -> Result<u64, BoardError> {
        Ok(self.now_ms)
    }

    fn button(&mut self) -> Result<Button, BoardError> {
        Ok(self.button)
    }
}
