//! The one vocabulary that device and host share: features, refusals, halts, step events,
//! and the provisioning layout in flash.
//!
//! Device and bench must mean the same thing by "version-too-old" or "slot B", or a verdict would
//! rest on a translation table. So each word is defined here once, with a number that never changes
//! and the kebab-case name that scenario files, records and reports use.
#![no_std]

#[macro_use]
mod word;

mod battery;
mod checksum;
mod entry;
mod feature;
mod layout;
mod provision;
mod refusal;
mod report;
mod step;

pub use battery::Battery;
pub use checksum::Crc32;
pub use entry::{BootRecord, ENTRY_BYTES, Entry, Floor, MOST_TRIAL_BOOTS, SlotHeader, Trial};
pub use feature::{Feature, Features};
pub use layout::{Layout, LayoutError, Origin, Region, Slot};
pub use provision::{Anchor, Lifecycle, MAX_ANCHORS, PROVISION_BYTES, Provision, ProvisionError};
pub use refusal::{Halt, Refusal};
pub use report::{Report, Stage};
pub use step::{Phase, Step, StepEvent};

/// SMP management group of our own commands; the protocol leaves 64 and up to applications.
pub const SMP_GROUP: u16 = 64;

/// Longest head (authentication wrapper and manifest) a device takes, in bytes.
pub const MAX_HEAD_BYTES: usize = 2048;

/// The SUIT manifest sequence number of a release `major.minor.patch`.
///
/// SUIT orders releases by one unsigned number; people write three. Sixteen bits each keep the
/// order and lose nothing.
pub const fn sequence_number(major: u16, minor: u16, patch: u16) -> u64 {
    (major as u64) << 32 | (minor as u64) << 16 | patch as u64
}

/// The inverse of [`sequence_number`]: major, minor and patch, or `None` above 48 bits.
pub const fn version_of(sequence: u64) -> Option<[u16; 3]> {
    if sequence >> 48 != 0 {
        return None;
    }
    Some([(sequence >> 32) as u16, (sequence >> 16) as u16, sequence as u16])
}
