//! What is HELD, BROKEN or SKIPPED, and what a person is shown of it.
//!
//! The words are what a person acts on, so they are tested beside the verdict.

use crate::{is_held, judge_events, play, scenarios};
use record::{
    Answer, Bite, Breach, Case, ClaimOutcome, Closed, Event, Judgement, Observed, Purpose, Running, Skipped,
    StepOutcome, Tear, TeethOutcome, Verdict,
};
use scenario::model::{Saw, Scenario};

#[test]
fn a_claim_that_holds_and_can_break_is_held() {
    let scenario = scenarios::downgrade();
    let judgement = judge_events(&scenario, &play::held(&scenario));
    assert_eq!(judgement.verdict, Verdict::Held);
    assert_eq!(judgement.verdict.word(), "HELD");
    assert_eq!(judgement.claim, ClaimOutcome::Held);
    assert_eq!(judgement.cases, 0);
    let TeethOutcome::Bit(Bite { step, case: None, saw }) = &judgement.teeth else { panic!("{judgement:?}") };
    assert_eq!(step, "replay");
    assert_eq!(saw, "accepted, runs 1.4.0 (measured 74b860b3…)");
    let [replay, cycle, _] = judgement.steps.as_slice() else { panic!("{judgement:?}") };
    assert_eq!(replay.expected.as_deref(), Some("refused: version-too-old, runs 2.1.0"));
    assert_eq!(replay.saw, "refused: version-too-old, runs 2.1.0 (measured 8248f777…)");
    assert_eq!(replay.outcome, StepOutcome::Met);
    assert_eq!(cycle.saw, "runs 2.1.0 (measured 8248f777…)");
}

#[test]
fn a_sweep_shows_each_thing_that_was_seen_and_how_often() {
    let scenario = scenarios::power_loss();
    let judgement = judge_events(&scenario, &play::held(&scenario));
    assert_eq!(judgement.verdict, Verdict::Held);
    assert_eq!(judgement.cases, 6);
    let saw = "runs 2.1.0 (measured 8248f777…) in 3 cases; runs 2.2.0 (measured edc8e395…) in 3 cases";
    assert_eq!(judgement.steps[2].saw, saw);
    assert_eq!(judgement.steps[2].expected.as_deref(), Some("runs 2.1.0 or 2.2.0"));
    assert_eq!(judgement.steps[0].outcome, StepOutcome::NothingExpected);
}

#[test]
fn another_refusal_than_the_one_that_is_named_breaks_the_claim() {
    let breach = broken(scenarios::downgrade(), 0, |seen| {
        seen.answer = Some(Answer::Refused("bad-signature".to_owned()));
    });
    assert_eq!(breach.step, "replay");
    assert_eq!(breach.case, None);
    assert_eq!(breach.expected, "refused: version-too-old, runs 2.1.0");
    assert_eq!(breach.saw, "refused: bad-signature, runs 2.1.0 (measured 8248f777…)");
}

#[test]
fn neither_silence_nor_an_unknown_code_is_a_refusal() {
    for answer in [Answer::Silent, Answer::Accepted, Answer::RefusedUnknown { group: 1, code: 10 }] {
        broken(scenarios::downgrade(), 0, |seen| seen.answer = Some(answer));
    }
}

#[test]
fn another_image_or_none_breaks_the_claim() {
    let digest = "0".repeat(64);
    let unknown = Running::Unknown { sha256: digest };
    for running in [play::image(scenarios::version(1, 4)), unknown, Running::Nothing { halt: None }] {
        broken(scenarios::downgrade(), 1, |seen| {
            seen.running = running;
            seen.says = None;
        });
    }
}

#[test]
fn what_the_device_says_is_no_evidence_for_it() {
    let breach = broken(scenarios::downgrade(), 1, |seen| {
        seen.running = play::image(scenarios::version(1, 4));
        seen.says = Some("2.1.0".to_owned());
    });
    assert_eq!(breach.saw, "runs 1.4.0 (measured 74b860b3…)");
}

#[test]
fn a_device_that_lies_about_its_version_breaks_every_claim() {
    let breach = broken(scenarios::downgrade(), 1, |seen| seen.says = Some("2.2.0".to_owned()));
    assert_eq!(breach.expected, "a device that says what it runs");
    assert_eq!(breach.saw, "says 2.2.0, runs 2.1.0");
    let breach = broken(scenarios::watched(), 0, |seen| seen.running = Running::Nothing { halt: None });
    assert_eq!(breach.saw, "says 2.2.0, nothing runs");
    assert!(is_held(&scenarios::downgrade(), &with_observed(&scenarios::downgrade(), 1, |seen| seen.says = None)));
}

#[test]
fn steps_out_of_order_break_every_claim() {
    let scenario = scenarios::downgrade();
    let mut events = play::held(&scenario);
    for event in &mut events {
        if let Event::DeviceSteps(account) = event {
            account.steps.retain(|words| !words.starts_with("check"));
        }
    }
    let Verdict::Broken(breach) = judge_events(&scenario, &events).verdict else { panic!("not BROKEN") };
    assert_eq!(breach.step, "a genuine update");
    assert_eq!(breach.expected, "`check` done before `stage` begins");
    assert_eq!(breach.saw, "`stage` begun after `receive`");
}

#[test]
fn a_breach_in_one_case_of_a_sweep_names_the_case() {
    let breach = broken(scenarios::power_loss(), 4, |seen| {
        seen.running = Running::Nothing { halt: Some("no-bootable-slot".to_owned()) };
        seen.says = None;
    });
    assert_eq!(breach.step, "power is back");
    assert_eq!(breach.case, Some(Case::Cut { operation: 0, of: 2, tear: Tear::Half }));
    assert_eq!(breach.saw, "nothing runs: no-bootable-slot");
    assert_eq!(
        breach.to_string(),
        "step `power is back`: expected runs 2.1.0 or 2.2.0, saw nothing runs: no-bootable-slot \
         (power cut in flash operation 0 of 2, leaving half of it)"
    );
}

#[test]
fn a_claim_that_breaks_is_broken_whatever_the_teeth_show() {
    let scenario = scenarios::downgrade();
    let mut events = with_observed(&scenario, 0, |seen| seen.answer = Some(Answer::Accepted));
    assert_eq!(judge_events(&scenario, &events).verdict.word(), "BROKEN");
    let genuine = events
        .iter()
        .position(|event| matches!(event, Event::RunBegun(begun) if begun.purpose == Purpose::Genuine))
        .expect("the record has a genuine run");
    events.truncate(genuine);
    events.push(Event::Closed(Closed { runs: 1 }));
    let judgement = judge_events(&scenario, &events);
    assert_eq!(judgement.verdict.word(), "BROKEN");
    assert_eq!(judgement.teeth, TeethOutcome::NotJudged);
}

#[test]
fn a_bricked_device_is_broken_even_if_nothing_reaches_it_any_more() {
    let scenario = scenarios::downgrade();
    let mut events = with_observed(&scenario, 2, |seen| {
        seen.running = Running::Nothing { halt: None };
        seen.says = None;
        seen.answer = Some(Answer::Silent);
    });
    let traffic =
        events.iter_mut().filter_map(|event| if let Event::Traffic(it) = event { Some(it) } else { None }).nth(1);
    let traffic = traffic.expect("the record has a second offer");
    traffic.delivered = 0;
    traffic.delivered_sha256 = String::new();
    let Verdict::Broken(breach) = judge_events(&scenario, &events).verdict else { panic!("not BROKEN") };
    assert_eq!(breach.step, "a genuine update");
    assert_eq!(breach.saw, "no answer, nothing runs");
}

#[test]
fn a_breach_behind_an_attack_that_did_nothing_is_no_breach() {
    let scenario = scenarios::edited();
    let mut events = with_observed(&scenario, 0, |seen| seen.answer = Some(Answer::Accepted));
    assert_eq!(judge_events(&scenario, &events).verdict.word(), "BROKEN");
    for event in &mut events {
        if let Event::Attacked(attacked) = event {
            attacked.changed = 0;
        }
    }
    assert_eq!(judge_events(&scenario, &events).verdict.word(), "ERROR");
}

#[test]
fn the_teeth_may_bite_in_any_case_of_a_sweep() {
    let scenario = scenarios::power_loss();
    let mut events = play::held(&scenario);
    let mut teeth_cases = 0;
    for event in &mut events {
        if let Event::RunBegun(begun) = event {
            teeth_cases += u32::from(begun.purpose == Purpose::Teeth && begun.case.is_some());
        }
        if let Event::Observed(Observed { running, .. }) = event
            && (1..6).contains(&teeth_cases)
        {
            *running = play::image(scenarios::version(2, 1));
        }
    }
    let judgement = judge_events(&scenario, &events);
    assert_eq!(judgement.verdict, Verdict::Held);
    let TeethOutcome::Bit(bite) = judgement.teeth else { panic!("{judgement:?}") };
    assert_eq!(bite.case, Some(Case::Cut { operation: 1, of: 2, tear: Tear::All }));
}

#[test]
fn each_violation_is_recognised_and_no_other() {
    let digest = "0".repeat(64);
    let seen = [
        (Saw::Installed, Some(Answer::Silent), play::image(scenarios::version(2, 2))),
        (Saw::Runs(scenarios::version(1, 0)), None, play::image(scenarios::version(1, 0))),
        (Saw::NothingRuns, None, Running::Nothing { halt: None }),
        (Saw::UnknownRuns, None, Running::Unknown { sha256: digest }),
        (Saw::Refused, Some(Answer::RefusedUnknown { group: 64, code: 99 }), play::image(scenarios::version(2, 1))),
    ];
    for (demanded, _, _) in &seen {
        for (shown, answer, running) in &seen {
            let mut scenario = scenarios::tampered();
            let mut events = play::held(&scenario);
            scenario.teeth.saw = *demanded;
            if let Some(Event::Observed(last)) = events.iter_mut().rev().find(|event| event.kind() == "observed") {
                last.answer = answer.clone().or(Some(Answer::Silent));
                last.running = running.clone();
            }
            assert_eq!(is_held(&scenario, &events), demanded == shown, "demanded {demanded}, shown {shown}");
        }
    }
}

#[test]
fn a_scenario_that_could_not_be_played_is_skipped() {
    let scenario = scenarios::downgrade();
    let skipped = Skipped { missing: "flash trace\u{7}".to_owned(), remedy: "install QEMU 7.2".to_owned() };
    let events =
        [Event::Opened(play::opened(&scenario)), Event::Skipped(skipped.clone()), Event::Closed(Closed { runs: 0 })];
    let Judgement { verdict, claim, .. } = judge_events(&scenario, &events);
    let expected = Verdict::Skipped { missing: "flash trace\\u{7}".to_owned(), remedy: skipped.remedy.clone() };
    assert_eq!(verdict, expected);
    assert_eq!(verdict.word(), "SKIPPED");
    assert_eq!(claim, ClaimOutcome::NotJudged);
    let mut with_runs = play::held(&scenario);
    with_runs.insert(1, Event::Skipped(skipped));
    assert_eq!(judge_events(&scenario, &with_runs).verdict.word(), "ERROR");
}

#[test]
fn the_same_record_always_gets_the_same_judgement() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        assert_eq!(judge_events(&scenario, &events), judge_events(&scenario, &events), "{}", scenario.name);
    }
}

fn broken(scenario: Scenario, n: usize, spoil: impl FnOnce(&mut Observed)) -> Breach {
    let events = with_observed(&scenario, n, spoil);
    match judge_events(&scenario, &events).verdict {
        Verdict::Broken(breach) => breach,
        verdict @ (Verdict::Held | Verdict::Skipped { .. } | Verdict::Error(_)) => panic!("{verdict:?}"),
    }
}

fn with_observed(scenario: &Scenario, n: usize, spoil: impl FnOnce(&mut Observed)) -> Vec<Event> {
    let mut events = play::held(scenario);
    let mut found = events.iter_mut().filter_map(|event| if let Event::Observed(it) = event { Some(it) } else { None });
    spoil(found.nth(n).expect("the record has that many observations"));
    events
}
