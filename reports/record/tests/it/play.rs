//! Plays a scenario on a model of a device and writes down what a bench would.
//!
//! The judge is tested against what a bench writes, without a bench, so that every lie can be told.

use record::{
    Answer, Artefact, Attacked, Case, Caused, CellDevice, Closed, Cut, Deliverable, DeviceSteps, Event, FlashOperation,
    Flipped, GENUINE_STEP, KeySource, Method, Observed, Opened, Purpose, RunBegun, RunEnded, Running, SCHEMA, Spent,
    StepBegun, Tear, Traffic, sha256_hex,
};
use scenario::model::{self, Act, Action, Disturbance, Hand, Offer, RigAct, Saw, Scenario, Step, Weakness};

use crate::{PACKETS, PROFILE_FILE, SCENARIO_FILE};

/// Flash operations of the swept steps.
pub(crate) const OPERATIONS: u32 = 2;

/// Bytes of the swept part.
pub(crate) const BYTES: u32 = 3;

/// The events of a run of the bench that ends HELD.
pub(crate) fn held(scenario: &Scenario) -> Vec<Event> {
    let mut bench = Bench { scenario, events: vec![Event::Opened(opened(scenario))], runs: 0, spent: None };
    bench.series(Purpose::Claim);
    if scenario.teeth.saw != Saw::Refused {
        bench.genuine();
    }
    bench.series(Purpose::Teeth);
    let closed = Closed { runs: bench.runs };
    bench.events.push(Event::Closed(closed));
    bench.events
}

/// The events of a cell in which the device of the claim does what the scenario says it must.
pub(crate) fn cell(scenario: &Scenario) -> Vec<Event> {
    let cell = Some(CellDevice { profile: "other".to_owned(), without: None });
    let mut bench =
        Bench { scenario, events: vec![Event::Opened(Opened { cell, ..opened(scenario) })], runs: 0, spent: None };
    bench.series(Purpose::Claim);
    bench.genuine();
    for event in &mut bench.events {
        if let Event::RunBegun(begun) = event {
            begun.features = scenario.device.features.iter().map(|feature| feature.name().to_owned()).collect();
            begun.mutant = None;
        }
    }
    let closed = Closed { runs: bench.runs };
    bench.events.push(Event::Closed(closed));
    bench.events
}

/// The first event.
pub(crate) fn opened(scenario: &Scenario) -> Opened {
    Opened {
        schema: SCHEMA.to_owned(),
        otabench: "0.1.0".to_owned(),
        scenario: scenario.name.clone(),
        scenario_file: artefact(SCENARIO_FILE),
        profile_file: artefact(PROFILE_FILE),
        rig: "sim".to_owned(),
        method: Method::Simulated,
        seed: 1,
        keys: KeySource::Seed,
        first_stage_sha256: None,
        cell: None,
    }
}

fn artefact(content: &[u8]) -> Artefact {
    Artefact { sha256: sha256_hex(content), size_bytes: content.len() as u64 }
}

struct Bench<'s> {
    scenario: &'s Scenario,
    events: Vec<Event>,
    runs: u32,
    /// What the run has taken so far, once work takes something.
    spent: Option<Spent>,
}

impl Bench<'_> {
    fn series(&mut self, purpose: Purpose) {
        let sweeps_bytes = self.scenario.name == "every-byte";
        let Some(fault) = &self.scenario.fault else {
            let byte = |byte| Some(Case::Byte { byte, of: BYTES });
            let cases = if sweeps_bytes { (0..BYTES).map(byte).collect() } else { vec![None] };
            cases.into_iter().for_each(|case| self.run(purpose, case, &self.scenario.steps));
            return;
        };
        let (before, after) = self.scenario.steps.split_at(fault.during.len());
        self.run(purpose, None, before);
        for operation in 0..OPERATIONS {
            for tear in [Tear::Nothing, Tear::Half, Tear::All] {
                self.run(purpose, Some(Case::Cut { operation, of: OPERATIONS, tear }), after);
            }
        }
    }

    fn run(&mut self, purpose: Purpose, case: Option<Case>, steps: &[Step]) {
        self.begin(purpose, case);
        let mut device = Device::new(self.scenario, purpose, case);
        for step in steps {
            self.step(&mut device, step);
        }
        self.end();
    }

    fn begin(&mut self, purpose: Purpose, case: Option<Case>) {
        self.spent = None;
        let weak = purpose != Purpose::Claim;
        let whole = self.scenario.device.features;
        let (features, mutant) = match &self.scenario.teeth.weakness {
            Weakness::Without(feature) if weak => (whole.without(*feature), None),
            Weakness::Mutant(mutant) if weak => (whole, Some(mutant.clone())),
            Weakness::Without(_) | Weakness::Mutant(_) => (whole, None),
        };
        let flash_sha256 = sha256_hex(format!("{purpose:?} {case:?}").as_bytes());
        let features = features.iter().map(|feature| feature.name().to_owned()).collect();
        self.events.push(Event::RunBegun(RunBegun {
            purpose,
            case,
            features,
            mutant,
            flash_sha256: flash_sha256.clone(),
        }));
        if let Some(Case::Cut { operation, .. }) = case {
            let (offset_bytes, size_bytes) = (operation * 256, 256);
            let operation = FlashOperation::Program;
            self.events.push(Event::Cut(Cut { operation, offset_bytes, size_bytes, flash_sha256 }));
        }
    }

    fn end(&mut self) {
        self.events.push(Event::RunEnded(RunEnded { flash_operations: OPERATIONS }));
        self.runs += 1;
    }

    fn genuine(&mut self) {
        self.begin(Purpose::Genuine, None);
        let version = model::Version { major: 2, minor: 2, patch: 0 };
        self.events.push(Event::StepBegun(StepBegun { step: GENUINE_STEP.to_owned() }));
        self.events.push(Event::Deliverable(deliverable(version, "made", "made")));
        self.events.push(Event::Traffic(traffic(None, "sent", "sent")));
        self.account(ACCEPTED);
        self.observe(Some(Answer::Accepted), image(version));
        self.end();
    }

    fn step(&mut self, device: &mut Device<'_>, step: &Step) {
        self.events.push(Event::StepBegun(StepBegun { step: step.name.clone() }));
        match &step.action {
            Action::Offer(offer) => {
                let verbs = self.verbs(step, offer);
                let offered = if offer.tamper.is_some() { "tampered" } else { "made" };
                let delivered = if verbs.iter().any(|verb| *verb != "tamper") { "changed" } else { "sent" };
                self.events.push(Event::Deliverable(deliverable(offer.version, "made", offered)));
                self.events.push(Event::Traffic(traffic(device.case, "sent", delivered)));
                self.attacked(&verbs);
                self.disturbed(step);
                device.take(step, offer.version);
                self.answered(device);
            }
            Action::Replay { session } => {
                self.events.push(Event::Traffic(traffic(device.case, "", "replayed")));
                self.attacked(&["replay"]);
                device.take(step, version_of(self.scenario, session));
                self.answered(device);
            }
            Action::FlipBits(flip) => {
                self.events.push(Event::Flipped(Flipped {
                    place: flip.place.name().to_owned(),
                    offset_bytes: 4096,
                    before: 0b101,
                    after: 0b110,
                    before_sha256: sha256_hex(b"whole"),
                    after_sha256: sha256_hex(b"rotten"),
                }));
                device.boot(step);
                self.account("");
                self.observe(None, device.running.clone());
            }
            Action::Continue { offer } => {
                self.events.push(Event::Traffic(traffic(device.case, "sent", "sent")));
                device.take(step, version_of(self.scenario, offer));
                self.answered(device);
            }
            Action::Rig(act) => {
                let found = match act {
                    RigAct::Battery { level_mv } => u32::from(*level_mv),
                    RigAct::Charge { charge_mj } => *charge_mj,
                    RigAct::Clock { mhz } => *mhz,
                    RigAct::Button(Hand::Press) => 2,
                    RigAct::Button(Hand::Hold | Hand::Release) => 1,
                };
                self.events.push(Event::Caused(Caused { act: act.to_string(), found: Some(found) }));
                self.toll(*act);
                self.account("");
                self.observe(None, device.running.clone());
            }
            Action::PowerCycle | Action::Wait { .. } => {
                device.boot(step);
                self.account("");
                self.observe(None, device.running.clone());
            }
        }
    }

    fn verbs(&self, step: &Step, offer: &Offer) -> Vec<&'static str> {
        let mut verbs = Vec::new();
        if let Some(attacker) = &self.scenario.attacker
            && (attacker.during.is_empty() || attacker.during.contains(&step.name))
        {
            verbs.extend(attacker.acts.iter().map(|act| match act {
                Act::Edit(_) => "edit",
                Act::Drop { .. } => "drop",
                Act::Duplicate { .. } => "duplicate",
                Act::Truncate { .. } => "truncate",
            }));
        }
        verbs.extend(offer.tamper.map(|_| "tamper"));
        verbs
    }

    fn attacked(&mut self, verbs: &[&str]) {
        for verb in verbs {
            self.events.push(Event::Attacked(Attacked { verb: (*verb).to_owned(), changed: 1 }));
        }
    }

    fn disturbed(&mut self, step: &Step) {
        let disturbs = self.scenario.disturbance.as_ref().filter(|it| it.during.contains(&step.name));
        if let Some(Disturbance { what, .. }) = disturbs {
            self.events.push(Event::Caused(Caused { act: what.to_string(), found: Some(3) }));
        }
    }

    fn answered(&mut self, device: &Device<'_>) {
        self.account(if device.answer == Answer::Accepted { ACCEPTED } else { REFUSED });
        self.observe(Some(device.answer.clone()), device.running.clone());
    }

    /// From a charge on, or a clock, work takes something; a battery with a voltage of its own is not drained.
    fn toll(&mut self, act: RigAct) {
        let left_mj = match act {
            RigAct::Charge { charge_mj } => Some(charge_mj),
            RigAct::Battery { .. } => None,
            RigAct::Clock { .. } | RigAct::Button(_) => self.spent.as_ref().and_then(|spent| spent.left_mj),
        };
        if self.spent.is_some() || act.begins_toll() {
            self.spent = Some(Spent { left_mj, ..self.spent.clone().unwrap_or(NOTHING) });
        }
    }

    fn account(&mut self, words: &str) {
        if let Some(spent) = &mut self.spent {
            spent.energy_uj += 1;
            spent.busy_us += 1;
            spent.programs += 1;
            spent.link_bytes += 1;
            self.events.push(Event::Spent(spent.clone()));
        }
        let steps = words.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect();
        self.events.push(Event::DeviceSteps(DeviceSteps { steps }));
    }

    fn observe(&mut self, answer: Option<Answer>, running: Running) {
        let says = match &running {
            Running::Image { version, .. } => Some(version.clone()),
            Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => None,
        };
        self.events.push(Event::Observed(Observed { answer, running, says, lasting: None }));
    }
}

const NOTHING: Spent = Spent {
    erases: 0,
    programs: 0,
    verifications: 0,
    hashed_bytes: 0,
    starts: 1,
    link_bytes: 0,
    energy_uj: 0,
    left_mj: None,
    busy_us: 0,
    longest_us: 0,
};

const ACCEPTED: &str = "receive begun, receive done, check begun, check done, stage begun, stage done, \
    apply begun, apply done, reverify begun, reverify done, activate begun, activate done, cleanup begun, cleanup done";
const REFUSED: &str = "receive begun, receive done, check begun, check refused";

/// The model of a device.
struct Device<'s> {
    scenario: &'s Scenario,
    purpose: Purpose,
    case: Option<Case>,
    running: Running,
    answer: Answer,
}

impl<'s> Device<'s> {
    fn new(scenario: &'s Scenario, purpose: Purpose, case: Option<Case>) -> Self {
        let running = match case {
            Some(Case::Cut { operation, .. }) if operation > 0 => image(crate::scenarios::version(2, 2)),
            Some(Case::Cut { .. } | Case::Byte { .. }) | None => image(scenario.device.runs),
        };
        Self { scenario, purpose, case, running, answer: Answer::Silent }
    }

    fn take(&mut self, step: &Step, version: model::Version) {
        let refuses_all = self.purpose == Purpose::Teeth && self.scenario.teeth.saw == Saw::Refused;
        self.answer = match step.expect.refused {
            Some(refusal) if self.purpose == Purpose::Claim => Answer::Refused(refusal.name().to_owned()),
            Some(_) | None if refuses_all => Answer::Refused("unsupported".to_owned()),
            Some(_) | None => Answer::Accepted,
        };
        if self.answer == Answer::Accepted {
            self.running = image(version);
        }
    }

    fn boot(&mut self, step: &Step) {
        if self.purpose == Purpose::Claim {
            if let Some(halt) = step.expect.halted {
                self.running = Running::Nothing { halt: Some(halt.name().to_owned()) };
            }
            if let [version] = step.expect.runs.as_slice() {
                self.running = image(*version);
            }
        } else if self.scenario.teeth.saw == Saw::UnknownRuns {
            self.running = Running::Unknown { sha256: sha256_hex(b"rotten image") };
        } else if self.scenario.teeth.saw == Saw::NothingRuns {
            self.running = Running::Nothing { halt: Some("no-boot-record".to_owned()) };
        }
    }
}

fn version_of(scenario: &Scenario, session: &str) -> model::Version {
    let step = scenario.steps.iter().find(|step| step.name == session).expect("the scenario names a step it has");
    match &step.action {
        Action::Offer(offer) => offer.version,
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => scenario.device.runs,
    }
}

fn deliverable(version: model::Version, made: &str, offered: &str) -> Deliverable {
    Deliverable {
        version: version.to_string(),
        made_sha256: sha256_hex(made.as_bytes()),
        offered_sha256: sha256_hex(offered.as_bytes()),
        image_sha256: sha256_hex(version.to_string().as_bytes()),
    }
}

fn traffic(case: Option<Case>, sent: &str, delivered: &str) -> Traffic {
    Traffic {
        packets: case.is_none().then(|| artefact(PACKETS)),
        sent: if sent.is_empty() { 0 } else { 9 },
        delivered: 9,
        sent_sha256: sha256_hex(sent.as_bytes()),
        delivered_sha256: sha256_hex(delivered.as_bytes()),
    }
}

/// The image of a version, running.
pub(crate) fn image(version: model::Version) -> Running {
    let version = version.to_string();
    Running::Image { sha256: sha256_hex(version.as_bytes()), version }
}
