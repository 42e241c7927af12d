//! The bus to the SPI NOR flash: QSPI0, chip select 0.
//!
//! The controller could map the flash into memory; here it moves bytes, so that the commands are the
//! flash chip's own and the same as on any other chip.

use chip::nor::{Geometry, Spi};
use chip::register::Register;
use riscv_map::{FLASH_PAGE_BYTES, LAYOUT};

/// Address of the controller.
pub(crate) const QSPI0_BASE: u32 = 0x1004_0000;

/// The bus.
#[derive(Debug)]
pub struct Qspi {
    _opened: (),
}

impl Qspi {
    /// Makes the controller ready.
    pub fn open() -> Self {
        FLASH_CONTROL.write(0);
        SELECT_MODE.write(RELEASE_AFTER_FRAME);
        FORMAT.write(EIGHT_BITS_SINGLE);
        Self { _opened: () }
    }

    /// Sends a queue's worth of bytes, then takes what came back for each.
    fn exchange(&mut self, byte: u8) -> u8 {
        SEND.write(u32::from(byte));
        for _ in 0..RECEIVE_POLLS {
            let word = RECEIVE.read();
            if word & EMPTY == 0 {
                return word as u8;
            }
        }
        // A controller that does not answer reads like an empty bus, which nobody mistakes for a chip.
        0xff
    }
}

impl Spi for Qspi {
    const GEOMETRY: Geometry = Geometry {
        capacity_bytes: LAYOUT.flash_bytes,
        sector_bytes: LAYOUT.sector_bytes,
        page_bytes: FLASH_PAGE_BYTES,
    };

    fn select(&mut self) {
        SELECT_MODE.write(HOLD);
    }

    fn send(&mut self, data: &[u8]) {
        for byte in data {
            self.exchange(*byte);
        }
    }

    fn receive(&mut self, data: &mut [u8]) {
        for place in data {
            *place = self.exchange(0);
        }
    }

    fn deselect(&mut self) {
        SELECT_MODE.write(RELEASE_AFTER_FRAME);
    }
}

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: the controller's registers (FU540-C000 manual, chapter 19); they reach no memory.
    unsafe { Register::at(QSPI0_BASE + offset_bytes) }
}

/// When the select line is down.
const SELECT_MODE: Register = register(0x18);
const FORMAT: Register = register(0x40);
const SEND: Register = register(0x48);
const RECEIVE: Register = register(0x4c);
/// Whether the controller maps the flash into memory, as it does after a reset.
const FLASH_CONTROL: Register = register(0x60);

/// In `SELECT_MODE`: during a frame only, and between commands there is none.
const RELEASE_AFTER_FRAME: u32 = 0;
/// In `SELECT_MODE`: from the next frame on, until another mode is set.
const HOLD: u32 = 2;
/// One data line, most significant bit first, frames of eight bits that are also received.
const EIGHT_BITS_SINGLE: u32 = 8 << 16;
/// In `RECEIVE`: there is no byte.
const EMPTY: u32 = 1 << 31;

/// A byte takes 20 µs on the slowest bus that the controller can make of its clock after a reset, and
/// a look takes longer than a cycle of it.
const RECEIVE_POLLS: u32 = 100_000;
