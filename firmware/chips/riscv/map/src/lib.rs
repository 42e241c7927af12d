//! Where things are on the RISC-V board: memory, flash, UART, and the first stage's report.
//!
//! Firmware, linker and bench must agree on these numbers or a measurement would read the wrong
//! memory and call it evidence. So they stand here once: the chip crate links by them, and the bench
//! starts QEMU and measures by them.
//!
//! The board is QEMU's `sifive_u`, after SiFive's HiFive Unleashed with the FU540-C000 (manual,
//! chapter 5, "Memory Map"), with 32-bit harts.
#![no_std]

use menu::Layout;

/// QEMU's name for the board, which begins in the memory that [`SRAM_BASE`] names.
pub const QEMU_MACHINE: &str = "sifive_u,msel=6";
/// Its harts, as QEMU's `-smp`: the monitor hart, which sleeps, and the one that runs the firmware.
pub const QEMU_HARTS: &str = "2";
/// That one, as QEMU's `-cpu`: with the instructions for AES and SHA-2, which only measurements use.
pub const QEMU_PROCESSOR: &str = "rv32,zkne=true,zknd=true,zknh=true,zbkb=true";

/// The hart that runs the firmware. Number 0 is the monitor hart, which has no supervisor mode.
pub const HART: u32 = 1;

/// Index of the flash chip among QEMU's `-drive if=mtd,index=…`.
pub const FLASH_DRIVE_INDEX: u32 = 0;

/// Size of the flash chip, an ISSI IS25WP256: sectors of 4 KiB, pages of 256 bytes. Commands with
/// three address bytes reach the first half, and the firmware uses [`LAYOUT`]'s part of it.
pub const FLASH_CHIP_BYTES: u32 = 0x200_0000;

/// Bytes that one program operation of the flash chip can reach; beyond, it wraps around.
pub const FLASH_PAGE_BYTES: u32 = 256;

/// The map of the flash.
pub const LAYOUT: Layout = Layout::packed(SECTOR_BYTES, 0x10_0000, 0x1_0000, SLOT_BYTES);

const SECTOR_BYTES: u32 = 4096;
const SLOT_BYTES: u32 = 0x3_0000;

/// Address of the SRAM, the chip's loosely integrated memory (L2 LIM).
pub const SRAM_BASE: u32 = 0x0800_0000;
/// The part of it that is used; everything executes from it.
pub const SRAM_BYTES: u32 = 0x10_0000;

/// Address of the first stage, where both harts begin after a reset.
pub const FIRST_STAGE_BASE: u32 = SRAM_BASE;
/// Room for the first stage's code. It is a budget: a larger one does not link.
pub const FIRST_STAGE_SIZE_BYTES: u32 = 0x1_0000;
/// Address of the first stage's stack and variables. It stays resident, and nothing else may touch
/// them: the watchdog is there.
pub const FIRST_STAGE_RAM_BASE: u32 = FIRST_STAGE_BASE + FIRST_STAGE_SIZE_BYTES;
/// Room for the first stage's stack and variables, a budget too.
pub const FIRST_STAGE_RAM_SIZE_BYTES: u32 = 0x8000;

/// Address of the first stage's report ([`menu::Report`]), which images can only read.
pub const REPORT_BASE: u32 = EXECUTING_BASE - REPORT_PAGE_BYTES;
/// Size of the memory that holds nothing but the report, a power of two.
pub const REPORT_PAGE_BYTES: u32 = 0x1000;

/// Address that images are loaded to and run from, a multiple of its size. An image begins with two
/// words: where its stack begins, and where its code begins.
pub const EXECUTING_BASE: u32 = SRAM_BASE + 0x8_0000;
/// Size of the memory that belongs to the running image: its bytes, then its stack and variables. A
/// power of two, so that one entry of the memory protection covers it.
pub const EXECUTING_SIZE_BYTES: u32 = 0x8_0000;
/// Longest image: what a slot holds behind its header's sector.
pub const IMAGE_SIZE_BYTES: u32 = SLOT_BYTES - SECTOR_BYTES;
/// Address of the running image's stack and variables, behind the longest image, so that the bytes
/// of an image never change while it runs and can be measured at any time.
pub const IMAGE_RAM_BASE: u32 = EXECUTING_BASE + IMAGE_SIZE_BYTES;
/// Size of the running image's stack and variables.
pub const IMAGE_RAM_SIZE_BYTES: u32 = EXECUTING_BASE + EXECUTING_SIZE_BYTES - IMAGE_RAM_BASE;

/// Address of UART0, the update link.
pub const UART0_BASE: u32 = 0x1001_0000;
/// Interrupt of UART0.
pub const UART0_INTERRUPT: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use menu::{Report, Slot};

    #[test]
    fn the_flash_map_is_sound() {
        assert_eq!(LAYOUT.check(), Ok(()));
        assert!(LAYOUT.flash_bytes <= FLASH_CHIP_BYTES);
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
            (SRAM_BASE + SRAM_BYTES, 0),
        ];
        for pair in uses.windows(2) {
            assert!(pair[0].0 + pair[0].1 <= pair[1].0, "{pair:x?}");
        }
    }

    #[test]
    fn the_memory_protection_can_cover_what_it_has_to() {
        for (base, size_bytes) in [(EXECUTING_BASE, EXECUTING_SIZE_BYTES), (REPORT_BASE, REPORT_PAGE_BYTES)] {
            assert!(size_bytes.is_power_of_two());
            assert!(base.is_multiple_of(size_bytes));
        }
    }
}
