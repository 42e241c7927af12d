//! One scenario on a device that is not its own: a cell of the matrix.
//!
//! The matrix shows what each defence buys, so a cell asks only what matters on any device: did what
//! had to run run, and was nothing taken that had to be refused? A refusal for another reason is no
//! break, and a break is always something that was seen. A device that takes no genuine update
//! holds every attack, so without one there is no verdict.

use menu::{Feature, Refusal};
use scenario::model::{Action, RigAct, Scenario};

use super::expect::Rule;
use super::grammar::{Content, Run};
use super::plan::{self, Series, steps_of};
use super::shape::Expected;
use super::{admit, claim, teeth};
use crate::event::{Answer, Event};
use crate::file::Record;
use crate::mistake::Mistake;
use crate::verdict::{CellJudgement, CellVerdict, ClaimOutcome};
use crate::words::plain;

/// Judges a record that `otabench matrix` wrote. `scenario` is the one of the file, on the device of
/// the cell; `scenario_sha256` is the digest of its file in lower-case hex.
pub fn judge_cell(scenario: &Scenario, scenario_sha256: &str, record: &Record) -> CellJudgement {
    let undecided = |verdict| CellJudgement { verdict, cases: 0, of: 0 };
    let is_cell = matches!(record.events().first(), Some(Event::Opened(opened)) if opened.cell.is_some());
    if !is_cell {
        return undecided(CellVerdict::Error(Mistake::NoCell));
    }
    match admit(scenario, scenario_sha256, record) {
        Ok(Content::Skipped(skipped)) => undecided(CellVerdict::NotApplicable { reason: plain(&skipped.missing) }),
        Ok(Content::Runs(runs)) => judge_runs(scenario, &runs).unwrap_or_else(|mistake| undecided(verdict_of(mistake))),
        Err(mistake) => undecided(CellVerdict::Error(mistake)),
    }
}

fn judge_runs(scenario: &Scenario, runs: &[Run<'_>]) -> Result<CellJudgement, Mistake> {
    let runs = plan::sort(scenario, runs)?;
    let series = &runs.claim;
    if let Some(run) = runs.teeth.first() {
        return Err(Mistake::RunOrder { expected: "no teeth run in a cell".to_owned(), saw: run.title() });
    }
    series.check_selection()?;
    if series.tried.is_empty() {
        return Err(Mistake::MissingRun { expected: "a run of the claim".to_owned() });
    }
    match teeth::check_genuine(scenario, runs.genuine, Expected::whole(scenario)) {
        Ok(()) => {}
        Err(Mistake::GenuineNotInstalled { .. }) if waits_for_consent(scenario, runs.genuine) => {
            if !gives_consent(scenario) {
                let reason = "the device waits for its owner's consent, which nobody gives here".to_owned();
                return Ok(CellJudgement { verdict: CellVerdict::NotApplicable { reason }, cases: 0, of: 0 });
            }
        }
        Err(mistake) => return Err(mistake),
    }
    let verdict = match claim::outcome(scenario, series, Rule::Substance)? {
        ClaimOutcome::Broken(breach) => CellVerdict::Broken(breach),
        ClaimOutcome::Held => CellVerdict::Held { otherwise: otherwise(scenario, series) },
        ClaimOutcome::NotJudged => return Err(Mistake::MissingRun { expected: "a run of the claim".to_owned() }),
    };
    Ok(CellJudgement { verdict, cases: series.case_count(), of: series.cases_in_all() })
}

/// Whether the genuine update came as far as the owner's consent: everything before that was in order,
/// so the device is alive. What becomes of it afterwards is for a scenario that gives consent to show.
fn waits_for_consent(scenario: &Scenario, genuine: &[Run<'_>]) -> bool {
    let waits = Answer::Refused(Refusal::AwaitingConsent.name().to_owned());
    scenario.device.features.has(Feature::Consent)
        && genuine.iter().flat_map(|run| &run.steps).any(|facts| facts.observed.answer.as_ref() == Some(&waits))
}

/// Whether somebody moves the owner's button.
fn gives_consent(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| matches!(step.action, Action::Rig(RigAct::Button(_))))
}

/// What a mistake means for a cell. An attack that finds nothing to change here, or a fault that finds
/// nothing to hit, says that the situation does not exist on this device.
fn verdict_of(mistake: Mistake) -> CellVerdict {
    let reason = if let Mistake::VacuousAttack { verb, .. } = &mistake {
        format!("the attack `{verb}` finds nothing to change on this device")
    } else if let Mistake::FaultNeverFired { .. } = &mistake {
        "no flash operation in which power could be cut".to_owned()
    } else if let Mistake::FlashFaultNeverHit { fault, .. } = &mistake {
        format!("the fault `{fault}` of the flash meets with no operation on this device")
    } else if let Mistake::FlipNeverFired { .. } = &mistake {
        "nothing in flash where bits could flip".to_owned()
    } else {
        return CellVerdict::Error(mistake);
    };
    CellVerdict::NotApplicable { reason }
}

/// Refusals for another reason than the scenario names, in the order of their first appearance.
fn otherwise(scenario: &Scenario, series: &Series<'_, '_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for run in series.all() {
        let steps = steps_of(scenario, series.sweep, run.begun.case.as_ref());
        for (step, facts) in steps.iter().zip(&run.steps) {
            let Some(answer) = &facts.observed.answer else { continue };
            match step.expect.refused.and_then(|expected| other_refusal(expected, answer)) {
                Some(words) if !found.contains(&words) => found.push(words),
                Some(_) | None => {}
            }
        }
    }
    found
}

fn other_refusal(expected: Refusal, answer: &Answer) -> Option<String> {
    match answer {
        Answer::Refused(reason) if reason == expected.name() => None,
        Answer::Accepted => None,
        Answer::Refused(_) | Answer::RefusedUnknown { .. } | Answer::Silent => Some(answer.to_string()),
    }
}
