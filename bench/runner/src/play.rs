//! Playing one scenario on one rig: what is played, in which order, and into which record.
//!
//! The order is fixed and nothing is left out on success, so that two records of one seed are the same
//! bytes and the judge can ask for every run by its place.

use std::io::Write;

use menu::Features;
use publisher::Keyring;
use record::{CellDevice, Closed, Event, KeySource, Opened, Purpose, SCHEMA, Skipped, Writer};
use rig::{Firmware, Rig};
use scenario::Profile;
use scenario::model::{Saw, Scenario, Weakness};

use crate::campaign::Campaign;
use crate::lacking::{OTHER_RIG, lacking};
use crate::maker::Maker;
use crate::trouble::{RunnerError, Trouble};
use crate::words;

/// A scenario, and everything it is played with.
pub struct Play<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its file.
    pub scenario_file: &'a [u8],
    /// The profile that the device is provisioned with.
    pub profile: &'a Profile,
    /// Its file.
    pub profile_file: &'a [u8],
    /// Where it is played.
    pub rig: &'a dyn Rig,
    /// The manufacturer's keys, and the attacker's.
    pub keys: &'a Keyring,
    /// Where these come from, for the record.
    pub keys_from: KeySource,
    /// Everything random follows from it.
    pub seed: u64,
    /// Version of the bench, for the record.
    pub version: &'a str,
}

/// Somebody who watches a play, and may stop it.
pub trait Watch: Sync {
    /// Called from any thread as runs begin and end, and as cases of a sweep are done.
    fn progress(&self, progress: Progress);

    /// Asked between runs and steps; once true, the play ends with [`RunnerError::Interrupted`].
    fn stopped(&self) -> bool;
}

/// How far a play has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being played.
    pub purpose: Purpose,
    /// For a sweep: cases played, and cases in all.
    pub case: Option<(u32, u32)>,
}

/// The device of a series of runs.
pub(crate) struct Subject {
    pub(crate) purpose: Purpose,
    pub(crate) features: Features,
    pub(crate) firmware: Firmware,
}

impl Subject {
    /// A device of the claim: the released firmware with these features.
    pub(crate) fn genuine(features: Features) -> Self {
        Self { purpose: Purpose::Claim, features, firmware: Firmware::Genuine }
    }

    /// The known-bad firmware it runs, if any.
    pub(crate) fn mutant(&self) -> Option<&str> {
        match &self.firmware {
            Firmware::Genuine => None,
            Firmware::Mutant(name) => Some(name),
        }
    }
}

impl Play<'_> {
    /// Plays everything and records it. What goes wrong with the rig ends up in the record.
    ///
    /// # Errors
    /// [`RunnerError::Interrupted`] where `watch` asked to stop: the record has no end, and judges as
    /// ERROR. [`RunnerError::Write`] where the record cannot be written.
    pub fn record<W: Write>(&self, writer: &mut Writer<W>, watch: &dyn Watch) -> Result<(), RunnerError> {
        self.open(writer, None)?;
        let runs = match self.missing() {
            Some(skipped) => {
                writer.append(&Event::Skipped(skipped))?;
                0
            }
            None => self.runs(writer, watch)?,
        };
        writer.append(&Event::Closed(Closed { runs }))?;
        Ok(())
    }

    /// Plays the claim's run of this case up to and including `step`, and returns the device still
    /// switched on, for a person to look at.
    ///
    /// # Errors
    /// [`RunnerError::NotMade`] where the run cannot be brought there.
    pub fn device_at(
        &self,
        case: Option<record::Case>,
        step: &str,
        watch: &dyn Watch,
    ) -> Result<Box<dyn rig::Device>, RunnerError> {
        let maker = Maker::new(self.rig, self.keys);
        Ok(Campaign::new(self, &maker, watch).device_at(case, step)?)
    }

    pub(crate) fn open<W: Write>(&self, writer: &mut Writer<W>, cell: Option<CellDevice>) -> Result<(), RunnerError> {
        let scenario_file = writer.store(self.scenario_file)?;
        let profile_file = writer.store(self.profile_file)?;
        writer.append(&Event::Opened(Opened {
            schema: SCHEMA.to_owned(),
            otabench: self.version.to_owned(),
            scenario: self.scenario.name.clone(),
            scenario_file,
            profile_file,
            rig: self.rig.name().to_owned(),
            method: words::method(self.rig.method()),
            seed: self.seed,
            keys: self.keys_from,
            first_stage_sha256: self.first_stage(),
            cell,
        }))?;
        Ok(())
    }

    /// The digest of the rig's first stage. Where it cannot be had, no device can, and the record says
    /// why.
    fn first_stage(&self) -> Option<String> {
        self.rig.ready().ok()?;
        Some(record::sha256_hex(&self.rig.first_stage().ok()??))
    }

    /// What this rig lacks for this scenario.
    fn missing(&self) -> Option<Skipped> {
        if let Err(missing) = self.rig.ready() {
            return Some(Skipped { missing: missing.what, remedy: missing.remedy });
        }
        let missing = lacking(self.rig, self.scenario)?;
        Some(Skipped { missing, remedy: OTHER_RIG.to_owned() })
    }

    /// Plays claim, genuine run and teeth; returns how many runs were recorded.
    fn runs<W: Write>(&self, writer: &mut Writer<W>, watch: &dyn Watch) -> Result<u32, RunnerError> {
        let maker = Maker::new(self.rig, self.keys);
        let mut campaign = Campaign::new(self, &maker, watch);
        let played = campaign.play(&self.subjects(), writer);
        campaign.ended(played, writer)
    }

    /// The device that the claim is about.
    pub(crate) fn claim(&self) -> Subject {
        Subject::genuine(self.scenario.device.features)
    }

    fn subjects(&self) -> Vec<Subject> {
        let whole = self.scenario.device.features;
        let (features, firmware) = match &self.scenario.teeth.weakness {
            Weakness::Without(feature) => (whole.without(*feature), Firmware::Genuine),
            Weakness::Mutant(name) => (whole, Firmware::Mutant(name.clone())),
        };
        let weak = |purpose| Subject { purpose, features, firmware: firmware.clone() };
        let mut subjects = vec![self.claim()];
        // A firmware that refuses everything cannot be asked to install something first.
        if self.scenario.teeth.saw != Saw::Refused {
            subjects.push(weak(Purpose::Genuine));
        }
        subjects.push(weak(Purpose::Teeth));
        subjects
    }
}

/// Why a series of runs ended early.
pub(crate) enum Stop {
    Write(RunnerError),
    Trouble(Trouble),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Stop::Trouble(trouble)
    }
}

impl From<record::WriteError> for Stop {
    fn from(error: record::WriteError) -> Self {
        Stop::Write(error.into())
    }
}
