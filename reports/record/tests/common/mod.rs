//! Scenarios and whole records of them, built in memory.
//!
//! The records come from a model of a device that is a few lines long: it does what the scenario
//! says it must, and in the teeth run what the weakness makes of it. Tests then damage them.

#![allow(dead_code, clippy::allow_attributes, reason = "every test binary uses its own part of this")]

pub(crate) mod lines;
pub(crate) mod play;
pub(crate) mod scenarios;

use record::{Event, Judgement, Record, Verdict, judge};
use scenario::model::Scenario;

/// The text whose digest stands for the scenario's file.
pub(crate) const SCENARIO_FILE: &[u8] = b"claim = ...";

/// The text whose digest stands for the profile's file.
pub(crate) const PROFILE_FILE: &[u8] = b"features = [...]";

/// The content of every packet capture.
pub(crate) const PACKETS: &[u8] = b"{}\n";

/// Judges events as a record.
pub(crate) fn judge_events(scenario: &Scenario, events: &[Event]) -> Judgement {
    judge(scenario, &record::sha256_hex(SCENARIO_FILE), &Record::from_events(events.to_vec()))
}

/// Whether these events are HELD.
pub(crate) fn is_held(scenario: &Scenario, events: &[Event]) -> bool {
    judge_events(scenario, events).verdict == Verdict::Held
}
