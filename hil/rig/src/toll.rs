//! What a device's work takes: time, which its watchdog counts, and energy, which its battery holds.
//!
//! A rig in which work takes nothing cannot show a battery that is empty too early, or a verification that
//! outlasts the watchdog. So whoever orders such a situation says what each thing takes, by the figures of
//! data sheets, and the rig counts what is really done.

use crate::RigError;
use crate::capability::Capability;

/// What one thing takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Time in which the processor does nothing else, in nanoseconds.
    pub ns: u64,
    /// Energy, in nanojoules.
    pub nj: u64,
}

/// What each thing takes that a device does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Toll {
    /// To erase a sector.
    pub erase: Effort,
    /// To program within a page.
    pub program: Effort,
    /// To verify a signature over a digest.
    pub verify: Effort,
    /// To hash one byte.
    pub hash_byte: Effort,
    /// To start an image and to join its network again, without what the first stage computes.
    pub start: Effort,
    /// To receive one byte over the link.
    pub link_byte: Effort,
}

/// What a device has done since it was made, and what that took as far as there was a toll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Sectors erased.
    pub erases: u32,
    /// Programs, each within a page.
    pub programs: u32,
    /// Signatures verified.
    pub verifications: u32,
    /// Bytes hashed.
    pub hashed_bytes: u64,
    /// Images started.
    pub starts: u32,
    /// Bytes received over the link.
    pub link_bytes: u64,
    /// Energy that all of it took, in microjoules.
    pub energy_uj: u64,
    /// Time that all of it took the processor, in microseconds.
    pub busy_us: u64,
    /// The longest time between two feedings of the armed watchdog, in microseconds.
    pub longest_us: u64,
}

/// Work that takes something.
pub trait Toil {
    /// From now on work takes this. Needs [`Capability::Toll`].
    fn set_toll(&mut self, toll: Toll) -> Result<(), RigError> {
        let _ = toll;
        Err(not_capable())
    }

    /// Puts so much energy into the battery, in millijoules, and lets work take its part of it from now on;
    /// returns what is in it, read back. A device whose battery is empty stands still, and stays so until it
    /// is charged. Needs [`Capability::Toll`].
    fn set_charge(&mut self, charge_mj: u32) -> Result<u32, RigError> {
        let _ = charge_mj;
        Err(not_capable())
    }

    /// What was done since the device was made, and what is left in the battery, in millijoules, if it is
    /// drained. Needs [`Capability::Toll`].
    fn spent(&mut self) -> Result<(Spent, Option<u32>), RigError> {
        Err(not_capable())
    }
}

fn not_capable() -> RigError {
    RigError::NotCapable { capability: Capability::Toll.name() }
}
