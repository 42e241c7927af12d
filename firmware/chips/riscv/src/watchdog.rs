//! The watchdog: the first stage's own timer interrupt, in machine mode.
//!
//! The chip has no watchdog that QEMU's board models, so the first stage stays resident and is one: its
//! memory and its timer are out of an image's reach, and what an image can do is feed it. It counts
//! ticks of a quarter of the period. The tick is also what wakes a sleeping image in time to feed it.
//!
//! Once armed it is not stopped again: an image that fails must not be able to take its judge along.

use core::sync::atomic::{AtomicU32, Ordering};

use chip::register::Register;
use riscv_map::HART;

use crate::csr;

/// Arms the watchdog: unless it is fed within `period_ms`, [`tick`] says that time is up.
pub(crate) fn arm(period_ms: u32) {
    TICK_US.store((period_ms.saturating_mul(1_000) / TICKS).max(1), Ordering::Relaxed);
    feed();
    next_tick();
    // SAFETY: interrupts of this mode are masked as long as it runs, so nothing happens here and now.
    unsafe { csr::write!("mie", TIMER_INTERRUPT) };
}

/// Begins the period anew. Does nothing to a watchdog that is not armed.
pub fn feed() {
    // One more than a period's, because a part of the current one is over already. The timer itself is
    // left alone: an image feeds often, and a store costs less than six accesses to the timer.
    LEFT.store(TICKS + 1, Ordering::Relaxed);
}

/// Whether there is time left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There is.
    Some,
    /// The period is over.
    None,
}

/// Takes the timer's interrupt.
pub fn tick() -> Left {
    let left = LEFT.load(Ordering::Relaxed).saturating_sub(1);
    LEFT.store(left, Ordering::Relaxed);
    next_tick();
    if left == 0 { Left::None } else { Left::Some }
}

/// Lets time pass, in machine mode, with no more ticks to come: for whoever is about to reset the board.
///
/// It is the timer's interrupt that is waited for and not the time itself: an emulated board does what
/// else was due before, such as sending what the image has written, before it interrupts.
pub(crate) fn pause(time_us: u32) {
    interrupt_in(time_us);
    // SAFETY: interrupts of this mode are masked as long as it runs; this one only ends the sleep.
    unsafe { csr::write!("mie", TIMER_INTERRUPT) };
    // SAFETY: reading what is pending changes nothing.
    while unsafe { csr::read!("mip") } & TIMER_INTERRUPT == 0 {
        csr::sleep();
    }
}

fn next_tick() {
    interrupt_in(TICK_US.load(Ordering::Relaxed));
}

fn interrupt_in(time_us: u32) {
    let at = now_us() + u64::from(time_us);
    // Not a moment's interrupt in between: the high half is out of reach while the low one changes.
    COMPARE_HIGH.write(u32::MAX);
    COMPARE_LOW.write(at as u32);
    COMPARE_HIGH.write((at >> 32) as u32);
}

/// The time since the board was reset.
fn now_us() -> u64 {
    loop {
        let high = TIME_HIGH.read();
        let low = TIME_LOW.read();
        if TIME_HIGH.read() == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

/// Length of a tick. The timer counts at 1 MHz.
static TICK_US: AtomicU32 = AtomicU32::new(0);
/// Ticks until time is up.
static LEFT: AtomicU32 = AtomicU32::new(0);

const TICKS: u32 = 4;
/// In `mie` and `mip`: the machine timer.
const TIMER_INTERRUPT: u32 = 1 << 7;

const fn register(offset_bytes: u32) -> Register {
    // SAFETY: the core-local interruptor's registers (FU540-C000 manual, chapter 9); they reach no memory.
    unsafe { Register::at(CLINT_BASE + offset_bytes) }
}

/// Address of the core-local interruptor.
const CLINT_BASE: u32 = 0x0200_0000;
/// Address of the high half of the time at which hart 0 is interrupted; the next hart's is 8 bytes on.
pub const COMPARE_HIGH_OF_HART_0: u32 = CLINT_BASE + 0x4004;

const COMPARE_LOW: Register = register(0x4000 + 8 * HART);
const COMPARE_HIGH: Register = register(0x4004 + 8 * HART);
const TIME_LOW: Register = register(0xbff8);
const TIME_HIGH: Register = register(0xbffc);
