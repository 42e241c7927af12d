//! What the rig does to the device: the quantities.
//!
//! A quantity is written with its unit, as everywhere in the notation, so that nobody has to look up
//! what a bare number means.

use super::steps::Steps;
use crate::model::{Action, RigAct};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;

/// The battery at a voltage such as `3050mV`.
pub(super) fn battery(text: &Text, problems: &mut Problems) -> Option<RigAct> {
    let written = text.get_ref().as_str();
    let Some(level_mv) = whole(written, "mV").and_then(|number| u16::try_from(number).ok()) else {
        let problem = Problem::at(text.span(), format!("{} is no voltage of a battery", quoted(written)));
        problems.add(problem.help("write whole millivolts up to 65535, such as \"3050mV\""));
        return None;
    };
    Some(RigAct::Battery { level_mv })
}

/// The battery with an energy in it such as `900mJ`.
pub(super) fn charge(text: &Text, problems: &mut Problems) -> Option<RigAct> {
    /// What the rigs' batteries hold.
    const MOST_MJ: u32 = 12_000;
    let written = text.get_ref().as_str();
    let Some(charge_mj) = whole(written, "mJ").filter(|number| *number <= MOST_MJ) else {
        let problem = Problem::at(text.span(), format!("{} is no charge of a battery", quoted(written)));
        problems.add(problem.help(format!("write whole millijoules up to {MOST_MJ}, such as \"900mJ\"")));
        return None;
    };
    Some(RigAct::Charge { charge_mj })
}

/// The processor at a clock such as `16MHz`.
pub(super) fn clock(text: &Text, problems: &mut Problems) -> Option<RigAct> {
    /// Nothing slower updates itself, and nothing faster has reason to fear for its time.
    const RANGE_MHZ: std::ops::RangeInclusive<u32> = 1..=1_000;
    let written = text.get_ref().as_str();
    let Some(mhz) = whole(written, "MHz").filter(|number| RANGE_MHZ.contains(number)) else {
        let problem = Problem::at(text.span(), format!("{} is no clock of a processor", quoted(written)));
        problems.add(problem.help("write whole megahertz from 1 to 1000, such as \"16MHz\""));
        return None;
    };
    Some(RigAct::Clock { mhz })
}

/// A whole number before its unit.
fn whole(written: &str, unit: &str) -> Option<u32> {
    let digits = written.strip_suffix(unit)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// A cut and a flip go on with a fresh device, on which nothing takes anything: what was charged or slowed
/// down before would silently be as it was.
pub(super) fn no_fresh_devices(file: &shape::Scenario, steps: &Steps<'_>, problems: &mut Problems) {
    let begins = |step: &&super::steps::Checked<'_>| matches!(step.action, Some(Action::Rig(act)) if act.begins_toll());
    let Some(toll) = steps.list.iter().find(begins) else { return };
    let flip = steps.list.iter().find(|step| matches!(step.action, Some(Action::FlipBits(_))));
    let cuts = file.fault.as_ref().filter(|fault| fault.get_ref().cut_power.is_some());
    let fresh = flip.map(|step| step.place.clone()).or(cuts.map(|fault| fault.span()));
    if let Some(fresh) = fresh {
        let problem = Problem::at(fresh, "this goes on with a fresh device, on which work takes nothing");
        let problem = problem.also(toll.place.clone(), "work takes something from here on");
        problems.add(problem.help("make it two scenarios"));
    }
}
