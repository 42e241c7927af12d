//! The SPI NOR flash behind the firmware memory controller (FMC), chip select 0.
//!
//! The controller is used in *user mode*: the processor pulls chip select and every access to the
//! flash window moves bytes over the bus, so the commands are the flash chip's own (Winbond W25Q80BL
//! data sheet, section 7.2). That is slower than the mapped window and shows each command to whoever
//! watches the bus.
//!
//! A chip wraps around at the end of a page, ignores a program or an erase without write enable, and
//! ignores everything while it is busy, all without a word. An emulated one forgives all three. So
//! the rules are kept and checked here: operations stay inside a page, the write-enable latch is read
//! back, and an operation is over only when the chip says so.

use ast1030_map::{FLASH_PAGE_BYTES, LAYOUT};
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

use crate::register::Register;

/// The flash chip.
#[derive(Debug)]
pub struct Flash {
    _opened: (),
}

/// Why a flash operation did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashError {
    /// The address is not a multiple of what the operation needs.
    NotAligned,
    /// The operation reaches beyond the chip.
    OutOfBounds,
    /// The chip did not take the write enable: it is protected, absent or broken.
    WriteProtected,
    /// The chip stayed busy for longer than any operation takes.
    Busy,
}

impl Flash {
    /// Makes the chip ready.
    pub fn open() -> Self {
        CONFIGURATION.write(CONFIGURATION.read() | WRITABLE);
        Self { _opened: () }
    }

    /// Manufacturer, memory type and capacity (JEDEC identification), if a chip answers at all: an
    /// empty bus reads as all zeros or all ones.
    pub fn id(&mut self) -> Option<[u8; 3]> {
        let mut id = [0; 3];
        Selected::with(READ_ID).receive(&mut id);
        (id != [0; 3] && id != [0xff; 3]).then_some(id)
    }

    /// Writes within one page.
    fn program_page(&mut self, offset_bytes: u32, data: &[u8]) -> Result<(), FlashError> {
        enable_write()?;
        Selected::at(PAGE_PROGRAM, offset_bytes).send(data);
        wait_until_ready()
    }

    fn erase_sector(&mut self, offset_bytes: u32) -> Result<(), FlashError> {
        enable_write()?;
        drop(Selected::at(SECTOR_ERASE, offset_bytes));
        wait_until_ready()
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, offset, bytes.len())?;
        Selected::at(READ, offset).receive(bytes);
        Ok(())
    }

    fn capacity(&self) -> usize {
        LAYOUT.flash_bytes as usize
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = LAYOUT.sector_bytes as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check_erase(self, from, to)?;
        (from..to).step_by(Self::ERASE_SIZE).try_for_each(|sector| self.erase_sector(sector))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len())?;
        let mut at = offset;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.len().min(left_in_page(at)));
            self.program_page(at, piece)?;
            // The write was checked to end inside the flash, so this does not overflow.
            at += piece.len() as u32;
            rest = later;
        }
        Ok(())
    }
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            FlashError::NotAligned => NorFlashErrorKind::NotAligned,
            FlashError::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            FlashError::WriteProtected | FlashError::Busy => NorFlashErrorKind::Other,
        }
    }
}

impl From<NorFlashErrorKind> for FlashError {
    /// The checks of `embedded-storage` know two reasons to refuse.
    fn from(kind: NorFlashErrorKind) -> Self {
        if kind == NorFlashErrorKind::NotAligned { FlashError::NotAligned } else { FlashError::OutOfBounds }
    }
}

/// How many bytes can be written from here before the page ends.
fn left_in_page(offset_bytes: u32) -> usize {
    (FLASH_PAGE_BYTES - offset_bytes % FLASH_PAGE_BYTES) as usize
}

fn enable_write() -> Result<(), FlashError> {
    drop(Selected::with(WRITE_ENABLE));
    if status() & WRITE_ENABLED != 0 { Ok(()) } else { Err(FlashError::WriteProtected) }
}

fn wait_until_ready() -> Result<(), FlashError> {
    for _ in 0..STATUS_READS {
        if status() & BUSY == 0 {
            return Ok(());
        }
    }
    Err(FlashError::Busy)
}

fn status() -> u8 {
    let mut status = [0];
    Selected::with(READ_STATUS).receive(&mut status);
    status[0]
}

/// The chip while its select line is down: one command, which ends when this is dropped.
struct Selected;

impl Selected {
    /// Begins a command without an address.
    fn with(command: u8) -> Self {
        CONTROL.write(USER_MODE | INACTIVE);
        CONTROL.write(USER_MODE);
        WINDOW.write_byte(command);
        Self
    }

    /// Begins a command with an address.
    fn at(command: u8, offset_bytes: u32) -> Self {
        let selected = Self::with(command);
        let [_, high, middle, low] = offset_bytes.to_be_bytes();
        selected.send(&[high, middle, low]);
        selected
    }

    /// Four bytes an access, lowest first, as the controller puts them on the bus.
    fn send(&self, data: &[u8]) {
        let (words, tail) = data.as_chunks::<4>();
        for word in words {
            WINDOW.write(u32::from_le_bytes(*word));
        }
        for byte in tail {
            WINDOW.write_byte(*byte);
        }
    }

    fn receive(&self, data: &mut [u8]) {
        let (words, tail) = data.as_chunks_mut::<4>();
        for word in words {
            *word = WINDOW.read().to_le_bytes();
        }
        for byte in tail {
            *byte = WINDOW.read_byte();
        }
    }
}

impl Drop for Selected {
    fn drop(&mut self) {
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

const PAGE_PROGRAM: u8 = 0x02;
const READ: u8 = 0x03;
const READ_STATUS: u8 = 0x05;
const WRITE_ENABLE: u8 = 0x06;
const SECTOR_ERASE: u8 = 0x20;
const READ_ID: u8 = 0x9f;

/// In the status: an operation is under way.
const BUSY: u8 = 1 << 0;
/// In the status: the chip will take one program or erase.
const WRITE_ENABLED: u8 = 1 << 1;

/// A sector erase takes 400 ms at most (data sheet, section 8.6), and reading the status takes two
/// bytes on a bus of 50 MHz at most, 0.3 µs: so many reads are longer than any operation.
const STATUS_READS: u32 = 2_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_never_reaches_over_the_end_of_a_page() {
        assert_eq!(left_in_page(0), 256);
        assert_eq!(left_in_page(1), 255);
        assert_eq!(left_in_page(0x1_00ff), 1);
        assert_eq!(left_in_page(0x1_0100), 256);
    }
}
