//! Plays one scenario on one rig, and judges what stands in the record afterwards.
//!
//! The verdict comes from the file on the disk, never from memory: what is reported is what anybody
//! who has the file can check.

#[cfg(test)]
mod absent_rig;

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use publisher::Keyring;
use record::{
    Blame, Breach, ClaimOutcome, Judgement, KeySource, MAX_RECORD_BYTES, Method, Mistake, RECORD_FILE, Reader,
    TeethOutcome, Verdict, Writer,
};
use rig::{Device, Rig};
use runner::{Play, RunnerError};
use scenario::Scenario;

use crate::clock::Moment;
use crate::library::{ProfileFile, ScenarioFile};
use crate::outcome::{Finding, Outcome, Setting, Unusable};
use crate::rigs::{Chosen, Demand};
use crate::scene::Scene;
use crate::watch::Onlooker;

/// Everything that one play needs.
pub(crate) struct Job<'a> {
    pub(crate) file: &'a ScenarioFile,
    pub(crate) profile: &'a ProfileFile,
    pub(crate) chosen: Chosen<'a>,
    pub(crate) keys: &'a Keyring,
    /// Where these come from.
    pub(crate) keys_from: KeySource,
    pub(crate) seed: u64,
    pub(crate) scene: &'a Scene,
    /// Folder for the record.
    pub(crate) folder: PathBuf,
    /// The command that plays this again.
    pub(crate) repeat: String,
}

impl Job<'_> {
    /// Plays and judges.
    pub(crate) fn play(&self) -> Outcome {
        if let (Demand::Required, Err(missing)) = (self.chosen.demand, self.chosen.rig.ready()) {
            let reason = format!("the rig `{}` is required: {}", self.chosen.rig.name(), missing.what);
            let mistake = Mistake::BenchFailed { reason, remedy: missing.remedy, blame: Blame::Infrastructure };
            return Outcome { finding: undecided(mistake), ..self.outcome() };
        }
        let onlooker = Onlooker::new(format!("{}  {}", self.chosen.rig.name(), self.file.scenario.name));
        let recorded = self.record(&onlooker);
        let times = Some(onlooker.finish());
        let record = self.folder.join(RECORD_FILE);
        let finding = match recorded {
            Ok(()) | Err(RunnerError::Interrupted) => {
                judge_file(&record, &self.file.scenario, &record::sha256_hex(&self.file.bytes))
            }
            Err(error @ (RunnerError::Write(_) | RunnerError::NotMade { .. })) => {
                Finding::Unusable(Unusable::NotWritten(with_causes(&error)))
            }
        };
        let record = record.is_file().then_some(record);
        Outcome { finding, times, record, ..self.outcome() }
    }

    fn record(&self, onlooker: &Onlooker) -> Result<(), RunnerError> {
        let began = Moment::now();
        let mut writer = Writer::create(&self.folder)?;
        self.play_on(self.chosen.rig).record(&mut writer, onlooker)?;
        self.state_circumstances(began).map_err(|error| RunnerError::NotMade {
            what: format!("the circumstances of the play cannot be written: {error}"),
        })
    }

    /// States beside the closed record what stood around it.
    fn state_circumstances(&self, began: Moment) -> io::Result<()> {
        let record_sha256 = record::sha256_hex(&fs::read(self.folder.join(RECORD_FILE))?);
        self.scene.circumstances(self.chosen.rig, began, record_sha256).write(&self.folder)
    }

    /// The device as it is after the step that broke the claim, in the case that broke it: played
    /// again on a rig for devices that a person works with.
    pub(crate) fn device_at(&self, breach: &Breach, rig: &dyn Rig) -> Result<Box<dyn Device>, RunnerError> {
        let onlooker = Onlooker::new(format!("{}  {}  again", rig.name(), self.file.scenario.name));
        let device = self.play_on(rig).device_at(breach.case, &breach.step, &onlooker);
        onlooker.finish();
        device
    }

    fn play_on<'a>(&'a self, rig: &'a dyn Rig) -> Play<'a> {
        Play {
            scenario: &self.file.scenario,
            scenario_file: &self.file.bytes,
            profile: &self.profile.profile,
            profile_file: &self.profile.bytes,
            rig,
            keys: self.keys,
            keys_from: self.keys_from,
            seed: self.seed,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Everything about the outcome that is known before it is played.
    fn outcome(&self) -> Outcome {
        let rig = self.chosen.rig;
        let method = method_of(rig);
        Outcome {
            scenario: Some(self.file.scenario.clone()),
            setting: Some(Setting { rig: rig.name().to_owned(), method, seed: self.seed }),
            finding: Finding::Unusable(Unusable::NotOpened),
            times: None,
            record: None,
            repeat: Some(self.repeat.clone()),
        }
    }
}

/// How a rig produces its evidence, in the record's words.
pub(crate) fn method_of(rig: &dyn Rig) -> Method {
    match rig.method() {
        rig::Method::Simulated => Method::Simulated,
        rig::Method::Emulated => Method::Emulated,
        rig::Method::Silicon => Method::Silicon,
    }
}

/// Judges a record on disk, together with its artefacts.
pub(crate) fn judge_file(path: &Path, scenario: &Scenario, scenario_sha256: &str) -> Finding {
    let bytes = match read_record(path) {
        Ok(bytes) => bytes,
        Err(unusable) => return Finding::Unusable(unusable),
    };
    let Ok(record) = Reader::read(&bytes) else {
        return Finding::Judged(Box::new(record::judge_bytes(scenario, scenario_sha256, &bytes)));
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    match record::verify_artefacts(folder, &record) {
        Ok(()) => Finding::Judged(Box::new(record::judge(scenario, scenario_sha256, &record))),
        Err(error) => Finding::Unusable(error.into()),
    }
}

/// The bytes of a record, if it can be one.
pub(crate) fn read_record(path: &Path) -> Result<Vec<u8>, Unusable> {
    let unreadable = |source| Unusable::Unreadable { path: path.to_owned(), source };
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(unreadable(io::Error::other("it is not a plain file")));
    }
    if about.len() > MAX_RECORD_BYTES as u64 {
        return Err(Unusable::TooLarge { path: path.to_owned(), size_bytes: about.len() });
    }
    fs::read(path).map_err(unreadable)
}

/// Nothing can be said, for this reason.
pub(crate) fn undecided(mistake: Mistake) -> Finding {
    Finding::Judged(Box::new(Judgement {
        verdict: Verdict::Error(mistake),
        claim: ClaimOutcome::NotJudged,
        teeth: TeethOutcome::NotJudged,
        steps: Vec::new(),
        cases: 0,
    }))
}

fn with_causes(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
