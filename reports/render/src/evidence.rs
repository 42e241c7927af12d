//! What a scenario does to a device and what it looks at afterwards, in a form that can be compared.
//!
//! A scenario can list any number of rows it is evidence for. What it can really show is bounded by
//! what it does and sees: one pair of action and observation per step that expects something. Names,
//! comments and version numbers are left out of the pair, so that a scenario played a second time
//! under another name is the same evidence, not more of it.

use scenario::Scenario;
use scenario::model::{
    Act, Action, Attacker, Behaviour, Expect, Fault, FixUp, Identity, Offer, Part, Position, Recovery, RigAct, Signer,
    Size, Step, Tamper, Tear, Version,
};
use serde::Serialize;

/// One action, and what is looked at after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// Whether anything works against the device.
    pub nature: Nature,
    /// What is done, in words that are equal where the deed is equal.
    pub action: String,
    /// What must be seen.
    pub observation: String,
}

/// Whether anything works against the device. The strongest evidence comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nature {
    /// An attack, or a fault.
    Adverse,
    /// What is left of one: a look at the device after it has been reset, or after time has passed.
    Aftermath,
    /// A genuine update after one: the device can still be updated.
    Recovery,
    /// A genuine update on a whole device: the positive control.
    Genuine,
}

/// The evidence of a scenario, one per step that expects something, in the order of its steps.
pub fn evidence_of(scenario: &Scenario) -> Vec<Evidence> {
    let mut story = Story { running: scenario.device.runs, adverse: Vec::new(), clock: None };
    let mut evidence = Vec::new();
    for step in &scenario.steps {
        let before = story.running;
        let deed = story.deed(scenario, step);
        if let Some(observation) = observation(&step.expect, before, offered(&step.action)) {
            let (nature, action) = (story.nature(&deed, step), story.action(&deed));
            evidence.push(Evidence { nature, action, observation });
        }
        story.go_on(deed, step);
    }
    evidence
}

/// What one step does.
struct Deed {
    words: String,
    nature: Nature,
}

/// What happened so far.
struct Story {
    running: Version,
    adverse: Vec<String>,
    /// How slowly the device works by now, where somebody has slowed it down.
    clock: Option<RigAct>,
}

impl Story {
    fn deed(&self, scenario: &Scenario, step: &Step) -> Deed {
        let (mut words, mut nature) = match &step.action {
            Action::Offer(offer) => self.offer(offer),
            Action::PowerCycle => ("power cycle".to_owned(), Nature::Genuine),
            Action::Wait { .. } => ("wait".to_owned(), Nature::Genuine),
            Action::FlipBits(flip) => (format!("bits flip in flash while off: {}", flip.place.name()), Nature::Adverse),
            Action::Replay { .. } => ("an earlier session is played back".to_owned(), Nature::Adverse),
            Action::Continue { .. } => ("the client goes on with its offer".to_owned(), Nature::Genuine),
            Action::Rig(act) => (act.to_string(), Nature::Adverse),
        };
        if let Some(attacker) = scenario.attacker.as_ref().filter(|attacker| attacker.acts_in(step)) {
            words = format!("{words}; on the update link: {}", acts(attacker));
            nature = Nature::Adverse;
        }
        if let Some(fault) = scenario.fault.as_ref().filter(|fault| fault.during.contains(&step.name)) {
            words = format!("{words}; {}", cuts(fault));
            nature = Nature::Adverse;
        }
        if let Some(disturbs) = scenario.disturbs(step) {
            words = format!("{words}; {disturbs}");
            nature = Nature::Adverse;
        }
        if let Some(clock) = self.clock.filter(|_| matches!(step.action, Action::Offer(_) | Action::Continue { .. })) {
            // A slow device is slow all the while, and not only in the step that slowed it down.
            words = format!("{words}; meanwhile: {clock}, everything takes its longest");
            nature = Nature::Adverse;
        }
        Deed { words, nature }
    }

    fn offer(&self, offer: &Offer) -> (String, Nature) {
        let age = match offer.version.cmp(&self.running) {
            std::cmp::Ordering::Less => "an older version",
            std::cmp::Ordering::Equal => "the running version",
            std::cmp::Ordering::Greater => "a newer version",
        };
        let oddities: Vec<String> = [
            signer(offer.signed_by).map(str::to_owned),
            foreign(offer.vendor, "for another vendor"),
            foreign(offer.class, "for another class of device"),
            behaviour(offer.behaves).map(str::to_owned),
            size(offer.size).map(str::to_owned),
            offer.tamper.as_ref().map(|tamper| format!("at rest: {}", change(tamper))),
        ]
        .into_iter()
        .flatten()
        .collect();
        let is_adverse = offer.version <= self.running || !oddities.is_empty();
        let words: Vec<&str> = std::iter::once(age).chain(oddities.iter().map(String::as_str)).collect();
        let nature = if is_adverse { Nature::Adverse } else { Nature::Genuine };
        (format!("offer of {}", words.join(", ")), nature)
    }

    /// The action of a step together with what it follows.
    fn action(&self, deed: &Deed) -> String {
        if self.adverse.is_empty() || deed.nature == Nature::Adverse {
            return deed.words.clone();
        }
        format!("after {}: {}", self.adverse.join(", and "), deed.words)
    }

    fn nature(&self, deed: &Deed, step: &Step) -> Nature {
        if self.adverse.is_empty() || deed.nature == Nature::Adverse {
            return deed.nature;
        }
        match &step.action {
            Action::Offer(_) | Action::Replay { .. } | Action::Continue { .. } => Nature::Recovery,
            Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => Nature::Aftermath,
        }
    }

    fn go_on(&mut self, deed: Deed, step: &Step) {
        if deed.nature == Nature::Adverse && !self.adverse.contains(&deed.words) {
            self.adverse.push(deed.words);
        }
        if let Action::Rig(act @ RigAct::Clock { .. }) = step.action {
            self.clock = Some(act);
        }
        if let [version] = step.expect.runs.as_slice() {
            self.running = *version;
        }
    }
}

fn offered(action: &Action) -> Option<Version> {
    match action {
        Action::Offer(offer) => Some(offer.version),
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => None,
    }
}

fn observation(expect: &Expect, before: Version, offered: Option<Version>) -> Option<String> {
    let refused = expect.refused.map(|refusal| format!("refused: {refusal}"));
    let runs = match expect.runs.as_slice() {
        [] => None,
        [version] if *version == before => Some("what ran before runs".to_owned()),
        [version] if Some(*version) == offered => Some("what was offered runs".to_owned()),
        [_] => Some("another version runs".to_owned()),
        [_, ..] => Some("one of the whole versions runs".to_owned()),
    };
    let recovers = (expect.recovery == Recovery::Runs).then(|| "the recovery image runs".to_owned());
    let halted = expect.halted.map(|halt| format!("halted: {halt}"));
    let untouched = (!expect.untouched.is_empty()).then(|| {
        let regions: Vec<&str> = expect.untouched.iter().map(|region| region.name()).collect();
        format!("not written: {}", regions.join(", "))
    });
    let state = expect.as_after.as_ref().map(|_| "the state is as it was".to_owned());
    let seen: Vec<String> =
        refused.into_iter().chain(runs).chain(recovers).chain(halted).chain(untouched).chain(state).collect();
    (!seen.is_empty()).then(|| seen.join(", "))
}

fn signer(signer: Signer) -> Option<&'static str> {
    match signer {
        Signer::Release => None,
        Signer::Attacker => Some("signed by an attacker"),
        Signer::OtherProduct => Some("signed by another product's key"),
        Signer::Nobody => Some("signed by nobody"),
    }
}

fn foreign(identity: Identity, words: &str) -> Option<String> {
    match identity {
        Identity::Own => None,
        Identity::Other => Some(words.to_owned()),
    }
}

fn behaviour(behaviour: Behaviour) -> Option<&'static str> {
    match behaviour {
        Behaviour::Healthy => None,
        Behaviour::Hangs => Some("that hangs"),
        Behaviour::Crashes => Some("that crashes"),
        Behaviour::NeverConfirms => Some("that never confirms itself"),
        Behaviour::ConfirmsLate => Some("that confirms itself late"),
        Behaviour::RunsWild => Some("that runs wild"),
    }
}

fn size(size: Size) -> Option<&'static str> {
    match size {
        Size::AsBuilt => None,
        Size::TooLarge => Some("larger than its slot"),
    }
}

fn acts(attacker: &Attacker) -> String {
    let acts: Vec<String> = attacker.acts.iter().map(act).collect();
    acts.join(", ")
}

fn act(act: &Act) -> String {
    match act {
        Act::Edit(tamper) => change(tamper),
        Act::Drop { .. } => "packets lost".to_owned(),
        Act::Duplicate { .. } => "packets doubled".to_owned(),
        Act::Truncate { .. } => "packets cut short".to_owned(),
    }
}

fn change(tamper: &Tamper) -> String {
    let part = match tamper.what {
        Part::Payload => "payload",
        Part::Manifest => "manifest",
        Part::Signature => "signature",
        Part::Digest => "digest",
    };
    let place = match tamper.at {
        Position::Start => "the start",
        Position::Middle => "the middle",
        Position::End => "the end",
        Position::Filler => "the filler",
        Position::EveryByte => "every byte in turn",
    };
    let fixed = match tamper.fix_up {
        FixUp::None => "",
        FixUp::UnkeyedDigests => ", digests made right",
    };
    format!("{part} changed at {place}{fixed}")
}

fn cuts(fault: &Fault) -> String {
    let tears: Vec<&str> = fault
        .tear
        .iter()
        .map(|tear| match tear {
            Tear::Nothing => "nothing",
            Tear::Half => "half",
            Tear::All => "all",
        })
        .collect();
    format!("power cut in every flash operation, leaving {} of it", tears.join(", "))
}
