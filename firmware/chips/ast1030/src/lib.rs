//! The AST1030 as the update firmware needs it: flash, UART, watchdog, reset, and entering an image.
//!
//! Thin on purpose. What decides anything lives in `boot` and `agent` and runs unchanged in the
//! simulator; what every chip does in the same way lives in `chip`; here is only what touches this
//! one. Every access to a register goes through `chip::register`, so the drivers themselves contain no
//! unsafe code.
//!
//! Interrupts stay masked for good. A masked interrupt still ends the processor's sleep, and a
//! program without handlers has one thread of execution to reason about.
#![no_std]

mod clock;
pub mod flash;
mod i2c;
pub mod parts;
pub mod uart;
pub mod watchdog;

use ast1030_map::{EXECUTING_BASE, EXECUTING_SIZE_BYTES, IMAGE_SIZE_BYTES, LAYOUT, REPORT_BASE};
use boot::Launch;
use chip::Chip;
use chip::app::App;
use chip::first_stage::FirstStage;
use chip::image::Executing;
use chip::nor::Nor;
use chip::report::ReportAt;
use cortex_m::Peripherals;
use cortex_m::peripheral::SCB;
use menu::Layout;

use flash::Fmc;
use parts::Parts;
use uart::Uart;

/// The chip.
pub struct Ast1030;

/// The lowest bit of an address of code: the processor knows Thumb only.
const THUMB: u32 = 1;

impl Chip for Ast1030 {
    type Spi = Fmc;

    const LAYOUT: Layout = LAYOUT;
    // SAFETY: the map reserves this memory for images. They begin with their vector table, whose first
    // words are stack and entry.
    const EXECUTING: Executing =
        unsafe { Executing::at(EXECUTING_BASE, EXECUTING_SIZE_BYTES, IMAGE_SIZE_BYTES, THUMB) };
    // SAFETY: the map keeps this memory apart from the first stage and from every image.
    const REPORT: ReportAt = unsafe { ReportAt::address(REPORT_BASE) };

    fn flash() -> Nor<Fmc> {
        Nor::new(Fmc::open())
    }

    fn sleep_for_ever() -> ! {
        cortex_m::interrupt::disable();
        loop {
            cortex_m::asm::wfi();
        }
    }
}

impl FirstStage for Ast1030 {
    /// The vector table stays the first stage's until the image installs its own, so a fault on its
    /// very first steps still finds a handler.
    unsafe fn enter(launch: &Launch) -> ! {
        if let Some(period_ms) = launch.watchdog_ms {
            watchdog::arm(period_ms);
        }
        cortex_m::asm::dsb();
        cortex_m::asm::isb();
        // SAFETY: the table is where the caller put it, and the first stage needs nothing any more.
        unsafe { cortex_m::asm::bootload(Self::EXECUTING.base() as *const u32) }
    }
}

impl App for Ast1030 {
    type Link = Uart;
    type Parts = Parts;

    fn parts() -> Parts {
        Parts::open()
    }

    fn link() -> Uart {
        let mut peripherals = Peripherals::take().expect("an application opens its link once");
        Uart::open(&mut peripherals.SYST)
    }

    fn feed_watchdog() {
        watchdog::feed();
    }

    fn reset() -> ! {
        SCB::sys_reset()
    }
}
