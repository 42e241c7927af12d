//! What a person at the bench needs of the runner: a device as it leaves the factory, and a genuine
//! deliverable for it.
//!
//! The same as a run begins with, so that what is tried by hand is what scenarios are played on.

use publisher::Keyring;
use rig::Rig;
use scenario::Profile;
use scenario::model::Version;

use crate::maker::{self, Maker};
use crate::play::Subject;
use crate::provision;
use crate::trouble::RunnerError;

/// The flash of a lab device of this profile that runs `version`, confirmed.
///
/// # Errors
/// [`RunnerError::NotMade`] where the rig cannot build the image or its slots cannot hold it.
pub fn factory_flash(
    rig: &dyn Rig,
    keys: &Keyring,
    profile: &Profile,
    version: Version,
) -> Result<Vec<u8>, RunnerError> {
    let maker = Maker::new(rig, keys);
    Ok(provision::flash(&maker, &rig.layout(), profile, &Subject::genuine(profile.features), version)?)
}

/// A genuine deliverable of this version for a device of this profile.
///
/// # Errors
/// [`RunnerError::NotMade`] where the rig cannot build the image.
pub fn genuine_deliverable(
    rig: &dyn Rig,
    keys: &Keyring,
    profile: &Profile,
    version: Version,
) -> Result<Vec<u8>, RunnerError> {
    let maker = Maker::new(rig, keys);
    Ok(maker.deliverable(&maker::genuine(version), &Subject::genuine(profile.features))?.bytes)
}
