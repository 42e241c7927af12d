//! The record of a run, and the verdict that follows from it.
//!
//! A run writes down facts; the verdict is decided afterwards by [`judge`], a pure function of
//! scenario and record. So a verdict can be repeated by anybody who has the two files, and nothing
//! that was printed, retried or timed can change it.

mod artefact;
mod circumstances;
mod event;
mod file;
mod judge;
mod mistake;
mod verdict;
mod words;
mod writer;

pub use artefact::{ArtefactError, verify_artefacts};
pub use circumstances::{
    CIRCUMSTANCES_FILE, CIRCUMSTANCES_SCHEMA, Circumstances, CircumstancesError, Sources, SourcesState, Tool,
};
pub use event::{
    Answer, Artefact, Attacked, Blame, Case, Caused, CellDevice, Closed, Cut, Deliverable, DeviceSteps, Event, Failed,
    FlashOperation, Flipped, KeySource, Lasting, Method, Observed, Opened, Purpose, RunBegun, RunEnded, Running,
    SCHEMA, Skipped, Spent, StepBegun, Tear, Traffic, Written, WrittenPart, WrittenRegion,
};
pub use file::{MAX_LINE_BYTES, MAX_RECORD_BYTES, Reader, Record, RecordError};
pub use judge::{GENUINE_STEP, judge, judge_bytes, judge_cell};
pub use mistake::Mistake;
pub use verdict::{
    Bite, Breach, CellJudgement, CellVerdict, ClaimOutcome, Judgement, StepJudgement, StepOutcome, TeethOutcome,
    Verdict,
};
pub use writer::{ARTEFACTS_FOLDER, RECORD_FILE, WriteError, Writer};

use sha2::{Digest, Sha256};

/// SHA-256 of some bytes as 64 lower-case hex digits: the form of every digest in a record.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
