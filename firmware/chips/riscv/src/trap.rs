//! The first stage's traps: its own faults, and everything that stops an image.
//!
//! There is one way from an image into the resident first stage, and it answers the image's two calls,
//! counts the watchdog's ticks, and resets the board for everything else: an image that faults is no
//! better than one that asks for the reset itself.

use core::arch::naked_asm;

use crate::call::Call;
use crate::watchdog::{self, Left};
use crate::{board, csr};

/// `mcause` of the machine timer's interrupt.
const TIMER: u32 = 1 << 31 | 7;
/// `mcause` of a call from supervisor mode.
const CALL: u32 = 9;
/// What the UART's queue and the byte that is just being sent take to leave, at 115200 baud.
const QUEUE_US: u32 = 1_000;
/// Every call is an instruction of this size.
const CALL_BYTES: u32 = 4;

unsafe extern "C" {
    /// The linker's: the end of the first stage's memory.
    static _stack: u8;
}

/// Answers the traps of an image from now on.
///
/// # Safety
/// To be called by the first stage, in machine mode, when it has nothing left to do but enter the image:
/// the traps use its stack from the top.
pub(crate) unsafe fn answer_image() {
    // SAFETY: the caller needs its stack for nothing but the way into the image, and no trap comes before.
    unsafe {
        csr::write!("mscratch", &raw const _stack);
        csr::write!("mtvec", from_image as unsafe extern "C" fn() -> !);
    }
}

/// A fault of the first stage. Whatever it was, nothing runs that was not verified.
///
/// # Safety
/// The processor's alone to enter.
#[unsafe(naked)]
#[unsafe(link_section = ".trap.own")]
pub unsafe extern "C" fn own() -> ! {
    naked_asm!("csrw mie, zero", "2: wfi", "j 2b")
}

/// A trap of the image: changes to the first stage's stack, saves what a function may change, answers,
/// and goes back.
///
/// # Safety
/// The processor's alone to enter.
#[unsafe(naked)]
#[unsafe(link_section = ".trap.from_image")]
unsafe extern "C" fn from_image() -> ! {
    naked_asm!(
        "csrrw sp, mscratch, sp",
        "addi sp, sp, -64",
        "sw ra, 0(sp)",
        "sw t0, 4(sp)",
        "sw t1, 8(sp)",
        "sw t2, 12(sp)",
        "sw t3, 16(sp)",
        "sw t4, 20(sp)",
        "sw t5, 24(sp)",
        "sw t6, 28(sp)",
        "sw a0, 32(sp)",
        "sw a1, 36(sp)",
        "sw a2, 40(sp)",
        "sw a3, 44(sp)",
        "sw a4, 48(sp)",
        "sw a5, 52(sp)",
        "sw a6, 56(sp)",
        "sw a7, 60(sp)",
        "csrr a0, mcause",
        "mv a1, a7",
        "call {answer}",
        "lw ra, 0(sp)",
        "lw t0, 4(sp)",
        "lw t1, 8(sp)",
        "lw t2, 12(sp)",
        "lw t3, 16(sp)",
        "lw t4, 20(sp)",
        "lw t5, 24(sp)",
        "lw t6, 28(sp)",
        "lw a0, 32(sp)",
        "lw a1, 36(sp)",
        "lw a2, 40(sp)",
        "lw a3, 44(sp)",
        "lw a4, 48(sp)",
        "lw a5, 52(sp)",
        "lw a6, 56(sp)",
        "lw a7, 60(sp)",
        "addi sp, sp, 64",
        "csrrw sp, mscratch, sp",
        "mret",
        answer = sym answer,
    )
}

/// Answers a trap; `number` is what the image had in `a7`.
extern "C" fn answer(cause: u32, number: u32) {
    if cause == TIMER {
        match watchdog::tick() {
            Left::Some => return,
            Left::None => board::reset(),
        }
    }
    let call = if cause == CALL { Call::from_number(number) } else { None };
    match call {
        Some(Call::Feed) => watchdog::feed(),
        Some(Call::Reset) => {
            watchdog::pause(QUEUE_US);
            board::reset()
        }
        None => board::reset(),
    }
    // SAFETY: the image goes on behind its call.
    unsafe { csr::write!("mepc", csr::read!("mepc") + CALL_BYTES) }
}
