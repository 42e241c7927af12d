//! SiFive's HiFive Unleashed with 32-bit harts: memory in the chip, and SPI NOR flash behind QSPI0.
//!
//! The flash chip has 32 MiB, of which the firmware uses the first. The rest of a flash file is a hole,
//! which costs neither disk nor time; a write there is no operation of the firmware's and an error.
//!
//! The first stage stays resident under the image and answers its traps. While it does, the processor
//! executes in the image's name.

use rig::Capability;
use riscv_map::{
    EXECUTING_BASE, EXECUTING_SIZE_BYTES, FIRST_STAGE_BASE, FIRST_STAGE_SIZE_BYTES, FLASH_CHIP_BYTES,
    FLASH_DRIVE_INDEX, FLASH_PAGE_BYTES, HART, LAYOUT, REPORT_BASE, SRAM_BASE, SRAM_BYTES,
};

use super::{Board, Elf, Flash, Memory, Wanted};
use crate::detect::Version;

/// The RISC-V board.
pub static RISCV: Board = Board {
    rig: "qemu-riscv",
    emulator: Wanted {
        program: "qemu-system-riscv32",
        variable: "OTABENCH_QEMU_SYSTEM_RISCV32",
        packages: &["qemu-system-riscv", "qemu-system-misc"],
        oldest: Version([7, 2, 0]),
        best: Version([7, 2, 0]),
        lacks: "",
        elsewhere: "Fedora `dnf install qemu-system-riscv`, Arch `pacman -S qemu-system-riscv`, Alpine `apk add qemu-system-riscv32`",
    },
    target: "riscv32imac-unknown-none-elf",
    package: "otabench-riscv",
    options: &[
        ["-M", riscv_map::QEMU_MACHINE],
        ["-smp", riscv_map::QEMU_HARTS],
        ["-cpu", riscv_map::QEMU_PROCESSOR],
        ["-m", "16M"],
        ["-bios", "none"],
        ["-nic", "none"],
    ],
    memory: Memory {
        base: SRAM_BASE,
        size_bytes: SRAM_BYTES,
        executing_base: EXECUTING_BASE,
        executing_bytes: EXECUTING_SIZE_BYTES,
        report_base: REPORT_BASE,
        // RISC-V; compressed instructions.
        elf: Elf { machine: 243, flags: 1 },
    },
    flash: Flash {
        drive_index: FLASH_DRIVE_INDEX,
        layout: LAYOUT,
        chip_bytes: FLASH_CHIP_BYTES,
        page_bytes: FLASH_PAGE_BYTES,
    },
    // No open memory: the resident first stage fences its images in.
    capabilities: &[Capability::OperationLog, Capability::Measurement, Capability::Mutants],
    gauge: None,
    button: None,
    processor: HART,
    counter,
    lockup: None,
};

/// Where a trap of the image came from, while the first stage answers it; else the program counter.
///
/// The first stage's memory executes in machine mode only. Which mode the trap came from is in two bits
/// of `mstatus`; outside of traps the first stage keeps them at machine mode.
fn counter(registers: &str) -> Option<u32> {
    let counter = register(registers, "pc")?;
    let previous_mode = register(registers, "mstatus")? >> 11 & 3;
    let in_first_stage = (FIRST_STAGE_BASE..FIRST_STAGE_BASE + FIRST_STAGE_SIZE_BYTES).contains(&counter);
    if in_first_stage && previous_mode != MACHINE_MODE { register(registers, "mepc") } else { Some(counter) }
}

const MACHINE_MODE: u32 = 3;

/// A line such as ` pc       08000026`.
fn register(registers: &str, name: &str) -> Option<u32> {
    registers.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let value = words.next().filter(|word| *word == name).and_then(|_| words.next())?;
        u32::from_str_radix(value, 16).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registers(pc: u32, mstatus: u32, mepc: u32) -> String {
        format!(
            "\r\nCPU#1\r\n V      =   0\r\n pc       {pc:08x}\r\n mhartid  00000001\r\n mstatus  {mstatus:08x}\r\n \
             mstatush 00000000\r\n mepc     {mepc:08x}\r\n sepc     00000000\r\n x0/zero  00000000 x1/ra    08000000\r\n"
        )
    }

    #[test]
    fn the_program_counter_is_read() {
        assert_eq!(counter(&registers(0x0800_0026, 0x1800, 0x0808_0000)), Some(0x0800_0026));
        assert_eq!(counter(&registers(0x0808_1234, 0x0080, 0x0808_0000)), Some(0x0808_1234));
        assert_eq!(counter("R15=0000116c"), None);
        assert_eq!(counter(" pc       zz\r\n mstatus  0\r\n"), None);
    }

    #[test]
    fn a_trap_of_the_image_is_the_image() {
        assert_eq!(counter(&registers(0x0800_0040, 0x0880, 0x0808_4444)), Some(0x0808_4444));
        assert_eq!(counter(&registers(0x0800_0040, 0x0000, 0xffff_fffc)), Some(0xffff_fffc));
    }
}
