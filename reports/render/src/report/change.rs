//! What changed since an earlier report.
//!
//! Verdicts are compared, by scenario and rig, and statements, by method. A change for the worse comes
//! first.

use serde::Serialize;

use super::Word;
use super::ledger::{Standing, StatementRow};
use super::run::RunPart;
use crate::previous::Previous;
use crate::words;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// SHA-256 of the earlier report's JSON.
    pub previous_sha256: String,
    /// When that was written, as it says.
    pub previous_written: Option<String>,
    /// Runs whose verdict is another, or that are new or gone.
    pub runs: Vec<MovedRun>,
    /// Statements that stand elsewhere.
    pub statements: Vec<MovedStatement>,
    /// Scenarios on rigs whose verdict is the same.
    pub unchanged_runs: usize,
}

/// A run whose verdict is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MovedRun {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the rig.
    pub rig: String,
    /// The verdict then; absent where it is new.
    pub before: Option<Word>,
    /// The verdict now; absent where it is gone.
    pub after: Option<Word>,
}

/// A statement that stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MovedStatement {
    /// Its id.
    pub id: String,
    /// With which method.
    pub method: String,
    /// Where it stood; absent where nothing was evidence.
    pub before: Option<Standing>,
    /// Where it stands; absent where nothing is evidence.
    pub after: Option<Standing>,
}

pub(super) fn since(previous: &Previous, runs: &[RunPart], statements: &[StatementRow]) -> Change {
    let mut now = std::collections::BTreeMap::new();
    for run in runs {
        let worst = now.entry((run.scenario.clone(), run.rig.clone())).or_insert(run.verdict);
        *worst = run.verdict.min(*worst);
    }
    let keys: std::collections::BTreeSet<_> = now.keys().chain(previous.runs.keys()).collect();
    let mut moved: Vec<MovedRun> = Vec::new();
    let mut unchanged_runs = 0;
    for key in keys {
        let (before, after) = (previous.runs.get(key).copied(), now.get(key).copied());
        if before == after {
            unchanged_runs += 1;
        } else {
            moved.push(MovedRun { scenario: key.0.clone(), rig: key.1.clone(), before, after });
        }
    }
    moved.sort_by_key(|run| (run.after.is_none(), run.after));
    Change {
        previous_sha256: previous.sha256.clone(),
        previous_written: previous.written.clone(),
        runs: moved,
        statements: moved_statements(previous, statements),
        unchanged_runs,
    }
}

fn moved_statements(previous: &Previous, statements: &[StatementRow]) -> Vec<MovedStatement> {
    let mut now = std::collections::BTreeMap::new();
    for statement in statements {
        for found in &statement.standings {
            now.insert((statement.id.clone(), words::method(found.method).to_owned()), found.standing);
        }
    }
    let keys: std::collections::BTreeSet<_> = now.keys().chain(previous.statements.keys()).collect();
    let moved = keys.into_iter().filter_map(|key| {
        let (before, after) = (previous.statements.get(key).copied(), now.get(key).copied());
        let (id, method) = key.clone();
        (before != after).then_some(MovedStatement { id, method, before, after })
    });
    let mut moved: Vec<MovedStatement> = moved.collect();
    moved.sort_by_key(|statement| (statement.after.is_none(), statement.after));
    moved
}
