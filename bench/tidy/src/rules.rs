//! The rules, one file each.
//!
//! Some look at any file, some at Rust sources, some at the repository as a whole. A new rule is a
//! new file here and a new line in one of the three lists.

pub(crate) mod arrows;
mod attributes;
mod bools;
mod decisions;
mod length;
mod locks;
mod machines;
mod manifests;
mod members;
mod names;
mod opening;
mod serde;
mod unfinished;
mod unsafety;
mod weight;

use crate::repository::{File, Repository};
use crate::source::Source;
use crate::violation::Violation;

const FILE_RULES: &[fn(&File) -> Vec<Violation>] =
    &[machines::check, names::check, unfinished::check_notes, weight::check];

const SOURCE_RULES: &[fn(&Source) -> Vec<Violation>] = &[
    attributes::check,
    bools::check,
    length::check_file,
    length::check_functions,
    opening::check,
    serde::check,
    unfinished::check_macros,
    unsafety::check,
];

const REPOSITORY_RULES: &[fn(&Repository) -> Vec<Violation>] =
    &[decisions::check, locks::check, manifests::check, members::check];

/// What breaks a rule for any file.
pub(crate) fn of_file(file: &File) -> Vec<Violation> {
    FILE_RULES.iter().flat_map(|rule| rule(file)).collect()
}

/// What breaks a rule for Rust sources.
pub(crate) fn of_source(file: &File) -> Vec<Violation> {
    match Source::parse(file) {
        Ok(source) => SOURCE_RULES.iter().flat_map(|rule| rule(&source)).collect(),
        Err(violation) => vec![violation],
    }
}

/// What breaks a rule for the repository as a whole.
pub(crate) fn of_repository(repository: &Repository) -> Vec<Violation> {
    REPOSITORY_RULES.iter().flat_map(|rule| rule(repository)).collect()
}
