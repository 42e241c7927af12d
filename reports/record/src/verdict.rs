//! What judging a record can come to.
//!
//! Four words and no fifth: HELD, BROKEN, SKIPPED, ERROR. "Passed" is not among them, because in a
//! security bench nobody knows who passed.

use std::fmt;

use crate::event::Case;
use crate::mistake::Mistake;

/// Everything judging found out, for a person or a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What became of the claim on the whole device.
    pub claim: ClaimOutcome,
    /// What became of it on the weakened device.
    pub teeth: TeethOutcome,
    /// The scenario's steps as the claim's runs went through them. Empty where nothing was judged.
    pub steps: Vec<StepJudgement>,
    /// Cases of the sweep that the claim was tried in; 0 where the scenario sweeps nothing.
    pub cases: u32,
}

/// The verdict on one scenario on one rig.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The claim held in every run, and the teeth bit.
    Held,
    /// The claim did not hold.
    Broken(Breach),
    /// The scenario could not be played on this rig.
    Skipped {
        /// What is missing.
        missing: String,
        /// What to do about it.
        remedy: String,
    },
    /// Nothing can be said about the device.
    Error(Mistake),
}

/// What judging a cell of the matrix found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellJudgement {
    /// The verdict on the cell.
    pub verdict: CellVerdict,
    /// Cases of the sweep that were played; 0 where the scenario sweeps nothing.
    pub cases: u32,
    /// Cases that the sweep has on this device. Where it has more than were played, HELD speaks of
    /// those that were played.
    pub of: u32,
}

/// The verdict on one scenario on a device that is not its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellVerdict {
    /// In every run that was played, what had to run ran, and nothing was taken that had to be
    /// refused.
    Held {
        /// Refusals for another reason than the scenario names, each once. The device refused, which
        /// is what counts here; its reason belongs to a defence that this device may not have.
        otherwise: Vec<String>,
    },
    /// In one run it was not so.
    Broken(Breach),
    /// The scenario cannot be tried on this device.
    NotApplicable {
        /// Why not.
        reason: String,
    },
    /// Nothing can be said about the device.
    Error(Mistake),
}

/// A claim that did not hold: where, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Name of the step.
    pub step: String,
    /// The case of the sweep, if it happened in one.
    pub case: Option<Case>,
    /// What had to be seen.
    pub expected: String,
    /// What was seen.
    pub saw: String,
}

/// What became of the claim on the whole device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// Every expectation was met in every run.
    Held,
    /// One was not.
    Broken(Breach),
    /// The record does not allow to say.
    NotJudged,
}

/// What became of the claim on the weakened device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TeethOutcome {
    /// It broke as the scenario says it must.
    Bit(Bite),
    /// It did not.
    DidNotBite {
        /// The step it had to break at.
        step: String,
        /// What had to be seen there.
        expected: String,
        /// What was seen there instead.
        saw: String,
    },
    /// The record does not allow to say.
    NotJudged,
}

/// The violation that the teeth show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bite {
    /// Name of the step.
    pub step: String,
    /// The case of the sweep, if it happened in one.
    pub case: Option<Case>,
    /// What was seen.
    pub saw: String,
}

/// One step of the scenario as the claim's runs went through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepJudgement {
    /// Its name.
    pub name: String,
    /// What had to be seen; absent where the step only sets the scene.
    pub expected: Option<String>,
    /// What was seen; over the cases of a sweep, each different thing with its count.
    pub saw: String,
    /// Whether the two agree.
    pub outcome: StepOutcome,
}

/// Whether a step showed what it had to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It did, in every run.
    Met,
    /// It did not, in at least one run.
    NotMet,
    /// Nothing was expected of it.
    NothingExpected,
}

impl Verdict {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Verdict::Held => "HELD",
            Verdict::Broken(_) => "BROKEN",
            Verdict::Skipped { .. } => "SKIPPED",
            Verdict::Error(_) => "ERROR",
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step `{}`: expected {}, saw {}", self.step, self.expected, self.saw)?;
        match &self.case {
            Some(case) => write!(f, " ({case})"),
            None => Ok(()),
        }
    }
}
