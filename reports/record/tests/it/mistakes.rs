//! Every way to be no evidence is found, and said in words a person can act on.
//!
//! One table: what is done to a record that is HELD, and the mistake that must be found. The golden
//! file beside this one holds the messages; a variant nobody can reach would be missing there.

mod faults;

use crate::scenarios::{self, set_tamper};
use crate::{SCENARIO_FILE, judge_events, play};
use record::{
    Answer, Attacked, Blame, Case, Caused, CellDevice, Cut, Event, Failed, FlashOperation, Flipped, Mistake, Observed,
    Purpose, RecordError, Running, Spent, Verdict, judge, judge_bytes, sha256_hex,
};
use scenario::model::{Part, Position, Saw, Scenario};

/// A record that is HELD, and what is done to it.
struct Damage {
    /// Name of the mistake that must be found.
    mistake: &'static str,
    /// What was done, for the golden file.
    what: &'static str,
    scenario: Scenario,
    events: Vec<Event>,
}

fn damage(
    mistake: &'static str,
    what: &'static str,
    scenario: Scenario,
    spoil: impl FnOnce(&mut Vec<Event>),
) -> Damage {
    let mut events = play::held(&scenario);
    spoil(&mut events);
    Damage { mistake, what, scenario, events }
}

fn of_the_whole_record() -> Vec<Damage> {
    let failed = Failed {
        reason: "the emulator is gone".to_owned(),
        remedy: "run `otabench doctor`".to_owned(),
        fault: Blame::Infrastructure,
    };
    vec![
        damage("EventOrder", "the second event is gone", scenarios::downgrade(), |events| {
            events.remove(1);
        }),
        damage("EventOrder", "nothing is there", scenarios::downgrade(), Vec::clear),
        damage("RunCount", "`closed` miscounts", scenarios::downgrade(), |events| {
            if let Some(Event::Closed(closed)) = events.last_mut() {
                closed.runs += 1;
            }
        }),
        damage("WrongScenario", "it is of another scenario", scenarios::downgrade(), |events| {
            if let Event::Opened(opened) = &mut events[0] {
                opened.scenario = "unsigned".to_owned();
            }
        }),
        damage("WrongScenarioFile", "it is of another version of the file", scenarios::downgrade(), |events| {
            if let Event::Opened(opened) = &mut events[0] {
                opened.scenario_file.sha256 = sha256_hex(b"claim = \"Nothing.\"");
            }
        }),
        damage("IsCell", "it was played on another device than the scenario's own", scenarios::downgrade(), |events| {
            if let Event::Opened(opened) = &mut events[0] {
                opened.cell = Some(CellDevice { profile: "signed".to_owned(), without: None });
            }
        }),
        damage("BenchFailed", "the bench failed", scenarios::downgrade(), |events| {
            events.insert(7, Event::Failed(failed));
        }),
    ]
}

fn of_runs_and_steps() -> Vec<Damage> {
    vec![
        damage("WrongDevice", "the claim was tried on another device", scenarios::downgrade(), |events| {
            if let Event::RunBegun(begun) = &mut events[1] {
                begun.features.pop();
            }
        }),
        damage("WrongDevice", "the teeth run had the whole device", scenarios::downgrade(), |events| {
            let whole = run_begun(events, Purpose::Claim).features.clone();
            run_begun(events, Purpose::Teeth).features = whole;
        }),
        damage("WrongDevice", "the claim was tried on a mutant", scenarios::downgrade(), |events| {
            run_begun(events, Purpose::Claim).mutant = Some("accepts-everything".to_owned());
        }),
        damage("RunOrder", "a case is called another", scenarios::power_loss(), |events| {
            if let Some(Case::Cut { operation, .. }) = &mut nth_run(events, 2).case {
                *operation += 1;
            }
        }),
        damage("RunOrder", "the genuine run comes first", scenarios::downgrade(), |events| {
            run_begun(events, Purpose::Claim).purpose = Purpose::Teeth;
        }),
        damage("RunOrder", "a case of the teeth is of another length", scenarios::power_loss(), |events| {
            if let Some(Case::Cut { of, .. }) = &mut nth_run(events, 9).case {
                *of += 1;
            }
        }),
        damage("RunOrder", "a case of the teeth is behind the end", scenarios::power_loss(), |events| {
            if let Some(Case::Cut { operation, .. }) = &mut nth_run(events, 9).case {
                *operation = play::OPERATIONS;
            }
        }),
        damage("MissingRun", "the claim was not tried", scenarios::downgrade(), |events| {
            drop_runs(events, Purpose::Claim, 0, 1);
        }),
        damage("MissingRun", "the last case is gone", scenarios::power_loss(), |events| {
            drop_runs(events, Purpose::Claim, 6, 7);
        }),
        damage("MissingRun", "the genuine run is gone", scenarios::downgrade(), |events| {
            drop_runs(events, Purpose::Genuine, 0, 1);
        }),
        damage("StepOrder", "a step is called another", scenarios::downgrade(), |events| {
            if let Event::StepBegun(begun) = &mut events[2] {
                begun.step = "unlock\u{1b}[2J".to_owned();
            }
        }),
        damage("TeethNotRun", "the teeth run is gone", scenarios::downgrade(), |events| {
            drop_runs(events, Purpose::Teeth, 0, 1);
        }),
        damage("TeethNotRun", "the teeth tried no case", scenarios::power_loss(), |events| {
            drop_runs(events, Purpose::Teeth, 1, 7);
        }),
    ]
}

fn of_facts() -> Vec<Damage> {
    vec![
        damage("Facts", "an offer without an answer", scenarios::downgrade(), |events| {
            observed(events, 0).answer = None;
        }),
        damage("Facts", "a power cycle with an answer", scenarios::downgrade(), |events| {
            observed(events, 1).answer = Some(Answer::Accepted);
        }),
        damage("Facts", "another version was offered", scenarios::downgrade(), |events| {
            deliverable(events).version = "1.5.0".to_owned();
        }),
        damage("Facts", "the packets were not kept", scenarios::downgrade(), |events| {
            traffic(events, 0).packets = None;
        }),
        damage("Facts", "nothing was sent", scenarios::downgrade(), |events| {
            traffic(events, 0).sent = 0;
        }),
        damage("Facts", "nothing arrived", scenarios::downgrade(), |events| {
            traffic(events, 0).delivered = 0;
        }),
        damage("Facts", "the genuine run offers what runs already", scenarios::downgrade(), |events| {
            nth_deliverable(events, 2).version = "2.1.0".to_owned();
        }),
        damage("Facts", "an attack nobody ordered", scenarios::downgrade(), |events| {
            events.insert(5, Event::Attacked(Attacked { verb: "edit".to_owned(), changed: 1 }));
        }),
        damage("UnknownWord", "a refusal that is not in the menu", scenarios::downgrade(), |events| {
            observed(events, 0).answer = Some(Answer::Refused("no\nreason".to_owned()));
        }),
        damage("UnknownWord", "a halt that is not in the menu", scenarios::downgrade(), |events| {
            observed(events, 0).running = Running::Nothing { halt: Some("on-fire".to_owned()) };
        }),
        damage("UnknownWord", "a step that is not in the menu", scenarios::downgrade(), |events| {
            account(events, 0).push("install begun".to_owned());
        }),
        damage("NoAccount", "no account of what was done", scenarios::good_update(), |events| {
            account(events, 0).clear();
        }),
        damage("Interference", "the link changed what nobody was to change", scenarios::downgrade(), |events| {
            traffic(events, 0).delivered_sha256 = sha256_hex(b"noise");
        }),
        damage("Interference", "the genuine update was changed on its way", scenarios::downgrade(), |events| {
            traffic(events, 2).delivered_sha256 = sha256_hex(b"noise");
        }),
        damage("Interference", "the deliverable changed at rest", scenarios::downgrade(), |events| {
            deliverable(events).offered_sha256 = sha256_hex(b"rot");
        }),
    ]
}

fn of_attacks_and_faults() -> Vec<Damage> {
    let cut = Cut { operation: FlashOperation::Erase, offset_bytes: 0, size_bytes: 4096, flash_sha256: String::new() };
    vec![
        damage("VacuousAttack", "the attacker changed nothing", scenarios::edited(), |events| {
            attacked(events, 0).changed = 0;
        }),
        damage("VacuousAttack", "everything arrived as it was sent", scenarios::edited(), |events| {
            let traffic = traffic(events, 0);
            traffic.delivered_sha256 = traffic.sent_sha256.clone();
        }),
        damage("VacuousAttack", "one verb of two changed nothing in any step", scenarios::lossy(), |events| {
            attacked(events, 1).changed = 0;
            attacked(events, 3).changed = 0;
        }),
        damage("VacuousAttack", "nothing was played back", scenarios::replayed(), |events| {
            attacked(events, 0).changed = 0;
        }),
        damage("VacuousAttack", "no packet of the recording arrived", scenarios::replayed(), |events| {
            traffic(events, 2).delivered = 0;
        }),
        damage("VacuousAttack", "no byte was tampered with", scenarios::tampered(), |events| {
            attacked(events, 0).changed = 0;
        }),
        damage("VacuousAttack", "nothing was tampered with", scenarios::tampered(), |events| {
            let deliverable = deliverable(events);
            deliverable.offered_sha256 = deliverable.made_sha256.clone();
        }),
        damage("VacuousAttack", "the attacker of the teeth run changed nothing", scenarios::edited(), |events| {
            attacked(events, 1).changed = 0;
        }),
        damage("FaultNeverFired", "no flash operation to cut", scenarios::power_loss(), |events| {
            operations_of_first_run(events, 0);
        }),
        damage("FaultNeverFired", "power was not cut", scenarios::power_loss(), |events| {
            events.retain(|event| !matches!(event, Event::Cut(_)));
        }),
        damage("CutsDisagree", "the run begins with another flash", scenarios::power_loss(), |events| {
            nth_run(events, 1).flash_sha256 = sha256_hex(b"another");
        }),
        damage("CutsDisagree", "two tears of different operations", scenarios::power_loss(), |events| {
            first_cut(events).size_bytes += 1;
        }),
        damage("CutsDisagree", "an operation that changes nothing", scenarios::power_loss(), |events| {
            first_cut(events).size_bytes = 0;
        }),
        damage("CutsDisagree", "a cut in a run that has none", scenarios::downgrade(), |events| {
            events.insert(2, Event::Cut(cut));
        }),
        damage("SweepUnderFloor", "too few cases", at_least(scenarios::power_loss(), 300), |_| {}),
        damage("SweepUnderFloor", "a sweep of no case", no_tears(), |events| {
            drop_runs(events, Purpose::Claim, 1, 7);
        }),
        damage("TwoSweeps", "two sweeps in one", two_sweeps(), |_| {}),
    ]
}

fn of_teeth() -> Vec<Damage> {
    vec![
        damage("GenuineNotInstalled", "the weakened device is dead", scenarios::downgrade(), |events| {
            genuine_observed(events).running = Running::Nothing { halt: None };
        }),
        damage("GenuineNotInstalled", "the weakened device keeps the old image", scenarios::downgrade(), |events| {
            genuine_observed(events).running = play::image(scenarios::version(2, 1));
        }),
        damage("GenuineNotInstalled", "the version runs, but another image", scenarios::downgrade(), |events| {
            let version = "2.2.0".to_owned();
            genuine_observed(events).running = Running::Image { version, sha256: sha256_hex(b"another") };
        }),
        damage("GenuineNotInstalled", "the image runs under another version", scenarios::downgrade(), |events| {
            let sha256 = sha256_hex(b"2.2.0");
            genuine_observed(events).running = Running::Image { version: "2.1.0".to_owned(), sha256 };
        }),
        damage("Toothless", "the weakened device refuses too", scenarios::downgrade(), |events| {
            let claim = observed(events, 0).clone();
            *observed(events, 4) = claim;
        }),
        damage("Toothless", "the weakened device survives every cut", scenarios::power_loss(), |events| {
            for event in events.iter_mut() {
                if let Event::Observed(Observed { running, .. }) = event
                    && let Running::Nothing { .. } = running
                {
                    *running = play::image(scenarios::version(2, 1));
                }
            }
        }),
        damage("Toothless", "what runs ran before, and the offer was refused", same_version(), |events| {
            let teeth = observed(events, 2);
            teeth.answer = Some(Answer::Refused("bad-signature".to_owned()));
            teeth.running = play::image(scenarios::version(2, 1));
        }),
        damage("Toothless", "the violation breaks no expectation", runs_what_is_allowed(), |_| {}),
    ]
}

fn table() -> Vec<Damage> {
    let parts = [
        of_the_whole_record(),
        of_runs_and_steps(),
        of_facts(),
        of_attacks_and_faults(),
        faults::of_flips(),
        faults::of_work(),
        faults::of_acts_of_the_rig(),
        of_teeth(),
    ];
    parts.into_iter().flatten().collect()
}

#[test]
fn every_mistake_is_found_and_said() {
    let mut messages = String::new();
    let damaged = Mistake::RecordDamaged(RecordError::Interrupted { line: 7 });
    let mut found = vec![name_of(&damaged)];
    describe(&mut messages, "RecordDamaged", "the bench was killed", &damaged);
    for damage in table() {
        let verdict = judge_events(&damage.scenario, &damage.events).verdict;
        let Verdict::Error(mistake) = verdict else { panic!("{}: {verdict:?}", damage.what) };
        assert_eq!(name_of(&mistake), damage.mistake, "{}: {mistake}", damage.what);
        describe(&mut messages, damage.mistake, damage.what, &mistake);
        found.push(name_of(&mistake));
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 26, "as many as there are mistakes: {found:?}");
    snapbox::assert_data_eq!(messages, snapbox::file!["mistakes.txt"].raw());
}

#[test]
fn a_damaged_file_is_a_mistake_too() {
    let scenario = scenarios::downgrade();
    let bytes = crate::lines::bytes_of(&play::held(&scenario));
    let judgement = judge_bytes(&scenario, &sha256_hex(SCENARIO_FILE), &bytes[..bytes.len() - 1]);
    assert!(matches!(judgement.verdict, Verdict::Error(Mistake::RecordDamaged(RecordError::Interrupted { .. }))));
}

#[test]
fn only_infrastructure_is_to_blame_for_infrastructure() {
    for damage in table() {
        let Verdict::Error(mistake) = judge_events(&damage.scenario, &damage.events).verdict else { continue };
        let blame = if damage.mistake == "BenchFailed" { Blame::Infrastructure } else { Blame::Bench };
        assert_eq!(mistake.blame(), blame, "{mistake}");
    }
}

#[test]
fn the_digest_of_the_scenario_file_is_the_callers_not_the_records() {
    let scenario = scenarios::downgrade();
    let record = record::Record::from_events(play::held(&scenario));
    let verdict = judge(&scenario, &sha256_hex(b"another file"), &record).verdict;
    assert!(matches!(verdict, Verdict::Error(Mistake::WrongScenarioFile { .. })));
}

fn name_of(mistake: &Mistake) -> String {
    let debug = format!("{mistake:?}");
    debug.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn describe(messages: &mut String, name: &str, what: &str, mistake: &Mistake) {
    messages.push_str(&format!("{name}: {what}\n  error: {mistake}\n  help: {}\n", mistake.help()));
}

fn at_least(mut scenario: Scenario, cases: u32) -> Scenario {
    if let Some(fault) = &mut scenario.fault {
        fault.at_least = cases;
    }
    scenario
}

fn no_tears() -> Scenario {
    let mut scenario = at_least(scenarios::power_loss(), 0);
    if let Some(fault) = &mut scenario.fault {
        fault.tear.clear();
    }
    scenario
}

fn two_sweeps() -> Scenario {
    let mut scenario = scenarios::power_loss();
    set_tamper(&mut scenario.steps[3], scenarios::tamper(Part::Manifest, Position::EveryByte));
    scenario
}

/// The version that runs is offered once more.
fn same_version() -> Scenario {
    let mut scenario = scenarios::downgrade();
    scenario.steps.truncate(1);
    scenario.steps[0] = scenarios::offer("replay", scenarios::version(2, 1), scenario.steps[0].expect.clone());
    scenario
}

/// The teeth demand to see what the claim allows.
fn runs_what_is_allowed() -> Scenario {
    let mut scenario = scenarios::good_update();
    scenario.teeth.saw = Saw::Runs(scenarios::version(2, 2));
    scenario
}

/// The n-th event of a kind, to be changed.
macro_rules! nth {
    ($name:ident: $kind:ident as $result:ty) => {
        fn $name(events: &mut [Event], n: usize) -> &mut $result {
            let mut found =
                events.iter_mut().filter_map(|event| if let Event::$kind(it) = event { Some(it) } else { None });
            found.nth(n).expect("the record has that many of them")
        }
    };
}

nth!(observed: Observed as Observed);
nth!(traffic: Traffic as record::Traffic);
nth!(attacked: Attacked as Attacked);
nth!(caused: Caused as Caused);
nth!(spent: Spent as Spent);
nth!(nth_run: RunBegun as record::RunBegun);
nth!(nth_account: DeviceSteps as record::DeviceSteps);
nth!(nth_deliverable: Deliverable as record::Deliverable);
nth!(nth_cut: Cut as Cut);
nth!(nth_end: RunEnded as record::RunEnded);

fn account(events: &mut [Event], n: usize) -> &mut Vec<String> {
    &mut nth_account(events, n).steps
}

fn deliverable(events: &mut [Event]) -> &mut record::Deliverable {
    nth_deliverable(events, 0)
}

fn flipped(events: &mut [Event]) -> &mut Flipped {
    let mut all =
        events.iter_mut().filter_map(|event| if let Event::Flipped(flipped) = event { Some(flipped) } else { None });
    all.next().expect("bits flip in this scenario")
}

fn first_cut(events: &mut [Event]) -> &mut Cut {
    nth_cut(events, 0)
}

fn operations_of_first_run(events: &mut [Event], operations: u32) {
    nth_end(events, 0).flash_operations = operations;
}

fn run_begun(events: &mut [Event], purpose: Purpose) -> &mut record::RunBegun {
    let at = (0..).find(|n| nth_run(events, *n).purpose == purpose).expect("the record has such a run");
    nth_run(events, at)
}

/// What was seen in the genuine run of the `downgrade` record: the fourth observation.
fn genuine_observed(events: &mut [Event]) -> &mut Observed {
    observed(events, 3)
}

/// Takes the runs `from..to` of a purpose away and corrects the count.
fn drop_runs(events: &mut Vec<Event>, purpose: Purpose, from: usize, to: usize) {
    let mut kept = Vec::new();
    let mut number = 0;
    let mut is_dropped = false;
    for event in events.drain(..) {
        if let Event::RunBegun(begun) = &event
            && begun.purpose == purpose
        {
            is_dropped = (from..to).contains(&number);
            number += 1;
        } else if let Event::RunBegun(_) | Event::Closed(_) = &event {
            is_dropped = false;
        }
        if !is_dropped {
            kept.push(event);
        }
    }
    let runs = kept.iter().filter(|event| matches!(event, Event::RunBegun(_))).count() as u32;
    if let Some(Event::Closed(closed)) = kept.last_mut() {
        closed.runs = runs;
    }
    *events = kept;
}
