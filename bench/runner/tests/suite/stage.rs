//! What the tests share: a scenario from text, and a play of it on a rig.
//!
//! Profiles are the bundled ones, so that the tests play what users play.

use std::sync::atomic::{AtomicUsize, Ordering};

use publisher::Keyring;
use record::{Judgement, KeySource, Writer, judge_bytes, sha256_hex};
use rig::{Capabilities, Device, Firmware, ImageSpec, Layout, Method, Missing, Rig, RigError, Setup};
use runner::{Play, Progress, RunnerError, Watch};
use scenario::{Context, Profile, parse, parse_profile};
use sim::Sim;

/// A positive control with the teeth of a device that refuses everything.
pub(crate) const GOOD_UPDATE: &str = r#"
claim = "A genuine update is installed."
covers = ["NTIA-APPLY-1"]
[device]
profile = "resilient"
runs = "2.1.0"
[[step]]
name = "update"
offer = { version = "2.2.0", signed-by = "release" }
expect = { runs = "2.2.0" }
[teeth]
mutant = "refuses-everything"
breaks = { step = "update", saw = "refused" }
"#;

const RESILIENT: &[u8] = include_bytes!("../../../../firmware/profiles/resilient.toml");

/// The simulator, except that its devices are made otherwise.
pub(crate) struct SimWith<F> {
    /// Name of the rig.
    pub(crate) name: &'static str,
    /// Makes a device.
    pub(crate) device: F,
}

impl<F: Fn(Setup) -> Result<Box<dyn Device>, RigError> + Sync> Rig for SimWith<F> {
    fn name(&self) -> &'static str {
        self.name
    }
    fn method(&self) -> Method {
        Sim.method()
    }
    fn ready(&self) -> Result<(), Missing> {
        Sim.ready()
    }
    fn capabilities(&self) -> Capabilities {
        Sim.capabilities()
    }
    fn layout(&self) -> Layout {
        Sim.layout()
    }
    fn image(&self, spec: &ImageSpec, firmware: &Firmware) -> Result<Vec<u8>, RigError> {
        Sim.image(spec, firmware)
    }
    fn recovery(&self, firmware: &Firmware) -> Result<Vec<u8>, RigError> {
        Sim.recovery(firmware)
    }
    fn mutants(&self) -> &[&'static str] {
        Sim.mutants()
    }
    fn device(&self, setup: Setup) -> Result<Box<dyn Device>, RigError> {
        (self.device)(setup)
    }
}

/// Lets a play go on until it has reported progress so many times.
pub(crate) struct StopAfter(pub(crate) usize, AtomicUsize);

impl StopAfter {
    /// Never stops.
    pub(crate) fn never() -> Self {
        Self::reports(usize::MAX)
    }

    /// Stops after so many reports.
    pub(crate) fn reports(reports: usize) -> Self {
        Self(reports, AtomicUsize::new(0))
    }
}

impl Watch for StopAfter {
    fn progress(&self, _: Progress) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.1.load(Ordering::Relaxed) >= self.0
    }
}

/// Plays a scenario and returns the record's bytes with how the play ended.
pub(crate) fn record(text: &str, rig: &dyn Rig, watch: &StopAfter) -> (Vec<u8>, Result<(), RunnerError>) {
    record_on(text, RESILIENT, rig, watch)
}

fn record_on(text: &str, profile_file: &[u8], rig: &dyn Rig, watch: &StopAfter) -> (Vec<u8>, Result<(), RunnerError>) {
    let profile = profile(profile_file);
    let scenario = scenario(text, &profile);
    let keys = Keyring::generate(0x5eed);
    let play = Play {
        scenario: &scenario,
        scenario_file: text.as_bytes(),
        profile: &profile,
        profile_file,
        rig,
        keys: &keys,
        keys_from: KeySource::Seed,
        seed: 0x5eed,
        version: "test",
    };
    let mut writer = Writer::new(Vec::new());
    let outcome = play.record(&mut writer, watch);
    (writer.into_inner(), outcome)
}

/// Plays a scenario and judges the record.
pub(crate) fn play(text: &str, rig: &dyn Rig) -> Judgement {
    let (bytes, outcome) = record(text, rig, &StopAfter::never());
    outcome.expect("nobody stops it, and memory can be written");
    judge(text, &bytes)
}

/// Plays a scenario on a device of this profile, and judges the record.
pub(crate) fn play_on(text: &str, profile_file: &str, rig: &dyn Rig) -> Judgement {
    let (bytes, outcome) = record_on(text, profile_file.as_bytes(), rig, &StopAfter::never());
    outcome.expect("nobody stops it, and memory can be written");
    judge_on(text, profile_file.as_bytes(), &bytes)
}

/// Judges the bytes of a record.
pub(crate) fn judge(text: &str, bytes: &[u8]) -> Judgement {
    judge_on(text, RESILIENT, bytes)
}

fn judge_on(text: &str, profile_file: &[u8], bytes: &[u8]) -> Judgement {
    judge_bytes(&scenario(text, &profile(profile_file)), &sha256_hex(text.as_bytes()), bytes)
}

/// The profile in a file, under the name that the scenarios know it by.
fn profile(file: &[u8]) -> Profile {
    let name = if file == RESILIENT { "resilient.toml" } else { "portable.toml" };
    parse_profile(name, file).expect("the test's own profile is sound")
}

fn scenario(text: &str, profile: &Profile) -> scenario::Scenario {
    let profiles = std::slice::from_ref(profile);
    let context = Context { profiles, mutants: &["refuses-everything", "forgets-the-revert"], statements: &[] };
    parse("on-stage.toml", text.as_bytes(), &context).expect("the test's own scenario is sound")
}
