//! A SPI NOR flash chip, by the commands that all of them share (JEDEC JESD216; Winbond W25Q80BL data
//! sheet, section 7.2; ISSI IS25WP256 data sheet, section 8): plain ones, with three address bytes.
//!
//! A chip wraps around at the end of a page, ignores a program or an erase without write enable, and
//! ignores everything while it is busy, all without a word. An emulated one forgives all three. So
//! the rules are kept and checked here: operations stay inside a page, the write-enable latch is read
//! back, and an operation is over only when the chip says so.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};

/// The bus with a flash chip on it.
pub trait Spi {
    /// The chip.
    const GEOMETRY: Geometry;

    /// Pulls the select line down: a command begins.
    fn select(&mut self);

    /// Sends bytes, in order; what comes back meanwhile is noise.
    fn send(&mut self, data: &[u8]);

    /// Receives bytes.
    fn receive(&mut self, data: &mut [u8]);

    /// Lets the select line go: the command ends, and what it asked for begins.
    fn deselect(&mut self);
}

/// Sizes of a flash chip, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// The part of it that is used.
    pub capacity_bytes: u32,
    /// What one erase reaches.
    pub sector_bytes: u32,
    /// What one program can reach; beyond, it wraps around.
    pub page_bytes: u32,
}

/// A flash chip.
#[derive(Debug)]
pub struct Nor<S> {
    spi: S,
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

impl<S: Spi> Nor<S> {
    /// The chip on this bus.
    pub const fn new(spi: S) -> Self {
        Self { spi }
    }

    /// Manufacturer, memory type and capacity (JEDEC identification), if a chip answers at all: an
    /// empty bus reads as all zeros or all ones.
    pub fn id(&mut self) -> Option<[u8; 3]> {
        let mut id = [0; 3];
        self.command(&[READ_ID]).receive(&mut id);
        (id != [0; 3] && id != [0xff; 3]).then_some(id)
    }

    /// Writes within one page.
    fn program_page(&mut self, offset_bytes: u32, data: &[u8]) -> Result<(), FlashError> {
        self.enable_write()?;
        self.command(&at(PAGE_PROGRAM, offset_bytes)).send(data);
        self.wait_until_ready()
    }

    fn erase_sector(&mut self, offset_bytes: u32) -> Result<(), FlashError> {
        self.enable_write()?;
        drop(self.command(&at(SECTOR_ERASE, offset_bytes)));
        self.wait_until_ready()
    }

    fn enable_write(&mut self) -> Result<(), FlashError> {
        drop(self.command(&[WRITE_ENABLE]));
        if self.status() & WRITE_ENABLED != 0 { Ok(()) } else { Err(FlashError::WriteProtected) }
    }

    fn wait_until_ready(&mut self) -> Result<(), FlashError> {
        for _ in 0..STATUS_READS {
            if self.status() & BUSY == 0 {
                return Ok(());
            }
        }
        Err(FlashError::Busy)
    }

    fn status(&mut self) -> u8 {
        let mut status = [0];
        self.command(&[READ_STATUS]).receive(&mut status);
        status[0]
    }

    fn command(&mut self, bytes: &[u8]) -> Command<'_, S> {
        self.spi.select();
        self.spi.send(bytes);
        Command { spi: &mut self.spi }
    }
}

impl<S> ErrorType for Nor<S> {
    type Error = FlashError;
}

impl<S: Spi> ReadNorFlash for Nor<S> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, offset, bytes.len())?;
        self.command(&at(READ, offset)).receive(bytes);
        Ok(())
    }

    fn capacity(&self) -> usize {
        S::GEOMETRY.capacity_bytes as usize
    }
}

impl<S: Spi> NorFlash for Nor<S> {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = S::GEOMETRY.sector_bytes as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check_erase(self, from, to)?;
        (from..to).step_by(Self::ERASE_SIZE).try_for_each(|sector| self.erase_sector(sector))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, offset, bytes.len())?;
        let mut at = offset;
        let mut rest = bytes;
        while !rest.is_empty() {
            let left_in_page = (S::GEOMETRY.page_bytes - at % S::GEOMETRY.page_bytes) as usize;
            let (piece, later) = rest.split_at(rest.len().min(left_in_page));
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

/// A command with an address.
fn at(command: u8, offset_bytes: u32) -> [u8; 4] {
    let [_, high, middle, low] = offset_bytes.to_be_bytes();
    [command, high, middle, low]
}

/// The chip while it is selected: one command, which ends when this is dropped.
struct Command<'a, S: Spi> {
    spi: &'a mut S,
}

impl<S: Spi> Command<'_, S> {
    fn send(self, data: &[u8]) {
        self.spi.send(data);
    }

    fn receive(self, data: &mut [u8]) {
        self.spi.receive(data);
    }
}

impl<S: Spi> Drop for Command<'_, S> {
    fn drop(&mut self) {
        self.spi.deselect();
    }
}

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

/// A sector erase takes 400 ms at most (W25Q80BL data sheet, section 8.6; less on the IS25WP256), and
/// reading the status takes two bytes on a bus of 50 MHz at most, 0.3 µs: so many reads are longer
/// than any operation.
const STATUS_READS: u32 = 2_000_000;
