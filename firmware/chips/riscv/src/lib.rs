//! The RISC-V chip as the update firmware needs it: flash, UART, watchdog, reset, memory protection,
//! and entering an image.
//!
//! The chip is a SiFive FU540-C000 by its memory map, with 32-bit harts, which is what QEMU's
//! `sifive_u` makes of it; chapters are those of SiFive's manual. The first stage runs in machine mode
//! and stays resident under the image, because the chip has no other watchdog; images run in
//! supervisor mode and reach only what the memory protection lets them.
//!
//! Thin on purpose. What decides anything lives in `boot` and `agent` and runs unchanged in the
//! simulator; what every chip does in the same way lives in `chip`.
#![no_std]

pub mod board;
pub mod call;
mod csr;
pub mod entry;
pub mod flash;
pub mod parts;
mod protection;
pub mod trap;
pub mod uart;
pub mod watchdog;

use boot::Launch;
use chip::Chip;
use chip::app::App;
use chip::first_stage::FirstStage;
use chip::image::Executing;
use chip::nor::Nor;
use chip::report::ReportAt;
use menu::Layout;
use riscv_map::{EXECUTING_BASE, EXECUTING_SIZE_BYTES, IMAGE_SIZE_BYTES, LAYOUT, REPORT_BASE};

use call::Call;
use flash::Qspi;
use parts::Parts;
use uart::Uart;

/// The chip.
pub struct RiscV;

impl Chip for RiscV {
    type Spi = Qspi;

    const LAYOUT: Layout = LAYOUT;
    // SAFETY: the map reserves this memory for images.
    const EXECUTING: Executing = unsafe { Executing::at(EXECUTING_BASE, EXECUTING_SIZE_BYTES, IMAGE_SIZE_BYTES, 0) };
    // SAFETY: the map keeps this memory apart from the first stage and from every image.
    const REPORT: ReportAt = unsafe { ReportAt::address(REPORT_BASE) };

    fn flash() -> Nor<Qspi> {
        Nor::new(Qspi::open())
    }

    fn sleep_for_ever() -> ! {
        board::sleep_for_ever()
    }
}

impl FirstStage for RiscV {
    /// The image gets its interrupts, and everything else that stops it is the first stage's.
    unsafe fn enter(launch: &Launch) -> ! {
        // SAFETY: this is machine mode, and nothing of this changes what the first stage itself can do.
        // The last instruction leaves for an image that the caller has found fit to run.
        unsafe {
            protection::set();
            trap::answer_image();
            csr::write!("medeleg", 0);
            csr::write!("mideleg", SUPERVISOR_EXTERNAL);
            csr::write!("mepc", Self::EXECUTING.entry());
            if let Some(period_ms) = launch.watchdog_ms {
                watchdog::arm(period_ms);
            }
            csr::write!("mstatus", PREVIOUS_WAS_SUPERVISOR);
            // What was loaded as data is to be executed.
            core::arch::asm!("fence.i", "mret", options(noreturn))
        }
    }
}

impl App for RiscV {
    type Link = Uart;
    type Parts = Parts;

    fn parts() -> Parts {
        Parts
    }

    fn link() -> Uart {
        Uart::open()
    }

    fn feed_watchdog() {
        Call::Feed.ask();
    }

    fn reset() -> ! {
        Call::Reset.ask();
        board::sleep_for_ever()
    }
}

/// In `mideleg`: the interrupt controller's interrupt for supervisor mode.
const SUPERVISOR_EXTERNAL: u32 = 1 << 9;
/// In `mstatus`: `mret` goes to supervisor mode.
const PREVIOUS_WAS_SUPERVISOR: u32 = 1 << 11;
