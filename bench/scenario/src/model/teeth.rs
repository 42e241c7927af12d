//! Teeth, as scenarios speak of them: how the device is weaker, and what must then be seen where.
//!
//! A violation is always something that is seen, never something that is missing: a run in which nothing
//! happened has shown no weakness.

use std::fmt;

use menu::Feature;

use super::{FlashRegion, Version};

/// The run that must break the claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teeth {
    /// What is wrong with the device in that run.
    pub weakness: Weakness,
    /// The step at which the claim must break.
    pub step: String,
    /// What must be seen there.
    pub saw: Saw,
}

/// How the device of a teeth run is weaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Provisioned without this feature and what depends on it.
    Without(Feature),
    /// Runs this known-bad version of the firmware.
    Mutant(String),
}

/// A violation that can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saw {
    /// The offered deliverable was taken and its image runs.
    Installed,
    /// This version runs.
    Runs(Version),
    /// No image runs.
    NothingRuns,
    /// The recovery image runs.
    RecoveryRuns,
    /// Something runs that is none of the known images.
    UnknownRuns,
    /// A genuine offer was refused.
    Refused,
    /// What lasts on the device is not what it was.
    OtherState,
    /// Something is erased or programmed in this part of flash.
    Writes(FlashRegion),
}

impl fmt::Display for Saw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Saw::Installed => f.write_str("installed"),
            Saw::Runs(version) => write!(f, "runs {version}"),
            Saw::NothingRuns => f.write_str("nothing runs"),
            Saw::RecoveryRuns => f.write_str("the recovery image runs"),
            Saw::UnknownRuns => f.write_str("an unknown image runs"),
            Saw::Refused => f.write_str("refused"),
            Saw::OtherState => f.write_str("another state"),
            Saw::Writes(region) => write!(f, "writes {region}"),
        }
    }
}
