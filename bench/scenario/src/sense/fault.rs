//! `[fault]`: power cuts in every flash operation of some steps.
//!
//! The cuts are derived from the operation log of one undisturbed run that starts with a fresh
//! device, so the steps that are cut come first, in order. What a cut step leads to differs from
//! case to case; only steps after them can expect something.

use toml::Spanned;

use super::steps::Steps;
use super::{Need, at_least, no_repeats, not_empty_list};
use crate::model::{Action, Fault};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words::{CUTS, TEARS};

const CUT_POWER: Need = Need { key: "cut-power", of: "`[fault]`", example: "cut-power = \"every-flash-operation\"" };
const DURING: Need = Need { key: "during", of: "`[fault]`", example: "during = [\"install\"]" };
const TEAR: Need = Need { key: "tear", of: "`[fault]`", example: "tear = [\"nothing\", \"half\", \"all\"]" };
const AT_LEAST: Need = Need { key: "at-least", of: "`[fault]`", example: "at-least = 300" };

pub(super) fn check(fault: &Spanned<shape::Fault>, steps: &Steps<'_>, problems: &mut Problems) -> Option<Fault> {
    let (fields, table) = (fault.get_ref(), fault.span());
    let cuts = CUT_POWER.of(&fields.cut_power, table.clone(), problems).and_then(|word| CUTS.read(word, problems));
    let names = DURING.of(&fields.during, table.clone(), problems);
    if let Some(names) = names {
        not_empty_list(names, "during", "name the steps in which power is cut", problems);
        no_repeats(names.get_ref(), "`during`", problems);
        first_and_consecutive(names.get_ref(), steps, problems);
        leaves_a_judgement(names, steps, problems);
    }
    let tears = TEAR.of(&fields.tear, table.clone(), problems);
    if let Some(tears) = tears {
        not_empty_list(tears, "tear", "name at least one of `nothing`, `half` and `all`", problems);
        no_repeats(tears.get_ref(), "`tear`", problems);
    }
    let floor = AT_LEAST.of(&fields.at_least, table, problems).and_then(|number| at_least(number, problems));
    let tear = tears?.get_ref().iter().filter_map(|word| TEARS.read(word, problems)).collect();
    Some(Fault {
        cut_power: cuts?,
        during: names?.get_ref().iter().map(|name| name.get_ref().clone()).collect(),
        tear,
        at_least: floor?,
    })
}

fn first_and_consecutive(names: &[Text], steps: &Steps<'_>, problems: &mut Problems) {
    let positions: Vec<Option<usize>> = names.iter().map(|name| steps.find(name, problems)).collect();
    for (wanted, (name, found)) in names.iter().zip(&positions).enumerate() {
        let Some(found) = *found else { return };
        if found != wanted {
            let message = format!("the step {} is not step {} of the scenario", quoted(name.get_ref()), wanted + 1);
            let problem = Problem::at(name.span(), message);
            let problem = problem.also(steps.list[found].place.clone(), format!("it is step {}", found + 1));
            problems.add(problem.help("the steps that are cut come first, in their order and without a gap"));
            return;
        }
    }
}

fn leaves_a_judgement(names: &shape::Texts, steps: &Steps<'_>, problems: &mut Problems) {
    let is_cut = |step: &super::steps::Checked<'_>| {
        step.name.is_some_and(|name| names.get_ref().iter().any(|cut| cut.get_ref() == name.get_ref()))
    };
    for step in steps.list.iter().filter(|step| is_cut(step)) {
        if let Some(Action::FlipBits(_)) = &step.action {
            let problem = Problem::at(step.place.clone(), "bits cannot flip in a step in which power is cut");
            problems.add(problem.also(names.span(), "cut here").help("let them flip in a later step"));
        }
        if let Some(expects_at) = &step.expects_at {
            let problem =
                Problem::at(expects_at.clone(), "power is cut in this step, so nothing can be expected of it");
            problems.add(problem.also(names.span(), "cut here").help("expect it in a later step"));
        }
    }
    if !steps.list.is_empty() && steps.list.iter().all(is_cut) {
        let problem = Problem::at(names.span(), "power is cut in every step, so nothing is left to judge");
        problems.add(problem.help("add a step after the cut that expects something"));
    }
}
