//! Whether a file that has the right shape makes sense: known words that fit together.
//!
//! A scenario that cannot fail is worse than none, so most checks here look for vacuity: an
//! expectation nothing can violate, teeth that bite on nothing, a sweep without a floor.

mod action;
mod attacker;
mod device;
mod disturbance;
mod expect;
mod fault;
mod rig;
mod steps;
mod sweep;
mod tamper;
mod teeth;

use std::ops::Range;

use crate::Context;
use crate::model::{Scenario, Version};
use crate::problem::{Problem, Problems};
use crate::read::{Number, Text};
use crate::shape;
use crate::text::quoted;
use crate::words;

/// Checks a whole scenario. Where this returns `None`, a problem says why.
pub(crate) fn scenario(
    name: Option<String>,
    file: &shape::Scenario,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<Scenario> {
    let claim = claim(file, problems);
    let covers = covers(file, context, problems);
    let threat = file.threat.as_ref().and_then(|threat| not_empty(threat, "threat", problems));
    let device = device::check(file, context, problems);
    let steps = steps::check(file, device.runs, problems);
    rig::no_fresh_devices(file, &steps, problems);
    let attacker = file.attacker.as_ref().and_then(|attacker| attacker::check(attacker, &steps, problems));
    let cuts = file.fault.as_ref().filter(|fault| !disturbance::is_meant(fault.get_ref()));
    let fault = cuts.and_then(|fault| fault::check(fault, &steps, problems));
    let disturbs = file.fault.as_ref().filter(|fault| disturbance::is_meant(fault.get_ref()));
    let disturbance = disturbs.and_then(|fault| disturbance::check(fault, &steps, problems));
    sweep::at_most_one(file, problems);
    let teeth = teeth::check(file, &device, &steps, context, problems);
    Some(Scenario {
        name: name?,
        claim: claim?,
        covers,
        threat,
        device: device.finish()?,
        attacker,
        fault,
        disturbance,
        steps: steps.finish()?,
        teeth: teeth?,
    })
}

/// A key that must be given.
struct Need {
    key: &'static str,
    /// Whose key it is, as messages call it.
    of: &'static str,
    /// The key with a value, as one would write it.
    example: &'static str,
}

impl Need {
    /// The value, or a problem at the table that lacks it.
    fn of<'a, T>(&self, value: &'a Option<T>, table: Range<usize>, problems: &mut Problems) -> Option<&'a T> {
        if value.is_none() {
            let problem = Problem::at(table, format!("{} has no `{}`", self.of, self.key));
            problems.add(problem.help(if self.example.contains('\n') {
                format!("write, for example:\n{}", self.example)
            } else {
                format!("write, for example, `{}`", self.example)
            }));
        }
        value.as_ref()
    }
}

const CLAIM: Need =
    Need { key: "claim", of: "the scenario", example: "claim = \"An image without a signature is refused.\"" };

fn claim(file: &shape::Scenario, problems: &mut Problems) -> Option<String> {
    not_empty(CLAIM.of(&file.claim, file.start.clone(), problems)?, "claim", problems)
}

fn not_empty(text: &Text, key: &str, problems: &mut Problems) -> Option<String> {
    if text.get_ref().trim().is_empty() {
        problems.add(Problem::at(text.span(), format!("`{key}` is empty")));
        return None;
    }
    Some(text.get_ref().clone())
}

fn covers(file: &shape::Scenario, context: &Context<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(covers) = &file.covers else { return Vec::new() };
    no_repeats(covers.get_ref(), "`covers`", problems);
    for id in covers.get_ref() {
        if !context.statements.is_empty() && !context.statements.contains(&id.get_ref().as_str()) {
            problems.add(unknown_statement(id, context.statements));
        }
    }
    covers.get_ref().iter().map(|id| id.get_ref().clone()).collect()
}

fn unknown_statement(id: &Text, known: &[&str]) -> Problem {
    let problem = words::unknown("statement", "statements", id, &[]);
    match crate::suggest::closest(id.get_ref(), known) {
        Some(close) => problem.help(format!("did you mean {}?", quoted(close))),
        // Nearly two hundred ids: a list of them would bury the message.
        None => problem.help(format!("the ids are those of the statements file, such as {}", quoted(known[0]))),
    }
}

/// Reports a position that only images have.
fn no_filler(position: &Text, problems: &mut Problems) {
    let problem = Problem::at(position.span(), "only an image has filler");
    problems.add(problem.help("write `start`, `middle` or `end`"));
}

/// Reports every text that stands in a list twice.
pub(crate) fn no_repeats(list: &[Text], of: &str, problems: &mut Problems) {
    for (index, text) in list.iter().enumerate() {
        if let Some(first) = list[..index].iter().find(|earlier| earlier.get_ref() == text.get_ref()) {
            let message = format!("{} is listed twice in {of}", quoted(text.get_ref()));
            problems.add(Problem::at(text.span(), message).label("again").also(first.span(), "first"));
        }
    }
}

/// Reports a list that is there but names nothing.
fn not_empty_list(list: &shape::Texts, key: &str, help: &str, problems: &mut Problems) {
    if list.get_ref().is_empty() {
        problems.add(Problem::at(list.span(), format!("`{key}` names nothing")).help(help));
    }
}

fn version(text: &Text, problems: &mut Problems) -> Option<Version> {
    match text.get_ref().parse() {
        Ok(version) => Some(version),
        Err(error) => {
            let error: crate::VersionError = error;
            let problem = Problem::at(text.span(), format!("{} is not a version", quoted(text.get_ref())));
            problems.add(problem.help(error.to_string()));
            None
        }
    }
}

/// A number between two bounds, both included.
pub(crate) fn within(number: &Number, key: &str, least: u32, most: u32, problems: &mut Problems) -> Option<u32> {
    let value = *number.get_ref();
    match u32::try_from(value) {
        Ok(value) if (least..=most).contains(&value) => Some(value),
        Ok(_) | Err(_) => {
            let bound = if value < i64::from(least) { format!("at least {least}") } else { format!("at most {most}") };
            problems.add(Problem::at(number.span(), format!("`{key}` is {value}; it must be {bound}")));
            None
        }
    }
}

/// The least number of cases of a sweep. Zero is refused: a sweep that reached nothing would count.
fn at_least(number: &Number, problems: &mut Problems) -> Option<u32> {
    /// No rig plays more cases than this in a day.
    const MOST_CASES: u32 = 10_000_000;
    within(number, "at-least", 1, MOST_CASES, problems)
}
