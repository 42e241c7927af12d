//! What a rig lacks for a scenario.
//!
//! One answer for whoever plays a scenario and for whoever lists where it can be played.

use std::iter;

use menu::Feature;
use rig::{Capability, Rig};
use scenario::model::{Action, Behaviour, Disturbs, RigAct, Scenario, Weakness};

/// What to do about it.
pub(crate) const OTHER_RIG: &str = "play it on a rig that has it; `otabench doctor` lists what each can do";

/// The first thing that this rig lacks to play the scenario, if any: a capability, or a mutant. Whether a
/// device can be had is another question ([`Rig::ready`]).
pub fn lacking(rig: &dyn Rig, scenario: &Scenario) -> Option<String> {
    let capability = lacking_capability(rig, scenario).map(|capability| capability.name().to_owned());
    capability.or_else(|| lacking_for_teeth(rig, scenario))
}

/// The first capability that this rig lacks for the claim, if any.
pub(crate) fn lacking_capability(rig: &dyn Rig, scenario: &Scenario) -> Option<Capability> {
    needed(scenario).into_iter().find(|capability| !rig.capabilities().has(*capability))
}

fn lacking_for_teeth(rig: &dyn Rig, scenario: &Scenario) -> Option<String> {
    let mutant = match &scenario.teeth.weakness {
        Weakness::Without(_) => return None,
        Weakness::Mutant(name) => name.as_str(),
    };
    if !rig.capabilities().has(Capability::Mutants) {
        return Some(Capability::Mutants.name().to_owned());
    }
    (!rig.mutants().contains(&mutant)).then(|| format!("mutant {mutant}"))
}

/// What a rig must be able to do for everything that the scenario has it do and look at, and for the device
/// to work as its profile wants.
fn needed(scenario: &Scenario) -> Vec<Capability> {
    let steps = scenario.steps.iter().filter_map(|step| match &step.action {
        Action::Rig(act) => Some(*act),
        Action::Offer(_)
        | Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. } => None,
    });
    let of_act = |act| match act {
        RigAct::Battery { .. } => Capability::Battery,
        RigAct::Button(_) => Capability::Button,
        RigAct::Charge { .. } | RigAct::Clock { .. } => Capability::Toll,
    };
    let disturbs = scenario.disturbance.iter().map(|disturbance| match disturbance.what {
        Disturbs::Act { act, .. } => of_act(act),
        Disturbs::Flash(_) => Capability::FlashFaults,
    });
    let mut needed: Vec<Capability> = iter::once(Capability::Measurement).chain(steps.map(of_act)).collect();
    needed.extend(disturbs);
    if scenario.fault.is_some() || scenario.steps.iter().any(|step| !step.expect.untouched.is_empty()) {
        needed.push(Capability::OperationLog);
    }
    if scenario.steps.iter().any(|step| runs_wild(&step.action)) {
        needed.push(Capability::OpenMemory);
    }
    if scenario.device.features.has(Feature::BatteryCheck) {
        needed.push(Capability::Battery);
    }
    needed
}

/// Whether a step brings an image onto the device that destroys memory which is not its own.
fn runs_wild(action: &Action) -> bool {
    match action {
        Action::Offer(offer) => offer.behaves == Behaviour::RunsWild,
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => false,
    }
}
