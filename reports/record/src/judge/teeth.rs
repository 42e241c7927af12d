//! Whether the claim breaks where the defence is missing.
//!
//! A test that cannot fail proves nothing. The weakened device must first install a genuine update,
//! or its refusals would only show that it is dead. Then it must show exactly the violation that the
//! scenario names, and this violation must break an expectation of the claim: a different refusal
//! is not a break.

use scenario::model::{Action, Saw, Scenario, Step};

use super::expect::{self, Outcome, Rule};
use super::grammar::{Facts, Run};
use super::plan::{Runs, Series, series, steps_of};
use super::shape::Expected;
use super::{attack, lasting, shape, written};
use crate::event::{Answer, Observed, Running};
use crate::mistake::Mistake;
use crate::verdict::Bite;

/// The violation that the weakened device showed, or why nothing was shown.
pub(super) fn judge(scenario: &Scenario, runs: &Runs<'_, '_>) -> Result<Bite, Mistake> {
    genuine_first(scenario, runs.genuine)?;
    if runs.teeth.is_empty() {
        return Err(Mistake::TeethNotRun);
    }
    let teeth = series(runs.claim.sweep, runs.teeth)?;
    teeth.check_selection()?;
    if teeth.tried.is_empty() {
        return Err(Mistake::TeethNotRun);
    }
    shape::check_series(scenario, &teeth, Expected::weakened(scenario))?;
    let mut problem = None;
    for run in teeth.tried {
        match judge_run(scenario, &teeth, run) {
            Ok(Some(bite)) => return Ok(bite),
            Ok(None) => {}
            Err(mistake) => problem = problem.or(Some(mistake)),
        }
    }
    Err(problem.unwrap_or_else(|| toothless(scenario, &teeth)))
}

/// The violation, if this run shows it and the attack was real up to there.
fn judge_run(scenario: &Scenario, series: &Series<'_, '_>, run: &Run<'_>) -> Result<Option<Bite>, Mistake> {
    let steps = steps_of(scenario, series.sweep, run.begun.case.as_ref());
    let Some(bites_at) = steps.iter().position(|step| step.name == scenario.teeth.step) else { return Ok(None) };
    match attack::problem_in(scenario, steps, run) {
        Some(problem) if problem.at <= bites_at => Err(problem.mistake),
        Some(_) | None => Ok(bite_in(scenario, series, run)),
    }
}

/// A genuine update is installed by the weakened device. A mutant whose fault is to refuse cannot be
/// asked for that.
fn genuine_first(scenario: &Scenario, runs: &[Run<'_>]) -> Result<(), Mistake> {
    let installed = match (runs, scenario.teeth.saw) {
        ([], Saw::Refused) => return Ok(()),
        (_, _) => check_genuine(scenario, runs, Expected::weakened(scenario)),
    };
    match installed {
        Err(Mistake::GenuineNotInstalled { .. }) if scenario.teeth.saw == Saw::Refused => Ok(()),
        installed => installed,
    }
}

/// There is one genuine run on this device, and the update is installed in it.
pub(super) fn check_genuine(scenario: &Scenario, runs: &[Run<'_>], expected: Expected<'_>) -> Result<(), Mistake> {
    let run = match runs {
        [] => return Err(Mistake::MissingRun { expected: "the genuine run on the weakened device".to_owned() }),
        [run] => run,
        [_, second, ..] => {
            return Err(Mistake::RunOrder { expected: "one genuine run".to_owned(), saw: second.title() });
        }
    };
    let (deliverable, facts) = shape::check_genuine(scenario, run, expected)?;
    attack::check_untouched(run, facts)?;
    let installed = match &facts.observed.running {
        Running::Image { version, sha256 } => *version == deliverable.version && *sha256 == deliverable.image_sha256,
        Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => false,
    };
    if installed {
        return Ok(());
    }
    let expected = format!("runs {}", crate::words::plain(&deliverable.version));
    Err(Mistake::GenuineNotInstalled { expected, saw: facts.observed.to_string() })
}

/// The violation, if this run shows it.
fn bite_in(scenario: &Scenario, series: &Series<'_, '_>, run: &Run<'_>) -> Option<Bite> {
    let steps = steps_of(scenario, series.sweep, run.begun.case.as_ref());
    let facts = run.steps.iter().find(|facts| facts.name == scenario.teeth.step)?;
    let difference = |step: &Step, facts: &Facts<'_>| lasting::difference(step, run, facts);
    let breaks = steps.iter().zip(&run.steps).any(|(step, facts)| {
        expect::compare(&step.expect, facts, Rule::Letter) == Outcome::NotMet || difference(step, facts).is_some()
    });
    let step = steps.iter().find(|step| step.name == scenario.teeth.step)?;
    let shown = match scenario.teeth.saw {
        Saw::Installed => is_installed(scenario, series, run).unwrap_or(false),
        Saw::Runs(version) => {
            matches!(&facts.observed.running, Running::Image { version: saw, .. } if *saw == version.to_string())
        }
        Saw::NothingRuns => matches!(facts.observed.running, Running::Nothing { .. }),
        Saw::RecoveryRuns => matches!(facts.observed.running, Running::Recovery { .. }),
        Saw::UnknownRuns => matches!(facts.observed.running, Running::Unknown { .. }),
        Saw::Refused => {
            matches!(facts.observed.answer, Some(Answer::Refused(_) | Answer::RefusedUnknown { .. }))
        }
        Saw::OtherState => difference(step, facts).is_some(),
        Saw::Writes(region) => facts.written.is_some_and(|written| written::part(region, written).is_some()),
    };
    (breaks && shown).then(|| Bite {
        step: scenario.teeth.step.clone(),
        case: run.begun.case,
        saw: match scenario.teeth.saw {
            Saw::Writes(region) => expect::with_writes(&[region], facts),
            Saw::OtherState => difference(step, facts).unwrap_or_default(),
            Saw::Installed | Saw::Runs(_) | Saw::NothingRuns | Saw::RecoveryRuns | Saw::UnknownRuns | Saw::Refused => {
                facts.observed.to_string()
            }
        },
    })
}

/// Whether the image of what was offered runs at the teeth's step, and came there by that offer: it
/// was accepted, or something else ran before. `None` where the record does not say.
fn is_installed<'a>(scenario: &Scenario, series: &Series<'_, 'a>, run: &'a Run<'a>) -> Option<bool> {
    let at = scenario.steps.iter().position(|step| step.name == scenario.teeth.step)?;
    let offers = |index: &usize| match &scenario.steps[*index].action {
        Action::Offer(_) | Action::Replay { .. } | Action::Continue { .. } => true,
        Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => false,
    };
    let offered_at = (0..=at).rev().find(offers)?;
    let facts = |index: usize| facts_of(series, run, &scenario.steps[index].name);
    let offer = facts(offered_at)?;
    let deliverable = match &scenario.steps[offered_at].action {
        Action::Replay { session } | Action::Continue { offer: session } => {
            facts_of(series, run, session)?.deliverable?
        }
        Action::Offer(_) | Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => {
            offer.deliverable?
        }
    };
    let image = deliverable.image_sha256.as_str();
    let ran_before = match offered_at.checked_sub(1) {
        None => deliverable.version == scenario.device.runs.to_string(),
        Some(before) => runs_image(facts(before)?.observed, image),
    };
    let came_by_offer = offer.observed.answer == Some(Answer::Accepted) || !ran_before;
    Some(came_by_offer && runs_image(facts(at)?.observed, image))
}

fn runs_image(observed: &Observed, image: &str) -> bool {
    matches!(&observed.running, Running::Image { sha256, .. } if sha256 == image)
}

/// The facts of a step in this run, or in the undisturbed run that it continues.
fn facts_of<'a>(series: &Series<'_, 'a>, run: &'a Run<'a>, name: &str) -> Option<&'a Facts<'a>> {
    let find = |run: &'a Run<'a>| run.steps.iter().find(|facts| facts.name == name);
    find(run).or_else(|| series.reference.and_then(find))
}

fn toothless(scenario: &Scenario, series: &Series<'_, '_>) -> Mistake {
    let step = scenario.teeth.step.clone();
    let seen = series.tried.iter().rev().find_map(|run| {
        let facts = run.steps.iter().find(|facts| facts.name == step)?;
        Some(match run.begun.case {
            Some(case) => format!("{} in the last of {} cases, {case}", facts.observed, series.tried.len()),
            None => facts.observed.to_string(),
        })
    });
    let saw = seen.unwrap_or_else(|| "no such step".to_owned());
    Mistake::Toothless { step, expected: scenario.teeth.saw.to_string(), saw }
}
