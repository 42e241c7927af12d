//! What must be seen after a step.
//!
//! An expectation has to be possible and has to be able to fail: a version that nothing brings onto
//! the device, or a refusal where nothing is offered, is a mistake of the file and not a finding.

use toml::Spanned;

use super::steps::{Steps, has_traffic};
use super::{no_repeats, not_empty_list, version};
use crate::model::{Action, Expect, FlashRegion, Recovery, Version};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words::{self, FLASH_REGIONS};

/// What runs where no version does that an update could bring.
const RECOVERY: &str = "recovery";

/// Checks the expectation of the last step so far.
pub(super) fn check(expect: &Spanned<shape::Expect>, steps: &Steps<'_>, problems: &mut Problems) -> Expect {
    let fields = expect.get_ref();
    let action = steps.list.last().and_then(|step| step.action.as_ref());
    let says_nothing =
        [&fields.refused, &fields.runs, &fields.halted, &fields.as_after].iter().all(|key| key.is_none());
    if says_nothing && fields.runs_one_of.is_none() && fields.untouched.is_none() {
        let problem = Problem::at(expect.span(), "this expects nothing");
        problems.add(problem.help(
            "leave `expect` out, or give it `refused`, `runs`, `runs-one-of`, `halted`, `untouched` or `as-after`",
        ));
    }
    let refused = fields.refused.as_ref().and_then(|word| words::refusal(word, problems));
    if let (Some(word), Some(action)) = (&fields.refused, action)
        && !has_traffic(action)
    {
        let problem = Problem::at(word.span(), "nothing is offered in this step, so nothing can be refused");
        problems.add(problem.help("expect the refusal in the step that makes the offer"));
    }
    let (recovery, texts) = match &fields.runs {
        Some(word) if word.get_ref() == RECOVERY && fields.runs_one_of.is_none() => (Recovery::Runs, Vec::new()),
        Some(_) | None => (Recovery::NotExpected, versions(fields, problems)),
    };
    let runs: Vec<(Version, &Text)> =
        texts.iter().filter_map(|text| version(text, problems).map(|version| (version, *text))).collect();
    possible(&runs, steps, problems);
    if let (Some(word), Some(Action::Offer(offer))) = (&fields.refused, action) {
        consistent(word, offer.version, &runs, steps, problems);
    }
    let halted = fields.halted.as_ref().and_then(|word| words::halt(word, problems));
    let something = runs.first().map(|(_, text)| *text).or(fields.runs.as_ref().filter(|_| recovery == Recovery::Runs));
    if let (Some(word), Some(text)) = (&fields.halted, something) {
        let problem = Problem::at(word.span(), "where the first stage has halted, no version runs");
        problems.add(problem.label("nothing runs").also(text.span(), "this runs"));
    }
    let untouched = fields.untouched.as_ref().map_or_else(Vec::new, |names| untouched(names, problems));
    let as_after = fields.as_after.as_ref().and_then(|name| earlier_step(name, steps, problems));
    Expect {
        refused,
        runs: runs.into_iter().map(|(version, _)| version).collect(),
        recovery,
        halted,
        untouched,
        as_after,
    }
}

/// The name of a step before the last one so far.
fn earlier_step(name: &Text, steps: &Steps<'_>, problems: &mut Problems) -> Option<String> {
    let this = steps.list.len() - 1;
    match steps.position(name) {
        Some(index) if index < this => Some(name.get_ref().clone()),
        Some(_) => {
            problems
                .add(Problem::at(name.span(), "a step is always as it is after itself").help("name an earlier one"));
            None
        }
        None => {
            let message = format!("no step before this one is called {}", quoted(name.get_ref()));
            problems.add(Problem::at(name.span(), message));
            None
        }
    }
}

fn untouched(names: &shape::Texts, problems: &mut Problems) -> Vec<FlashRegion> {
    not_empty_list(names, "untouched", "name the parts of flash that must not be written", problems);
    no_repeats(names.get_ref(), "`untouched`", problems);
    names.get_ref().iter().filter_map(|word| FLASH_REGIONS.read(word, problems)).collect()
}

fn versions<'e>(fields: &'e shape::Expect, problems: &mut Problems) -> Vec<&'e Text> {
    match (&fields.runs, &fields.runs_one_of) {
        (Some(one), Some(several)) => {
            let problem = Problem::at(several.span(), "`runs` and `runs-one-of` cannot stand together");
            problems.add(problem.label("several versions").also(one.span(), "one version"));
            Vec::new()
        }
        (Some(one), None) => vec![one],
        (None, Some(several)) => {
            no_repeats(several.get_ref(), "`runs-one-of`", problems);
            if several.get_ref().len() < 2 {
                let problem = Problem::at(several.span(), "`runs-one-of` needs at least two versions");
                problems.add(problem.help("write `runs` where only one will do"));
            }
            several.get_ref().iter().collect()
        }
        (None, None) => Vec::new(),
    }
}

/// Every expected version must be able to run.
fn possible(runs: &[(Version, &Text)], steps: &Steps<'_>, problems: &mut Problems) {
    let Some(known) = steps.versions_after(steps.list.len()) else { return };
    for (_, text) in runs.iter().filter(|(version, _)| !known.contains(version)) {
        let message = format!("nothing so far brings {} onto the device", quoted(text.get_ref()));
        problems.add(Problem::at(text.span(), message).help(versions_seen(&known)));
    }
}

/// A refused offer cannot be what runs, unless the device had that version before.
fn consistent(refused: &Text, offered: Version, runs: &[(Version, &Text)], steps: &Steps<'_>, problems: &mut Problems) {
    let Some(before) = steps.versions_after(steps.list.len() - 1) else { return };
    if let Some((_, text)) = runs.iter().find(|(version, _)| *version == offered && !before.contains(version)) {
        let message = format!("the offer cannot be refused and {} run all the same", quoted(text.get_ref()));
        let problem = Problem::at(text.span(), message).label("the offered version");
        problems.add(problem.also(refused.span(), "refused").help("expect the version that ran before the offer"));
    }
}

/// The versions a scenario has seen, as help.
pub(super) fn versions_seen(versions: &[Version]) -> String {
    let names: Vec<String> = versions.iter().map(Version::to_string).collect();
    format!("seen so far: {}", names.join(", "))
}
