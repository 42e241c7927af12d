//! What lasts on the device is held against what it was after an earlier step.
//!
//! Each part of it counts by itself, so a test here changes one and expects to read which.

use record::{Event, Lasting, Mistake, Verdict};
use scenario::model::{Saw, Scenario};

use crate::scenarios;
use crate::{judge_events, play};

/// Two steps of the downgrade, the second of which must leave the state of the first.
fn steady() -> Scenario {
    let mut scenario = scenarios::downgrade();
    let first = scenario.steps[0].name.clone();
    scenario.steps[1].expect.as_after = Some(first);
    scenario
}

fn with_floor(floor: u64) -> Lasting {
    let slot_sha256 = Some("11".repeat(32));
    Lasting { provision_sha256: "00".repeat(32), boot_record: Some("a".to_owned()), floor: Some(floor), slot_sha256 }
}

/// A record in which the state is the same after every step but those at `changed`, counted over all runs.
fn record_of(scenario: &Scenario, changed: &[usize]) -> Vec<Event> {
    let mut events = play::held(scenario);
    let observed =
        events.iter_mut().filter_map(|event| if let Event::Observed(observed) = event { Some(observed) } else { None });
    observed.enumerate().for_each(|(index, observed)| {
        observed.lasting = Some(with_floor(if changed.contains(&index) { 8 } else { 7 }));
    });
    events
}

#[test]
fn a_state_that_is_not_what_it_was_breaks_the_claim() {
    let scenario = steady();
    let verdict = judge_events(&scenario, &record_of(&scenario, &[1])).verdict;
    let Verdict::Broken(breach) = verdict else { panic!("{verdict:?}") };
    assert_eq!(breach.saw, "security floor 0x8, was 0x7");
    assert!(breach.expected.contains("the state as after"), "{}", breach.expected);
}

#[test]
fn a_record_that_does_not_tell_the_state_is_no_evidence_for_it() {
    let scenario = steady();
    let verdict = judge_events(&scenario, &play::held(&scenario)).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::Facts { .. })), "{verdict:?}");
    let unasked = scenarios::downgrade();
    let verdict = judge_events(&unasked, &record_of(&unasked, &[])).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::Facts { .. })), "{verdict:?}");
}

#[test]
fn teeth_may_show_by_another_state() {
    let mut scenario = steady();
    scenario.teeth.saw = Saw::OtherState;
    scenario.teeth.step = scenario.steps[1].name.clone();
    let verdict = judge_events(&scenario, &record_of(&scenario, &[])).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::Toothless { .. })), "{verdict:?}");
    let count = record_of(&scenario, &[]).iter().filter(|event| matches!(event, Event::Observed(_))).count();
    let of_teeth = count - scenario.steps.len() + 1;
    assert_eq!(judge_events(&scenario, &record_of(&scenario, &[of_teeth])).verdict, Verdict::Held);
}
