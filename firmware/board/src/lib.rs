//! What a device has besides flash and crypto, as the update agent sees it.
//!
//! One trait for each chip to implement, and for the simulator. Every call can fail, because a gauge
//! that does not answer and a board that has none are facts of life, and the agent must decide what
//! they mean. What a board does not have it need not implement: it is [`BoardError::Absent`].
#![no_std]

/// Why the board gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardError {
    /// This board has no such part.
    Absent,
    /// The part did not answer as it should.
    Silent,
}

/// The parts of a board that an update depends on.
pub trait Board {
    /// The battery's voltage in millivolts, under the load of this moment.
    fn battery_mv(&mut self) -> Result<u16, BoardError> {
        Err(BoardError::Absent)
    }

    /// The time in milliseconds since some moment before this boot's first question. It never goes back.
    fn now_ms(&mut self) -> Result<u64, BoardError> {
        Err(BoardError::Absent)
    }

    /// Whether the owner's button is down at this moment.
    fn button(&mut self) -> Result<Button, BoardError> {
        Err(BoardError::Absent)
    }

    /// Begins the watchdog's period anew, between two pieces of work that is long but finite. Does nothing
    /// where there is no watchdog, or where it is not armed.
    fn feed_watchdog(&mut self) {}
}

/// A button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Nobody touches it.
    Up,
    /// Somebody presses it, or it is stuck.
    Down,
}
