//! One record as it stands in a report.
//!
//! Everything that is needed to find it, check it and play it again, and what each of its steps
//! showed.

use record::{Case, ClaimOutcome, Method, Purpose, StepOutcome, TeethOutcome, Verdict};
use serde::Serialize;

use super::sweep::{self, Sweep};
use super::{NamedRun, Word, repeat};
use crate::facts;
use crate::input::Meta;
use crate::words;

/// The outcome of a step that did not show what it had to.
pub(crate) const NOT_AS_EXPECTED: &str = "not as expected";

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunPart {
    /// Its name in the report; also its folder under `records/`.
    pub id: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The sentence that must hold.
    pub claim: String,
    /// What the scenario says it is evidence for.
    pub covers: Vec<String>,
    /// The threat, in a catalogue's words.
    pub threat: Option<String>,
    /// Name of the device's profile.
    pub profile: String,
    /// The device's features.
    pub features: Vec<String>,
    /// Name of the rig.
    pub rig: String,
    /// How the rig produces its evidence.
    pub method: Method,
    /// The seed, in hexadecimal.
    pub seed: String,
    /// Version of the bench that played it.
    pub otabench: String,
    /// The verdict.
    pub verdict: Word,
    /// What stands behind a verdict other than HELD.
    pub detail: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The steps.
    pub steps: Vec<StepRow>,
    /// Cases of the sweep; 0 where the scenario sweeps nothing.
    pub cases: u32,
    /// The run that must break the claim.
    pub teeth: TeethRow,
    /// What the cases of the sweep showed.
    pub sweep: Option<Sweep>,
    /// SHA-256 of the file with the events.
    pub record_sha256: String,
    /// SHA-256 of what is stated beside the record.
    pub circumstances_sha256: Option<String>,
    /// SHA-256 of the scenario's file.
    pub scenario_sha256: String,
    /// SHA-256 of the profile's file.
    pub profile_sha256: String,
    /// Files beside the record.
    pub artefacts: usize,
    /// The command that plays it again.
    pub repeat: String,
}

/// One step of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepRow {
    /// Its name.
    pub name: String,
    /// What had to be seen.
    pub expected: Option<String>,
    /// What was seen.
    pub saw: String,
    /// Whether the two agree.
    pub outcome: &'static str,
}

/// The run that must break the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TeethRow {
    /// What is wrong with the device in it.
    pub weakness: String,
    /// The step at which the claim must break.
    pub step: String,
    /// What must be seen there.
    pub must_see: String,
    /// `bit`, `did not bite` or `not judged`.
    pub outcome: &'static str,
    /// What was seen.
    pub saw: Option<String>,
    /// The case in which they bit.
    pub case: Option<String>,
    /// Whether the weakened device was seen to take a genuine update first.
    pub genuine: &'static str,
}

pub(super) fn part(named: &NamedRun<'_>, meta: &Meta) -> RunPart {
    let run = named.run;
    let (scenario, opened, judgement) = (&run.scenario, &run.opened, &run.judgement);
    let (detail, remedy) = reason(&judgement.verdict);
    let artefacts: std::collections::BTreeSet<&str> =
        run.record.artefacts().map(|artefact| artefact.sha256.as_str()).collect();
    RunPart {
        id: named.id.clone(),
        scenario: scenario.name.clone(),
        claim: scenario.claim.clone(),
        covers: scenario.covers.clone(),
        threat: scenario.threat.clone(),
        profile: scenario.device.profile.clone(),
        features: scenario.device.features.iter().map(|feature| feature.name().to_owned()).collect(),
        rig: words::harmless(&opened.rig),
        method: opened.method,
        seed: format!("{:#x}", opened.seed),
        otabench: words::harmless(&opened.otabench),
        verdict: named.word,
        detail,
        remedy,
        steps: judgement.steps.iter().map(step).collect(),
        cases: judgement.cases,
        teeth: teeth(named),
        sweep: sweep::of(run),
        record_sha256: run.record_sha256.clone(),
        circumstances_sha256: run.circumstances.as_ref().map(record::Circumstances::sha256),
        scenario_sha256: opened.scenario_file.sha256.clone(),
        profile_sha256: opened.profile_file.sha256.clone(),
        artefacts: artefacts.len(),
        repeat: repeat(&named.id, run, meta),
    }
}

fn reason(verdict: &Verdict) -> (Option<String>, Option<String>) {
    match verdict {
        Verdict::Held => (None, None),
        Verdict::Broken(breach) => (Some(breach.to_string()), None),
        Verdict::Skipped { missing, remedy } => (Some(missing.clone()), Some(remedy.clone())),
        Verdict::Error(mistake) => (Some(mistake.to_string()), Some(mistake.help().to_owned())),
    }
}

fn step(step: &record::StepJudgement) -> StepRow {
    let outcome = match step.outcome {
        StepOutcome::Met => "as expected",
        StepOutcome::NotMet => NOT_AS_EXPECTED,
        StepOutcome::NothingExpected => "sets the scene",
    };
    StepRow { name: step.name.clone(), expected: step.expected.clone(), saw: step.saw.clone(), outcome }
}

fn teeth(named: &NamedRun<'_>) -> TeethRow {
    let (scenario, judgement) = (&named.run.scenario, &named.run.judgement);
    let (outcome, saw, case) = match &judgement.teeth {
        TeethOutcome::Bit(bite) => ("bit", Some(bite.saw.clone()), bite.case.as_ref().map(Case::to_string)),
        TeethOutcome::DidNotBite { saw, .. } => ("did not bite", Some(saw.clone()), None),
        TeethOutcome::NotJudged => ("not judged", None, None),
    };
    let played = facts::runs(&named.run.record).iter().any(|run| run.begun.purpose == Purpose::Genuine);
    let genuine = match (&judgement.claim, played) {
        (ClaimOutcome::NotJudged, _) => "not judged",
        (ClaimOutcome::Held | ClaimOutcome::Broken(_), true) if outcome == "bit" => "installed",
        (ClaimOutcome::Held | ClaimOutcome::Broken(_), true) => "played",
        (ClaimOutcome::Held | ClaimOutcome::Broken(_), false) => "not needed",
    };
    TeethRow {
        weakness: words::weakness(&scenario.teeth.weakness),
        step: scenario.teeth.step.clone(),
        must_see: scenario.teeth.saw.to_string(),
        outcome,
        saw,
        case,
        genuine,
    }
}
