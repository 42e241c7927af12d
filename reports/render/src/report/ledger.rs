//! The ledger: every statement of the framework exactly once, with a verdict or a reason.
//!
//! A statement gets a verdict only from a run whose scenario names it and shows something that counts
//! for it (see `catalogue`). Within one method the gravest verdict stands; methods are never merged.

use std::collections::BTreeMap;

use record::Method;
use serde::{Deserialize, Serialize};
use standards::Standards;

use super::{NamedRun, Word, share};
use crate::catalogue::{Catalogue, Row, names, rows};
use crate::declaration::Declaration;
use crate::evidence::evidence_of;
use crate::texts;
use crate::words::{self, METHODS};

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StatementRow {
    /// Its id.
    pub id: String,
    /// Name of its step.
    pub step: &'static str,
    /// How much it asks for.
    pub level: &'static str,
    /// What sort of statement it is.
    pub kind: &'static str,
    /// The statement, paraphrased.
    pub text: String,
    /// Where it stands in the report.
    pub place: Place,
    /// What the manufacturer says of it.
    pub declared: Declared,
    /// What would contradict it.
    pub failure: String,
    /// What was found, method by method; empty where no run is evidence.
    pub standings: Vec<MethodStanding>,
    /// Why evidence for it is partial at best.
    pub partial: Option<String>,
    /// Why it has no verdict; absent where it has one.
    pub reason: Option<String>,
}

impl StatementRow {
    /// Why it has no verdict, where that is another reason than that of most: nothing tries it.
    pub(crate) fn reason_of_its_own(&self) -> Option<&str> {
        self.reason.as_deref().filter(|reason| *reason != texts::NO_EVIDENCE)
    }
}

/// Where a statement stands in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// It was tried, and held or broke.
    Judged,
    /// It held, by evidence that is counted for other statements.
    Shared,
    /// It was to be tried, and nothing can be said.
    Undecided,
    /// Nothing in this report tries it.
    NotTested,
    /// The manufacturer declines it.
    Declined,
    /// A bench cannot say anything about it.
    NotForTheBench,
}

/// What the manufacturer says of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Declared {
    /// It is claimed.
    Claimed,
    /// It is declined.
    Declined,
    /// Nothing.
    Nothing,
}

/// What was found with one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MethodStanding {
    /// Which method.
    pub method: Method,
    /// The gravest verdict.
    pub standing: Standing,
    /// What that means for the row, in words: a risk is withstood, a protection shown.
    pub means: &'static str,
    /// Ids of the runs.
    pub runs: Vec<String>,
}

/// The gravest verdict of several runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A claim did not hold: the evidence contradicts it.
    Broken,
    /// The bench failed in a run, and no claim broke.
    Error,
    /// Claims held, and none broke.
    Held,
    /// No run could be played.
    Skipped,
    /// Claims held, by deeds that are counted for other statements: no support of its own.
    Shared,
}

impl Standing {
    /// What it does to a statement, in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Broken => "contradicted",
            Standing::Error => "undecided",
            Standing::Held => "supported",
            Standing::Skipped => "not played",
            Standing::Shared => "shared evidence",
        }
    }

    /// The gravest of some verdicts; `None` where there are none.
    pub(crate) fn of(words: impl Iterator<Item = Word> + Clone) -> Option<Self> {
        let has = |wanted| words.clone().any(|word| word == wanted);
        if has(Word::Broken) {
            Some(Standing::Broken)
        } else if has(Word::Error) {
            Some(Standing::Error)
        } else if has(Word::Held) {
            Some(Standing::Held)
        } else {
            has(Word::Skipped).then_some(Standing::Skipped)
        }
    }
}

impl Place {
    /// Every place, in the order they are listed.
    pub const ALL: [Place; 6] =
        [Place::Judged, Place::Shared, Place::Undecided, Place::NotTested, Place::Declined, Place::NotForTheBench];

    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Judged => "judged",
            Place::Shared => "shared evidence",
            Place::Undecided => "undecided",
            Place::NotTested => "not tested",
            Place::Declined => "declined",
            Place::NotForTheBench => "not for a bench",
        }
    }
}

/// Every statement, in the framework's order.
pub(super) fn statements(
    runs: &[NamedRun<'_>],
    declaration: Option<&Declaration>,
    standards: &Standards,
) -> Vec<StatementRow> {
    let all = rows(standards);
    let rows: Vec<&Row<'_>> = all.iter().filter(|row| row.catalogue == Catalogue::Statements).collect();
    let mut found: Vec<Vec<MethodStanding>> = rows.iter().map(|row| standings(row, runs)).collect();
    let shared = share::mark(&rows, runs, &mut found);
    let statements = standards.statements.iter().zip(rows).zip(found.into_iter().zip(shared));
    let row =
        |((statement, row), (standings, shared)): ((&standards::Statement, &Row<'_>), (Vec<_>, Option<String>))| {
            let declined = declaration.and_then(|declaration| declaration.declines(&statement.id));
            let place = place(row, &standings, declined);
            StatementRow {
                id: statement.id.clone(),
                step: statement.step.name(),
                level: statement.level.name(),
                kind: statement.kind.name(),
                text: statement.text.clone(),
                failure: statement.failure.clone(),
                place,
                declared: declared(&statement.id, declaration),
                reason: if place == Place::Shared { shared } else { reason(row, place, runs, declined) },
                partial: row.limit.filter(|_| row.is_for_the_bench()).map(|limit| limit.reason.clone()),
                standings,
            }
        };
    statements.map(row).collect()
}

/// What the runs say about a row, method by method, weakest first.
pub(super) fn standings(row: &Row<'_>, runs: &[NamedRun<'_>]) -> Vec<MethodStanding> {
    if !row.is_for_the_bench() {
        return Vec::new();
    }
    let mut by_method: BTreeMap<usize, Vec<&NamedRun<'_>>> = BTreeMap::new();
    for run in runs.iter().filter(|named| counts(row, named)) {
        let rank = METHODS.iter().position(|method| *method == run.run.opened.method).unwrap_or(0);
        by_method.entry(rank).or_default().push(run);
    }
    let standing = |(rank, runs): (usize, Vec<&NamedRun<'_>>)| {
        let standing = Standing::of(runs.iter().map(|run| run.word))?;
        let runs = runs.iter().map(|run| run.id.clone()).collect();
        let means = words::means(row.sense, standing);
        Some(MethodStanding { method: METHODS[rank], standing, means, runs })
    };
    by_method.into_iter().filter_map(standing).collect()
}

fn counts(row: &Row<'_>, named: &NamedRun<'_>) -> bool {
    let scenario = &named.run.scenario;
    names(scenario, row.id) && evidence_of(scenario).iter().any(|evidence| row.accepts(evidence))
}

fn place(row: &Row<'_>, standings: &[MethodStanding], declined: Option<&str>) -> Place {
    if !row.is_for_the_bench() {
        return Place::NotForTheBench;
    }
    let is_judged = |found: &MethodStanding| match found.standing {
        Standing::Broken | Standing::Held => true,
        Standing::Error | Standing::Skipped | Standing::Shared => false,
    };
    if standings.iter().any(is_judged) {
        return Place::Judged;
    }
    if declined.is_none() && standings.iter().any(|found| found.standing == Standing::Shared) {
        return Place::Shared;
    }
    match (declined, standings.is_empty()) {
        (Some(_), _) => Place::Declined,
        (None, false) => Place::Undecided,
        (None, true) => Place::NotTested,
    }
}

fn declared(id: &str, declaration: Option<&Declaration>) -> Declared {
    let Some(declaration) = declaration else { return Declared::Nothing };
    if declaration.claims(id) {
        Declared::Claimed
    } else if declaration.declines(id).is_some() {
        Declared::Declined
    } else {
        Declared::Nothing
    }
}

fn reason(row: &Row<'_>, place: Place, runs: &[NamedRun<'_>], declined: Option<&str>) -> Option<String> {
    match place {
        Place::Judged | Place::Shared => None,
        Place::Declined => Some(format!("Declined by the manufacturer: {}", declined.unwrap_or_default())),
        Place::NotForTheBench => row.limit.map(|limit| limit.reason.clone()),
        Place::Undecided => Some(undecided(row, runs)),
        Place::NotTested => {
            let named: Vec<&str> = runs
                .iter()
                .filter(|named| names(&named.run.scenario, row.id))
                .map(|named| named.run.scenario.name.as_str())
                .collect();
            Some(match named.first() {
                Some(first) => {
                    format!("{first} names it, but does nothing against the device, so it shows nothing for it.")
                }
                None => texts::NO_EVIDENCE.to_owned(),
            })
        }
    }
}

/// Why nothing can be said although it was to be tried.
fn undecided(row: &Row<'_>, runs: &[NamedRun<'_>]) -> String {
    let reasons: Vec<String> = runs
        .iter()
        .filter(|named| counts(row, named))
        .map(|named| match &named.run.judgement.verdict {
            record::Verdict::Skipped { missing, .. } => format!("{} was SKIPPED: {missing}.", named.id),
            record::Verdict::Error(mistake) => format!("{} is an ERROR: {mistake}.", named.id),
            record::Verdict::Held | record::Verdict::Broken(_) => String::new(),
        })
        .filter(|reason| !reason.is_empty())
        .collect();
    reasons.join(" ")
}
