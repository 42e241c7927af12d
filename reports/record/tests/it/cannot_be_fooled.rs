//! Nothing that is done to a record makes it HELD.
//!
//! The other direction is cheap: a record that ends in ERROR is played again. So every record here
//! is HELD, and whatever is taken away, doubled or moved must take that word away.

use crate::lines::{Chaining, behind_prev, bytes_of, join, lines_of};
use crate::{SCENARIO_FILE, is_held, judge_events, play, scenarios};
use record::{Event, Purpose, Record, Verdict, judge_bytes, sha256_hex};
use scenario::model::Scenario;

/// Kinds of events of which two can be exchanged in memory without a change of the verdict, and why.
/// In a file not even these can be exchanged: each line names its run and step.
const EXCHANGEABLE: [(&str, &str); 7] = [
    ("run-begun", "two cases of the teeth, which may be tried in any order"),
    ("deliverable", "two runs offer the same version; how each envelope was packed decides nothing"),
    ("traffic", "two exchanges that both arrived as they were sent, or that both were attacked"),
    ("attacked", "the same verb in two runs, both of which it changed"),
    ("device-steps", "two accounts that are both in order"),
    ("observed", "two cases of a sweep that both show what is allowed"),
    ("run-ended", "the number of operations counts in undisturbed runs only"),
];

/// How far apart lines are that are exchanged: several runs of a sweep.
const FARTHEST: usize = 45;

#[test]
fn the_records_of_all_scenarios_are_held_to_begin_with() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        assert_eq!(judge_events(&scenario, &events).verdict, Verdict::Held, "{}", scenario.name);
        assert_eq!(judge_file(&scenario, &bytes_of(&events)), Verdict::Held, "{}", scenario.name);
    }
}

#[test]
fn no_event_can_be_deleted() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        for at in 0..events.len() {
            let mut left = events.clone();
            left.remove(at);
            assert!(!is_held(&scenario, &left), "{}: event {at}, {:?}", scenario.name, events[at]);
        }
    }
}

#[test]
fn no_event_can_be_doubled_anywhere() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        for at in 0..events.len() {
            for to in 0..=events.len() {
                let mut more = events.clone();
                more.insert(to, events[at].clone());
                assert!(!is_held(&scenario, &more), "{}: {:?} doubled at {to}", scenario.name, events[at]);
            }
        }
    }
}

#[test]
fn two_events_can_be_exchanged_only_where_it_says_nothing_new() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        for first in 0..events.len() {
            for second in first + 1..events.len() {
                let mut swapped = events.clone();
                swapped.swap(first, second);
                if swapped != events && is_held(&scenario, &swapped) {
                    let (first, second) = (&events[first], &events[second]);
                    assert_eq!(first.kind(), second.kind(), "{}", scenario.name);
                    let listed = EXCHANGEABLE.iter().any(|(kind, _)| *kind == first.kind());
                    assert!(listed, "{}: {first:?} and {second:?}", scenario.name);
                    let begins = is_run_of(first, Purpose::Teeth) && is_run_of(second, Purpose::Teeth);
                    assert!(begins || first.kind() != "run-begun", "{}: {first:?}", scenario.name);
                }
            }
        }
    }
}

#[test]
fn no_line_can_be_deleted_or_doubled_or_exchanged_with_the_next() {
    for scenario in scenarios::all() {
        let lines = lines_of(&bytes_of(&play::held(&scenario)));
        for at in 0..lines.len() {
            let mut without = lines.clone();
            without.remove(at);
            let mut doubled = lines.clone();
            doubled.insert(at, lines[at].clone());
            let mut swapped = lines.clone();
            swapped.swap(at, (at + 1) % lines.len());
            for chaining in [Chaining::AsTheyWere, Chaining::Anew] {
                refuse(&scenario, &without, chaining, &format!("line {at} deleted"));
                refuse(&scenario, &doubled, chaining, &format!("line {at} doubled"));
                refuse(&scenario, &swapped, chaining, &format!("line {at} exchanged with the next"));
            }
        }
    }
}

#[test]
fn no_two_lines_can_be_exchanged_even_if_chained_anew() {
    for scenario in scenarios::all() {
        let lines = lines_of(&bytes_of(&play::held(&scenario)));
        for first in 0..lines.len() {
            for second in first + 1..lines.len().min(first + FARTHEST) {
                if behind_prev(&lines[first]) != behind_prev(&lines[second]) {
                    let mut swapped = lines.clone();
                    swapped.swap(first, second);
                    refuse(&scenario, &swapped, Chaining::Anew, &format!("lines {first} and {second} exchanged"));
                }
            }
        }
    }
}

#[test]
fn no_line_can_be_moved_even_if_chained_anew() {
    for scenario in [scenarios::edited(), scenarios::watched()] {
        let lines = lines_of(&bytes_of(&play::held(&scenario)));
        for from in 0..lines.len() {
            for to in 0..lines.len() {
                let mut moved = lines.clone();
                let line = moved.remove(from);
                moved.insert(to, line);
                if moved != lines {
                    refuse(&scenario, &moved, Chaining::Anew, &format!("line {from} moved to {to}"));
                }
            }
        }
    }
}

#[test]
fn a_record_cut_off_at_any_byte_is_not_held() {
    for scenario in [scenarios::downgrade(), scenarios::edited()] {
        let bytes = bytes_of(&play::held(&scenario));
        for length in 0..bytes.len() {
            let verdict = judge_file(&scenario, &bytes[..length]);
            assert_eq!(verdict.word(), "ERROR", "{}: the first {length} bytes", scenario.name);
        }
    }
}

#[test]
fn no_bit_of_a_record_can_be_flipped() {
    let scenario = scenarios::downgrade();
    let bytes = bytes_of(&play::held(&scenario));
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        assert_eq!(judge_file(&scenario, &flipped).word(), "ERROR", "byte {at}");
    }
}

#[test]
fn a_run_cannot_be_left_out_or_played_twice() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        let begun = |event: &Event| matches!(event, Event::RunBegun(_));
        let ended = |event: &Event| matches!(event, Event::RunEnded(_));
        let begins: Vec<usize> = (0..events.len()).filter(|at| begun(&events[*at])).collect();
        let ends: Vec<usize> = (0..events.len()).filter(|at| ended(&events[*at])).collect();
        for (begin, end) in begins.iter().zip(&ends) {
            let run: Vec<Event> = events[*begin..=*end].to_vec();
            let mut without = events.clone();
            without.drain(*begin..=*end);
            recount(&mut without);
            let may_be_missing = is_case_of_the_teeth(&run[0]);
            assert_eq!(is_held(&scenario, &without), may_be_missing, "{}: without {:?}", scenario.name, run[0]);
            let mut twice = events.clone();
            twice.splice(*begin..*begin, run);
            recount(&mut twice);
            assert!(!is_held(&scenario, &twice), "{}: {:?} twice", scenario.name, events[*begin]);
        }
    }
}

/// The bench may stop at the first case in which the teeth bite, so one case of several may be missing.
fn is_case_of_the_teeth(begun: &Event) -> bool {
    is_run_of(begun, Purpose::Teeth) && matches!(begun, Event::RunBegun(begun) if begun.case.is_some())
}

fn is_run_of(begun: &Event, purpose: Purpose) -> bool {
    matches!(begun, Event::RunBegun(begun) if begun.purpose == purpose)
}

fn recount(events: &mut [Event]) {
    let runs = events.iter().filter(|event| matches!(event, Event::RunBegun(_))).count() as u32;
    if let Some(Event::Closed(closed)) = events.last_mut() {
        closed.runs = runs;
    }
}

fn refuse(scenario: &Scenario, lines: &[String], chaining: Chaining, what: &str) {
    let verdict = judge_file(scenario, &join(lines, chaining));
    assert_eq!(verdict.word(), "ERROR", "{}: {what}, chained {chaining:?}", scenario.name);
}

fn judge_file(scenario: &Scenario, bytes: &[u8]) -> Verdict {
    judge_bytes(scenario, &sha256_hex(SCENARIO_FILE), bytes).verdict
}

#[test]
fn an_empty_record_is_not_held() {
    let scenario = scenarios::downgrade();
    assert!(!is_held(&scenario, &[]));
    assert_eq!(judge_file(&scenario, b"").word(), "ERROR");
    assert_eq!(Record::from_events(Vec::new()).events(), []);
}
