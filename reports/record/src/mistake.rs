//! Why nothing can be said about the device: every way a record can fail to be evidence.
//!
//! A closed list, each with what was seen and expected and with what to do. A verdict of HELD means
//! that none of these was found.

use thiserror::Error;

use crate::event::Blame;
use crate::file::RecordError;

/// Why nothing can be said. Runs count from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// The record's bytes are not a whole record.
    #[error("the record is damaged: {0}")]
    RecordDamaged(RecordError),
    /// An event stands where the grammar of a record has no place for it.
    #[error("event {event}: expected {expected}, saw {saw}")]
    EventOrder {
        /// Index of the event, from 0.
        event: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stands there.
        saw: &'static str,
    },
    /// The number of runs is not the one that `closed` states.
    #[error("`closed` states {expected} runs, the record holds {saw}")]
    RunCount {
        /// What `closed` states.
        expected: u32,
        /// What the record holds.
        saw: u32,
    },
    /// The record is of another scenario.
    #[error("the record is of scenario `{saw}`, judged against `{expected}`")]
    WrongScenario {
        /// The scenario it is judged against.
        expected: String,
        /// The scenario it names.
        saw: String,
    },
    /// The record is of another version of the scenario's file.
    #[error("the record was made with a scenario file of digest {saw}, judged against one of {expected}")]
    WrongScenarioFile {
        /// Digest of the file it is judged against.
        expected: String,
        /// Digest of the file it was made with.
        saw: String,
    },
    /// The record is a cell of the matrix: it was not played on the scenario's own device.
    #[error("the record is a cell of the matrix, played on a device of profile `{profile}`, and evidence for no claim")]
    IsCell {
        /// The profile of the device.
        profile: String,
    },
    /// The record is no cell of the matrix.
    #[error("the record is no cell of the matrix")]
    NoCell,
    /// The bench failed.
    #[error("the bench failed: {reason}")]
    BenchFailed {
        /// What went wrong.
        reason: String,
        /// What to do about it.
        remedy: String,
        /// Whose fault it is.
        blame: Blame,
    },
    /// A run was played on a device the scenario does not speak of.
    #[error("{run}: expected a device {expected}, saw one {saw}")]
    WrongDevice {
        /// Which run.
        run: String,
        /// The device it should be.
        expected: String,
        /// The device it was.
        saw: String,
    },
    /// A run stands where another was expected.
    #[error("expected {expected}, saw {saw}")]
    RunOrder {
        /// The run that should stand there.
        expected: String,
        /// The run that stands there.
        saw: String,
    },
    /// A run is missing.
    #[error("missing: {expected}")]
    MissingRun {
        /// The run that should be there.
        expected: String,
    },
    /// A run does not go through the scenario's steps in the scenario's order.
    #[error("{run}: expected {expected}, saw {saw}")]
    StepOrder {
        /// Which run.
        run: String,
        /// The step that should stand there.
        expected: String,
        /// The step that stands there.
        saw: String,
    },
    /// A step lacks a fact, or has one it cannot have.
    #[error("{run}, step `{step}`: expected {expected}, saw {saw}")]
    Facts {
        /// Which run.
        run: String,
        /// Which step.
        step: String,
        /// What should be recorded.
        expected: String,
        /// What is recorded.
        saw: String,
    },
    /// A word that should come from the menu does not.
    #[error("{run}, step `{step}`: `{word}` is not in the menu")]
    UnknownWord {
        /// Which run.
        run: String,
        /// Which step.
        step: String,
        /// The word.
        word: String,
    },
    /// Something was changed where nobody was to change anything.
    #[error("{run}, step `{step}`: {what} changed although nobody was to change it")]
    Interference {
        /// Which run.
        run: String,
        /// Which step.
        step: String,
        /// What changed.
        what: &'static str,
    },
    /// The attack changed nothing, so nothing was tried.
    #[error("{run}, step `{step}`: the attack `{verb}` changed nothing")]
    VacuousAttack {
        /// Which run.
        run: String,
        /// Which step; the first one where several were open to the attack.
        step: String,
        /// The attacker's verb.
        verb: &'static str,
    },
    /// Power was to be cut, but was not.
    #[error("{run}: power was to be cut, but no cut is recorded")]
    FaultNeverFired {
        /// Which run.
        run: String,
    },
    /// The rig was to do something to the device, and it had no effect, or was not done.
    #[error("{run}: step `{step}`: nothing shows that this took effect: {act}")]
    ActWithoutEffect {
        /// Which run.
        run: String,
        /// Name of the step.
        step: String,
        /// What was ordered, in the scenario's words.
        act: String,
    },
    /// The flash chip was to fail, and no operation met with it.
    #[error("{run}, step `{step}`: the fault `{fault}` of the flash has changed no operation")]
    FlashFaultNeverHit {
        /// Which run.
        run: String,
        /// Which step.
        step: String,
        /// The fault, in the scenario's word.
        fault: &'static str,
    },
    /// Bits were to flip in flash, but none did.
    #[error("{run}, step `{step}`: bits of flash were to flip, but none did")]
    FlipNeverFired {
        /// Which run.
        run: String,
        /// Which step.
        step: String,
    },
    /// A cut is not the one its case says.
    #[error("{run}: {what}")]
    CutsDisagree {
        /// Which run.
        run: String,
        /// What does not fit.
        what: &'static str,
    },
    /// The sweep reached fewer cases than the scenario demands.
    #[error("the sweep reached {cases} cases, the scenario demands at least {at_least}")]
    SweepUnderFloor {
        /// Cases reached.
        cases: u32,
        /// Cases demanded.
        at_least: u32,
    },
    /// The scenario sweeps two things at once.
    #[error("the scenario sweeps two things at once, and their cases cannot be told apart")]
    TwoSweeps,
    /// A deliverable was taken, but the device gives no account of having checked it.
    #[error("{run}, step `{step}`: the deliverable was taken, but the device gives no account of `check`")]
    NoAccount {
        /// Which run.
        run: String,
        /// Which step.
        step: String,
    },
    /// There is no teeth run.
    #[error("there is no teeth run, so nothing shows that this claim can break")]
    TeethNotRun,
    /// The weakened device does not install a genuine update: its refusals prove nothing.
    #[error("the weakened device does not install a genuine update: expected {expected}, saw {saw}")]
    GenuineNotInstalled {
        /// What should run.
        expected: String,
        /// What was seen.
        saw: String,
    },
    /// The claim does not break on the weakened device.
    #[error("toothless: at step `{step}` the weakened device must show `{expected}`, saw {saw}")]
    Toothless {
        /// The step it had to break at.
        step: String,
        /// What had to be seen there.
        expected: String,
        /// What was seen there instead.
        saw: String,
    },
}

impl Mistake {
    /// Whose fault it is: decides whether trying again is safe.
    pub const fn blame(&self) -> Blame {
        match self {
            Mistake::BenchFailed { blame, .. } => *blame,
            Mistake::RecordDamaged(_)
            | Mistake::EventOrder { .. }
            | Mistake::RunCount { .. }
            | Mistake::WrongScenario { .. }
            | Mistake::WrongScenarioFile { .. }
            | Mistake::IsCell { .. }
            | Mistake::NoCell
            | Mistake::WrongDevice { .. }
            | Mistake::RunOrder { .. }
            | Mistake::MissingRun { .. }
            | Mistake::StepOrder { .. }
            | Mistake::Facts { .. }
            | Mistake::UnknownWord { .. }
            | Mistake::Interference { .. }
            | Mistake::VacuousAttack { .. }
            | Mistake::FaultNeverFired { .. }
            | Mistake::ActWithoutEffect { .. }
            | Mistake::FlashFaultNeverHit { .. }
            | Mistake::FlipNeverFired { .. }
            | Mistake::CutsDisagree { .. }
            | Mistake::SweepUnderFloor { .. }
            | Mistake::TwoSweeps
            | Mistake::NoAccount { .. }
            | Mistake::TeethNotRun
            | Mistake::GenuineNotInstalled { .. }
            | Mistake::Toothless { .. } => Blame::Bench,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &str {
        match self {
            Mistake::BenchFailed { remedy, .. } => remedy,
            Mistake::RecordDamaged(_) => "play the scenario again; a record is evidence only as it was written",
            Mistake::WrongScenario { .. } | Mistake::WrongScenarioFile { .. } => {
                "judge the record against the scenario file it was made with; it lies among the artefacts"
            }
            Mistake::IsCell { .. } => "play the scenario itself with `otabench scenario`",
            Mistake::NoCell => "a cell of the matrix is played with `otabench matrix`",
            Mistake::EventOrder { .. }
            | Mistake::RunCount { .. }
            | Mistake::RunOrder { .. }
            | Mistake::MissingRun { .. }
            | Mistake::StepOrder { .. }
            | Mistake::Facts { .. }
            | Mistake::CutsDisagree { .. } => {
                "the record was changed, or the bench wrote it wrongly; play the scenario again and report it if it stays"
            }
            Mistake::WrongDevice { .. } => "play the scenario again with the profile it names",
            Mistake::UnknownWord { .. } => "use a bench that is at least as new as the device's firmware",
            Mistake::Interference { .. } => "look for a lossy link or a second publisher on this rig",
            Mistake::VacuousAttack { .. } => {
                "let the attack hit something: a lower `every`, another part, or a step that sends a deliverable"
            }
            Mistake::ActWithoutEffect { .. } => {
                "let the step last until the fault has acted; if it has, the rig is at fault: run `otabench doctor`"
            }
            Mistake::FaultNeverFired { .. } => "name a step under `fault.during` that writes to flash",
            Mistake::FlashFaultNeverHit { .. } => {
                "let the flash fail in a step that writes the first part of an image; a sector that is blank cannot wear"
            }
            Mistake::FlipNeverFired { .. } => "let the bits flip where something stands in the flash of this device",
            Mistake::SweepUnderFloor { .. } => "let the sweep cover the whole update, or lower `at-least` if it does",
            Mistake::TwoSweeps => "split the scenario in two: one sweep each",
            Mistake::NoAccount { .. } => "let the rig read the device's step events before it resets",
            Mistake::TeethNotRun => "play the scenario on a rig that can provision a weakened device",
            Mistake::GenuineNotInstalled { .. } => "weaken the device by something that leaves genuine updates working",
            Mistake::Toothless { .. } => {
                "name the weakness and the violation that belong to this claim, or find out what else protects the device"
            }
        }
    }
}
