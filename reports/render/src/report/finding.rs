//! Findings: claims that did not hold, the worst first, each with its evidence and the command that
//! repeats it.
//!
//! How bad a finding is follows from what was measured, not from an opinion: foreign code that runs is
//! worse than a dead device, a dead device worse than old code, and a wrong word is the least.

use record::{Answer, Breach, Case, Method, Observed, Purpose, Running, Verdict};
use scenario::model::{Action, Expect, Scenario, Signer, Step};
use serde::Serialize;

use super::{NamedRun, repeat};
use crate::facts::{self, Played, PlayedStep};
use crate::input::Meta;
use crate::words;

/// A claim that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// `F1`, `F2`, … the worst first.
    pub id: String,
    /// What it means for the device.
    pub consequence: Consequence,
    /// Id of the run.
    pub run: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The claim.
    pub claim: String,
    /// How the evidence was produced.
    pub method: Method,
    /// Name of the rig.
    pub rig: String,
    /// Name of the device's profile.
    pub profile: String,
    /// Name of the step.
    pub step: String,
    /// The case of the sweep.
    pub case: Option<String>,
    /// What had to be seen.
    pub expected: String,
    /// What was seen.
    pub saw: String,
    /// What the scenario says it is evidence for.
    pub covers: Vec<String>,
    /// The threat.
    pub threat: Option<String>,
    /// The command that repeats it.
    pub repeat: String,
    /// Line of the record that shows it, from 1.
    pub line: Option<usize>,
    /// SHA-256 of the record.
    pub record_sha256: String,
    /// SHA-256 of the packets of that step, where they were kept.
    pub packets_sha256: Option<String>,
    /// SHA-256 of the flash that the run began with.
    pub flash_sha256: Option<String>,
    /// What happened in the run, in order.
    pub timeline: Vec<LaneEvent>,
}

/// What a finding means for the device, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    /// An image runs that the manufacturer never released for this device.
    ForeignCode,
    /// Nothing runs.
    Dead,
    /// An older version runs than before.
    OldCode,
    /// Another version runs than must.
    WrongVersion,
    /// The device does not tell the truth about what it runs.
    Lie,
    /// What must run runs, but the answer or the order of the device's steps was wrong.
    WrongAnswer,
}

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// The manufacturer's side.
    Publisher,
    /// The attacker, or a fault.
    Attacker,
    /// The device, by its own account.
    Device,
    /// What the rig measured.
    Measured,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LaneEvent {
    /// Who did it.
    pub lane: Lane,
    /// In which step of the scenario.
    pub step: String,
    /// What it was.
    pub text: String,
}

/// A run about which nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Undecided {
    /// Id of the run.
    pub run: String,
    /// Why.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
    /// The command that plays it again.
    pub repeat: String,
}

impl Consequence {
    /// What it means, in a sentence without its full stop.
    pub const fn words(self) -> &'static str {
        match self {
            Consequence::ForeignCode => "Code that was never released for this device runs on it",
            Consequence::Dead => "Nothing runs on the device any more",
            Consequence::OldCode => "An older version runs again",
            Consequence::WrongVersion => "Another version runs than must",
            Consequence::Lie => "The device does not tell the truth about what it runs",
            Consequence::WrongAnswer => "The right image runs, but the device answered or acted otherwise than it must",
        }
    }
}

impl Lane {
    /// Every lane, from top to bottom.
    pub const ALL: [Lane; 4] = [Lane::Publisher, Lane::Attacker, Lane::Device, Lane::Measured];

    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Lane::Publisher => "publisher",
            Lane::Attacker => "attacker",
            Lane::Device => "device says",
            Lane::Measured => "measured",
        }
    }
}

/// Every claim that did not hold, the worst first.
pub(super) fn findings(runs: &[NamedRun<'_>], meta: &Meta) -> Vec<Finding> {
    let broken = runs.iter().filter_map(|named| match &named.run.judgement.verdict {
        Verdict::Broken(breach) => Some(finding(named, breach, meta)),
        Verdict::Held | Verdict::Skipped { .. } | Verdict::Error(_) => None,
    });
    let mut findings: Vec<Finding> = broken.collect();
    findings.sort_by(|a, b| (a.consequence, &a.run).cmp(&(b.consequence, &b.run)));
    for (index, finding) in findings.iter_mut().enumerate() {
        finding.id = format!("F{}", index + 1);
    }
    findings
}

fn finding(named: &NamedRun<'_>, breach: &Breach, meta: &Meta) -> Finding {
    let (run, scenario) = (named.run, &named.run.scenario);
    let played = facts::runs(&run.record);
    let of_claim = |played: &&Played<'_>| played.begun.purpose == Purpose::Claim && played.begun.case == breach.case;
    let place = played.iter().filter(of_claim).find(|played| played.step(&breach.step).is_some());
    let step = place.and_then(|played| played.step(&breach.step));
    let seen = step.and_then(|step| step.observed);
    let scripted = scenario.steps.iter().find(|step| step.name == breach.step);
    let consequence = match (seen, scripted) {
        (Some(seen), Some(scripted)) => consequence(scenario, scripted, seen.observed),
        (None, _) | (_, None) => Consequence::WrongAnswer,
    };
    Finding {
        id: String::new(),
        consequence,
        run: named.id.clone(),
        scenario: scenario.name.clone(),
        claim: scenario.claim.clone(),
        method: run.opened.method,
        rig: words::harmless(&run.opened.rig),
        profile: scenario.device.profile.clone(),
        step: breach.step.clone(),
        case: breach.case.as_ref().map(Case::to_string),
        expected: breach.expected.clone(),
        saw: breach.saw.clone(),
        covers: scenario.covers.clone(),
        threat: scenario.threat.clone(),
        repeat: repeat(&named.id, run, meta),
        line: seen.map(|seen| seen.line),
        record_sha256: run.record_sha256.clone(),
        packets_sha256: step.and_then(packets),
        flash_sha256: place.map(|played| played.begun.flash_sha256.clone()),
        timeline: place.map(|played| timeline(played, &breach.step)).unwrap_or_default(),
    }
}

fn packets(step: &PlayedStep<'_>) -> Option<String> {
    step.traffic?.packets.as_ref().map(|packets| packets.sha256.clone())
}

fn consequence(scenario: &Scenario, step: &Step, observed: &Observed) -> Consequence {
    match &observed.running {
        Running::Unknown { .. } => Consequence::ForeignCode,
        // Until somebody brings a good image, the recovery does nothing for anybody.
        Running::Recovery { .. } | Running::Nothing { .. } => Consequence::Dead,
        Running::Image { version, .. } if runs_rightly(&step.expect, version) => {
            let is_lie = observed.says.as_ref().is_some_and(|says| says != version);
            if is_lie { Consequence::Lie } else { Consequence::WrongAnswer }
        }
        Running::Image { version, .. } if is_foreign(scenario, version) => Consequence::ForeignCode,
        Running::Image { version, .. } if is_older(scenario, version) => Consequence::OldCode,
        Running::Image { .. } => Consequence::WrongVersion,
    }
}

fn runs_rightly(expect: &Expect, version: &str) -> bool {
    expect.runs.is_empty() || expect.runs.iter().any(|allowed| allowed.to_string() == version)
}

/// Whether this version was offered by somebody who must not install anything on this device.
fn is_foreign(scenario: &Scenario, version: &str) -> bool {
    scenario.steps.iter().any(|step| match &step.action {
        Action::Offer(offer) => offer.signed_by != Signer::Release && offer.version.to_string() == version,
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => false,
    })
}

fn is_older(scenario: &Scenario, version: &str) -> bool {
    let numbers = |version: &str| version.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
    numbers(version) < numbers(&scenario.device.runs.to_string())
}

/// Whether what was seen is what had to be seen: the refusal that is named, and a version that runs.
pub(super) fn meets(expect: &Expect, observed: &Observed) -> bool {
    let refused = match (&expect.refused, &observed.answer) {
        (None, _) => true,
        (Some(refusal), Some(Answer::Refused(reason))) => reason == refusal.name(),
        (Some(_), Some(Answer::Accepted | Answer::RefusedUnknown { .. } | Answer::Silent) | None) => false,
    };
    let runs = match &observed.running {
        Running::Image { version, .. } => runs_rightly(expect, version),
        Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => expect.runs.is_empty(),
    };
    let halted = match (&expect.halted, &observed.running) {
        (None, _) => true,
        (Some(halt), Running::Nothing { halt: Some(reason) }) => reason == halt.name(),
        (
            Some(_),
            Running::Image { .. }
            | Running::Recovery { .. }
            | Running::Unknown { .. }
            | Running::Nothing { halt: None },
        ) => false,
    };
    refused && runs && halted
}

/// What happened up to the end of a step.
fn timeline(run: &Played<'_>, last: &str) -> Vec<LaneEvent> {
    let mut events = Vec::new();
    if let Some(cut) = run.cut {
        let text = format!("power cut in the {}", operation(cut));
        events.push(LaneEvent { lane: Lane::Attacker, step: String::new(), text });
    }
    for step in &run.steps {
        events.extend(step_events(step));
        if step.name == last {
            break;
        }
    }
    events
}

fn operation(cut: &record::Cut) -> String {
    let verb = match cut.operation {
        record::FlashOperation::Program => "program",
        record::FlashOperation::Erase => "erase",
    };
    format!("{verb} of {} bytes at {:#x}", cut.size_bytes, cut.offset_bytes)
}

fn step_events(step: &PlayedStep<'_>) -> Vec<LaneEvent> {
    let event = |lane, text: String| LaneEvent { lane, step: words::harmless(step.name), text: words::harmless(&text) };
    let mut events = Vec::new();
    if let Some(deliverable) = step.deliverable {
        events.push(event(Lane::Publisher, format!("offers {}", deliverable.version)));
    }
    for act in &step.attacked {
        events.push(event(Lane::Attacker, format!("{} ({} changed)", act.verb, act.changed)));
    }
    if let Some(flipped) = step.flipped {
        let bits = (flipped.before ^ flipped.after).count_ones();
        let text = format!("{bits} bits flip at {:#x} ({})", flipped.offset_bytes, flipped.place);
        events.push(event(Lane::Attacker, text));
    }
    if let Some(last) = step.device_steps.and_then(|steps| steps.steps.last()) {
        events.push(event(Lane::Device, last.clone()));
    }
    if let Some(seen) = step.observed {
        if let Some(answer) = &seen.observed.answer {
            events.push(event(Lane::Device, answer.to_string()));
        }
        events.push(event(Lane::Measured, seen.observed.running.to_string()));
    }
    events
}

/// Every run about which nothing can be said.
pub(super) fn undecided(runs: &[NamedRun<'_>], meta: &Meta) -> Vec<Undecided> {
    let undecided = runs.iter().filter_map(|named| {
        let (reason, remedy) = match &named.run.judgement.verdict {
            Verdict::Error(mistake) => (format!("ERROR: {mistake}"), mistake.help().to_owned()),
            Verdict::Skipped { missing, remedy } => (format!("SKIPPED: {missing}"), remedy.clone()),
            Verdict::Held | Verdict::Broken(_) => return None,
        };
        Some(Undecided { run: named.id.clone(), reason, remedy, repeat: repeat(&named.id, named.run, meta) })
    });
    undecided.collect()
}
