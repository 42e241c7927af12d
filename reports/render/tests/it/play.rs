//! Plays a scenario on a model of a device and writes the record a bench would write.
//!
//! The model knows what each step expects and either does it, or does what the teeth of the scenario
//! describe.

use std::io::Write;
use std::path::Path;

use record::{
    Answer, Attacked, Blame, Case, Closed, Cut, Deliverable, DeviceSteps, Event, Failed, FlashOperation, GENUINE_STEP,
    KeySource, Method, Observed, Opened, Purpose, RunBegun, RunEnded, Running, SCHEMA, Skipped, StepBegun, Tear,
    Traffic, Writer, sha256_hex,
};
use render::Run;
use scenario::model::{Action, Offer, Saw, Scenario, Step, Version, Weakness};
use scenario::{Context, parse, parse_profile};

use crate::samples::PROFILE;

/// Places of every sweep.
pub(crate) const PLACES: u32 = 12;

const PACKETS: &[u8] = b"{\"side\":\"publisher\"}\n";

const ACCEPTED: &str = "receive begun, receive done, check begun, check done, stage begun, stage done, \
    apply begun, apply done, reverify begun, reverify done, activate begun, activate done, cleanup begun, cleanup done";

/// What the device under test is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// It does what the scenario expects.
    Whole,
    /// It breaks the claim as the teeth do.
    Weak,
    /// It lacks something, so the scenario is skipped.
    Absent,
    /// The rig lost it.
    Unreachable,
}

/// A scenario, a rig and a device.
#[derive(Clone)]
pub(crate) struct Bench {
    name: String,
    text: String,
    rig: String,
    device: Device,
    scenario: Scenario,
    /// What the device calls its version; its own word.
    pub(crate) says: Option<String>,
}

impl Bench {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let profile = parse_profile("resilient.toml", PROFILE.as_bytes()).expect("the sample is sound");
        let context = Context { profiles: &[profile], mutants: &["refuses-everything"], statements: &[] };
        let scenario = parse(&format!("{name}.toml"), text.as_bytes(), &context).expect("the sample is sound");
        let (name, text, rig) = (name.to_owned(), text.to_owned(), "sim".to_owned());
        Self { name, text, rig, device: Device::Whole, scenario, says: None }
    }

    pub(crate) fn with(mut self, device: Device) -> Self {
        self.device = device;
        self
    }

    pub(crate) fn on(mut self, rig: &str) -> Self {
        self.rig = rig.to_owned();
        self
    }

    pub(crate) fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The name that a report gives the run.
    pub(crate) fn id(&self) -> String {
        format!("{}.{}", self.name, self.rig)
    }

    /// The record, judged.
    pub(crate) fn run(&self) -> Run {
        let mut writer = Writer::new(Vec::new());
        self.play(&mut writer);
        Run::judge(&writer.into_inner(), self.text.as_bytes(), PROFILE.as_bytes()).expect("the model writes records")
    }

    /// The record, in a folder.
    pub(crate) fn write(&self, folder: &Path) {
        self.play(&mut Writer::create(folder).expect("the folder is fresh"));
    }

    fn play<W: Write>(&self, writer: &mut Writer<W>) {
        let mut stored = |content: &[u8]| writer.store(content).expect("there is room");
        let (scenario_file, profile_file) = (stored(self.text.as_bytes()), stored(PROFILE.as_bytes()));
        let packets = stored(PACKETS);
        let method = match self.rig.split('-').next() {
            Some("sim") => Method::Simulated,
            Some("qemu") => Method::Emulated,
            Some(_) | None => Method::Silicon,
        };
        let opened = Opened {
            schema: SCHEMA.to_owned(),
            otabench: "0.1.0".to_owned(),
            scenario: self.name.clone(),
            scenario_file,
            profile_file,
            rig: self.rig.clone(),
            method,
            seed: 0x5eed,
            keys: KeySource::Seed,
            first_stage_sha256: None,
            cell: None,
        };
        let mut tape = Tape { bench: self, packets, events: vec![Event::Opened(opened)], runs: 0 };
        tape.all();
        for event in &tape.events {
            writer.append(event).expect("there is room");
        }
    }
}

/// The events so far.
struct Tape<'b> {
    bench: &'b Bench,
    packets: record::Artefact,
    events: Vec<Event>,
    runs: u32,
}

impl Tape<'_> {
    fn all(&mut self) {
        match self.bench.device {
            Device::Whole | Device::Weak => {
                self.series(Purpose::Claim);
                if self.bench.scenario.teeth.saw != Saw::Refused {
                    self.genuine();
                }
                self.series(Purpose::Teeth);
            }
            Device::Absent => {
                let (missing, remedy) = ("a battery".to_owned(), "use a rig with one".to_owned());
                self.events.push(Event::Skipped(Skipped { missing, remedy }));
            }
            Device::Unreachable => {
                let (reason, remedy) = ("the probe is gone".to_owned(), "plug it in".to_owned());
                self.events.push(Event::Failed(Failed { reason, remedy, fault: Blame::Infrastructure }));
            }
        }
        self.events.push(Event::Closed(Closed { runs: self.runs }));
    }

    fn series(&mut self, purpose: Purpose) {
        let scenario = &self.bench.scenario;
        if let Some(fault) = &scenario.fault {
            let (before, after) = scenario.steps.split_at(fault.during.len());
            self.run(purpose, None, before);
            for operation in 0..PLACES {
                for tear in [Tear::Nothing, Tear::Half, Tear::All] {
                    self.run(purpose, Some(Case::Cut { operation, of: PLACES, tear }), after);
                }
            }
        } else if sweeps_bytes(scenario) {
            for byte in 0..PLACES {
                self.run(purpose, Some(Case::Byte { byte, of: PLACES }), &scenario.steps);
            }
        } else {
            self.run(purpose, None, &scenario.steps);
        }
    }

    fn run(&mut self, purpose: Purpose, case: Option<Case>, steps: &[Step]) {
        self.begin(purpose, case);
        let is_weak = purpose == Purpose::Teeth || self.bench.device == Device::Weak;
        let mut running = match case {
            Some(Case::Cut { operation, .. }) if operation >= PLACES / 2 => image("2.2.0"),
            Some(_) | None => image(&self.bench.scenario.device.runs.to_string()),
        };
        for step in steps {
            self.events.push(Event::StepBegun(StepBegun { step: step.name.clone() }));
            running = self.step(step, case, is_weak, running);
        }
        self.end();
    }

    fn step(&mut self, step: &Step, case: Option<Case>, is_weak: bool, running: Running) -> Running {
        let Action::Offer(offer) = &step.action else {
            let is_dead = is_weak && self.bench.scenario.teeth.saw == Saw::NothingRuns;
            let running = if is_dead { Running::Nothing { halt: Some("no-boot-record".to_owned()) } } else { running };
            self.seen("", None, running.clone());
            return running;
        };
        self.offered(offer, case);
        let refuses_all = is_weak && self.bench.scenario.teeth.saw == Saw::Refused;
        let refusal = match step.expect.refused {
            Some(refusal) if !is_weak => Some(refusal.name()),
            Some(_) | None => refuses_all.then_some("unsupported"),
        };
        match refusal {
            Some(reason) => {
                let account = "receive begun, receive done, check begun, check refused";
                self.seen(account, Some(Answer::Refused(reason.to_owned())), running.clone());
                running
            }
            None => {
                let running = image(&offer.version.to_string());
                self.seen(ACCEPTED, Some(Answer::Accepted), running.clone());
                running
            }
        }
    }

    fn offered(&mut self, offer: &Offer, case: Option<Case>) {
        let offered = if offer.tamper.is_some() { "tampered" } else { "made" };
        self.events.push(Event::Deliverable(deliverable(offer.version, offered)));
        self.traffic(case);
        if offer.tamper.is_some() {
            self.events.push(Event::Attacked(Attacked { verb: "tamper".to_owned(), changed: 1 }));
        }
    }

    fn traffic(&mut self, case: Option<Case>) {
        let packets = case.is_none().then(|| self.packets.clone());
        let digest = sha256_hex(b"packets");
        let (sent_sha256, delivered_sha256) = (digest.clone(), digest);
        self.events.push(Event::Traffic(Traffic { packets, sent: 9, delivered: 9, sent_sha256, delivered_sha256 }));
    }

    fn genuine(&mut self) {
        self.begin(Purpose::Genuine, None);
        let version = Version { major: 2, minor: 2, patch: 0 };
        self.events.push(Event::StepBegun(StepBegun { step: GENUINE_STEP.to_owned() }));
        self.events.push(Event::Deliverable(deliverable(version, "made")));
        self.traffic(None);
        self.seen(ACCEPTED, Some(Answer::Accepted), image("2.2.0"));
        self.end();
    }

    fn begin(&mut self, purpose: Purpose, case: Option<Case>) {
        let whole = self.bench.scenario.device.features;
        let (features, mutant) = match &self.bench.scenario.teeth.weakness {
            Weakness::Without(feature) if purpose != Purpose::Claim => (whole.without(*feature), None),
            Weakness::Mutant(name) if purpose != Purpose::Claim => (whole, Some(name.clone())),
            Weakness::Without(_) | Weakness::Mutant(_) => (whole, None),
        };
        let features = features.iter().map(|feature| feature.name().to_owned()).collect();
        let flash_sha256 = sha256_hex(format!("{purpose:?} {case:?}").as_bytes());
        let cut = flash_sha256.clone();
        self.events.push(Event::RunBegun(RunBegun { purpose, case, features, mutant, flash_sha256 }));
        if let Some(Case::Cut { operation, .. }) = case {
            let (offset_bytes, size_bytes, flash_sha256) = (operation * 256, 256, cut);
            let operation = if operation % 4 == 0 { FlashOperation::Erase } else { FlashOperation::Program };
            self.events.push(Event::Cut(Cut { operation, offset_bytes, size_bytes, flash_sha256 }));
        }
    }

    fn end(&mut self) {
        self.events.push(Event::RunEnded(RunEnded { flash_operations: PLACES }));
        self.runs += 1;
    }

    fn seen(&mut self, account: &str, answer: Option<Answer>, running: Running) {
        let steps = account.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect();
        self.events.push(Event::DeviceSteps(DeviceSteps { steps }));
        let says = match (&self.bench.says, &running) {
            (Some(lie), _) => Some(lie.clone()),
            (None, Running::Image { version, .. }) => Some(version.clone()),
            (None, Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. }) => None,
        };
        self.events.push(Event::Observed(Observed { answer, running, says, lasting: None }));
    }
}

fn sweeps_bytes(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| match &step.action {
        Action::Offer(offer) => offer.tamper.is_some(),
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => false,
    })
}

fn deliverable(version: Version, offered: &str) -> Deliverable {
    Deliverable {
        version: version.to_string(),
        made_sha256: sha256_hex(b"made"),
        offered_sha256: sha256_hex(offered.as_bytes()),
        image_sha256: sha256_hex(version.to_string().as_bytes()),
    }
}

fn image(version: &str) -> Running {
    Running::Image { version: version.to_owned(), sha256: sha256_hex(version.as_bytes()) }
}
