//! The summary: counts, never a score.
//!
//! One grid per method, because adding what was simulated to what was seen on silicon would make the
//! weaker look like the stronger.

use record::Method;
use serde::Serialize;
use standards::Step;

use super::Word;
use super::finding::Finding;
use super::ledger::{Declared, Place, Standing, StatementRow};
use super::method::MethodPart;
use super::run::RunPart;
use crate::words::{self, count};

/// What was found, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// What was found, one sentence per method that was used: `14 claims held, simulated`.
    pub headlines: Vec<Headline>,
    /// Runs by verdict.
    pub runs: Tally,
    /// Id of the worst finding.
    pub worst: Option<String>,
    /// Statements by where they stand.
    pub statements: Vec<PlaceCount>,
    /// Statements that are claimed and have no verdict.
    pub claimed_without_verdict: Vec<String>,
    /// Steps against verdicts, one grid per method that was used.
    pub grids: Vec<Grid>,
}

/// What was found with one method, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Headline {
    /// Which method.
    pub method: Method,
    /// The words, without a full stop.
    pub words: String,
    /// Its runs by verdict.
    pub runs: Tally,
}

/// How many statements stand in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PlaceCount {
    /// The place.
    pub place: Place,
    /// How many.
    pub statements: usize,
}

/// Runs by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Claims that did not hold.
    pub broken: usize,
    /// Failures of the bench.
    pub error: usize,
    /// Could not be played.
    pub skipped: usize,
    /// Claims that held.
    pub held: usize,
}

/// Steps against verdicts, for one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Grid {
    /// Which method.
    pub method: Method,
    /// One row per step that has statements.
    pub rows: Vec<GridRow>,
    /// All of them together.
    pub total: GridRow,
}

/// Statements of one step by where they stand with one method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GridRow {
    /// Name of the step.
    pub step: &'static str,
    /// Its number in the framework.
    pub number: Option<u8>,
    /// The evidence contradicts them.
    pub broken: usize,
    /// Claims held.
    pub held: usize,
    /// Held by evidence that is counted for other statements.
    pub shared: usize,
    /// Nothing can be said: the bench failed, or could not play.
    pub undecided: usize,
    /// Nothing tries them with this method.
    pub not_tested: usize,
    /// Declined by the manufacturer.
    pub declined: usize,
    /// A bench cannot say anything.
    pub not_for_a_bench: usize,
}

impl Tally {
    /// Counts words.
    pub(crate) fn of(words: impl Iterator<Item = Word>) -> Self {
        let mut tally = Self::default();
        for word in words {
            match word {
                Word::Broken => tally.broken += 1,
                Word::Error => tally.error += 1,
                Word::Skipped => tally.skipped += 1,
                Word::Held => tally.held += 1,
            }
        }
        tally
    }

    /// How many there are of a word.
    pub const fn count(&self, word: Word) -> usize {
        match word {
            Word::Broken => self.broken,
            Word::Error => self.error,
            Word::Skipped => self.skipped,
            Word::Held => self.held,
        }
    }

    /// All of them.
    pub const fn total(&self) -> usize {
        self.broken + self.error + self.skipped + self.held
    }
}

impl GridRow {
    fn add(&mut self, other: &GridRow) {
        self.broken += other.broken;
        self.held += other.held;
        self.shared += other.shared;
        self.undecided += other.undecided;
        self.not_tested += other.not_tested;
        self.declined += other.declined;
        self.not_for_a_bench += other.not_for_a_bench;
    }

    /// The counts in the order of the columns.
    pub const fn counts(&self) -> [usize; 7] {
        [self.broken, self.held, self.shared, self.undecided, self.not_tested, self.declined, self.not_for_a_bench]
    }

    /// Names of the columns.
    pub const COLUMNS: [&'static str; 7] =
        ["contradicted", "supported", "shared", "undecided", "not tested", "declined", "not for a bench"];
}

pub(super) fn of(
    runs: &[RunPart],
    statements: &[StatementRow],
    findings: &[Finding],
    methods: &[MethodPart],
) -> Summary {
    let place = |place: &Place| PlaceCount {
        place: *place,
        statements: statements.iter().filter(|statement| statement.place == *place).count(),
    };
    let without_verdict =
        statements.iter().filter(|row| row.declared == Declared::Claimed && row.place != Place::Judged);
    Summary {
        headlines: methods.iter().filter(|part| part.runs.total() > 0).map(headline).collect(),
        runs: Tally::of(runs.iter().map(|run| run.verdict)),
        worst: findings.first().map(|finding| finding.id.clone()),
        statements: Place::ALL.iter().map(place).collect(),
        claimed_without_verdict: without_verdict.map(|row| row.id.clone()).collect(),
        grids: methods.iter().filter(|part| part.runs.total() > 0).map(|part| grid(part.method, statements)).collect(),
    }
}

fn headline(part: &MethodPart) -> Headline {
    let in_words = |word: Word| {
        let number = part.runs.count(word);
        let said = match word {
            Word::Broken => count(number, "claim broken", "claims broken"),
            Word::Error => count(number, "record in error", "records in error"),
            Word::Skipped => count(number, "record skipped", "records skipped"),
            Word::Held => count(number, "claim held", "claims held"),
        };
        (number > 0).then_some(said)
    };
    let said: Vec<String> = Word::ALL.into_iter().filter_map(in_words).collect();
    let words = format!("{}, {}", said.join(", "), words::method(part.method));
    Headline { method: part.method, words, runs: part.runs }
}

fn grid(method: Method, statements: &[StatementRow]) -> Grid {
    let rows: Vec<GridRow> = Step::ALL.iter().map(|step| row(method, *step, statements)).collect();
    let mut total = GridRow { step: "all", ..GridRow::default() };
    rows.iter().for_each(|row| total.add(row));
    Grid { method, rows, total }
}

fn row(method: Method, step: Step, statements: &[StatementRow]) -> GridRow {
    let mut row = GridRow { step: step.name(), number: step.number(), ..GridRow::default() };
    for statement in statements.iter().filter(|statement| statement.step == step.name()) {
        *row.place_of(statement, method) += 1;
    }
    row
}

impl GridRow {
    fn place_of(&mut self, statement: &StatementRow, method: Method) -> &mut usize {
        let found = statement.standings.iter().find(|found| found.method == method);
        match (statement.place, found.map(|found| found.standing)) {
            (Place::NotForTheBench, _) => &mut self.not_for_a_bench,
            (_, Some(Standing::Broken)) => &mut self.broken,
            (_, Some(Standing::Held)) => &mut self.held,
            (Place::Declined, _) => &mut self.declined,
            (_, Some(Standing::Shared)) => &mut self.shared,
            (_, Some(Standing::Error | Standing::Skipped)) => &mut self.undecided,
            (_, None) => match statement.declared {
                Declared::Declined => &mut self.declined,
                Declared::Claimed | Declared::Nothing => &mut self.not_tested,
            },
        }
    }
}
