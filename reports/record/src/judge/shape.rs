//! Whether one run is what the scenario orders: the right device, the right steps, and for each step
//! the facts that a step of its kind leaves behind.
//!
//! Every fact is mandatory. A record from which something can be left out without anybody noticing
//! is no record.

use std::fmt;

use menu::{Features, Halt, Refusal};
use scenario::model::{Act, Action, Disturbs, FlashFault, RigAct, Scenario, Step, Weakness};

use super::GENUINE_STEP;
use super::grammar::{Facts, Run};
use super::plan::{Series, Sweep, steps_of};
use super::{flipped, lasting, order, spent, written};
use crate::event::{Answer, Attacked, Case, Deliverable, Running};
use crate::mistake::Mistake;
use crate::words::plain;

/// The device a run must have been played on.
#[derive(Clone, Copy)]
pub(super) struct Expected<'s> {
    features: Features,
    mutant: Option<&'s str>,
}

impl<'s> Expected<'s> {
    /// The device that the claim is about.
    pub(super) fn whole(scenario: &'s Scenario) -> Self {
        Self { features: scenario.device.features, mutant: None }
    }

    /// The weakened device of the teeth.
    pub(super) fn weakened(scenario: &'s Scenario) -> Self {
        let whole = scenario.device.features;
        match &scenario.teeth.weakness {
            Weakness::Without(feature) => Self { features: whole.without(*feature), mutant: None },
            Weakness::Mutant(mutant) => Self { features: whole, mutant: Some(mutant) },
        }
    }
}

/// Checks every run of a series: device, cut, steps and facts.
pub(super) fn check_series(
    scenario: &Scenario,
    series: &Series<'_, '_>,
    expected: Expected<'_>,
) -> Result<(), Mistake> {
    for run in series.all() {
        check_device(expected, run)?;
        check_cut(run)?;
        let steps = steps_of(scenario, series.sweep, run.begun.case.as_ref());
        check_names(run, steps.iter().map(|step| step.name.as_str()))?;
        for (at, (step, facts)) in steps.iter().zip(&run.steps).enumerate() {
            check_facts(scenario, step, run, facts)?;
            spent::check(steps, at, run, facts)?;
        }
    }
    if let Sweep::Cuts(_) = series.sweep {
        check_cuts_agree(series.tried)?;
    }
    Ok(())
}

/// Checks the run that shows that this device takes a genuine update, and gives what was offered in it
/// and what was seen.
pub(super) fn check_genuine<'a>(
    scenario: &Scenario,
    run: &'a Run<'a>,
    expected: Expected<'_>,
) -> Result<(&'a Deliverable, &'a Facts<'a>), Mistake> {
    check_device(expected, run)?;
    if let Some(case) = run.begun.case {
        return Err(Mistake::RunOrder { expected: "a genuine run without a case".to_owned(), saw: case.to_string() });
    }
    check_cut(run)?;
    check_names(run, [GENUINE_STEP].into_iter())?;
    let Some(facts) = run.steps.first() else {
        let expected = format!("step `{GENUINE_STEP}`");
        return Err(Mistake::StepOrder { run: run.title(), expected, saw: "the end of the run".to_owned() });
    };
    let deliverable = check_offer(run, facts)?;
    absent(run, facts, "flipped bits", facts.flipped)?;
    absent(run, facts, "spent", facts.spent)?;
    check_attacked(run, facts, &[])?;
    check_caused(run, facts, None)?;
    check_words(run, facts)?;
    let before = scenario.device.runs.to_string();
    if deliverable.version == before {
        let expected = format!("a deliverable other than {before}, which runs already");
        return Err(mistaken(run, facts, expected, plain(&deliverable.version)));
    }
    Ok((deliverable, facts))
}

/// The verbs that must be recorded in a step: the attacker's acts in the scenario's order, then what
/// the step itself is.
fn verbs_of(scenario: &Scenario, step: &Step) -> Vec<&'static str> {
    let own = match &step.action {
        Action::Offer(offer) => offer.tamper.map(|_| "tamper"),
        Action::Replay { .. } => Some("replay"),
        Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Continue { .. } | Action::Rig(_) => {
            return Vec::new();
        }
    };
    let attacker = scenario.attacker.iter().filter(|attacker| attacker.acts_in(step));
    attacker.flat_map(|attacker| attacker.acts.iter().map(verb_of)).chain(own).collect()
}

/// What the rig does in a step.
#[derive(Clone, Copy)]
pub(super) enum Ordered {
    /// Something, once.
    Act(RigAct),
    /// The flash chip fails as long as the step goes on.
    Flash(FlashFault),
}

impl fmt::Display for Ordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ordered::Act(act) => act.fmt(f),
            Ordered::Flash(fault) => fault.fmt(f),
        }
    }
}

/// What the rig does in this step, if anything.
pub(super) fn ordered_in(scenario: &Scenario, step: &Step) -> Option<Ordered> {
    match (&step.action, scenario.disturbs(step)) {
        (_, Some(Disturbs::Flash(fault))) => Some(Ordered::Flash(fault)),
        (Action::Rig(act), None | Some(Disturbs::Act { .. })) => Some(Ordered::Act(*act)),
        (Action::Offer(_), Some(Disturbs::Act { act, .. })) => Some(Ordered::Act(act)),
        (
            Action::Offer(_)
            | Action::PowerCycle
            | Action::FlipBits(_)
            | Action::Wait { .. }
            | Action::Replay { .. }
            | Action::Continue { .. },
            None | Some(Disturbs::Act { .. }),
        ) => None,
    }
}

/// The record's word for an act.
pub(super) fn verb_of(act: &Act) -> &'static str {
    match act {
        Act::Edit(_) => "edit",
        Act::Drop { .. } => "drop",
        Act::Duplicate { .. } => "duplicate",
        Act::Truncate { .. } => "truncate",
    }
}

/// A mistake in the facts of a step.
pub(super) fn mistaken(
    run: &Run<'_>,
    facts: &Facts<'_>,
    expected: impl Into<String>,
    saw: impl Into<String>,
) -> Mistake {
    Mistake::Facts { run: run.title(), step: plain(facts.name), expected: expected.into(), saw: saw.into() }
}

fn check_device(expected: Expected<'_>, run: &Run<'_>) -> Result<(), Mistake> {
    let names: Vec<&str> = expected.features.iter().map(|feature| feature.name()).collect();
    if run.begun.features == names && run.begun.mutant.as_deref() == expected.mutant {
        return Ok(());
    }
    let saw: Vec<&str> = run.begun.features.iter().map(String::as_str).collect();
    Err(Mistake::WrongDevice {
        run: run.title(),
        expected: device_words(&names, expected.mutant),
        saw: device_words(&saw, run.begun.mutant.as_deref()),
    })
}

fn device_words(features: &[&str], mutant: Option<&str>) -> String {
    let features = plain(&features.join(" "));
    match mutant {
        Some(mutant) => format!("with `{features}` and the firmware `{}`", plain(mutant)),
        None => format!("with `{features}` and the released firmware"),
    }
}

/// A run that plays a cut begins with that cut and with what it left behind; no other run does.
fn check_cut(run: &Run<'_>) -> Result<(), Mistake> {
    let disagree = |what| Err(Mistake::CutsDisagree { run: run.title(), what });
    match (run.begun.case, run.cut) {
        (Some(Case::Cut { .. }), None) => Err(Mistake::FaultNeverFired { run: run.title() }),
        (Some(Case::Cut { .. }), Some(cut)) if cut.flash_sha256 != run.begun.flash_sha256 => {
            disagree("the run does not begin with the flash that its cut left behind")
        }
        (Some(Case::Cut { .. }), Some(cut)) if cut.size_bytes == 0 => {
            disagree("the operation that was cut was to change nothing")
        }
        (Some(Case::Cut { .. }), Some(_)) | (Some(Case::Byte { .. }) | None, None) => Ok(()),
        (Some(Case::Byte { .. }) | None, Some(_)) => disagree("power was cut although no cut was to be played"),
    }
}

/// Neighbouring cases that cut the same operation agree on what that operation was.
fn check_cuts_agree(runs: &[Run<'_>]) -> Result<(), Mistake> {
    for pair in runs.windows(2) {
        let [before, after] = pair else { continue };
        let (Some(Case::Cut { operation: first, .. }), Some(Case::Cut { operation: second, .. })) =
            (before.begun.case, after.begun.case)
        else {
            continue;
        };
        let place = |run: &Run<'_>| run.cut.map(|cut| (cut.operation, cut.offset_bytes, cut.size_bytes));
        if first == second && place(before) != place(after) {
            let what = "two cases cut the same operation, but disagree on what it was";
            return Err(Mistake::CutsDisagree { run: after.title(), what });
        }
    }
    Ok(())
}

fn check_names<'n>(run: &Run<'_>, names: impl Iterator<Item = &'n str>) -> Result<(), Mistake> {
    let mut played = run.steps.iter();
    let words = |name: Option<&str>| match name {
        Some(name) => format!("step `{}`", plain(name)),
        None => "the end of the run".to_owned(),
    };
    for name in names.map(Some).chain([None]) {
        let saw = played.next().map(|facts| facts.name);
        if saw != name {
            return Err(Mistake::StepOrder { run: run.title(), expected: words(name), saw: words(saw) });
        }
    }
    Ok(())
}

fn check_facts(scenario: &Scenario, step: &Step, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    match &step.action {
        Action::Offer(offer) => {
            let deliverable = check_offer(run, facts)?;
            let version = offer.version.to_string();
            if deliverable.version != version {
                let expected = format!("a deliverable of version {version}");
                return Err(mistaken(run, facts, expected, format!("one of {}", plain(&deliverable.version))));
            }
        }
        Action::Replay { .. } | Action::Continue { .. } => {
            check_exchange(run, facts)?;
            absent(run, facts, "deliverable", facts.deliverable)?;
        }
        Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => {
            absent(run, facts, "deliverable", facts.deliverable)?;
            absent(run, facts, "traffic", facts.traffic)?;
            absent(run, facts, "answer", facts.observed.answer.as_ref())?;
        }
    }
    match &step.action {
        Action::FlipBits(flip) => flipped::check(flip, run, facts)?,
        Action::Offer(_)
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::PowerCycle
        | Action::Wait { .. }
        | Action::Rig(_) => {
            absent(run, facts, "flipped bits", facts.flipped)?;
        }
    }
    check_attacked(run, facts, &verbs_of(scenario, step))?;
    check_caused(run, facts, ordered_in(scenario, step))?;
    lasting::check(scenario, run, facts)?;
    written::check(step, run, facts)?;
    check_words(run, facts)
}

fn check_offer<'a>(run: &Run<'_>, facts: &Facts<'a>) -> Result<&'a Deliverable, Mistake> {
    check_exchange(run, facts)?;
    facts.deliverable.ok_or_else(|| mistaken(run, facts, "`deliverable`", "none"))
}

/// An exchange on the link leaves traffic and an answer, and outside sweeps the packets themselves.
fn check_exchange(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    let Some(traffic) = facts.traffic else { return Err(mistaken(run, facts, "`traffic`", "none")) };
    if run.begun.case.is_none() && traffic.packets.is_none() {
        return Err(mistaken(run, facts, "the packets as an artefact", "none"));
    }
    if facts.observed.answer.is_none() {
        return Err(mistaken(run, facts, "an answer", "none"));
    }
    Ok(())
}

fn absent<T>(run: &Run<'_>, facts: &Facts<'_>, what: &str, fact: Option<T>) -> Result<(), Mistake> {
    match fact {
        None => Ok(()),
        Some(_) => Err(mistaken(run, facts, format!("no {what}"), "one")),
    }
}

/// One event per verb that is ordered, in that order, and no other.
fn check_attacked(run: &Run<'_>, facts: &Facts<'_>, verbs: &[&'static str]) -> Result<(), Mistake> {
    let saw: Vec<&str> = facts.attacked.iter().map(|act: &&Attacked| act.verb.as_str()).collect();
    if let Some(missing) = verbs.iter().find(|verb| !saw.contains(verb)) {
        return Err(Mistake::VacuousAttack { run: run.title(), step: plain(facts.name), verb: missing });
    }
    if saw != verbs {
        let expected = format!("the attacker's verbs [{}]", verbs.join(" "));
        return Err(mistaken(run, facts, expected, format!("[{}]", plain(&saw.join(" ")))));
    }
    Ok(())
}

/// What the rig did is what the scenario orders, and nothing where it orders nothing. Whether it took
/// effect is another question.
fn check_caused(run: &Run<'_>, facts: &Facts<'_>, act: Option<Ordered>) -> Result<(), Mistake> {
    match (act.map(|act| act.to_string()), facts.caused) {
        (Some(act), Some(caused)) if caused.act != act => Err(mistaken(run, facts, act, plain(&caused.act))),
        (None, Some(caused)) => Err(mistaken(run, facts, "nothing done by the rig", plain(&caused.act))),
        (Some(act), None) => Err(mistaken(run, facts, act, "nothing done by the rig")),
        (Some(_), Some(_)) | (None, None) => Ok(()),
    }
}

/// Every word that belongs to the menu is in it.
fn check_words(run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    let unknown =
        |word: &str| Err(Mistake::UnknownWord { run: run.title(), step: plain(facts.name), word: plain(word) });
    if let Some(Answer::Refused(reason)) = &facts.observed.answer
        && Refusal::from_name(reason).is_none()
    {
        return unknown(reason);
    }
    if let Running::Nothing { halt: Some(halt) } = &facts.observed.running
        && Halt::from_name(halt).is_none()
    {
        return unknown(halt);
    }
    match facts.device_steps.steps.iter().find(|words| order::event_of(words).is_none()) {
        Some(words) => unknown(words),
        None => Ok(()),
    }
}
