//! Counts instructions by `minstret`, and stack by paint.
//!
//! Under QEMU with `-icount` the counter is the count of instructions that the hart has retired. On
//! silicon it is the same, and still no time: this program says instructions wherever it runs.

use core::arch::asm;
use core::sync::atomic::{Ordering, compiler_fence};

use cryptobench::{Meter, Unit, Words, painted};

/// The counter of instructions.
pub(crate) struct Instructions {
    overhead: u64,
}

impl Instructions {
    /// Finds out what counting nothing costs.
    pub(crate) fn start() -> Self {
        let mut meter = Self { overhead: 0 };
        meter.overhead = meter.count(&mut || ());
        meter
    }
}

impl Meter for Instructions {
    fn unit(&self) -> Unit {
        Unit::Instructions
    }

    fn count(&mut self, work: &mut dyn FnMut()) -> u64 {
        let before = retired();
        compiler_fence(Ordering::SeqCst);
        work();
        compiler_fence(Ordering::SeqCst);
        (retired() - before).saturating_sub(self.overhead)
    }

    fn stack(&mut self, work: &mut dyn FnMut()) -> Option<u32> {
        let pointer: u32;
        // SAFETY: reads the stack pointer, and nothing else happens.
        unsafe { asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
        painted(&mut Free, &raw const _bss_end as u32..pointer, work)
    }
}

/// Instructions that this hart has retired. The high half is read twice, in case the low one wraps
/// between; a round in which it does is one more, and happens once in four thousand million.
fn retired() -> u64 {
    loop {
        let (high, low, again): (u32, u32, u32);
        // SAFETY: reads counters, and nothing else happens.
        unsafe {
            asm!(
                "csrr {high}, minstreth",
                "csrr {low}, minstret",
                "csrr {again}, minstreth",
                high = out(reg) high,
                low = out(reg) low,
                again = out(reg) again,
                options(nomem, nostack)
            );
        }
        if high == again {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}

/// What lies between the last variable and the stack pointer.
struct Free;

impl Words for Free {
    fn write(&mut self, address: u32, word: u32) {
        // SAFETY: `painted` writes only to the range above, which nothing uses yet, and keeps clear of
        // what it pushes itself.
        unsafe { (address as *mut u32).write_volatile(word) };
    }

    fn read(&self, address: u32) -> u32 {
        // SAFETY: the same memory, and reading a word of it is always sound.
        unsafe { (address as *const u32).read_volatile() }
    }
}

unsafe extern "C" {
    /// End of the last variable, by the linker script. Only its address means something.
    static _bss_end: u32;
}
