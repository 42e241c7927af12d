//! One run: a fresh device, and the scenario's steps on it.
//!
//! What happens is written down as it happens, in the order the record wants it. Nothing here looks
//! at what the scenario expects.

use std::collections::BTreeMap;

use link::{Attacker, Direction, Outcome, Recording, Side, Upload, Verb};
use menu::{Refusal, SMP_GROUP};
use record::{
    Answer, Artefact, Attacked, Case, Caused, Deliverable, DeviceSteps, Event, Flipped, Observed, StepBegun, Traffic,
};
use rig::{Capability, Device};
use scenario::model::{Act, Action, Disturbs, Flip, Moment, Offer, Reset, RigAct, Scenario, Step};

use crate::exchange::{self, Cue};
use crate::flip::{self, Fresh};
use crate::lasting;
use crate::maker::{self, Known, Maker};
use crate::observe;
use crate::play::Subject;
use crate::rig_act;
use crate::toll::{self, Counting};
use crate::trouble::Trouble;
use crate::words;
use crate::written::Before;

/// Bytes that arrive of a frame that is cut short.
const TRUNCATED_BYTES: usize = 40;

/// Something for the record.
#[derive(Clone)]
pub(crate) enum Entry {
    /// Content that a later event names.
    Artefact(Vec<u8>),
    Event(Box<Event>),
}

/// What one step showed, for deciding whether teeth have bitten.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) step: String,
    pub(crate) observed: Observed,
    /// SHA-256 of the image last offered.
    pub(crate) image_sha256: Option<String>,
}

/// A run in progress.
pub(crate) struct Session<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) maker: &'a Maker<'a>,
    pub(crate) known: &'a [Known],
    pub(crate) subject: &'a Subject,
    pub(crate) case: Option<Case>,
    pub(crate) device: Box<dyn Device>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) shown: Vec<Shown>,
    recordings: BTreeMap<&'a str, (Recording, Deliverable)>,
    uploads: BTreeMap<&'a str, Upload>,
    offered: Option<String>,
    fresh: Fresh<'a>,
    /// The flash as the step in progress found it.
    before: Option<Before>,
    pub(crate) earlier_operations: usize,
    /// Number of the first step event that was not read yet; each boot counts from 0.
    events_from: u32,
    /// Whether work takes something by now.
    counting: Counting,
}

/// What a step leaves behind besides the observation.
#[derive(Default)]
struct Facts {
    deliverable: Option<Deliverable>,
    traffic: Option<Traffic>,
    attacked: Vec<Attacked>,
    caused: Option<Caused>,
    flipped: Option<Flipped>,
    device_steps: Vec<String>,
    answer: Option<Answer>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        scenario: &'a Scenario,
        maker: &'a Maker<'a>,
        known: &'a [Known],
        subject: &'a Subject,
        case: Option<Case>,
        device: Box<dyn Device>,
        fresh: Fresh<'a>,
    ) -> Self {
        Self {
            scenario,
            maker,
            known,
            subject,
            case,
            device,
            entries: Vec::new(),
            shown: Vec::new(),
            recordings: BTreeMap::new(),
            uploads: BTreeMap::new(),
            offered: None,
            fresh,
            before: None,
            earlier_operations: 0,
            events_from: 0,
            counting: Counting::NotYet,
        }
    }

    /// Plays one step.
    pub(crate) fn step(&mut self, step: &'a Step) -> Result<(), Trouble> {
        self.note(Event::StepBegun(StepBegun { step: step.name.clone() }));
        self.before = self.look_before()?;
        let flash_fault = self.fail_flash(step)?;
        let mut facts = match &step.action {
            Action::Offer(offer) => self.offer(step, offer)?,
            Action::Replay { session } => self.replay(session)?,
            Action::Continue { offer } => self.go_on(offer)?,
            Action::Rig(act) => self.rig(*act)?,
            Action::PowerCycle => self.power_cycle()?,
            Action::FlipBits(flip) => self.flip_bits(flip)?,
            Action::Wait { ms } => self.wait(*ms)?,
        };
        if let Some(fault) = flash_fault {
            facts.caused = Some(rig_act::caused(fault, Some(self.device.set_flash_fault(None)?)));
        }
        let mut observed = observe::observe(self.device.as_mut(), self.known, facts.answer)?;
        if self.scenario.watches_state() {
            observed.lasting = Some(lasting::read(&self.device.flash()?, &self.fresh.rig.layout()));
        }
        facts.deliverable.into_iter().for_each(|event| self.note(Event::Deliverable(event)));
        facts.traffic.into_iter().for_each(|event| self.note(Event::Traffic(event)));
        facts.attacked.into_iter().for_each(|event| self.note(Event::Attacked(event)));
        facts.caused.into_iter().for_each(|event| self.note(Event::Caused(event)));
        facts.flipped.into_iter().for_each(|event| self.note(Event::Flipped(event)));
        match self.counting {
            Counting::Begun => {
                let spent = toll::spent(self.device.as_mut())?;
                self.note(Event::Spent(spent));
            }
            Counting::NotYet => {}
        }
        self.note(Event::DeviceSteps(DeviceSteps { steps: facts.device_steps }));
        let layout = self.fresh.rig.layout();
        let written = self.before.take().map(|before| before.written(self.device.as_mut(), &layout)).transpose()?;
        written.into_iter().for_each(|event| self.note(Event::Written(event)));
        self.note(Event::Observed(observed.clone()));
        self.shown.push(Shown { step: step.name.clone(), observed, image_sha256: self.offered.clone() });
        Ok(())
    }

    /// The flash before a step, on rigs that can tell what is written to it.
    fn look_before(&mut self) -> Result<Option<Before>, Trouble> {
        if !self.fresh.rig.capabilities().has(Capability::OperationLog) {
            return Ok(None);
        }
        let running = match self.shown.last() {
            Some(shown) => shown.observed.running.clone(),
            None => observe::measure(self.device.as_mut(), self.known)?,
        };
        Ok(Some(Before::of(self.device.as_mut(), &self.fresh.rig.layout(), &running)?))
    }

    fn note(&mut self, event: Event) {
        self.entries.push(Entry::Event(Box::new(event)));
    }

    fn power_cycle(&mut self) -> Result<Facts, Trouble> {
        self.device.off()?;
        self.device.on()?;
        self.events_from = 0;
        observe::settle(self.device.as_mut())?;
        Ok(Facts { device_steps: self.device_steps()?, ..Facts::default() })
    }

    /// The device whose bits flip while it is off is a fresh device with the flash that this leaves, as
    /// after a cut. Where nothing stands at the place, nothing flips, and the judge will say so.
    fn flip_bits(&mut self, flip: &Flip) -> Result<Facts, Trouble> {
        self.device.off()?;
        let mut flash = self.device.flash()?;
        let changed = flip::flip(&mut flash, &self.fresh.rig.layout(), flip);
        let mut flipped = None;
        if let Some(changed) = changed {
            let before_sha256 = record::sha256_hex(&self.device.flash()?);
            self.earlier_operations += self.device.operations()?.operations.len();
            self.device = self.fresh.device(self.subject, flash)?;
            self.before.iter_mut().for_each(Before::begin_anew);
            flipped = Some(Flipped {
                place: flip.place.name().to_owned(),
                offset_bytes: changed.offset_bytes,
                before: changed.before,
                after: changed.after,
                before_sha256,
                after_sha256: record::sha256_hex(&self.device.flash()?),
            });
        }
        Ok(Facts { flipped, ..self.power_cycle()? })
    }

    fn wait(&mut self, ms: u32) -> Result<Facts, Trouble> {
        self.device.on()?;
        self.device.wait(ms)?;
        Ok(Facts { device_steps: self.device_steps()?, ..Facts::default() })
    }

    /// Offers a deliverable; if the device takes it, asks it to reset into the new image.
    fn offer(&mut self, step: &'a Step, offer: &Offer) -> Result<Facts, Trouble> {
        let byte = words::byte_of(self.case.as_ref());
        let made = self.maker.deliverable(offer, self.subject)?;
        let offered = match &offer.tamper {
            Some(change) => maker::tamper(&made, change, byte)?,
            None => made.clone(),
        };
        let event = self.describe(offer, &made.bytes, &offered.bytes)?;
        self.offered = Some(event.image_sha256.clone());
        let mut attacker = Attacker::new(self.verbs(step, &offered)?)?;
        self.device.on()?;
        let mut cue = self.cue(step, offered.bytes.len());
        let bytes = offered.bytes.clone();
        let (outcome, upload) = exchange::upload(self.device.as_mut(), &mut attacker, bytes, cue.as_mut())?;
        self.uploads.extend(upload.map(|upload| (step.name.as_str(), upload)));
        let mut attacked = acts(&attacker);
        if offer.tamper.is_some() {
            attacked.push(Attacked { verb: "tamper".to_owned(), changed: differences(&made.bytes, &offered.bytes) });
        }
        self.recordings.insert(&step.name, (attacker.recording().clone(), event.clone()));
        let traffic = self.traffic(&attacker);
        let answer = answer_of(&outcome);
        let device_steps = self.finish(&answer, offer.reset)?;
        let caused = cue.map(|cue| rig_act::caused(cue.act, cue.found));
        let (deliverable, traffic, answer) = (Some(event), Some(traffic), Some(answer));
        Ok(Facts { deliverable, traffic, attacked, caused, flipped: None, device_steps, answer })
    }

    /// Lets the flash chip fail in this step, if it is to.
    fn fail_flash(&mut self, step: &Step) -> Result<Option<Disturbs>, Trouble> {
        match self.scenario.disturbs(step) {
            Some(what @ Disturbs::Flash(fault)) => {
                let layout = self.fresh.rig.layout();
                rig_act::fail(self.device.as_mut(), fault, &layout, self.subject.features)?;
                Ok(Some(what))
            }
            Some(Disturbs::Act { .. }) | None => Ok(None),
        }
    }

    /// What the rig does in the middle of this offer, if anything.
    fn cue(&self, step: &Step, offered_bytes: usize) -> Option<Cue> {
        match self.scenario.disturbs(step)? {
            // On the line, the console framing makes four bytes of three.
            Disturbs::Act { act, when: Moment::HalfWay } => {
                Some(Cue { after_bytes: offered_bytes * 2 / 3, act, found: None })
            }
            Disturbs::Flash(_) => None,
        }
    }

    fn rig(&mut self, act: RigAct) -> Result<Facts, Trouble> {
        self.device.on()?;
        self.counting = toll::begin(self.device.as_mut(), act, self.counting)?;
        let found = rig_act::carry_out(self.device.as_mut(), act)?;
        let caused = Some(rig_act::caused(act, Some(found)));
        Ok(Facts { caused, device_steps: self.device_steps()?, ..Facts::default() })
    }

    /// Lets the client go on with an earlier offer.
    fn go_on(&mut self, of: &'a str) -> Result<Facts, Trouble> {
        let mut attacker = Attacker::new(Vec::new())?;
        self.device.on()?;
        let outcome = match self.uploads.get_mut(of) {
            Some(upload) => exchange::go_on(self.device.as_mut(), &mut attacker, upload)?,
            // That device was dead already, and no client talks to it again.
            None => Outcome::Failed(link::Error::NoAnswer { attempts: 0 }),
        };
        self.offered = self.recordings.get(of).map(|(_, event)| event.image_sha256.clone());
        let traffic = Some(self.traffic(&attacker));
        let answer = answer_of(&outcome);
        let device_steps = self.finish(&answer, Reset::Asked)?;
        Ok(Facts { traffic, device_steps, answer: Some(answer), ..Facts::default() })
    }

    /// Lets the attacker play back what he recorded in an earlier step.
    fn replay(&mut self, of: &str) -> Result<Facts, Trouble> {
        let nothing = || Trouble::Bench { what: format!("nothing was recorded in step `{of}`") };
        let (session, event) = self.recordings.get(of).cloned().ok_or_else(nothing)?;
        self.offered = Some(event.image_sha256);
        let mut attacker = Attacker::new(vec![Verb::Replay { session }])?;
        self.device.on()?;
        let outcome = exchange::replay(self.device.as_mut(), &mut attacker)?;
        let traffic = self.traffic(&attacker);
        let answer = answer_of(&outcome);
        let device_steps = self.finish(&answer, Reset::Asked)?;
        let attacked = acts(&attacker);
        let (traffic, answer) = (Some(traffic), Some(answer));
        Ok(Facts { traffic, attacked, device_steps, answer, ..Facts::default() })
    }

    /// Reads the device's account, and resets it into the new image if it took one and the client asks.
    fn finish(&mut self, answer: &Answer, reset: Reset) -> Result<Vec<String>, Trouble> {
        let mut steps = self.device_steps()?;
        match (answer, reset) {
            (Answer::Accepted, Reset::Asked) => {
                let once = link::Patience::default();
                exchange::ask(self.device.as_mut(), link::Request::Reset, once)?;
                self.events_from = 0;
                observe::settle(self.device.as_mut())?;
                steps.extend(self.device_steps()?);
            }
            (Answer::Accepted, Reset::NotAsked)
            | (Answer::Refused(_) | Answer::RefusedUnknown { .. } | Answer::Silent, _) => {}
        }
        Ok(steps)
    }

    fn device_steps(&mut self) -> Result<Vec<String>, Trouble> {
        observe::steps(self.device.as_mut(), &mut self.events_from)
    }

    fn describe(&self, offer: &Offer, made: &[u8], offered: &[u8]) -> Result<Deliverable, Trouble> {
        Ok(Deliverable {
            version: offer.version.to_string(),
            made_sha256: record::sha256_hex(made),
            offered_sha256: record::sha256_hex(offered),
            image_sha256: self.maker.offered_sha256(offer, self.subject)?,
        })
    }

    /// What the attacker does in this step.
    fn verbs(&self, step: &Step, offered: &publisher::Deliverable) -> Result<Vec<Verb>, Trouble> {
        let attacker = self.scenario.attacker.as_ref().filter(|attacker| attacker.acts_in(step));
        let Some(attacker) = attacker else { return Ok(Vec::new()) };
        let byte = words::byte_of(self.case.as_ref());
        attacker.acts.iter().map(|act| verb(act, offered, byte)).collect()
    }

    fn traffic(&mut self, attacker: &Attacker) -> Traffic {
        let traffic = attacker.traffic();
        let count = |side| {
            let passed = traffic.passed().iter();
            let packets =
                passed.filter(|passed| passed.side == side && passed.direction == Direction::ToDevice).count();
            u32::try_from(packets).unwrap_or(u32::MAX)
        };
        let digest = |side| hex::encode(traffic.sha(side, Direction::ToDevice));
        let packets = self.case.is_none().then(|| {
            let content = traffic.to_json_lines().into_bytes();
            let artefact = Artefact { sha256: record::sha256_hex(&content), size_bytes: content.len() as u64 };
            self.entries.push(Entry::Artefact(content));
            artefact
        });
        Traffic {
            packets,
            sent: count(Side::Publisher),
            delivered: count(Side::Device),
            sent_sha256: digest(Side::Publisher),
            delivered_sha256: digest(Side::Device),
        }
    }
}

fn verb(act: &Act, offered: &publisher::Deliverable, byte: Option<usize>) -> Result<Verb, Trouble> {
    let every = |n: u32| {
        let zero = || Trouble::Bench { what: "`every` must not be 0".to_owned() };
        std::num::NonZeroU32::new(n).ok_or_else(zero)
    };
    Ok(match act {
        Act::Edit(change) => {
            let forged = maker::tamper(offered, change, byte)?.bytes;
            Verb::Edit { original: offered.bytes.clone(), forged }
        }
        Act::Drop { every: n } => Verb::Drop { every: every(*n)? },
        Act::Duplicate { every: n } => Verb::Duplicate { every: every(*n)? },
        Act::Truncate { every: n } => Verb::Truncate { every: every(*n)?, bytes_kept: TRUNCATED_BYTES },
    })
}

fn acts(attacker: &Attacker) -> Vec<Attacked> {
    let event = |act: link::Act| Attacked { verb: words::verb(act.verb).to_owned(), changed: act.changed };
    attacker.acts().per_verb.into_iter().map(event).collect()
}

fn answer_of(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Uploaded => Answer::Accepted,
        Outcome::Refused { group, rc } => refusal(*group, *rc),
        Outcome::Replayed { sent, answered, refusals } => match refusals.first() {
            Some(first) => refusal(first.group, first.rc),
            None if answered == sent => Answer::Accepted,
            None => Answer::Silent,
        },
        Outcome::Answered(_) | Outcome::Failed(_) => Answer::Silent,
    }
}

fn refusal(group: u16, code: u16) -> Answer {
    match Refusal::from_number(code) {
        Some(refusal) if group == SMP_GROUP => Answer::Refused(refusal.name().to_owned()),
        Some(_) | None => Answer::RefusedUnknown { group, code },
    }
}

fn differences(one: &[u8], other: &[u8]) -> u32 {
    let changed = one.iter().zip(other).filter(|(a, b)| a != b).count() + one.len().abs_diff(other.len());
    u32::try_from(changed).unwrap_or(u32::MAX)
}
