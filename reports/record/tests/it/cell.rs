//! A cell of the matrix: what counts on any device, and what is no verdict.
//!
//! The rules are looser than for a claim in one place, the reason of a refusal, and in no other.

use menu::Feature;
use record::{Answer, CellJudgement, CellVerdict, Event, Mistake, Purpose, Record, Running, Verdict, judge_cell};
use scenario::model::{Action, Expect, Hand, RigAct, Scenario, Step};

use crate::{SCENARIO_FILE, judge_events, play, scenarios};

fn judge_it(scenario: &Scenario, events: &[Event]) -> CellJudgement {
    judge_cell(scenario, &record::sha256_hex(SCENARIO_FILE), &Record::from_events(events.to_vec()))
}

/// Changes what was seen at the end of the n-th step.
fn seen(events: &mut [Event], n: usize, change: impl FnOnce(&mut record::Observed)) {
    let observed = events.iter_mut().filter_map(|event| {
        let Event::Observed(observed) = event else { return None };
        Some(observed)
    });
    change(observed.into_iter().nth(n).expect("the record has such a step"));
}

fn held() -> CellVerdict {
    CellVerdict::Held { otherwise: Vec::new() }
}

#[test]
fn a_device_that_does_what_it_must_holds_whatever_the_shape_of_the_scenario() {
    for scenario in scenarios::all() {
        assert_eq!(judge_it(&scenario, &play::cell(&scenario)).verdict, held(), "{}", scenario.name);
    }
}

#[test]
fn another_refusal_is_no_break_and_is_told() {
    let scenario = scenarios::downgrade();
    let mut events = play::cell(&scenario);
    seen(&mut events, 0, |seen| seen.answer = Some(Answer::Refused("bad-signature".to_owned())));
    let otherwise = vec!["refused: bad-signature".to_owned()];
    assert_eq!(judge_it(&scenario, &events).verdict, CellVerdict::Held { otherwise });
}

#[test]
fn what_was_taken_or_runs_although_it_must_not_breaks_the_cell_with_what_was_seen() {
    let scenario = scenarios::downgrade();
    let mut taken = play::cell(&scenario);
    seen(&mut taken, 0, |seen| seen.answer = Some(Answer::Accepted));
    let CellVerdict::Broken(breach) = judge_it(&scenario, &taken).verdict else { panic!("what was taken held") };
    assert_eq!(breach.step, "replay");
    assert_eq!(breach.saw, "accepted, runs 2.1.0 (measured 8248f777…)");

    let mut dead = play::cell(&scenario);
    seen(&mut dead, 1, |seen| {
        seen.running = Running::Nothing { halt: None };
        seen.says = None;
    });
    let CellVerdict::Broken(breach) = judge_it(&scenario, &dead).verdict else { panic!("a dead device held") };
    assert_eq!(breach.step, "after a power cycle");
}

#[test]
fn a_device_that_takes_no_genuine_update_gets_no_verdict() {
    let scenario = scenarios::downgrade();
    let mut events = play::cell(&scenario);
    seen(&mut events, 3, |seen| {
        seen.answer = Some(Answer::Refused("unsupported".to_owned()));
        seen.running = play::image(scenario.device.runs);
        seen.says = None;
    });
    let verdict = judge_it(&scenario, &events).verdict;
    assert!(matches!(verdict, CellVerdict::Error(Mistake::GenuineNotInstalled { .. })), "{verdict:?}");
}

#[test]
fn a_device_that_waits_for_consent_is_judged_only_where_somebody_gives_it() {
    let waits = |seen: &mut record::Observed, scenario: &Scenario| {
        seen.answer = Some(Answer::Refused("awaiting-consent".to_owned()));
        seen.running = play::image(scenario.device.runs);
        seen.says = None;
    };
    let mut scenario = scenarios::downgrade();
    scenario.device.features = scenario.device.features.with(Feature::Consent);
    let mut events = play::cell(&scenario);
    seen(&mut events, 3, |seen| waits(seen, &scenario));
    let verdict = judge_it(&scenario, &events).verdict;
    assert!(matches!(verdict, CellVerdict::NotApplicable { .. }), "{verdict:?}");

    let action = Action::Rig(RigAct::Button(Hand::Press));
    scenario.steps.insert(1, Step { name: "the owner agrees".to_owned(), action, expect: Expect::default() });
    let mut events = play::cell(&scenario);
    seen(&mut events, 4, |seen| waits(seen, &scenario));
    assert_eq!(judge_it(&scenario, &events).verdict, held());
}

#[test]
fn an_attack_that_finds_nothing_to_change_is_not_applicable() {
    let scenario = scenarios::tampered();
    let mut events = play::cell(&scenario);
    for event in &mut events {
        if let Event::Attacked(attacked) = event {
            attacked.changed = 0;
        }
    }
    let verdict = judge_it(&scenario, &events).verdict;
    assert!(matches!(verdict, CellVerdict::NotApplicable { .. }), "{verdict:?}");
}

#[test]
fn some_cases_of_a_sweep_are_told_from_all() {
    let scenario = scenarios::power_loss();
    let events = play::cell(&scenario);
    let all = judge_it(&scenario, &events);
    assert_eq!((all.cases, all.of), (6, 6));
    let mut some = Vec::new();
    let mut runs = 0;
    for mut event in events {
        runs += u32::from(matches!(event, Event::RunBegun(_)));
        if let Event::Closed(closed) = &mut event {
            closed.runs = 4;
        }
        // The undisturbed run and the first two cases, then the genuine run and the end.
        if runs <= 3 || runs == 8 {
            some.push(event);
        }
    }
    let some = judge_it(&scenario, &some);
    assert_eq!((some.verdict, some.cases, some.of), (held(), 2, 6));
}

#[test]
fn a_cell_is_evidence_for_no_claim_and_a_claim_is_no_cell() {
    let scenario = scenarios::downgrade();
    let verdict = judge_events(&scenario, &play::cell(&scenario)).verdict;
    assert_eq!(verdict, Verdict::Error(Mistake::IsCell { profile: "other".to_owned() }));
    assert_eq!(judge_it(&scenario, &play::held(&scenario)).verdict, CellVerdict::Error(Mistake::NoCell));
}

#[test]
fn a_cell_of_another_device_or_with_teeth_is_no_verdict() {
    let scenario = scenarios::downgrade();
    let mut other = play::cell(&scenario);
    for event in &mut other {
        if let Event::RunBegun(begun) = event {
            begun.features.pop();
        }
    }
    let verdict = judge_it(&scenario, &other).verdict;
    assert!(matches!(verdict, CellVerdict::Error(Mistake::WrongDevice { .. })), "{verdict:?}");

    let mut toothed = play::cell(&scenario);
    for event in &mut toothed {
        if let Event::RunBegun(begun) = event
            && begun.purpose == Purpose::Genuine
        {
            begun.purpose = Purpose::Teeth;
        }
    }
    let verdict = judge_it(&scenario, &toothed).verdict;
    assert!(matches!(verdict, CellVerdict::Error(Mistake::RunOrder { .. })), "{verdict:?}");
}
