//! The bus to the SPI NOR flash: the firmware memory controller (FMC), chip select 0.
//!
//! The controller is used in *user mode*: the processor pulls chip select and every access to the
//! flash window moves bytes over the bus, so the commands are the flash chip's own. That is slower
//! than the mapped window and shows each command to whoever watches the bus.

use ast1030_map::{FLASH_PAGE_BYTES, LAYOUT};
use chip::nor::{Geometry, Spi};
use chip::register::Register;

/// The bus.
#[derive(Debug)]
pub struct Fmc {
    _opened: (),
}

impl Fmc {
    /// Makes the controller ready.
    pub fn open() -> Self {
        CONFIGURATION.write(CONFIGURATION.read() | WRITABLE);
        Self { _opened: () }
    }
}

impl Spi for Fmc {
    const GEOMETRY: Geometry = Geometry {
        capacity_bytes: LAYOUT.flash_bytes,
        sector_bytes: LAYOUT.sector_bytes,
        page_bytes: FLASH_PAGE_BYTES,
    };

    fn select(&mut self) {
        CONTROL.write(USER_MODE | INACTIVE);
        CONTROL.write(USER_MODE);
    }

    /// Four bytes an access, lowest first, as the controller puts them on the bus.
    fn send(&mut self, data: &[u8]) {
        let (words, tail) = data.as_chunks::<4>();
        for word in words {
            WINDOW.write(u32::from_le_bytes(*word));
        }
        for byte in tail {
            WINDOW.write_byte(*byte);
        }
    }

    fn receive(&mut self, data: &mut [u8]) {
        let (words, tail) = data.as_chunks_mut::<4>();
        for word in words {
            *word = WINDOW.read().to_le_bytes();
        }
        for byte in tail {
            *byte = WINDOW.read_byte();
        }
    }

    fn deselect(&mut self) {
        CONTROL.write(USER_MODE | INACTIVE);
        CONTROL.write(READ_MODE);
    }
}

const fn register(address: u32) -> Register {
    // SAFETY: called with addresses of the controller's registers and of its window only. In user mode
    // the controller moves bytes between itself and the flash chip, and never touches memory.
    unsafe { Register::at(address) }
}

/// FMC00: which chips may be written.
const CONFIGURATION: Register = register(0x7E62_0000);
/// FMC10: mode and select line of chip 0.
const CONTROL: Register = register(0x7E62_0010);
/// Any access here moves bytes to or from chip 0.
const WINDOW: Register = register(0x8000_0000);

/// In `CONFIGURATION`: chip 0 may be written.
const WRITABLE: u32 = 1 << 16;
/// In `CONTROL`: the window reads the flash as memory, the state after a reset.
const READ_MODE: u32 = 0;
/// In `CONTROL`: the window moves bytes.
const USER_MODE: u32 = 3;
/// In `CONTROL`: the select line is up.
const INACTIVE: u32 = 1 << 2;
