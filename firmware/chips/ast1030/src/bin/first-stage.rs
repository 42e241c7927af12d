//! The first stage on the AST1030: verifies the image to run, loads it, and enters it.
//!
//! All decisions are `boot`'s; this file only carries them out. Where nothing may run it sleeps: a
//! device that keeps resetting itself would hide the reason.
#![no_std]
#![no_main]

use core::panic::PanicInfo;

use ast1030::flash::Flash;
use ast1030::{image, report, reset, watchdog};
use ast1030_map::LAYOUT;
use boot::Launch;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use crypto::Software;
use menu::Halt;

#[entry]
fn main() -> ! {
    report::begun();
    match launch() {
        Ok(launch) => enter(&launch),
        Err(halt) => {
            report::halted(halt);
            reset::sleep_for_ever()
        }
    }
}

fn launch() -> Result<Launch, Halt> {
    // SAFETY: the first stage is linked below the executing memory, and calls this once.
    let ram = unsafe { image::executing_memory() };
    let launch = boot::first_stage(&mut Flash::open(), &mut Software::new(), &LAYOUT, ram)?;
    if image::begins_well() { Ok(launch) } else { Err(Halt::NoBootableSlot) }
}

fn enter(launch: &Launch) -> ! {
    report::launched(launch);
    if let Some(period_ms) = launch.watchdog_ms {
        watchdog::arm(period_ms);
    }
    // SAFETY: `boot` has loaded this image, and found it fit to run as the profile has it.
    unsafe { image::enter() }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    reset::sleep_for_ever()
}

/// A fault of the first stage, or of an image that has not got so far as to handle its own.
#[exception]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    reset::sleep_for_ever()
}

#[exception]
unsafe fn DefaultHandler(_: i16) -> ! {
    reset::sleep_for_ever()
}
