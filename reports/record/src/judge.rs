//! From scenario and record to a verdict.
//!
//! The order of questions is the safety of the verdict. Is this a whole record of this scenario? Was
//! the right device attacked, and did the attack really happen? Only then: did the claim hold? And
//! only if it did, in every case of the sweep: does it break where the defence is missing? Whatever
//! cannot be answered is an ERROR, never HELD and never BROKEN.

mod attack;
mod cell;
mod claim;
mod expect;
mod flipped;
mod grammar;
mod lasting;
mod order;
mod plan;
mod shape;
mod spent;
mod teeth;
mod written;

use scenario::model::Scenario;

use crate::event::{Event, Opened};
use crate::file::{Reader, Record};
use crate::mistake::Mistake;
use crate::verdict::{ClaimOutcome, Judgement, TeethOutcome, Verdict};
use crate::words::plain;
use grammar::Content;
use plan::Runs;

pub use cell::judge_cell;

/// Name of the one step of the run that shows that the weakened device takes genuine updates.
pub const GENUINE_STEP: &str = "genuine update";

/// Judges a record. `scenario_sha256` is the digest of the scenario's file in lower-case hex, see
/// [`crate::sha256_hex`].
pub fn judge(scenario: &Scenario, scenario_sha256: &str, record: &Record) -> Judgement {
    match admit(scenario, scenario_sha256, record).and_then(|content| own_device(record).map(|()| content)) {
        Ok(Content::Skipped(skipped)) => {
            undecided(Verdict::Skipped { missing: plain(&skipped.missing), remedy: plain(&skipped.remedy) })
        }
        Ok(Content::Runs(runs)) => judge_runs(scenario, &runs),
        Err(mistake) => undecided(Verdict::Error(mistake)),
    }
}

/// Reads a record's bytes and judges it; a damaged record is an ERROR.
pub fn judge_bytes(scenario: &Scenario, scenario_sha256: &str, bytes: &[u8]) -> Judgement {
    match Reader::read(bytes) {
        Ok(record) => judge(scenario, scenario_sha256, &record),
        Err(error) => undecided(Verdict::Error(Mistake::RecordDamaged(error))),
    }
}

/// Whether this is a whole record, of this scenario, by a bench that did not fail.
fn admit<'a>(scenario: &Scenario, scenario_sha256: &str, record: &'a Record) -> Result<Content<'a>, Mistake> {
    for event in record.events() {
        if let Event::Failed(failed) = event {
            let (reason, remedy) = (plain(&failed.reason), plain(&failed.remedy));
            return Err(Mistake::BenchFailed { reason, remedy, blame: failed.fault });
        }
    }
    let (opened, content) = grammar::parse(record.events())?;
    same_scenario(scenario, scenario_sha256, opened)?;
    Ok(content)
}

/// A claim is about the scenario's own device.
fn own_device(record: &Record) -> Result<(), Mistake> {
    match record.events().first() {
        Some(Event::Opened(Opened { cell: Some(cell), .. })) => Err(Mistake::IsCell { profile: plain(&cell.profile) }),
        Some(_) | None => Ok(()),
    }
}

fn same_scenario(scenario: &Scenario, scenario_sha256: &str, opened: &Opened) -> Result<(), Mistake> {
    if opened.scenario != scenario.name {
        return Err(Mistake::WrongScenario { expected: scenario.name.clone(), saw: plain(&opened.scenario) });
    }
    if opened.scenario_file.sha256 != scenario_sha256 {
        let saw = plain(&opened.scenario_file.sha256);
        return Err(Mistake::WrongScenarioFile { expected: scenario_sha256.to_owned(), saw });
    }
    Ok(())
}

fn judge_runs(scenario: &Scenario, runs: &[grammar::Run<'_>]) -> Judgement {
    let tried = plan::arrange(scenario, runs).and_then(|runs| Ok((claim::judge(scenario, &runs)?, runs)));
    let (claim, runs) = match tried {
        Ok(tried) => tried,
        Err(mistake) => return undecided(Verdict::Error(mistake)),
    };
    let (teeth, shown) = show_teeth(scenario, &runs);
    let verdict = match &claim.outcome {
        ClaimOutcome::Broken(breach) => Verdict::Broken(breach.clone()),
        ClaimOutcome::NotJudged => Verdict::Error(Mistake::MissingRun { expected: "a run of the claim".to_owned() }),
        ClaimOutcome::Held => match plan::complete(&runs).and(shown) {
            Ok(()) => Verdict::Held,
            Err(mistake) => Verdict::Error(mistake),
        },
    };
    Judgement { verdict, claim: claim.outcome, teeth, steps: claim.steps, cases: runs.claim.case_count() }
}

/// What the teeth did, and the mistake that stands against HELD if they did not bite.
fn show_teeth(scenario: &Scenario, runs: &Runs<'_, '_>) -> (TeethOutcome, Result<(), Mistake>) {
    match teeth::judge(scenario, runs) {
        Ok(bite) => (TeethOutcome::Bit(bite), Ok(())),
        Err(mistake) => {
            let outcome = if let Mistake::Toothless { step, expected, saw } = &mistake {
                TeethOutcome::DidNotBite { step: step.clone(), expected: expected.clone(), saw: saw.clone() }
            } else {
                TeethOutcome::NotJudged
            };
            (outcome, Err(mistake))
        }
    }
}

fn undecided(verdict: Verdict) -> Judgement {
    Judgement { verdict, claim: ClaimOutcome::NotJudged, teeth: TeethOutcome::NotJudged, steps: Vec::new(), cases: 0 }
}
