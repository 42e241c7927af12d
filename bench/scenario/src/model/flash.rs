//! Flash, as scenarios speak of it: what stands at a place, and what may be written during a step.
//!
//! A scenario names what stands somewhere, never an address: which slot holds the running image differs
//! from device to device and from step to step.

use std::fmt;

use super::Position;

/// Bits that flip in flash while the device is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flip {
    /// What stands where they flip.
    pub place: FlashPlace,
    /// Where in it; never every byte.
    pub at: Position,
    /// How many neighbouring bits of one byte, 1 to 8.
    pub bits: u8,
}

/// What stands at a place in flash. Which slot that is follows from the boot record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashPlace {
    /// The image that the next boot is to run.
    NextImage,
    /// The head of the deliverable it came in.
    NextHead,
    /// The header of its slot.
    NextHeader,
    /// The image in the other slot, or the room for one.
    OtherImage,
    /// The current boot record.
    BootRecord,
    /// The current security floor.
    Floor,
    /// The provisioning record.
    Provisioning,
}

/// A part of flash that a step may leave untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashRegion {
    /// All of it.
    Flash,
    /// Both slots.
    Slots,
    /// The slot whose image runs when the step begins; both where none is measured to run.
    RunningSlot,
    /// The security floor.
    Floor,
    /// The boot records.
    BootRecords,
    /// What the manufacturer wrote: the provisioning record.
    Provisioning,
}

/// How the flash chip fails, where the device keeps the first part of a new image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashFault {
    /// An erase changes nothing, and says so.
    FailedErase,
    /// An erase says that it was done, and changes nothing.
    WornOutSector,
    /// A program says that it was done, and changes nothing.
    SilentWrite,
    /// One bit of each program ends as 0, whatever was to be written.
    StuckBits,
    /// One bit reads right and wrong in turn, until it is erased and programmed by a chip that works.
    UnstableBits,
}

impl FlashPlace {
    /// The word that files and records use.
    pub const fn name(self) -> &'static str {
        match self {
            FlashPlace::NextImage => "next-image",
            FlashPlace::NextHead => "next-head",
            FlashPlace::NextHeader => "next-header",
            FlashPlace::OtherImage => "other-image",
            FlashPlace::BootRecord => "boot-record",
            FlashPlace::Floor => "floor",
            FlashPlace::Provisioning => "provisioning",
        }
    }
}

impl FlashRegion {
    /// The word that files use.
    pub const fn name(self) -> &'static str {
        match self {
            FlashRegion::Flash => "flash",
            FlashRegion::Slots => "slots",
            FlashRegion::RunningSlot => "running-slot",
            FlashRegion::Floor => "floor",
            FlashRegion::BootRecords => "boot-records",
            FlashRegion::Provisioning => "provisioning",
        }
    }
}

impl FlashFault {
    /// The word that files and records use.
    pub const fn name(self) -> &'static str {
        match self {
            FlashFault::FailedErase => "failed-erase",
            FlashFault::WornOutSector => "worn-out-sector",
            FlashFault::SilentWrite => "silent-write",
            FlashFault::StuckBits => "stuck-bits",
            FlashFault::UnstableBits => "unstable-bits",
        }
    }
}

impl fmt::Display for FlashFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "flash with {}", self.name())
    }
}

impl fmt::Display for FlashRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
