//! What a step writes to flash is held against what it was to leave untouched.
//!
//! The roles are the point: which slot is the running one follows from the record, and where it does not,
//! no slot may have been written.

use record::{Event, Mistake, Verdict, Written, WrittenPart, WrittenRegion};
use scenario::model::{FlashRegion, Saw, Scenario};

use crate::scenarios;
use crate::{judge_events, play};

/// A genuine update that must not write to these parts of flash.
fn careful(untouched: Vec<FlashRegion>) -> Scenario {
    let mut scenario = scenarios::good_update();
    scenario.steps[0].expect.untouched = untouched;
    scenario
}

fn wrote(running_slot: Option<WrittenRegion>, region: WrittenRegion) -> Event {
    let part = WrittenPart { region, erased_sectors: 2, programmed_bytes: 300 };
    Event::Written(Written { running_slot, parts: vec![part] })
}

/// A record in which every step writes this.
fn record_of(scenario: &Scenario, written: &Event) -> Vec<Event> {
    let mut events = Vec::new();
    for event in play::held(scenario) {
        if let Event::Observed(_) = event {
            events.push(written.clone());
        }
        events.push(event);
    }
    events
}

fn breach(scenario: &Scenario, written: &Event) -> Option<String> {
    match judge_events(scenario, &record_of(scenario, written)).verdict {
        Verdict::Broken(breach) => Some(breach.saw),
        Verdict::Held => None,
        other @ (Verdict::Skipped { .. } | Verdict::Error(_)) => panic!("{other:?}"),
    }
}

const A: WrittenRegion = WrittenRegion::SlotA;
const B: WrittenRegion = WrittenRegion::SlotB;

#[test]
fn the_running_slot_is_the_one_that_was_measured() {
    let scenario = careful(vec![FlashRegion::RunningSlot]);
    assert_eq!(breach(&scenario, &wrote(Some(A), B)), None);
    let saw = breach(&scenario, &wrote(Some(B), B)).expect("it wrote to the running slot");
    assert!(saw.ends_with("writes running-slot (slot-b: 2 sectors erased, 300 bytes programmed)"), "{saw}");
}

#[test]
fn where_nothing_was_measured_no_slot_may_be_written() {
    let scenario = careful(vec![FlashRegion::RunningSlot]);
    assert!(breach(&scenario, &wrote(None, A)).is_some());
    assert!(breach(&scenario, &wrote(None, B)).is_some());
    assert_eq!(breach(&scenario, &wrote(None, WrittenRegion::BootRecords)), None);
}

#[test]
fn every_part_counts_by_its_name() {
    for (named, is_written, is_not) in [
        (FlashRegion::Slots, A, WrittenRegion::Floor),
        (FlashRegion::Floor, WrittenRegion::Floor, WrittenRegion::BootRecords),
        (FlashRegion::BootRecords, WrittenRegion::BootRecords, B),
        (FlashRegion::Provisioning, WrittenRegion::Provisioning, WrittenRegion::Elsewhere),
    ] {
        assert!(breach(&careful(vec![named]), &wrote(Some(A), is_written)).is_some(), "{named}");
        assert_eq!(breach(&careful(vec![named]), &wrote(Some(A), is_not)), None, "{named}");
        assert!(breach(&careful(vec![FlashRegion::Flash]), &wrote(Some(A), is_not)).is_some());
    }
}

#[test]
fn a_record_that_does_not_tell_what_was_written_is_no_evidence_that_nothing_was() {
    let scenario = careful(vec![FlashRegion::Floor]);
    let verdict = judge_events(&scenario, &play::held(&scenario)).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::Facts { .. })), "{verdict:?}");
}

#[test]
fn a_step_that_keeps_silent_among_others_that_tell_is_noticed() {
    let scenario = scenarios::downgrade();
    let mut events = record_of(&scenario, &wrote(Some(A), B));
    let at = events.iter().position(|event| matches!(event, Event::Written(_))).expect("every step tells");
    events.remove(at);
    let verdict = judge_events(&scenario, &events).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::Facts { .. })), "{verdict:?}");
}

#[test]
fn teeth_may_show_by_what_was_written() {
    let mut scenario = careful(vec![FlashRegion::RunningSlot]);
    scenario.teeth.saw = Saw::Writes(FlashRegion::RunningSlot);
    let mut events = record_of(&scenario, &wrote(Some(A), B));
    let verdict = judge_events(&scenario, &events).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::Toothless { .. })), "{verdict:?}");
    let teeth = events.iter_mut().rfind(|event| matches!(event, Event::Written(_))).expect("every step tells");
    *teeth = wrote(Some(B), B);
    assert_eq!(judge_events(&scenario, &events).verdict, Verdict::Held);
}
