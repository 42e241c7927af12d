//! The first stage on RISC-V.
//!
//! All it adds to `chip`'s first stage is where the harts begin.
#![no_std]
#![no_main]

use core::arch::naked_asm;
use core::panic::PanicInfo;

use chip::first_stage;
use riscv::{RiscV, board, entry, trap, watchdog};
use riscv_map::HART;

/// In `mstatus`: the mode before the last trap was machine mode. Whoever looks from outside can tell
/// from it a trap of the image, before which it was not, from the first stage at its own work.
const PREVIOUS_WAS_MACHINE: u32 = 3 << 11;

/// Where the harts begin. One runs the firmware; the other one sleeps for good.
///
/// Each puts its timer off to the end of time: what is pending all the while disturbs a sleep.
///
/// # Safety
/// The processor's alone to enter.
#[unsafe(naked)]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".first")]
unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "csrw mie, zero",
        "li t0, {previous_was_machine}",
        "csrw mstatus, t0",
        "la t0, {own_trap}",
        "csrw mtvec, t0",
        "csrr t0, mhartid",
        "slli t1, t0, 3",
        "li t2, {compare_high}",
        "add t1, t1, t2",
        "li t2, -1",
        "sw t2, 0(t1)",
        "li t1, {hart}",
        "beq t0, t1, 3f",
        "2: wfi",
        "j 2b",
        "3: tail {start}",
        previous_was_machine = const PREVIOUS_WAS_MACHINE,
        own_trap = sym trap::own,
        compare_high = const watchdog::COMPARE_HIGH_OF_HART_0,
        hart = const HART,
        start = sym entry::start,
    )
}

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    // SAFETY: this is the first stage, and it is entered once in a boot.
    unsafe { first_stage::run::<RiscV>() }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    board::sleep_for_ever()
}
