//! ASPEED's AST1030 evaluation board: a Cortex-M4F, SRAM, and SPI NOR flash behind the firmware memory
//! controller.
//!
//! What QEMU says and does here was the same in versions 7.2 and 10.0.

use ast1030_map::{
    EXECUTING_BASE, EXECUTING_SIZE_BYTES, FLASH_DRIVE_INDEX, FLASH_PAGE_BYTES, LAYOUT, REPORT_BASE, SRAM_BYTES,
};
use rig::Capability;

use super::{Board, Elf, Flash, Gauge, Lockup, Memory, Pin, Wanted};
use crate::detect::Version;
use crate::watchdog;

/// The AST1030.
pub static AST1030: Board = Board {
    rig: "qemu-ast1030",
    emulator: Wanted {
        program: "qemu-system-arm",
        variable: "OTABENCH_QEMU_SYSTEM_ARM",
        packages: &["qemu-system-arm"],
        oldest: Version([7, 2, 0]),
        best: Version([10, 0, 0]),
        lacks: "it runs the board, but without the hash engine: that needs QEMU 10",
        elsewhere: "Fedora `dnf install qemu-system-arm`, Arch `pacman -S qemu-system-arm`, Alpine `apk add qemu-system-arm`",
    },
    target: "thumbv7em-none-eabihf",
    package: "otabench-ast1030",
    options: &[["-M", ast1030_map::QEMU_MACHINE], ["-device", ast1030_map::QEMU_GAUGE]],
    memory: Memory {
        base: 0,
        size_bytes: SRAM_BYTES,
        executing_base: EXECUTING_BASE,
        executing_bytes: EXECUTING_SIZE_BYTES,
        report_base: REPORT_BASE,
        // ARM; EABI 5.
        elf: Elf { machine: 40, flags: 0x0500_0000 },
    },
    flash: Flash {
        drive_index: FLASH_DRIVE_INDEX,
        layout: LAYOUT,
        chip_bytes: LAYOUT.flash_bytes,
        page_bytes: FLASH_PAGE_BYTES,
    },
    capabilities: &[
        Capability::OperationLog,
        Capability::Measurement,
        Capability::Mutants,
        Capability::Battery,
        Capability::Button,
        Capability::OpenMemory,
    ],
    gauge: Some(Gauge { path: "/machine/peripheral/gauge", input: "vout[0]" }),
    button: Some(Pin { path: "/machine/soc/gpio", level: "gpioA0" }),
    processor: 0,
    counter,
    lockup: Some(Lockup { words: "Lockup: can't escalate", watchdog_event: watchdog::EVENT }),
};

/// QEMU prints the program counter as general register 15, for example `R15=000005d0`.
fn counter(registers: &str) -> Option<u32> {
    let (_, rest) = registers.split_once("R15=")?;
    u32::from_str_radix(rest.get(..8)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_counter_is_register_15() {
        let registers =
            "\r\nCPU#0\r\nR12=00000002 R13=000bf180 R14=00000000 R15=0000116c\r\nXPSR=01000000 ---- T priv-thread\r\n";
        assert_eq!(counter(registers), Some(0x116c));
        assert_eq!(counter("R14=00000000"), None);
        assert_eq!(counter("R15=12"), None);
    }
}
