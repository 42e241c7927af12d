//! What the cases of a sweep showed, case by case, in stretches of equal outcome.
//!
//! A sweep has hundreds or thousands of cases; the pattern in them is what a person looks at. The
//! verdict does not come from here: it is `judge`'s alone.

use record::{Case, FlashOperation, Purpose, Running, Tear};
use scenario::model::{Scenario, Version};
use serde::Serialize;

use super::finding::meets;
use crate::facts::{self, Played};
use crate::input::Run;

/// What the cases showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sweep {
    /// What was swept.
    pub swept: &'static str,
    /// How many places there are; they count from 0.
    pub of: u32,
    /// Lanes, each over all places.
    pub lanes: Vec<SweepLane>,
}

/// One lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SweepLane {
    /// What it shows.
    pub label: String,
    /// Its stretches, in order.
    pub stretches: Vec<Stretch>,
}

/// Neighbouring cases with the same outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stretch {
    /// First place.
    pub from: u32,
    /// Last place, inclusive.
    pub to: u32,
    /// What kind of outcome.
    pub outcome: Swept,
    /// What was seen.
    pub saw: String,
}

/// A kind of outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Swept {
    /// What ran before runs, and everything expected was met.
    AsBefore,
    /// The new version runs, and everything expected was met.
    Updated,
    /// Something expected was not met.
    Broken,
    /// For the lane of operations: a program.
    Program,
    /// For the lane of operations: an erase.
    Erase,
}

impl Swept {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Swept::AsBefore => "what ran before runs",
            Swept::Updated => "the new version runs",
            Swept::Broken => "the claim breaks",
            Swept::Program => "program",
            Swept::Erase => "erase",
        }
    }
}

/// The sweep of a run's claim, if it has one.
pub(super) fn of(run: &Run) -> Option<Sweep> {
    let played = facts::runs(&run.record);
    let cases: Vec<&Played<'_>> =
        played.iter().filter(|run| run.begun.purpose == Purpose::Claim && run.begun.case.is_some()).collect();
    match cases.first()?.begun.case? {
        Case::Cut { of, .. } => {
            let tears = [Tear::Nothing, Tear::Half, Tear::All];
            let mut lanes: Vec<SweepLane> =
                tears.iter().filter_map(|tear| tear_lane(*tear, &cases, &run.scenario)).collect();
            lanes.extend(operations(&cases));
            Some(Sweep { swept: "flash operations", of, lanes })
        }
        Case::Byte { of, .. } => {
            let lane = lane("byte changed".to_owned(), cases.iter().map(|case| outcome(case, &run.scenario)));
            Some(Sweep { swept: "bytes", of, lanes: lane.into_iter().collect() })
        }
    }
}

fn tear_lane(tear: Tear, cases: &[&Played<'_>], scenario: &Scenario) -> Option<SweepLane> {
    let of_it =
        cases.iter().filter(|case| matches!(case.begun.case, Some(Case::Cut { tear: of_it, .. }) if of_it == tear));
    lane(format!("{tear} done"), of_it.map(|case| outcome(case, scenario)))
}

fn operations(cases: &[&Played<'_>]) -> Option<SweepLane> {
    let operation = |case: &&Played<'_>| {
        let cut = case.cut?;
        let outcome = match cut.operation {
            FlashOperation::Program => Swept::Program,
            FlashOperation::Erase => Swept::Erase,
        };
        Some((place(case), outcome, outcome.name().to_owned()))
    };
    lane("operation".to_owned(), cases.iter().filter_map(operation))
}

fn place(case: &Played<'_>) -> u32 {
    match case.begun.case {
        Some(Case::Cut { operation, .. }) => operation,
        Some(Case::Byte { byte, .. }) => byte,
        None => 0,
    }
}

/// Joins neighbouring places of the same outcome.
fn lane(label: String, places: impl Iterator<Item = (u32, Swept, String)>) -> Option<SweepLane> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (place, outcome, saw) in places {
        match stretches.last_mut() {
            Some(last) if last.outcome == outcome && last.saw == saw && place <= last.to + 1 => last.to = place,
            Some(_) | None => stretches.push(Stretch { from: place, to: place, outcome, saw }),
        }
    }
    (!stretches.is_empty()).then_some(SweepLane { label, stretches })
}

/// What the first step of a case showed that expects something, and whether all steps showed what
/// they had to.
fn outcome(case: &Played<'_>, scenario: &Scenario) -> (u32, Swept, String) {
    let mut first = None;
    for step in &scenario.steps {
        let Some(seen) = case.step(&step.name).and_then(|played| played.observed) else { continue };
        if !meets(&step.expect, seen.observed) {
            return (place(case), Swept::Broken, seen.observed.to_string());
        }
        if step.expect != scenario::model::Expect::default() {
            first = first.or(Some(seen.observed));
        }
    }
    match first {
        Some(observed) => (place(case), kind(&observed.running, scenario.device.runs), observed.to_string()),
        None => (place(case), Swept::Broken, "nothing was seen".to_owned()),
    }
}

fn kind(running: &Running, before: Version) -> Swept {
    match running {
        Running::Image { version, .. } if *version == before.to_string() => Swept::AsBefore,
        Running::Image { .. } => Swept::Updated,
        Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => Swept::Broken,
    }
}
