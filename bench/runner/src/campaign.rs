//! The runs of one purpose: a single one, or one for each case of a sweep.
//!
//! Every run begins with a fresh device, so cases are played side by side on all cores; they enter
//! the record in the order of the sweep. Two cuts that leave the same flash behind (all of one
//! operation, and nothing of the next) are the same device in the same state with the same seed:
//! such a state is booted once, and both cases record what it showed.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{slice, thread};

use record::{Case, Cut, Event, GENUINE_STEP, Purpose, RunBegun, RunEnded, Running, Writer};
use rig::{OperationLog, Setup};
use scenario::model::{Act, Action, Behaviour, Expect, Fault, Position, Saw, Step, Tamper, Tear, Version};

use crate::maker::{self, Known, Maker};
use crate::play::{Play, Progress, Stop, Subject, Watch};
use crate::session::{Entry, Session, Shown};
use crate::trouble::Trouble;
use crate::{provision, words};

/// Cases that are prepared and played together.
const BATCH: usize = 32;

/// Plays the runs of a scenario.
pub(crate) struct Campaign<'a> {
    play: &'a Play<'a>,
    maker: &'a Maker<'a>,
    watch: &'a dyn Watch,
    known: Vec<Known>,
    pub(crate) recorded: u32,
}

/// One run to be played.
struct Plan<'a> {
    case: Option<Case>,
    cut: Option<Cut>,
    flash: Vec<u8>,
    steps: &'a [Step],
    /// Whether power is on when the first step begins.
    supply: Supply,
}

#[derive(Clone, Copy)]
enum Supply {
    On,
    Off,
}

/// One run that was played.
#[derive(Clone)]
struct Played {
    entries: Vec<Entry>,
    shown: Vec<Shown>,
    log: OperationLog,
}

impl<'a> Campaign<'a> {
    pub(crate) fn new(play: &'a Play<'a>, maker: &'a Maker<'a>, watch: &'a dyn Watch) -> Self {
        Self { play, maker, watch, known: Vec::new(), recorded: 0 }
    }

    /// Plays and records every run of this purpose.
    pub(crate) fn play<W: Write>(&mut self, subject: &Subject, writer: &mut Writer<W>) -> Result<(), Stop> {
        let runs = self.play.scenario.device.runs;
        let next = successor(runs)?;
        self.known = self.images(runs, next, subject)?;
        let factory = provision::flash(self.maker, &self.play.rig.layout(), self.play.profile, subject, runs)?;
        let steps = self.play.scenario.steps.as_slice();
        let whole = |flash, steps| Plan { case: None, cut: None, flash, steps, supply: Supply::On };
        if subject.purpose == Purpose::Genuine {
            let action = Action::Offer(maker::genuine(next));
            let step = Step { name: GENUINE_STEP.to_owned(), action, expect: Expect::default() };
            self.single(subject, whole(factory, slice::from_ref(&step)), writer)?;
        } else if let Some(fault) = &self.play.scenario.fault {
            self.cuts(subject, fault, factory, writer)?;
        } else if let Some(of) = self.swept_bytes(subject)? {
            self.bytes(subject, of, &factory, writer)?;
        } else {
            self.single(subject, whole(factory, steps), writer)?;
        }
        Ok(())
    }

    /// Every image that may come to run on this subject.
    fn images(&self, runs: Version, next: Version, subject: &Subject) -> Result<Vec<Known>, Trouble> {
        let mut images = vec![(runs, Behaviour::Healthy), (next, Behaviour::Healthy)];
        images.extend(self.play.scenario.steps.iter().filter_map(|step| match &step.action {
            Action::Offer(offer) => Some((offer.version, offer.behaves)),
            Action::PowerCycle | Action::Wait { .. } | Action::Replay { .. } => None,
        }));
        images.sort_unstable();
        images.dedup();
        images.into_iter().map(|(version, behaves)| self.maker.known(version, behaves, subject)).collect()
    }

    fn single<W: Write>(&mut self, subject: &Subject, plan: Plan<'_>, writer: &mut Writer<W>) -> Result<Played, Stop> {
        self.watch.progress(Progress { purpose: subject.purpose, case: None });
        let played = self.run(subject, &plan)?;
        self.write(subject, &plan, &played, writer)?;
        Ok(played)
    }

    /// One case for each byte of the part that is changed.
    fn bytes<W: Write>(
        &mut self,
        subject: &Subject,
        of: u32,
        factory: &[u8],
        writer: &mut Writer<W>,
    ) -> Result<(), Stop> {
        let steps = &self.play.scenario.steps;
        let cases: Vec<Case> = (0..of).map(|byte| Case::Byte { byte, of }).collect();
        self.sweep(subject, &cases, writer, |case| {
            Ok(Plan { case: Some(*case), cut: None, flash: factory.to_vec(), steps, supply: Supply::On })
        })
    }

    /// The undisturbed run, and one case for each of its flash operations and each tear.
    fn cuts<W: Write>(
        &mut self,
        subject: &Subject,
        fault: &Fault,
        factory: Vec<u8>,
        writer: &mut Writer<W>,
    ) -> Result<(), Stop> {
        let all = &self.play.scenario.steps;
        let (before, after) = all.split_at(fault.during.len().min(all.len()));
        let reference = Plan { case: None, cut: None, flash: factory, steps: before, supply: Supply::On };
        let log = self.single(subject, reference, writer)?.log;
        let of =
            u32::try_from(log.operations.len()).map_err(|_| Trouble::Bench { what: "too many operations".into() })?;
        let mut cuts: Vec<(u32, Tear)> =
            (0..of).flat_map(|operation| fault.tear.iter().map(move |tear| (operation, *tear))).collect();
        if subject.purpose == Purpose::Teeth {
            // The last operations of an update are the delicate ones: look there first.
            cuts.reverse();
        }
        let seed = self.play.seed;
        self.sweep(subject, &cuts, writer, |(operation, tear)| cut_plan(&log, *operation, *tear, seed, after))
    }

    /// Plays the cases in batches and records them in order. Teeth end with the first that bites.
    fn sweep<W: Write, T>(
        &mut self,
        subject: &Subject,
        cases: &[T],
        writer: &mut Writer<W>,
        plan: impl Fn(&T) -> Result<Plan<'a>, Trouble>,
    ) -> Result<(), Stop> {
        let of = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let mut done = 0;
        for batch in cases.chunks(BATCH) {
            let plans = batch.iter().map(&plan).collect::<Result<Vec<_>, _>>()?;
            for (plan, played) in plans.iter().zip(self.side_by_side(subject, &plans)?) {
                self.write(subject, plan, &played, writer)?;
                if subject.purpose == Purpose::Teeth && self.bites(&played) {
                    return Ok(());
                }
            }
            done += u32::try_from(batch.len()).unwrap_or(u32::MAX);
            self.watch.progress(Progress { purpose: subject.purpose, case: Some((done, of)) });
        }
        Ok(())
    }

    /// Plays these runs on all cores, each distinct one once, and gives the results in their order.
    fn side_by_side(&self, subject: &Subject, plans: &[Plan<'_>]) -> Result<Vec<Played>, Trouble> {
        let mut distinct: Vec<&Plan<'_>> = Vec::new();
        let places: Vec<usize> = plans
            .iter()
            .map(|plan| {
                let same = distinct.iter().rposition(|other| other.is_same_as(plan));
                same.unwrap_or_else(|| {
                    distinct.push(plan);
                    distinct.len() - 1
                })
            })
            .collect();
        let played = self.on_all_cores(subject, &distinct);
        let played = played.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(places.into_iter().map(|place| played[place].clone()).collect())
    }

    fn on_all_cores(&self, subject: &Subject, plans: &[&Plan<'_>]) -> Vec<Result<Played, Trouble>> {
        let cores = thread::available_parallelism().map_or(1, usize::from).min(plans.len());
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((index, plan)) = next_of(&next, plans) {
                done.push((index, self.run(subject, plan)));
            }
            done
        };
        let mut results: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| worker.join().expect("a worker's panics are caught");
            workers.into_iter().flat_map(join).collect()
        });
        results.sort_unstable_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, played)| played).collect()
    }

    /// Plays one run on a fresh device.
    fn run(&self, subject: &Subject, plan: &Plan<'_>) -> Result<Played, Trouble> {
        let setup = Setup {
            flash: plan.flash.clone(),
            firmware: subject.firmware.clone(),
            seed: self.play.seed ^ fingerprint(&plan.flash),
        };
        let mut device = self.play.rig.device(setup)?;
        match plan.supply {
            Supply::On => device.on()?,
            Supply::Off => {}
        }
        let Play { scenario, .. } = *self.play;
        let mut session = Session::new(scenario, self.maker, &self.known, subject, plan.case, device);
        for step in plan.steps {
            if self.watch.stopped() {
                return Err(Trouble::Interrupted);
            }
            session.step(step)?;
        }
        session.device.off()?;
        let log = session.device.operations()?;
        Ok(Played { entries: session.entries, shown: session.shown, log })
    }

    fn write<W: Write>(
        &mut self,
        subject: &Subject,
        plan: &Plan<'_>,
        played: &Played,
        writer: &mut Writer<W>,
    ) -> Result<(), Stop> {
        writer.append(&Event::RunBegun(RunBegun {
            purpose: subject.purpose,
            case: plan.case,
            features: subject.features.iter().map(|feature| feature.name().to_owned()).collect(),
            mutant: subject.mutant().map(str::to_owned),
            flash_sha256: record::sha256_hex(&plan.flash),
        }))?;
        if let Some(cut) = &plan.cut {
            writer.append(&Event::Cut(cut.clone()))?;
        }
        for entry in &played.entries {
            match entry {
                Entry::Artefact(content) => drop(writer.store(content)?),
                Entry::Event(event) => writer.append(event)?,
            }
        }
        let flash_operations = u32::try_from(played.log.operations.len()).unwrap_or(u32::MAX);
        writer.append(&Event::RunEnded(RunEnded { flash_operations }))?;
        self.recorded += 1;
        Ok(())
    }

    /// Whether the run showed what the teeth are to show. It only decides when to stop looking;
    /// whether the teeth have bitten is the judge's to say.
    fn bites(&self, played: &Played) -> bool {
        let teeth = &self.play.scenario.teeth;
        let Some(shown) = played.shown.iter().find(|shown| shown.step == teeth.step) else { return false };
        match (teeth.saw, &shown.observed.running) {
            (Saw::Installed, Running::Image { sha256, .. }) => shown.image_sha256.as_ref() == Some(sha256),
            (Saw::Runs(wanted), Running::Image { version, .. }) => wanted.to_string() == *version,
            (Saw::NothingRuns, Running::Nothing { .. }) | (Saw::UnknownRuns, Running::Unknown { .. }) => true,
            (Saw::Refused, _) => matches!(shown.observed.answer, Some(record::Answer::Refused(_))),
            (Saw::Installed | Saw::Runs(_), Running::Unknown { .. } | Running::Nothing { .. })
            | (Saw::NothingRuns, Running::Image { .. } | Running::Unknown { .. })
            | (Saw::UnknownRuns, Running::Image { .. } | Running::Nothing { .. }) => false,
        }
    }

    /// The length of the part whose every byte is changed in turn, if that is what the scenario does.
    fn swept_bytes(&self, subject: &Subject) -> Result<Option<u32>, Trouble> {
        let every_byte = |tamper: &&Tamper| tamper.at == Position::EveryByte;
        let edit = self.play.scenario.attacker.iter().flat_map(|attacker| &attacker.acts).find_map(|act| match act {
            Act::Edit(tamper) => Some(tamper).filter(every_byte),
            Act::Drop { .. } | Act::Duplicate { .. } | Act::Truncate { .. } => None,
        });
        let offers = self.play.scenario.steps.iter().filter_map(|step| match &step.action {
            Action::Offer(offer) => Some(offer),
            Action::PowerCycle | Action::Wait { .. } | Action::Replay { .. } => None,
        });
        for offer in offers {
            let Some(tamper) = offer.tamper.as_ref().filter(every_byte).or(edit) else { continue };
            let deliverable = self.maker.deliverable(offer, subject)?;
            let size = publisher::part_len(&deliverable, words::part(tamper.what));
            return Ok(Some(u32::try_from(size).map_err(|_| Trouble::Bench { what: "a part too large".into() })?));
        }
        Ok(None)
    }
}

impl Plan<'_> {
    /// Whether two runs would show the same: the same flash, and no byte of their own to change.
    fn is_same_as(&self, other: &Self) -> bool {
        let byte = |plan: &Self| words::byte_of(plan.case.as_ref());
        byte(self) == byte(other) && self.flash == other.flash
    }
}

/// The version after this one.
fn successor(version: Version) -> Result<Version, Trouble> {
    let none = || Trouble::Bench { what: format!("no version comes after {version}, so no update can be genuine") };
    let [major, minor, patch] = menu::version_of(version.sequence() + 1).ok_or_else(none)?;
    Ok(Version { major, minor, patch })
}

/// The run that follows a cut in this operation of the log.
fn cut_plan<'a>(
    log: &OperationLog,
    operation: u32,
    tear: Tear,
    seed: u64,
    steps: &'a [Step],
) -> Result<Plan<'a>, Trouble> {
    let missing = || Trouble::Bench { what: "a cut in an operation that never was".to_owned() };
    let index = operation as usize;
    let flash = log.cut_state(index, words::rig_tear(tear), seed).ok_or_else(missing)?;
    let interrupted = log.operations.get(index).ok_or_else(missing)?;
    let range = interrupted.range();
    let cut = Cut {
        operation: words::operation(interrupted),
        offset_bytes: u32::try_from(range.start).unwrap_or(u32::MAX),
        size_bytes: u32::try_from(range.len()).unwrap_or(u32::MAX),
        flash_sha256: record::sha256_hex(&flash),
    };
    let of = u32::try_from(log.operations.len()).unwrap_or(u32::MAX);
    let case = Case::Cut { operation, of, tear: words::record_tear(tear) };
    Ok(Plan { case: Some(case), cut: Some(cut), flash, steps, supply: Supply::Off })
}

/// The next plan nobody has taken yet.
fn next_of<'p, 'a>(next: &AtomicUsize, plans: &[&'p Plan<'a>]) -> Option<(usize, &'p Plan<'a>)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    plans.get(index).map(|plan| (index, *plan))
}

/// A number that stands for a flash's content, so that the same state gets the same noise.
fn fingerprint(flash: &[u8]) -> u64 {
    let digest = record::sha256_hex(flash);
    u64::from_str_radix(&digest[..16], 16).expect("a digest is hex")
}
