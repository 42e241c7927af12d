//! What an image may ask of the resident first stage, by an environment call.
//!
//! Two things that it must not be able to do by itself: an image that could stop its watchdog would
//! take its judge along, and the pin that resets the board is beside the pins that do anything else.

use core::arch::asm;

/// A request, by the number in register `a7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Call {
    /// Begin the watchdog's period anew.
    Feed = 0,
    /// Reset the board.
    Reset = 1,
}

impl Call {
    /// The request with this number, if there is one.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            0 => Some(Call::Feed),
            1 => Some(Call::Reset),
            _ => None,
        }
    }

    /// Asks.
    pub(crate) fn ask(self) {
        // SAFETY: the first stage saves every register that it uses, and writes no memory of an image.
        unsafe { asm!("ecall", in("a7") self as u32, options(nostack)) }
    }
}
