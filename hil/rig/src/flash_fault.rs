//! Ways in which a flash chip fails while the firmware lives and could notice.
//!
//! Unlike a cut, none of these can be derived from an operation log: what the firmware does next depends on
//! what the chip answers. So a rig has them or has not, and says how many operations each has changed.

use crate::{Capability, Region, RigError};

/// How a flash chip fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashFaultKind {
    /// An erase changes nothing, and says so.
    FailedErase,
    /// An erase says that it was done, and changes nothing: cells that have been erased too often.
    WornOutSector,
    /// A program says that it was done, and changes nothing.
    SilentWrite,
    /// One bit of each program ends as 0, whatever was to be written.
    StuckBits,
    /// One bit of the first program reads right and wrong in turn, right first, until it is erased.
    UnstableBits,
}

/// A fault of the flash chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlashFault {
    /// How it fails.
    pub kind: FlashFaultKind,
    /// Where: operations that begin in this region.
    pub region: Region,
}

/// The flash chip, as something that can fail.
pub trait Storage {
    /// Lets the flash chip fail like this from now on, over every reset and boot, or work again with `None`;
    /// returns how many operations the fault before has changed. Bits that are unstable by then stay so.
    /// Needs [`Capability::FlashFaults`].
    ///
    /// # Errors
    /// [`RigError::NotCapable`] on a rig whose flash does not fail.
    fn set_flash_fault(&mut self, fault: Option<FlashFault>) -> Result<u32, RigError> {
        let _ = fault;
        Err(RigError::NotCapable { capability: Capability::FlashFaults.name() })
    }
}
