//! The runs of a scenario: one for each purpose, or one for each case of a sweep.
//!
//! Every run begins with a fresh device, so runs are played side by side on all cores; they enter the
//! record in a fixed order. Two cuts that leave the same flash behind (all of one operation, and
//! nothing of the next) are the same device in the same state with the same seed: such a state is
//! booted once, and both cases record what it showed.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use menu::Feature;
use record::{Case, Cut, Event, GENUINE_STEP, Purpose, RunBegun, RunEnded, Running, Writer};
use rig::{Device, OperationLog};
use scenario::model::{Act, Action, Behaviour, Expect, Fault, Offer, Position, Saw, Step, Tamper, Tear, Version};

use crate::cell::{self, Extent};
use crate::maker::{self, Known, Maker};
use crate::observe;
use crate::play::{Play, Progress, Stop, Subject, Watch};
use crate::session::{Entry, Session, Shown};
use crate::trouble::{RunnerError, Trouble};
use crate::{flip, provision, words};

/// Cases of a claim that are prepared and played together.
const BATCH: usize = 96;
/// Cases of a cell of the matrix: fewer, because the first that breaks ends them.
const CELL_BATCH: usize = 16;
/// Cases of teeth: few, because the first that bites ends them.
const TEETH_BATCH: usize = 4;

/// Plays the runs of a scenario.
pub(crate) struct Campaign<'a> {
    play: &'a Play<'a>,
    maker: &'a Maker<'a>,
    watch: &'a dyn Watch,
    extent: Extent,
    recorded: u32,
}

/// A subject, with everything its runs have in common.
struct Cast<'s> {
    subject: &'s Subject,
    /// Every image that may come to run on it.
    known: Vec<Known>,
    /// Its flash as it leaves the factory.
    factory: Vec<u8>,
}

/// One run to be played.
struct Plan<'a> {
    cast: &'a Cast<'a>,
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
pub(crate) struct Played {
    entries: Vec<Entry>,
    pub(crate) shown: Vec<Shown>,
    log: OperationLog,
    /// Operations of devices that were given up for one with other bits in its flash.
    earlier_operations: usize,
}

impl<'a> Campaign<'a> {
    pub(crate) fn new(play: &'a Play<'a>, maker: &'a Maker<'a>, watch: &'a dyn Watch) -> Self {
        Self { play, maker, watch, extent: Extent::Whole, recorded: 0 }
    }

    /// The same, but only so much of it.
    pub(crate) fn of(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// How many runs were recorded. Trouble goes into the record: what stands there by then decides
    /// nothing any more.
    pub(crate) fn ended<W: Write>(&self, played: Result<(), Stop>, writer: &mut Writer<W>) -> Result<u32, RunnerError> {
        match played {
            Ok(()) => {}
            Err(Stop::Write(error)) => return Err(error),
            Err(Stop::Trouble(Trouble::Interrupted)) => return Err(RunnerError::Interrupted),
            Err(Stop::Trouble(
                trouble @ (Trouble::Rig(_) | Trouble::Publisher(_) | Trouble::Link(_) | Trouble::Bench { .. }),
            )) => writer.append(&Event::Failed(trouble.failed()))?,
        }
        Ok(self.recorded)
    }

    /// Plays and records every run of these subjects.
    pub(crate) fn play<W: Write>(&mut self, subjects: &[Subject], writer: &mut Writer<W>) -> Result<(), Stop> {
        let next = successor(self.play.scenario.device.runs)?;
        let action = Action::Offer(maker::genuine(next));
        let genuine = [Step { name: GENUINE_STEP.to_owned(), action, expect: Expect::default() }];
        let casts = subjects.iter().map(|subject| self.cast(subject, next)).collect::<Result<Vec<_>, _>>()?;
        let sweeps = self.play.scenario.fault.is_some() || self.swept_tamper().is_some();
        let is_single = |cast: &&Cast<'_>| !sweeps || cast.subject.purpose == Purpose::Genuine;
        let singles: Vec<Plan<'_>> = casts
            .iter()
            .filter(is_single)
            .map(|cast| match cast.subject.purpose {
                Purpose::Genuine => Plan::whole(cast, &genuine),
                Purpose::Claim | Purpose::Teeth => Plan::whole(cast, &self.play.scenario.steps),
            })
            .collect();
        let mut played = self.side_by_side(&singles)?.into_iter();
        let mut singles = singles.iter();
        for cast in &casts {
            if is_single(&cast) {
                if let (Some(plan), Some(played)) = (singles.next(), played.next()) {
                    self.write(plan, &played, writer)?;
                }
            } else if let Some(fault) = &self.play.scenario.fault {
                self.cuts(cast, fault, writer)?;
            } else {
                self.bytes(cast, writer)?;
            }
        }
        Ok(())
    }

    fn cast<'s>(&self, subject: &'s Subject, next: Version) -> Result<Cast<'s>, Trouble> {
        let runs = self.play.scenario.device.runs;
        let mut images = vec![(runs, Behaviour::Healthy), (next, Behaviour::Healthy)];
        images.extend(self.play.scenario.steps.iter().filter_map(|step| match &step.action {
            Action::Offer(offer) => Some((offer.version, offer.behaves)),
            Action::PowerCycle
            | Action::FlipBits(_)
            | Action::Wait { .. }
            | Action::Replay { .. }
            | Action::Continue { .. }
            | Action::Rig(_) => None,
        }));
        images.sort_unstable();
        images.dedup();
        let known = images.into_iter().map(|(version, behaves)| self.maker.known(version, behaves, subject));
        let mut known = known.collect::<Result<Vec<_>, _>>()?;
        if subject.features.has(Feature::Recovery) {
            known.push(self.maker.known_recovery(subject)?);
        }
        let factory = provision::flash(self.maker, &self.play.rig.layout(), self.play.profile, subject, runs)?;
        Ok(Cast { subject, known, factory })
    }

    /// One case for each byte of the part that is changed.
    fn bytes<W: Write>(&mut self, cast: &Cast<'_>, writer: &mut Writer<W>) -> Result<(), Stop> {
        let of = self.swept_bytes(cast.subject)?;
        let cases: Vec<Case> = (0..of).map(|byte| Case::Byte { byte, of }).collect();
        let cases = cell::sample(&cases, self.extent);
        let steps = &self.play.scenario.steps;
        self.sweep(cast, &cases, writer, |case| Ok(Plan { case: Some(*case), ..Plan::whole(cast, steps) }))
    }

    /// The undisturbed run, and one case for each of its flash operations and each tear.
    fn cuts<W: Write>(&mut self, cast: &Cast<'_>, fault: &Fault, writer: &mut Writer<W>) -> Result<(), Stop> {
        let (before, after) = halves(&self.play.scenario.steps, fault);
        let reference = Plan::whole(cast, before);
        let undisturbed = self.run(&reference)?;
        self.write(&reference, &undisturbed, writer)?;
        let log = undisturbed.log;
        let of =
            u32::try_from(log.operations.len()).map_err(|_| Trouble::Bench { what: "too many operations".into() })?;
        let mut cuts: Vec<(u32, Tear)> =
            (0..of).flat_map(|operation| fault.tear.iter().map(move |tear| (operation, *tear))).collect();
        if cast.subject.purpose == Purpose::Teeth || self.extent != Extent::Whole {
            // The last operations of an update are the delicate ones: look there first.
            cuts.reverse();
        }
        let cuts = cell::sample(&cuts, self.extent);
        let seed = self.play.seed;
        self.sweep(cast, &cuts, writer, |(operation, tear)| {
            let whole = Plan::whole(cast, after);
            whole.after_cut(&log, *operation, *tear, seed)
        })
    }

    /// Plays the cases in batches and records them in order. Teeth end with the first that bites.
    fn sweep<'p, W: Write, T>(
        &mut self,
        cast: &Cast<'_>,
        cases: &[T],
        writer: &mut Writer<W>,
        plan: impl Fn(&T) -> Result<Plan<'p>, Trouble>,
    ) -> Result<(), Stop> {
        let purpose = cast.subject.purpose;
        let batch_size = match (purpose, self.extent) {
            (Purpose::Claim | Purpose::Genuine, Extent::Whole) => BATCH,
            (Purpose::Claim | Purpose::Genuine, Extent::Sample(_)) => CELL_BATCH,
            (Purpose::Teeth, _) => TEETH_BATCH,
        };
        let mut is_broken = false;
        let of = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let mut done = 0;
        self.watch.progress(Progress { purpose, case: Some((done, of)) });
        for batch in cases.chunks(batch_size) {
            let plans = batch.iter().map(&plan).collect::<Result<Vec<_>, _>>()?;
            for (plan, played) in plans.iter().zip(self.side_by_side(&plans)?) {
                self.write(plan, &played, writer)?;
                if purpose == Purpose::Teeth && self.bites(&played) {
                    return Ok(());
                }
                is_broken |= cell::breaks(plan.steps, &played);
            }
            if is_broken && self.extent != Extent::Whole {
                return Ok(());
            }
            done += u32::try_from(batch.len()).unwrap_or(u32::MAX);
            self.watch.progress(Progress { purpose, case: Some((done, of)) });
        }
        Ok(())
    }

    /// Plays these runs on all cores, each distinct one once, and gives the results in their order.
    fn side_by_side(&self, plans: &[Plan<'_>]) -> Result<Vec<Played>, Trouble> {
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
        let played = self.on_all_cores(&distinct);
        let played = played.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(places.into_iter().map(|place| played[place].clone()).collect())
    }

    fn on_all_cores(&self, plans: &[&Plan<'_>]) -> Vec<Result<Played, Trouble>> {
        let cores = thread::available_parallelism().map_or(1, usize::from).min(plans.len());
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((index, plan)) = next_of(&next, plans) {
                done.push((index, self.run(plan)));
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

    /// The device of the claim's run that plays this case, as it is after this step, still switched on.
    pub(crate) fn device_at(&self, case: Option<Case>, step: &str) -> Result<Box<dyn Device>, Trouble> {
        let subject = self.play.claim();
        let cast = self.cast(&subject, successor(self.play.scenario.device.runs)?)?;
        let plan = self.plan_of(&cast, case)?;
        let mut session = self.begin(&plan)?;
        for played in plan.steps {
            self.go_on()?;
            session.step(played)?;
            if played.name == step {
                return Ok(session.device);
            }
        }
        Err(Trouble::Bench { what: format!("this run has no step `{step}`") })
    }

    /// The run that plays this case.
    fn plan_of<'p>(&'p self, cast: &'p Cast<'p>, case: Option<Case>) -> Result<Plan<'p>, Trouble> {
        let steps = &self.play.scenario.steps;
        let (Some(Case::Cut { operation, tear, .. }), Some(fault)) = (case, &self.play.scenario.fault) else {
            return Ok(Plan { case, ..Plan::whole(cast, steps) });
        };
        let (before, after) = halves(steps, fault);
        let log = self.run(&Plan::whole(cast, before))?.log;
        Plan::whole(cast, after).after_cut(&log, operation, words::scenario_tear(tear), self.play.seed)
    }

    /// Plays one run on a fresh device.
    fn run(&self, plan: &Plan<'_>) -> Result<Played, Trouble> {
        self.tell(plan);
        let mut session = self.begin(plan)?;
        for step in plan.steps {
            self.go_on()?;
            session.step(step)?;
        }
        session.device.off()?;
        let log = session.device.operations()?;
        self.tell(plan);
        let earlier_operations = session.earlier_operations;
        Ok(Played { entries: session.entries, shown: session.shown, log, earlier_operations })
    }

    /// A fresh device, before its first step.
    fn begin<'p>(&'p self, plan: &Plan<'p>) -> Result<Session<'p>, Trouble> {
        let Cast { subject, known, .. } = plan.cast;
        let fresh = flip::Fresh { rig: self.play.rig, profile: self.play.profile, seed: self.play.seed };
        let mut device = fresh.device(subject, plan.flash.clone())?;
        match plan.supply {
            Supply::On => {
                device.on()?;
                // What runs before the first step is looked at, so it must have come so far.
                observe::settle(device.as_mut())?;
            }
            Supply::Off => {}
        }
        Ok(Session::new(self.play.scenario, self.maker, known, subject, plan.case, device, fresh))
    }

    fn go_on(&self) -> Result<(), Trouble> {
        if self.watch.stopped() { Err(Trouble::Interrupted) } else { Ok(()) }
    }

    /// Reports the begin and the end of a run that is no case of a sweep.
    fn tell(&self, plan: &Plan<'_>) {
        if plan.case.is_none() {
            self.watch.progress(Progress { purpose: plan.cast.subject.purpose, case: None });
        }
    }

    fn write<W: Write>(&mut self, plan: &Plan<'_>, played: &Played, writer: &mut Writer<W>) -> Result<(), Stop> {
        let subject = plan.cast.subject;
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
        let flash_operations =
            u32::try_from(played.earlier_operations + played.log.operations.len()).unwrap_or(u32::MAX);
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
            (Saw::NothingRuns, Running::Nothing { .. })
            | (Saw::RecoveryRuns, Running::Recovery { .. })
            | (Saw::UnknownRuns, Running::Unknown { .. }) => true,
            // Only the judge compares states.
            (Saw::OtherState, _) => false,
            (Saw::Refused, _) => matches!(shown.observed.answer, Some(record::Answer::Refused(_))),
            // That is in every case, if anywhere, and not worth a search.
            (Saw::Writes(_), _) => false,
            (
                Saw::Installed | Saw::Runs(_),
                Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. },
            )
            | (Saw::NothingRuns, Running::Image { .. } | Running::Recovery { .. } | Running::Unknown { .. })
            | (Saw::RecoveryRuns, Running::Image { .. } | Running::Unknown { .. } | Running::Nothing { .. })
            | (Saw::UnknownRuns, Running::Image { .. } | Running::Recovery { .. } | Running::Nothing { .. }) => false,
        }
    }

    /// The change that is made to every byte in turn, and the offer it is made to, if that is what the
    /// scenario does.
    fn swept_tamper(&self) -> Option<(&'a Offer, &'a Tamper)> {
        let every_byte = |tamper: &&Tamper| tamper.at == Position::EveryByte;
        let edit = self.play.scenario.attacker.iter().flat_map(|attacker| &attacker.acts).find_map(|act| match act {
            Act::Edit(tamper) => Some(tamper).filter(every_byte),
            Act::Drop { .. } | Act::Duplicate { .. } | Act::Truncate { .. } => None,
        });
        self.play.scenario.steps.iter().find_map(|step| match &step.action {
            Action::Offer(offer) => offer.tamper.as_ref().filter(every_byte).or(edit).map(|tamper| (offer, tamper)),
            Action::PowerCycle
            | Action::FlipBits(_)
            | Action::Wait { .. }
            | Action::Replay { .. }
            | Action::Continue { .. }
            | Action::Rig(_) => None,
        })
    }

    /// The length of the part whose every byte is changed.
    fn swept_bytes(&self, subject: &Subject) -> Result<u32, Trouble> {
        let Some((offer, tamper)) = self.swept_tamper() else { return Ok(0) };
        let deliverable = self.maker.deliverable(offer, subject)?;
        let size = publisher::part_len(&deliverable, words::part(tamper.what));
        u32::try_from(size).map_err(|_| Trouble::Bench { what: "a part too large".into() })
    }
}

impl<'a> Plan<'a> {
    /// An undisturbed run from the factory's flash.
    fn whole(cast: &'a Cast<'a>, steps: &'a [Step]) -> Self {
        Self { cast, case: None, cut: None, flash: cast.factory.clone(), steps, supply: Supply::On }
    }

    /// The run that follows a cut in this operation of the log.
    fn after_cut(self, log: &OperationLog, operation: u32, tear: Tear, seed: u64) -> Result<Self, Trouble> {
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
        Ok(Self { case: Some(case), cut: Some(cut), flash, supply: Supply::Off, ..self })
    }

    /// Whether two runs would show the same: the same device and flash, and no byte of their own to
    /// change.
    fn is_same_as(&self, other: &Self) -> bool {
        let byte = |plan: &Self| words::byte_of(plan.case.as_ref());
        let same_purpose = self.cast.subject.purpose == other.cast.subject.purpose;
        same_purpose && byte(self) == byte(other) && self.flash == other.flash
    }
}

/// The steps whose flash operations a fault cuts, and those that are played on what it leaves.
fn halves<'s>(steps: &'s [Step], fault: &Fault) -> (&'s [Step], &'s [Step]) {
    steps.split_at(fault.during.len().min(steps.len()))
}

/// The version after this one.
fn successor(version: Version) -> Result<Version, Trouble> {
    let none = || Trouble::Bench { what: format!("no version comes after {version}, so no update can be genuine") };
    let [major, minor, patch] = menu::version_of(version.sequence() + 1).ok_or_else(none)?;
    Ok(Version { major, minor, patch })
}

/// The next plan nobody has taken yet.
fn next_of<'p, 'a>(next: &AtomicUsize, plans: &[&'p Plan<'a>]) -> Option<(usize, &'p Plan<'a>)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    plans.get(index).map(|plan| (index, *plan))
}
