//! Where things are on the AST1030 board: memory, flash, UART, and the first stage's report.
//!
//! Firmware, linker and bench must agree on these numbers or a measurement would read the wrong
//! memory and call it evidence. So they stand here once: the chip crate links by them, and the bench
//! starts QEMU and measures by them.
#![no_std]

use menu::Layout;

/// QEMU's name for the board and, for either controller, the model of the SPI NOR chip behind it:
/// Winbond W25Q80BL, 1 MiB, sectors of 4 KiB, pages of 256 bytes, plain commands with three address
/// bytes.
pub const QEMU_MACHINE: &str = "ast1030-evb,fmc-model=w25q80bl,spi-model=w25q80bl";

/// Index of the first FMC chip among QEMU's `-drive if=mtd,index=…`.
pub const FLASH_DRIVE_INDEX: u32 = 0;

/// Bytes that one program operation of the flash chip can reach; beyond, it wraps around.
pub const FLASH_PAGE_BYTES: u32 = 256;

/// The map of the flash.
pub const LAYOUT: Layout = Layout::packed(SECTOR_BYTES, 0x10_0000, 0x1_0000, SLOT_BYTES);

const SECTOR_BYTES: u32 = 4096;
const SLOT_BYTES: u32 = 0x3_0000;

/// Size of the SRAM; it begins at address 0, and everything executes from it.
pub const SRAM_BYTES: u32 = 0xC_0000;

/// Address of the first stage, where the processor begins after a reset.
pub const FIRST_STAGE_BASE: u32 = 0;
/// Room for the first stage's code. It is a budget: a larger one does not link.
pub const FIRST_STAGE_SIZE_BYTES: u32 = 0x1_0000;
/// Address of the first stage's stack and variables.
pub const FIRST_STAGE_RAM_BASE: u32 = FIRST_STAGE_BASE + FIRST_STAGE_SIZE_BYTES;
/// Room for the first stage's stack and variables, a budget too.
pub const FIRST_STAGE_RAM_SIZE_BYTES: u32 = 0x8000;

/// Address of the first stage's report ([`menu::Report`]), which lies outside of every image.
pub const REPORT_BASE: u32 = 0x3_F000;

/// Address that images are loaded to and run from. An image begins with its vector table.
pub const EXECUTING_BASE: u32 = 0x4_0000;
/// Size of the memory that belongs to the running image: its bytes, then its stack and variables.
pub const EXECUTING_SIZE_BYTES: u32 = SRAM_BYTES - EXECUTING_BASE;
/// Longest image: what a slot holds behind its header's sector.
pub const IMAGE_SIZE_BYTES: u32 = SLOT_BYTES - SECTOR_BYTES;
/// Address of the running image's stack and variables, behind the longest image, so that the bytes
/// of an image never change while it runs and can be measured at any time.
pub const IMAGE_RAM_BASE: u32 = EXECUTING_BASE + IMAGE_SIZE_BYTES;
/// Size of the running image's stack and variables.
pub const IMAGE_RAM_SIZE_BYTES: u32 = SRAM_BYTES - IMAGE_RAM_BASE;

/// Address of UART5, the update link: a 16550 with a register every four bytes.
pub const UART5_BASE: u32 = 0x7E78_4000;
/// Interrupt of UART5.
pub const UART5_INTERRUPT: u16 = 8;

/// The address of the gauge on the fourth I2C bus.
pub const GAUGE_ADDRESS: u8 = 0x4e;
/// What QEMU is told to put the gauge there.
pub const QEMU_GAUGE: &str = "max34451,bus=aspeed.i2c.bus.3,address=0x4e,id=gauge";

#[cfg(test)]
mod tests {
    use super::*;
    use menu::{Report, Slot};

    #[test]
    fn the_flash_map_is_sound() {
        assert_eq!(LAYOUT.check(), Ok(()));
    }

    #[test]
    fn the_longest_image_fills_either_slot() {
        for slot in Slot::ALL {
            assert_eq!(LAYOUT.image(*slot).size_bytes, IMAGE_SIZE_BYTES);
        }
    }

    #[test]
    fn no_two_uses_of_the_memory_overlap() {
        let uses = [
            (FIRST_STAGE_BASE, FIRST_STAGE_SIZE_BYTES),
            (FIRST_STAGE_RAM_BASE, FIRST_STAGE_RAM_SIZE_BYTES),
            (REPORT_BASE, Report::BYTES as u32),
            (EXECUTING_BASE, IMAGE_SIZE_BYTES),
            (IMAGE_RAM_BASE, IMAGE_RAM_SIZE_BYTES),
            (SRAM_BYTES, 0),
        ];
        for pair in uses.windows(2) {
            assert!(pair[0].0 + pair[0].1 <= pair[1].0, "{pair:x?}");
        }
    }
}
