//! Whatever stands in a record, reading and judging it never panics.
//!
//! Mutations are made from one seed, so a failure repeats. Half of them damage bytes, which the
//! chain stops early; the other half change values inside well-formed, well-chained records, which
//! reach every rule of the judge.

use std::collections::BTreeSet;

use crate::lines::bytes_of;
use crate::{SCENARIO_FILE, judge_events, play, scenarios};
use record::{ClaimOutcome, Event, TeethOutcome, Verdict, judge_bytes, sha256_hex};
use scenario::model::Scenario;
use serde_json::Value;

const MUTATIONS: usize = 25_000;

/// Values that are put where others were.
const STRINGS: [&str; 9] = [
    "",
    "2.1.0",
    "2.2.0",
    "check begun",
    "apply done",
    "version-too-old",
    "edit",
    "\u{1b}]0;x\u{7}\u{202e}",
    "0000000000000000000000000000000000000000000000000000000000000000",
];

/// SplitMix64: small, seeded, and good enough to choose among mutations.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below.max(1) as u64) as usize
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let digest = sha256_hex(SCENARIO_FILE);
    let records: Vec<(Scenario, Vec<u8>)> = corpus().map(|(scenario, events)| (scenario, bytes_of(&events))).collect();
    let mut dice = Dice(1);
    for round in 0..MUTATIONS {
        let (scenario, bytes) = &records[dice.roll(records.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=dice.roll(3) {
            damage(&mut bytes, &mut dice);
        }
        let verdict = judge_bytes(scenario, &digest, &bytes).verdict;
        assert_eq!(verdict.word(), "ERROR", "round {round}");
    }
}

#[test]
fn changed_values_never_panic() {
    let records: Vec<(Scenario, Vec<Event>)> = corpus().collect();
    let mut dice = Dice(2);
    let mut words = BTreeSet::new();
    for _ in 0..MUTATIONS {
        let (scenario, events) = &records[dice.roll(records.len())];
        let mut events = events.clone();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(events.len());
            let mut value = serde_json::to_value(&events[at]).expect("events have a JSON form");
            change(&mut value, &mut dice);
            if let Ok(event) = serde_json::from_value(value) {
                events[at] = event;
            }
        }
        let judgement = judge_events(scenario, &events);
        words.insert(judgement.verdict.word());
        if judgement.verdict == Verdict::Held {
            assert_eq!(judgement.claim, ClaimOutcome::Held);
            assert!(matches!(judgement.teeth, TeethOutcome::Bit(_)));
        }
    }
    assert_eq!(words, BTreeSet::from(["BROKEN", "ERROR", "HELD"]), "mutations reach every outcome");
}

fn corpus() -> impl Iterator<Item = (Scenario, Vec<Event>)> {
    scenarios::all().into_iter().map(|scenario| {
        let events = play::held(&scenario);
        (scenario, events)
    })
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.roll(bytes.len());
    match dice.roll(5) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << dice.roll(8),
        2 => bytes.insert(at, dice.roll(256) as u8),
        3 => {
            bytes.remove(at);
        }
        _ => {
            let end = (at + dice.roll(400)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece.into_iter().chain(*b"\n"));
        }
    }
    if bytes.is_empty() {
        bytes.push(b'\n');
    }
}

/// Changes one leaf of a value.
fn change(value: &mut Value, dice: &mut Dice) {
    if let Value::Object(fields) = value {
        let at = dice.roll(fields.len());
        if let Some(field) = fields.values_mut().nth(at) {
            change(field, dice);
        }
    } else if let Value::Array(items) = value {
        let at = dice.roll(items.len() + 1);
        match items.get_mut(at) {
            Some(item) => change(item, dice),
            None => items.push(Value::from(STRINGS[dice.roll(STRINGS.len())])),
        }
    } else if let Value::Number(_) = value {
        *value = Value::from([0, 1, 2, 3, 255, u64::from(u32::MAX)][dice.roll(6)]);
    } else {
        *value = match dice.roll(3) {
            0 => Value::Null,
            _ => Value::from(STRINGS[dice.roll(STRINGS.len())]),
        };
    }
}
