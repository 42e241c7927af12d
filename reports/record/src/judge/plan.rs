//! Which runs a scenario needs, and whether the record holds exactly these, in this order.
//!
//! First the claim's runs, then the genuine one, then the teeth. Without a sweep the claim is one
//! run. A sweep over bytes is one run per byte. A sweep over cuts is the undisturbed run, from whose
//! operation log the cuts are derived, and then one run per operation and tear. The order of the
//! claim's cases is fixed, so that a case can be neither lost nor counted twice; of the teeth's cases
//! one is enough.

use std::collections::BTreeSet;

use scenario::model::{self, Act, Action, Fault, Position, Scenario, Step, Tamper};

use super::grammar::Run;
use crate::event::{Case, Purpose, Tear};
use crate::mistake::Mistake;

/// A record's runs, sorted by why they were played.
pub(super) struct Runs<'s, 'a> {
    /// The runs that try the claim.
    pub(super) claim: Series<'s, 'a>,
    /// The runs that show that the weakened device takes a genuine update.
    pub(super) genuine: &'a [Run<'a>],
    /// The runs that must break the claim, not yet looked at.
    pub(super) teeth: &'a [Run<'a>],
}

/// The runs of one purpose.
pub(super) struct Series<'s, 'a> {
    /// What is swept.
    pub(super) sweep: Sweep<'s>,
    /// The undisturbed run of a sweep over cuts.
    pub(super) reference: Option<&'a Run<'a>>,
    /// The runs that are tried, one per case.
    pub(super) tried: &'a [Run<'a>],
}

/// What a scenario sweeps.
#[derive(Clone, Copy)]
pub(super) enum Sweep<'s> {
    /// Nothing.
    Nothing,
    /// Power cuts.
    Cuts(&'s Fault),
    /// Every byte of a part.
    Bytes {
        /// The least number of bytes.
        at_least: u32,
    },
}

/// Sorts the runs and checks the order of the claim's, not yet whether all are there.
pub(super) fn arrange<'s, 'a>(scenario: &'s Scenario, runs: &'a [Run<'a>]) -> Result<Runs<'s, 'a>, Mistake> {
    let runs = sort(scenario, runs)?;
    runs.claim.check_prefix()?;
    Ok(runs)
}

/// Sorts the runs by purpose.
pub(super) fn sort<'s, 'a>(scenario: &'s Scenario, runs: &'a [Run<'a>]) -> Result<Runs<'s, 'a>, Mistake> {
    let sweep = sweep_of(scenario)?;
    for pair in runs.windows(2) {
        let [before, after] = pair else { continue };
        if before.begun.purpose > after.begun.purpose {
            let expected = format!("no {} run after a {} run", after.begun.purpose, before.begun.purpose);
            return Err(Mistake::RunOrder { expected, saw: after.title() });
        }
    }
    let genuine_at = runs.partition_point(|run| run.begun.purpose < Purpose::Genuine);
    let teeth_at = runs.partition_point(|run| run.begun.purpose < Purpose::Teeth);
    let claim = series(sweep, &runs[..genuine_at])?;
    Ok(Runs { claim, genuine: &runs[genuine_at..teeth_at], teeth: &runs[teeth_at..] })
}

/// Whether the claim was tried in every case, and in enough of them.
pub(super) fn complete(runs: &Runs<'_, '_>) -> Result<(), Mistake> {
    let claim = &runs.claim;
    if let Some(case) = claim.case_at(claim.tried.len()) {
        return Err(Mistake::MissingRun { expected: run_words(Purpose::Claim, case.as_ref()) });
    }
    let (cases, at_least) = (claim.case_count(), claim.sweep.at_least());
    if cases < at_least {
        return Err(Mistake::SweepUnderFloor { cases, at_least });
    }
    Ok(())
}

/// The runs of one purpose as a series of cases.
pub(super) fn series<'s, 'a>(sweep: Sweep<'s>, runs: &'a [Run<'a>]) -> Result<Series<'s, 'a>, Mistake> {
    let (Sweep::Cuts(_), Some((first, cases))) = (sweep, runs.split_first()) else {
        return Ok(Series { sweep, reference: None, tried: runs });
    };
    if first.begun.case.is_some() {
        let expected = format!("the undisturbed {} run that the cuts are derived from", first.begun.purpose);
        return Err(Mistake::RunOrder { expected, saw: first.title() });
    }
    if first.ended.flash_operations == 0 {
        return Err(Mistake::FaultNeverFired { run: first.title() });
    }
    Ok(Series { sweep, reference: Some(first), tried: cases })
}

/// The steps that a run of this series holds, given its case.
pub(super) fn steps_of<'s>(scenario: &'s Scenario, sweep: Sweep<'_>, case: Option<&Case>) -> &'s [Step] {
    let Sweep::Cuts(fault) = sweep else { return &scenario.steps };
    let swept = scenario.steps.iter().rposition(|step| fault.during.contains(&step.name));
    let (before, after) = scenario.steps.split_at(swept.map_or(0, |last| last + 1));
    match case {
        None => before,
        Some(_) => after,
    }
}

impl Sweep<'_> {
    /// The least number of cases; a sweep without any case is none.
    fn at_least(self) -> u32 {
        match self {
            Sweep::Nothing => 0,
            Sweep::Cuts(fault) => fault.at_least.max(1),
            Sweep::Bytes { at_least } => at_least.max(1),
        }
    }
}

impl<'a> Series<'_, 'a> {
    /// Cases of the sweep that were played.
    pub(super) fn case_count(&self) -> u32 {
        match self.sweep {
            Sweep::Nothing => 0,
            Sweep::Cuts(_) | Sweep::Bytes { .. } => u32::try_from(self.tried.len()).unwrap_or(u32::MAX),
        }
    }

    /// Cases the sweep has, played or not.
    pub(super) fn cases_in_all(&self) -> u32 {
        match self.sweep {
            Sweep::Nothing => 0,
            Sweep::Bytes { .. } => self.length_bytes(),
            Sweep::Cuts(fault) => {
                let operations = self.reference.map_or(0, |run| run.ended.flash_operations);
                operations.saturating_mul(u32::try_from(fault.tear.len()).unwrap_or(u32::MAX))
            }
        }
    }

    /// The undisturbed run and the tried ones.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Run<'a>> {
        self.reference.into_iter().chain(self.tried)
    }

    /// Checks that the runs play the first cases of the sweep, without a gap.
    fn check_prefix(&self) -> Result<(), Mistake> {
        for (index, run) in self.tried.iter().enumerate() {
            let expected = match self.case_at(index) {
                Some(case) if case == run.begun.case => continue,
                Some(case) => run_words(run.begun.purpose, case.as_ref()),
                None => format!("no further {} run", run.begun.purpose),
            };
            return Err(Mistake::RunOrder { expected, saw: run.title() });
        }
        Ok(())
    }

    /// Checks that the runs play cases of the sweep, each at most once. Order and gaps are the
    /// runner's: it looks where teeth bite first, and stops when they have.
    pub(super) fn check_selection(&self) -> Result<(), Mistake> {
        let mut played = BTreeSet::new();
        for run in self.tried {
            let is_new = self.index_of(run.begun.case).is_some_and(|index| played.insert(index));
            if !is_new {
                let expected = "cases of the sweep, each at most once".to_owned();
                return Err(Mistake::RunOrder { expected, saw: run.title() });
            }
        }
        Ok(())
    }

    /// The case that the run at `index` must play; `None` where there must be no such run.
    fn case_at(&self, index: usize) -> Option<Option<Case>> {
        match self.sweep {
            Sweep::Nothing => (index == 0).then_some(None),
            Sweep::Bytes { .. } => {
                let of = self.length_bytes();
                let byte = u32::try_from(index).ok().filter(|byte| *byte < of)?;
                Some(Some(Case::Byte { byte, of }))
            }
            Sweep::Cuts(fault) => {
                // Without an undisturbed run, that run is what is missing.
                let Some(reference) = self.reference else { return Some(None) };
                let of = reference.ended.flash_operations;
                let tear = tear_of(*fault.tear.get(index.checked_rem(fault.tear.len())?)?);
                let operation = u32::try_from(index / fault.tear.len()).ok().filter(|operation| *operation < of)?;
                Some(Some(Case::Cut { operation, of, tear }))
            }
        }
    }

    /// The place of a case in the sweep; `None` where it is none of its cases.
    fn index_of(&self, case: Option<Case>) -> Option<u64> {
        match (self.sweep, case) {
            (Sweep::Nothing, None) => Some(0),
            (Sweep::Bytes { .. }, Some(Case::Byte { byte, of })) => {
                (of == self.length_bytes() && byte < of).then_some(u64::from(byte))
            }
            (Sweep::Cuts(fault), Some(Case::Cut { operation, of, tear })) => {
                let operations = self.reference?.ended.flash_operations;
                let at = fault.tear.iter().position(|listed| tear_of(*listed) == tear)?;
                let index = u64::from(operation) * fault.tear.len() as u64 + at as u64;
                (of == operations && operation < of).then_some(index)
            }
            (Sweep::Nothing, Some(_)) | (Sweep::Bytes { .. }, _) | (Sweep::Cuts(_), _) => None,
        }
    }

    /// The length that a sweep over bytes covers, as its first case states it; at least 1, so that a
    /// sweep without any case lacks its first one.
    fn length_bytes(&self) -> u32 {
        match self.tried.first().and_then(|run| run.begun.case) {
            Some(Case::Byte { of, .. }) => of.max(1),
            Some(Case::Cut { .. }) | None => 1,
        }
    }
}

fn run_words(purpose: Purpose, case: Option<&Case>) -> String {
    match case {
        Some(case) => format!("the {purpose} run with {case}"),
        None => format!("the undisturbed {purpose} run"),
    }
}

fn sweep_of(scenario: &Scenario) -> Result<Sweep<'_>, Mistake> {
    let acts = scenario.attacker.iter().flat_map(|attacker| &attacker.acts);
    let edits = acts.filter_map(|act| match act {
        Act::Edit(tamper) => Some(tamper),
        Act::Drop { .. } | Act::Duplicate { .. } | Act::Truncate { .. } => None,
    });
    let tampers = scenario.steps.iter().filter_map(|step| match &step.action {
        Action::Offer(offer) => offer.tamper.as_ref(),
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => None,
    });
    let swept: Vec<&Tamper> = edits.chain(tampers).filter(|tamper| tamper.at == Position::EveryByte).collect();
    match (&scenario.fault, swept.as_slice()) {
        (None, []) => Ok(Sweep::Nothing),
        (Some(fault), []) => Ok(Sweep::Cuts(fault)),
        (None, [tamper]) => Ok(Sweep::Bytes { at_least: tamper.at_least.unwrap_or(1) }),
        (Some(_), [_, ..]) | (None, [_, _, ..]) => Err(Mistake::TwoSweeps),
    }
}

fn tear_of(tear: model::Tear) -> Tear {
    match tear {
        model::Tear::Nothing => Tear::Nothing,
        model::Tear::Half => Tear::Half,
        model::Tear::All => Tear::All,
    }
}
