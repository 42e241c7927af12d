//! At most one sweep per scenario.
//!
//! Two would multiply, and a case number would no longer say what was done.

use std::ops::Range;

use toml::Spanned;

use crate::problem::{Problem, Problems};
use crate::shape;

use super::disturbance;

pub(super) fn at_most_one(file: &shape::Scenario, problems: &mut Problems) {
    let sweeps = sweeps(file);
    if let [first, second, ..] = sweeps.as_slice() {
        let problem = Problem::at(second.clone(), "a scenario has at most one sweep").label("second sweep");
        problems.add(problem.also(first.clone(), "first sweep").help("make it two scenarios"));
    }
}

fn sweeps(file: &shape::Scenario) -> Vec<Range<usize>> {
    let steps = file.steps.iter().flat_map(|steps| steps.get_ref());
    let offers = steps.filter_map(|step| step.get_ref().offer.as_ref());
    let tampers = offers.filter_map(|offer| offer.get_ref().tamper.as_ref());
    let edits = file.attacker.iter().filter_map(|attacker| attacker.get_ref().edit.as_ref());
    let bytes = tampers.chain(edits).filter(|tamper| is_sweep(tamper)).map(Spanned::span);
    let cuts = file.fault.as_ref().filter(|fault| !disturbance::is_meant(fault.get_ref()));
    let mut sweeps: Vec<Range<usize>> = bytes.chain(cuts.map(Spanned::span)).collect();
    sweeps.sort_by_key(|span| span.start);
    sweeps
}

fn is_sweep(tamper: &Spanned<shape::Tamper>) -> bool {
    tamper.get_ref().at.as_ref().is_some_and(|at| at.get_ref() == "every-byte")
}
