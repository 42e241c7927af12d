//! Whether the attack really happened, and nothing else did.
//!
//! A device that refuses nothing because nothing was wrong has shown nothing. So every verb the
//! scenario orders must have changed something, in every run on its own, and what reached the device
//! must differ from what was sent exactly where somebody was to change it.

use scenario::model::{Action, FlashFault, Hand, RigAct, Scenario, Step};

use super::grammar::{Facts, Run};
use super::shape::{Ordered, mistaken, ordered_in, verb_of};
use super::spent;
use crate::event::Running;
use crate::mistake::Mistake;
use crate::words::plain;

/// From which step on a run shows nothing, and why.
pub(super) struct Problem {
    /// Index of the step within the run. What was seen before it still counts.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) mistake: Mistake,
}

/// The first problem with the attack in a run whose shape has been checked.
pub(super) fn problem_in(scenario: &Scenario, steps: &[Step], run: &Run<'_>) -> Option<Problem> {
    let idle = idle_attacker(scenario, steps, run);
    let in_step = steps.iter().zip(&run.steps).enumerate().find_map(|(at, (step, facts))| {
        let checked = check_step(scenario, run, step, facts).and_then(|()| spent::took_something(steps, at, run));
        let mistake = checked.err()?;
        Some(Problem { at, mistake })
    });
    idle.into_iter().chain(in_step).min_by_key(|problem| problem.at)
}

/// Checks that a genuine update reached the device as it was made.
pub(super) fn check_untouched(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    at_rest_untouched(run, facts)?;
    on_the_way_untouched(run, facts)
}

fn check_step(scenario: &Scenario, run: &Run<'_>, step: &Step, facts: &Facts<'_>) -> Result<(), Mistake> {
    match ordered_in(scenario, step) {
        Some(Ordered::Act(act)) => took_effect(act, run, facts)?,
        Some(Ordered::Flash(fault)) => has_hit(fault, run, facts)?,
        None => {}
    }
    let is_attacked = scenario.attacker.as_ref().is_some_and(|attacker| attacker.acts_in(step));
    match &step.action {
        Action::Offer(offer) => {
            match offer.tamper {
                Some(_) => tampered(run, facts)?,
                None => at_rest_untouched(run, facts)?,
            }
            if is_attacked { something_passed(run, facts) } else { on_the_way_untouched(run, facts) }
        }
        Action::Replay { .. } => {
            let delivered = facts.traffic.map_or(0, |traffic| traffic.delivered);
            if changed(facts, "replay") == 0 || delivered == 0 {
                return Err(vacuous(run, facts, "replay"));
            }
            Ok(())
        }
        Action::Continue { .. } => something_passed(run, facts),
        Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => Ok(()),
    }
}

/// Whether what the rig did took effect. A dead device measures nothing, and that is its own fault.
fn took_effect(act: RigAct, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    let found = facts.caused.and_then(|caused| caused.found);
    let fired = match act {
        RigAct::Battery { level_mv } => found == Some(u32::from(level_mv)),
        RigAct::Charge { charge_mj } => found == Some(charge_mj),
        RigAct::Clock { mhz } => found == Some(mhz),
        // The rig has counted the moves of the button that it read back.
        RigAct::Button(hand) => found == Some(moves(hand)),
    };
    if fired || is_dead(facts) {
        return Ok(());
    }
    Err(Mistake::ActWithoutEffect { run: run.title(), step: plain(facts.name), act: act.to_string() })
}

/// Whether the fault of the flash chip has changed any operation.
fn has_hit(fault: FlashFault, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    match facts.caused.and_then(|caused| caused.found) {
        Some(1..) => Ok(()),
        Some(0) | None => {
            let fault = fault.name();
            Err(Mistake::FlashFaultNeverHit { run: run.title(), step: plain(facts.name), fault })
        }
    }
}

/// How often the button moves.
fn moves(hand: Hand) -> u32 {
    match hand {
        Hand::Press => 2,
        Hand::Hold | Hand::Release => 1,
    }
}

/// An act of the attacker that changed nothing in the whole run, if the run has a step he acts in; or
/// all of them, where exactly that arrived which was sent. Such a run shows nothing from the first
/// of these steps on.
fn idle_attacker(scenario: &Scenario, steps: &[Step], run: &Run<'_>) -> Option<Problem> {
    let attacker = scenario.attacker.as_ref()?;
    let played = steps.iter().zip(&run.steps).enumerate();
    let open: Vec<(usize, &Facts<'_>)> =
        played.filter(|(_, (step, _))| attacker.acts_in(step)).map(|(at, (_, facts))| (at, facts)).collect();
    let (at, first) = *open.first()?;
    let changed_by = |verb| open.iter().map(|(_, facts)| changed(facts, verb)).sum::<u64>();
    let idle = attacker.acts.iter().find(|act| changed_by(verb_of(act)) == 0);
    let arrived_changed = open
        .iter()
        .filter_map(|(_, facts)| facts.traffic)
        .any(|traffic| traffic.sent_sha256 != traffic.delivered_sha256);
    let verb = match idle {
        Some(act) => verb_of(act),
        None if arrived_changed => return None,
        None => verb_of(attacker.acts.first()?),
    };
    Some(Problem { at, mistake: vacuous(run, first, verb) })
}

fn tampered(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    let differs = facts.deliverable.is_some_and(|deliverable| deliverable.made_sha256 != deliverable.offered_sha256);
    if changed(facts, "tamper") == 0 || !differs {
        return Err(vacuous(run, facts, "tamper"));
    }
    Ok(())
}

fn at_rest_untouched(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    match facts.deliverable {
        Some(deliverable) if deliverable.made_sha256 != deliverable.offered_sha256 => {
            Err(interference(run, facts, "the deliverable"))
        }
        Some(_) | None => Ok(()),
    }
}

fn on_the_way_untouched(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    something_passed(run, facts)?;
    match facts.traffic {
        Some(traffic) if traffic.sent_sha256 != traffic.delivered_sha256 || traffic.sent != traffic.delivered => {
            if is_dead(facts) {
                Ok(())
            } else {
                Err(interference(run, facts, "the traffic"))
            }
        }
        Some(_) | None => Ok(()),
    }
}

/// An offer of which nothing was sent, or nothing arrived, is none.
fn something_passed(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    match facts.traffic {
        Some(traffic) if traffic.sent > 0 && traffic.delivered > 0 => Ok(()),
        Some(_) | None if is_dead(facts) => Ok(()),
        Some(traffic) => {
            let saw = format!("{} sent, {} delivered", traffic.sent, traffic.delivered);
            Err(mistaken(run, facts, "packets on the link", saw))
        }
        None => Err(mistaken(run, facts, "packets on the link", "no traffic")),
    }
}

/// Nothing reaches a device on which nothing runs, and that is the device's fault: it must not turn
/// BROKEN into ERROR.
fn is_dead(facts: &Facts<'_>) -> bool {
    matches!(facts.observed.running, Running::Nothing { .. })
}

fn changed(facts: &Facts<'_>, verb: &str) -> u64 {
    facts.attacked.iter().filter(|act| act.verb == verb).map(|act| u64::from(act.changed)).sum()
}

fn vacuous(run: &Run<'_>, facts: &Facts<'_>, verb: &'static str) -> Mistake {
    Mistake::VacuousAttack { run: run.title(), step: plain(facts.name), verb }
}

fn interference(run: &Run<'_>, facts: &Facts<'_>, what: &'static str) -> Mistake {
    Mistake::Interference { run: run.title(), step: plain(facts.name), what }
}
