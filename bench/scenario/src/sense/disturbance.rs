//! `[fault]` with something other than power cuts: what the rig does while a step goes on.
//!
//! The firmware lives through it, so the step may expect something, and later steps must not find the
//! fault gone unless one of them ends it.

use std::ops::Range;

use toml::Spanned;

use super::steps::Steps;
use super::{Need, no_repeats, not_empty_list, rig};
use crate::model::{Action, Disturbance, Disturbs};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words::{FLASH_FAULTS, MOMENTS};

const WHEN: Need = Need { key: "when", of: "`[fault]`", example: "when = \"half-way\"" };
const DURING: Need = Need { key: "during", of: "`[fault]`", example: "during = [\"the battery sags\"]" };

/// Whether the table speaks of something other than power cuts.
pub(super) fn is_meant(fault: &shape::Fault) -> bool {
    fault.battery.is_some() || fault.flash.is_some() || fault.when.is_some()
}

pub(super) fn check(fault: &Spanned<shape::Fault>, steps: &Steps<'_>, problems: &mut Problems) -> Option<Disturbance> {
    let (fields, table) = (fault.get_ref(), fault.span());
    no_cuts(fields, problems);
    let what = match (&fields.battery, &fields.flash) {
        (Some(battery), None) => sags(battery, fields, table.clone(), problems),
        (None, Some(word)) => {
            if let Some(when) = &fields.when {
                let problem = Problem::at(when.span(), "the flash fails throughout a step, and not at a moment of it");
                problems.add(problem.also(word.span(), "the fault").help("leave `when` out"));
            }
            FLASH_FAULTS.read(word, problems).map(Disturbs::Flash)
        }
        (Some(battery), Some(word)) => {
            let problem = Problem::at(word.span(), "two things go wrong at once").label("the flash fails");
            problems.add(problem.also(battery.span(), "the battery sags").help("make it two scenarios"));
            None
        }
        (None, None) => {
            let problem = Problem::at(table.clone(), "this fault does nothing");
            problems.add(problem.help("give it `battery`, `flash` or `cut-power`"));
            None
        }
    };
    let names = DURING.of(&fields.during, table, problems);
    if let Some(names) = names {
        not_empty_list(names, "during", "name the steps in which the fault acts", problems);
        no_repeats(names.get_ref(), "`during`", problems);
        for name in names.get_ref() {
            match &fields.flash {
                Some(_) => drop(steps.find(name, problems)),
                None => makes_an_offer(name, steps, problems),
            }
        }
    }
    let during = names?.get_ref().iter().map(|name| name.get_ref().clone()).collect();
    Some(Disturbance { what: what?, during })
}

/// A battery that sags in the middle of an offer.
fn sags(battery: &Text, fields: &shape::Fault, table: Range<usize>, problems: &mut Problems) -> Option<Disturbs> {
    let act = rig::battery(battery, problems);
    let when = WHEN.of(&fields.when, table, problems).and_then(|word| MOMENTS.read(word, problems));
    Some(Disturbs::Act { act: act?, when: when? })
}

/// A power cut ends what goes on; it cannot stand beside something that is lived through.
fn no_cuts(fields: &shape::Fault, problems: &mut Problems) {
    let cuts = [fields.cut_power.as_ref().map(Spanned::span), fields.tear.as_ref().map(Spanned::span)];
    if let Some(span) = cuts.into_iter().flatten().next() {
        let problem = Problem::at(span, "a fault cuts power, or does something that is lived through, not both");
        problems.add(problem.help("make it two scenarios"));
    }
    if let Some(at_least) = &fields.at_least {
        problems.add(Problem::at(at_least.span(), "`at-least` belongs to a sweep, and this fault acts once a step"));
    }
}

fn makes_an_offer(name: &Text, steps: &Steps<'_>, problems: &mut Problems) {
    let Some(index) = steps.find(name, problems) else { return };
    let step = &steps.list[index];
    match &step.action {
        Some(Action::Offer(_)) | None => {}
        Some(
            Action::PowerCycle
            | Action::FlipBits(_)
            | Action::Wait { .. }
            | Action::Replay { .. }
            | Action::Continue { .. }
            | Action::Rig(_),
        ) => {
            let problem =
                Problem::at(name.span(), format!("nothing is offered in the step {}", quoted(name.get_ref())));
            problems.add(problem.also(step.place.clone(), "that step").help("name a step that makes an offer"));
        }
    }
}
