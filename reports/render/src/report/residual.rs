//! Residual risk: what stays open after these runs, in sentences that hold for any reader.
//!
//! The list is derived, so that a good result cannot make it shorter than it is.

use serde::Serialize;

use super::Word;
use super::ledger::{Declared, Place, StatementRow};
use super::run::RunPart;
use crate::input::Unreadable;
use crate::words::count;

/// Something that stays open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Residual {
    /// What.
    pub title: &'static str,
    /// In sentences.
    pub text: String,
    /// Statements it is about.
    pub statements: Vec<String>,
}

pub(super) fn of(runs: &[RunPart], statements: &[StatementRow], unreadable: &[Unreadable]) -> Vec<Residual> {
    let in_place = |place: Place| -> Vec<String> {
        statements.iter().filter(|row| row.place == place).map(|row| row.id.clone()).collect()
    };
    let claimed = statements.iter().filter(|row| row.declared == Declared::Claimed && row.place != Place::Judged);
    let partial = statements.iter().filter(|row| row.place == Place::Judged && row.partial.is_some());
    let with_ids = |title, text: &str, statements: Vec<String>| Residual { title, text: text.to_owned(), statements };
    let broken = runs.iter().filter(|run| run.verdict == Word::Broken).count();
    let derived = vec![
        (broken > 0).then(|| Residual {
            title: "Claims that did not hold",
            text: format!("{} did not hold. The findings say how.", count(broken, "claim", "claims")),
            statements: Vec::new(),
        }),
        Some(with_ids(
            "Claimed and without a verdict",
            "The manufacturer claims these statements; nothing here supports or contradicts them.",
            claimed.map(|row| row.id.clone()).collect(),
        )),
        Some(with_ids(
            "Not tested",
            "Nothing in this report tries these statements. An attack that was not tried may succeed.",
            in_place(Place::NotTested),
        )),
        Some(with_ids(
            "Shared evidence",
            "Claims that name these statements held, by deeds that are counted for other statements. Nothing was done \
             for these alone.",
            in_place(Place::Shared),
        )),
        Some(with_ids(
            "Undecided",
            "These statements were to be tried, and nothing can be said.",
            in_place(Place::Undecided),
        )),
        Some(with_ids(
            "Declined",
            "The manufacturer accepts the risk that these statements describe.",
            in_place(Place::Declined),
        )),
        Some(with_ids(
            "Tested in part",
            "A bench shows only a part of these statements.",
            partial.map(|row| row.id.clone()).collect(),
        )),
        (!unreadable.is_empty()).then(|| Residual {
            title: "Records that could not be read",
            text: format!(
                "{} could not be read. Whatever they held is missing here.",
                count(unreadable.len(), "record", "records")
            ),
            statements: Vec::new(),
        }),
    ];
    let derived = derived.into_iter().flatten().filter(|risk| !risk.statements.is_empty() || is_about_runs(risk.title));
    derived.chain(always()).collect()
}

fn is_about_runs(title: &str) -> bool {
    matches!(title, "Claims that did not hold" | "Records that could not be read")
}

fn always() -> impl Iterator<Item = Residual> {
    [
        (
            "The rest of the device",
            "Only the update process was tested. Its strength says nothing about the security of the rest of the \
             device.",
        ),
        (
            "Attacks nobody thought of",
            "A claim that held was tried in the ways the scenarios describe, and in no other.",
        ),
        (
            "The bench itself",
            "What a rig measures is only as good as the rig. The records are chained, not sealed: whoever could \
             write a whole record could write a false one. A signature over the report says who vouches for it.",
        ),
    ]
    .into_iter()
    .map(|(title, text)| Residual { title, text: text.to_owned(), statements: Vec::new() })
}
