//! `[fault]` with something other than power cuts: what the rig does while a step goes on.
//!
//! The firmware lives through it, so the step may expect something, and later steps must not find the
//! fault gone unless one of them ends it.

use toml::Spanned;

use super::steps::Steps;
use super::{Need, no_repeats, not_empty_list, rig};
use crate::model::{Action, Disturbance};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words::MOMENTS;

const WHEN: Need = Need { key: "when", of: "`[fault]`", example: "when = \"half-way\"" };
const DURING: Need = Need { key: "during", of: "`[fault]`", example: "during = [\"the battery sags\"]" };

/// Whether the table speaks of something other than power cuts.
pub(super) fn is_meant(fault: &shape::Fault) -> bool {
    fault.battery.is_some() || fault.when.is_some()
}

pub(super) fn check(fault: &Spanned<shape::Fault>, steps: &Steps<'_>, problems: &mut Problems) -> Option<Disturbance> {
    let (fields, table) = (fault.get_ref(), fault.span());
    no_cuts(fields, problems);
    if fields.battery.is_none() {
        let problem = Problem::at(table.clone(), "this fault does nothing");
        problems.add(problem.help("give it `battery`, or `cut-power`"));
    }
    let act = fields.battery.as_ref().and_then(|text| rig::battery(text, problems));
    let when = WHEN.of(&fields.when, table.clone(), problems).and_then(|word| MOMENTS.read(word, problems));
    let names = DURING.of(&fields.during, table, problems);
    if let Some(names) = names {
        not_empty_list(names, "during", "name the steps in which the fault acts", problems);
        no_repeats(names.get_ref(), "`during`", problems);
        names.get_ref().iter().for_each(|name| makes_an_offer(name, steps, problems));
    }
    let during = names?.get_ref().iter().map(|name| name.get_ref().clone()).collect();
    Some(Disturbance { act: act?, when: when?, during })
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
