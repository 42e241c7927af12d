//! What a record is, and what follows from it, tried from outside.
//!
//! One binary, because all of it needs the same scenarios and records. These are built in memory: by
//! a model of a device that is a few lines long, does what the scenario says it must, and in the
//! teeth run what the weakness makes of it. The tests then damage them.

mod cannot_be_fooled;
mod cell;
mod circumstances;
mod file;
mod fuzz;
mod lasting;
mod lines;
mod mistakes;
mod play;
mod scenarios;
mod verdicts;
mod written;

use record::{Event, Judgement, Record, Verdict, judge};
use scenario::model::Scenario;

/// The text whose digest stands for the scenario's file.
const SCENARIO_FILE: &[u8] = b"claim = ...";

/// The text whose digest stands for the profile's file.
const PROFILE_FILE: &[u8] = b"features = [...]";

/// The content of every packet capture.
const PACKETS: &[u8] = b"{}\n";

/// Judges events as a record.
fn judge_events(scenario: &Scenario, events: &[Event]) -> Judgement {
    judge(scenario, &record::sha256_hex(SCENARIO_FILE), &Record::from_events(events.to_vec()))
}

/// Whether these events are HELD.
fn is_held(scenario: &Scenario, events: &[Event]) -> bool {
    judge_events(scenario, events).verdict == Verdict::Held
}
