//! Whether the claim holds on the whole device, in every run that tries it.
//!
//! Besides the scenario's own expectations two standing checks apply to every step: a device must
//! not lie about its version, and must go through the framework's steps in their order.

use menu::Step as FrameworkStep;
use scenario::model::{Action, Scenario, Step};

use super::expect::{self, Outcome, Rule};
use super::grammar::Run;
use super::order;
use super::plan::{Runs, Series, steps_of};
use super::shape::Expected;
use super::{attack, lasting, shape};
use crate::event::{Answer, DeviceSteps};
use crate::mistake::Mistake;
use crate::verdict::{Breach, ClaimOutcome, StepJudgement, StepOutcome};
use crate::words::plain;

/// Different things seen in one step that are spelled out; the rest is counted.
const MAX_SPELLED_OUT: usize = 4;

/// What became of the claim.
pub(super) struct Claim {
    /// Held or broken.
    pub(super) outcome: ClaimOutcome,
    /// Step by step.
    pub(super) steps: Vec<StepJudgement>,
}

/// Judges the claim's runs, complete or not: a breach counts in any run in which the device was the
/// right one and the attack was real up to there.
pub(super) fn judge(scenario: &Scenario, runs: &Runs<'_, '_>) -> Result<Claim, Mistake> {
    let outcome = outcome(scenario, &runs.claim, Rule::Letter)?;
    let steps = step_judgements(scenario, &runs.claim, &outcome);
    Ok(Claim { outcome, steps })
}

/// What became of the claim in these runs, which were played on the device that the scenario names.
pub(super) fn outcome(scenario: &Scenario, series: &Series<'_, '_>, rule: Rule) -> Result<ClaimOutcome, Mistake> {
    shape::check_series(scenario, series, Expected::whole(scenario))?;
    let mut problem = None;
    let mut breach = None;
    for run in series.all() {
        match judge_run(scenario, series, run, rule) {
            Ok(found) => breach = breach.or(found),
            Err(mistake) => problem = problem.or(Some(mistake)),
        }
    }
    match (breach, problem) {
        (Some(breach), _) => Ok(ClaimOutcome::Broken(breach)),
        (None, Some(mistake)) => Err(mistake),
        (None, None) if series.all().next().is_none() => Ok(ClaimOutcome::NotJudged),
        (None, None) => Ok(ClaimOutcome::Held),
    }
}

/// The first breach in a run, unless the run shows nothing from there on.
fn judge_run(
    scenario: &Scenario,
    series: &Series<'_, '_>,
    run: &Run<'_>,
    rule: Rule,
) -> Result<Option<Breach>, Mistake> {
    let steps = steps_of(scenario, series.sweep, run.begun.case.as_ref());
    let problem = attack::problem_in(scenario, steps, run);
    let sound = problem.as_ref().map_or(steps.len(), |problem| problem.at);
    let breach = (0..sound.min(run.steps.len())).find_map(|at| breach_in(steps, at, run, rule));
    match (breach, problem) {
        (Some(breach), _) => Ok(Some(breach)),
        (None, Some(problem)) => Err(problem.mistake),
        (None, None) => check_accounts(steps, run).map(|()| None),
    }
}

fn breach_in(steps: &[Step], at: usize, run: &Run<'_>, rule: Rule) -> Option<Breach> {
    let (step, facts) = (&steps[at], &run.steps[at]);
    let breach =
        |expected: String, saw: String| Some(Breach { step: step.name.clone(), case: run.begun.case, expected, saw });
    if expect::compare(&step.expect, facts, rule) == Outcome::NotMet {
        return breach(expect::words(&step.expect).unwrap_or_default(), expect::seen(&step.expect, facts));
    }
    if let Some(difference) = lasting::difference(step, run, facts) {
        return breach(expect::words(&step.expect).unwrap_or_default(), difference);
    }
    if let Some(lie) = expect::lie(facts.observed) {
        return breach("a device that says what it runs".to_owned(), lie);
    }
    match order::check(&accounts(steps, at, run)) {
        Ok(()) => None,
        Err(violation) => breach(violation.expected, violation.saw),
    }
}

/// A device that took a deliverable must have told that it checked it; else its order of steps could
/// not be checked, and the standing check would hold for want of anything to look at.
fn check_accounts(steps: &[Step], run: &Run<'_>) -> Result<(), Mistake> {
    let unaccounted = run.steps.iter().enumerate().find(|(at, facts)| {
        facts.observed.answer == Some(Answer::Accepted)
            && !order::was_done(&accounts(steps, *at, run), FrameworkStep::Check)
    });
    match unaccounted {
        Some((_, facts)) => Err(Mistake::NoAccount { run: run.title(), step: plain(facts.name) }),
        None => Ok(()),
    }
}

/// The device's account of a step, with those before it where the step continues an earlier one.
fn accounts<'a>(steps: &[Step], at: usize, run: &Run<'a>) -> Vec<&'a DeviceSteps> {
    let begins_at = match steps.get(at).map(|step| &step.action) {
        Some(Action::Continue { offer }) => steps.iter().position(|step| step.name == *offer).unwrap_or(at),
        Some(
            Action::Offer(_)
            | Action::PowerCycle
            | Action::FlipBits(_)
            | Action::Wait { .. }
            | Action::Replay { .. }
            | Action::Rig(_),
        )
        | None => at,
    };
    run.steps[begins_at..=at].iter().map(|facts| facts.device_steps).collect()
}

fn step_judgements(scenario: &Scenario, series: &Series<'_, '_>, claim: &ClaimOutcome) -> Vec<StepJudgement> {
    let broken_at = match claim {
        ClaimOutcome::Broken(breach) => Some(breach),
        ClaimOutcome::Held | ClaimOutcome::NotJudged => None,
    };
    let judge_step = |step: &Step| {
        let expected = expect::words(&step.expect);
        let seen = seen_in(scenario, series, step);
        let breach = broken_at.filter(|breach| breach.step == step.name);
        let outcome = match (breach, &expected) {
            (Some(_), _) => StepOutcome::NotMet,
            (None, _) if seen.outcome == Outcome::NotMet => StepOutcome::NotMet,
            (None, Some(_)) => StepOutcome::Met,
            (None, None) => StepOutcome::NothingExpected,
        };
        let saw = breach.map_or_else(|| seen.in_words(), |breach| breach.saw.clone());
        StepJudgement { name: step.name.clone(), expected, saw, outcome }
    };
    scenario.steps.iter().map(judge_step).collect()
}

/// What was seen in one step over all runs: each different thing, in the order of its first
/// appearance, and how often.
struct Seen {
    things: Vec<(String, u32)>,
    outcome: Outcome,
}

fn seen_in(scenario: &Scenario, series: &Series<'_, '_>, step: &Step) -> Seen {
    let mut seen = Seen { things: Vec::new(), outcome: Outcome::Met };
    for run in series.all() {
        let steps = steps_of(scenario, series.sweep, run.begun.case.as_ref());
        let Some(at) = steps.iter().position(|other| other.name == step.name) else { continue };
        let Some(facts) = run.steps.get(at) else { continue };
        if expect::compare(&step.expect, facts, Rule::Letter) == Outcome::NotMet {
            seen.outcome = Outcome::NotMet;
        }
        let words = expect::seen(&step.expect, facts);
        match seen.things.iter_mut().find(|(thing, _)| *thing == words) {
            Some((_, count)) => *count += 1,
            None => seen.things.push((words, 1)),
        }
    }
    seen
}

impl Seen {
    fn in_words(&self) -> String {
        if let [(only, _)] = self.things.as_slice() {
            return only.clone();
        }
        let (spelled_out, rest) = self.things.split_at(self.things.len().min(MAX_SPELLED_OUT));
        let mut words: Vec<String> =
            spelled_out.iter().map(|(thing, count)| format!("{thing} in {count} cases")).collect();
        if !rest.is_empty() {
            let count: u32 = rest.iter().map(|(_, count)| count).sum();
            words.push(format!("something else in {count} cases"));
        }
        words.join("; ")
    }
}
