//! The report as data: every fact that any of the formats shows.
//!
//! Formats only lay out what stands here. Its JSON form is the report; the others are views of it.
//! `README.md` beside this crate documents the fields.

mod attacks;
mod change;
mod crosswalk;
mod device;
mod finding;
mod ledger;
mod method;
mod provenance;
mod residual;
mod run;
mod share;
mod summary;
mod sweep;
mod validation;

use record::{KeySource, Method};
use serde::{Deserialize, Serialize};
use standards::{Conflict, Standards};

pub use attacks::AttackRow;
pub use change::{Change, MovedRun, MovedStatement};
pub(crate) use crosswalk::count;
pub use crosswalk::{ControlRow, FrameworkPart, MappedStatement, MethodStance, Stance};
pub(crate) use device::FLASH_ROW;
pub use device::{DeviceSheet, MeasuredImage, SheetRow};
pub use finding::{Consequence, Finding, Lane, LaneEvent, Undecided};
pub use ledger::{Declared, MethodStanding, Place, Standing, StatementRow};
pub use method::MethodPart;
pub use provenance::{Provenance, StatedValue};
pub use residual::Residual;
pub(crate) use run::NOT_AS_EXPECTED;
pub use run::{RunPart, StepRow, TeethRow};
pub use summary::{Grid, GridRow, Headline, PlaceCount, Summary, Tally};
pub use sweep::{Stretch, Sweep, SweepLane, Swept};
pub use validation::{MutantRow, StandingCheck, Validation};

use crate::bundle::RECORDS_FOLDER;
use crate::declaration::Declaration;
use crate::input::{Inputs, Meta, Run, Time, Unreadable};
use crate::json;
use crate::matrix::Matrix;
use crate::words;

/// Schema of the JSON form. The number rises with every change a reader must know of.
pub const REPORT_SCHEMA: &str = "otabench.report/1";

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// [`REPORT_SCHEMA`].
    pub schema: &'static str,
    /// Where it comes from.
    pub meta: Meta,
    /// Who played its records, when, from which sources and with which tools.
    pub provenance: Provenance,
    /// What the manufacturer says, if that was given.
    pub declaration: Option<Declaration>,
    /// What is found, in numbers.
    pub summary: Summary,
    /// The devices, what is declared of them beside what was observed.
    pub devices: Vec<DeviceSheet>,
    /// Claims that did not hold, the worst first.
    pub findings: Vec<Finding>,
    /// Runs about which nothing can be said.
    pub undecided: Vec<Undecided>,
    /// Records that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Every record and what follows from it.
    pub runs: Vec<RunPart>,
    /// Every statement of the framework, once.
    pub statements: Vec<StatementRow>,
    /// Every threat and attack of the other catalogues, once.
    pub attacks: Vec<AttackRow>,
    /// Other frameworks and what the evidence means for them.
    pub crosswalk: Vec<FrameworkPart>,
    /// How the evidence was produced.
    pub methods: Vec<MethodPart>,
    /// How the bench shows that it can fail.
    pub validation: Validation,
    /// Attacks against profiles, if that was given.
    pub matrix: Option<Matrix>,
    /// How many records of its cells lie beside the report; absent where none do.
    pub cell_records: Option<usize>,
    /// Where the framework contradicts itself.
    pub conflicts: Vec<ConflictRow>,
    /// What stays open.
    pub residual: Vec<Residual>,
    /// What changed since an earlier report, if one was given.
    pub change: Option<Change>,
}

/// A conflict of the framework with itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ConflictRow {
    /// Its id.
    pub id: String,
    /// Statements that meet in it.
    pub statements: Vec<String>,
    /// What it is.
    pub title: String,
    /// What the framework says on both sides.
    pub text: String,
    /// How the bench reads it.
    pub reading: String,
}

/// The word of a verdict, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Word {
    /// The claim did not hold.
    Broken,
    /// The bench failed.
    Error,
    /// It could not be played.
    Skipped,
    /// The claim held, and the teeth bit.
    Held,
}

impl Word {
    /// Every word, the gravest first.
    pub const ALL: [Word; 4] = [Word::Broken, Word::Error, Word::Skipped, Word::Held];

    /// The word itself.
    pub const fn name(self) -> &'static str {
        match self {
            Word::Broken => "BROKEN",
            Word::Error => "ERROR",
            Word::Skipped => "SKIPPED",
            Word::Held => "HELD",
        }
    }

    /// The word of a verdict.
    pub const fn of(verdict: &record::Verdict) -> Self {
        match verdict {
            record::Verdict::Held => Word::Held,
            record::Verdict::Broken(_) => Word::Broken,
            record::Verdict::Skipped { .. } => Word::Skipped,
            record::Verdict::Error(_) => Word::Error,
        }
    }
}

/// A run with the name it has in the report.
pub(crate) struct NamedRun<'a> {
    pub(crate) id: String,
    pub(crate) run: &'a Run,
    pub(crate) word: Word,
}

impl Report {
    /// Puts a report together. The order of the inputs does not matter.
    pub fn assemble(inputs: &Inputs, standards: &Standards) -> Self {
        let Inputs { declaration, previous, matrix, cells, meta, .. } = inputs;
        let mut runs: Vec<&Run> = inputs.runs.iter().collect();
        runs.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        runs.dedup_by(|a, b| a.record_sha256 == b.record_sha256);
        let mut unreadable = inputs.unreadable.clone();
        unreadable.sort_by(|a, b| (&a.label, &a.reason).cmp(&(&b.label, &b.reason)));
        let named = name(&runs);
        let parts: Vec<RunPart> = named.iter().map(|named| run::part(named, meta)).collect();
        let statements = ledger::statements(&named, declaration.as_ref(), standards);
        let attacks = attacks::rows_of_attacks(&named, standards);
        let findings = finding::findings(&named, meta);
        let undecided = finding::undecided(&named, meta);
        let change = previous.as_ref().map(|previous| change::since(previous, &parts, &statements));
        let methods = method::parts(&named, &statements);
        Self {
            schema: REPORT_SCHEMA,
            summary: summary::of(&parts, &statements, &findings, &methods),
            devices: device::sheets(&named, declaration.as_ref()),
            crosswalk: crosswalk::parts(&named, &statements, standards),
            validation: validation::of(&named),
            residual: residual::of(&parts, &statements, &unreadable),
            conflicts: standards.conflicts.iter().map(conflict).collect(),
            meta: meta.clone(),
            provenance: provenance::of(&named),
            declaration: declaration.clone(),
            findings,
            undecided,
            unreadable,
            runs: parts,
            statements,
            attacks,
            methods,
            cell_records: matrix.as_ref().and_then(|matrix| Some(cells.as_ref()?.records_of(matrix))),
            matrix: matrix.clone(),
            change,
        }
    }

    /// The report as canonical JSON (RFC 8785), with a line end.
    pub fn json(&self) -> String {
        json::canonical(self) + "\n"
    }

    /// When the report was written, or else when the last of its records ended.
    pub(crate) fn time(&self) -> Option<&Time> {
        self.meta.time.as_ref().or(self.provenance.ended.as_ref())
    }

    /// Who wrote the report, or else who played its records, if that was one and the same.
    pub(crate) fn operator(&self) -> Option<&str> {
        let player = match self.provenance.operators.as_slice() {
            [only] if self.provenance.silent == 0 => Some(only.value.as_str()),
            [_] | [] | [_, _, ..] => None,
        };
        self.meta.operator.as_deref().or(player)
    }

    /// The run of this id.
    pub(crate) fn run(&self, id: &str) -> Option<&RunPart> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// The methods that have runs, weakest first.
    pub(crate) fn methods_played(&self) -> Vec<Method> {
        self.methods.iter().filter(|part| part.runs.total() > 0).map(|part| part.method).collect()
    }
}

fn sort_key(run: &Run) -> (&str, &str, u64, &str) {
    (&run.scenario.name, &run.opened.rig, run.opened.seed, &run.record_sha256)
}

/// Names the runs by scenario and rig; where that is not enough, by a number too.
fn name<'a>(runs: &[&'a Run]) -> Vec<NamedRun<'a>> {
    let mut named: Vec<NamedRun<'a>> = Vec::new();
    for run in runs.iter().copied() {
        let stem = format!("{}.{}", run.scenario.name, slug(&run.opened.rig));
        let taken = named.iter().filter(|other| same_stem(&other.id, &stem)).count();
        let id = if taken == 0 { stem } else { format!("{stem}.{}", taken + 1) };
        named.push(NamedRun { id, run, word: Word::of(&run.judgement.verdict) });
    }
    named
}

fn same_stem(id: &str, stem: &str) -> bool {
    id.strip_prefix(stem).is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix('.').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// A name that can be a folder and an anchor: the record's own is of foreign origin.
fn slug(text: &str) -> String {
    let slug: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
        .collect();
    if slug.is_empty() { "unnamed".to_owned() } else { slug }
}

fn conflict(conflict: &Conflict) -> ConflictRow {
    ConflictRow {
        id: conflict.id.clone(),
        statements: conflict.statements.clone(),
        title: conflict.title.clone(),
        text: conflict.text.clone(),
        reading: conflict.reading.clone(),
    }
}

/// The command that plays a run again, in the folder of the report. The record holds its scenario and
/// its profile, which need not be the bench's own.
pub(crate) fn repeat(id: &str, run: &Run, meta: &Meta) -> String {
    let program = if meta.program.is_empty() { "otabench" } else { &meta.program };
    let keys = match run.opened.keys {
        KeySource::Seed => "",
        KeySource::Files => " --keys DIR",
    };
    format!("{program} repeat {}{keys}", words::shell(&format!("{RECORDS_FOLDER}/{id}")))
}
