//! Whether work really took what the scenario has it take.
//!
//! A battery that nothing drains carries every update, and a processor that takes no time outlasts no
//! watchdog. So from the step on in which the rig lets work take something, every step says what was done
//! and what it took, and an update that took nothing shows nothing.

use scenario::model::{Action, Step};

use super::grammar::{Facts, Run};
use super::shape::mistaken;
use crate::event::{Answer, Spent};
use crate::mistake::Mistake;
use crate::words::plain;

/// Checks that the account of what was spent stands where it must, and only there.
pub(super) fn check(steps: &[Step], at: usize, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    match (has_toll(&steps[..=at]), facts.spent) {
        (true, None) => Err(mistaken(run, facts, "`spent`", "none")),
        (false, Some(_)) => Err(mistaken(run, facts, "no `spent`", "one")),
        (true, Some(spent)) if drains(&steps[..=at]) && spent.left_mj.is_none() => {
            Err(mistaken(run, facts, "what is left in the battery", "nothing that drains it"))
        }
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

/// Checks that an update that was taken has taken time and energy.
pub(super) fn took_something(steps: &[Step], at: usize, run: &Run<'_>) -> Result<(), Mistake> {
    let facts = &run.steps[at];
    if !has_toll(&steps[..at]) || facts.observed.answer != Some(Answer::Accepted) {
        return Ok(());
    }
    let before = at.checked_sub(1).and_then(|before| run.steps[before].spent);
    let grew = |of: fn(&Spent) -> u64| facts.spent.map(of) > before.map(of);
    let counts: [fn(&Spent) -> u64; 4] =
        [|spent| spent.energy_uj, |spent| spent.busy_us, |spent| u64::from(spent.programs), |spent| spent.link_bytes];
    if counts.into_iter().all(grew) {
        return Ok(());
    }
    let act = "work that takes time and energy".to_owned();
    Err(Mistake::ActWithoutEffect { run: run.title(), step: plain(facts.name), act })
}

/// Whether work takes something at the end of these steps.
fn has_toll(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step.action, Action::Rig(act) if act.begins_toll()))
}

/// Whether work drains the battery at the end of these steps: it was charged, and since then nobody has
/// given it a voltage of his own.
fn drains(steps: &[Step]) -> bool {
    use scenario::model::RigAct;
    let last = steps.iter().rev().find_map(|step| match step.action {
        Action::Rig(act @ (RigAct::Charge { .. } | RigAct::Battery { .. })) => Some(act),
        Action::Rig(RigAct::Button(_) | RigAct::Clock { .. })
        | Action::Offer(_)
        | Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. } => None,
    });
    matches!(last, Some(RigAct::Charge { .. }))
}
