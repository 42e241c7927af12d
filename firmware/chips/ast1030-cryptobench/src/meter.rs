//! Counts instructions by SysTick, and stack by paint.
//!
//! Under QEMU with `-icount shift=0` an instruction takes one nanosecond of virtual time, and SysTick
//! ticks at 200 MHz: once in five instructions. The counter has 24 bits; its wraps are counted by an
//! exception of a few instructions in 84 million. On silicon the same counter counts cycles, which is
//! another unit: this program says instructions, and is for the emulator.

use core::sync::atomic::{AtomicU32, Ordering, compiler_fence};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use cryptobench::{Meter, Unit, Words, painted};

/// The counter of instructions.
pub(crate) struct Instructions {
    timer: SYST,
    overhead: u64,
}

impl Instructions {
    /// Starts the counter and finds out what counting nothing costs.
    pub(crate) fn start(mut timer: SYST) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(LONGEST);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();
        let mut meter = Self { timer, overhead: 0 };
        meter.overhead = meter.count(&mut || ());
        meter
    }

    /// Ticks since the start.
    fn ticks(&self) -> u64 {
        // A wrap that is due is taken now, and not between the two reads below.
        cortex_m::asm::isb();
        loop {
            let wraps = WRAPS.load(Ordering::SeqCst);
            let left = SYST::get_current();
            if WRAPS.load(Ordering::SeqCst) == wraps {
                return u64::from(wraps) * (u64::from(LONGEST) + 1) + u64::from(LONGEST - left);
            }
        }
    }
}

impl Meter for Instructions {
    fn unit(&self) -> Unit {
        Unit::Instructions
    }

    fn count(&mut self, work: &mut dyn FnMut()) -> u64 {
        // From a fresh start each time, so that equal work meets ticks and wraps at equal places: how
        // long the program has waited for its bench before differs from run to run.
        self.timer.clear_current();
        while SYST::get_current() == 0 {}
        WRAPS.store(0, Ordering::SeqCst);
        let before = self.ticks();
        compiler_fence(Ordering::SeqCst);
        work();
        compiler_fence(Ordering::SeqCst);
        (self.ticks() - before).saturating_mul(INSTRUCTIONS_PER_TICK).saturating_sub(self.overhead)
    }

    fn stack(&mut self, work: &mut dyn FnMut()) -> Option<u32> {
        let bottom = &raw const __sheap as u32;
        painted(&mut Free, bottom..cortex_m::register::msp::read(), work)
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

#[exception]
fn SysTick() {
    WRAPS.fetch_add(1, Ordering::SeqCst);
}

static WRAPS: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" {
    /// End of the last variable, by the linker script of `cortex-m-rt`. Only its address means something.
    static __sheap: u32;
}

const LONGEST: u32 = 0xff_ffff;
const INSTRUCTIONS_PER_TICK: u64 = 5;
