//! The first stage: verifies the image to run, loads it, and enters it.
//!
//! All decisions are `boot`'s; this file only carries them out. Where nothing may run it sleeps: a
//! device that keeps resetting itself would hide the reason.

use boot::{Launch, Woken};
use crypto::Software;
use menu::{Halt, Origin};

use crate::Chip;

/// A chip, as its first stage needs it.
pub trait FirstStage: Chip {
    /// Enters the image in the executing memory, under a watchdog where the launch has one.
    ///
    /// # Safety
    /// The executing memory holds code that may run.
    unsafe fn enter(launch: &Launch) -> !;
}

/// Runs the first stage.
///
/// # Safety
/// This is the first stage, and it calls this once.
pub unsafe fn run<C: FirstStage>() -> ! {
    // Memory keeps its content over a reset, and is noise after power was away.
    let woken = match C::REPORT.origin() {
        Some(Origin::Slot(slot)) => Woken::ByReset(slot),
        Some(Origin::Recovery) | None => Woken::ByPower,
    };
    C::REPORT.begun();
    // SAFETY: the caller promises what `launch` asks for.
    match unsafe { launch::<C>(woken) } {
        Ok(launch) => {
            C::REPORT.launched(&launch);
            // SAFETY: `boot` has loaded this image, and found it fit to run as the profile has it.
            unsafe { C::enter(&launch) }
        }
        Err(halt) => {
            C::REPORT.halted(halt);
            C::sleep_for_ever()
        }
    }
}

/// # Safety
/// As for [`run`].
unsafe fn launch<C: FirstStage>(woken: Woken) -> Result<Launch, Halt> {
    // SAFETY: the caller promises what `memory` asks for.
    let ram = unsafe { C::EXECUTING.memory() };
    let launch = boot::first_stage(&mut C::flash(), &mut Software::new(), &C::LAYOUT, woken, ram)?;
    if C::EXECUTING.begins_well() { Ok(launch) } else { Err(Halt::NoBootableSlot) }
}
