//! An earlier report, as far as it is compared with.
//!
//! Only verdicts are compared. A report of another schema is refused rather than half understood.

use std::collections::BTreeMap;

use record::Method;
use serde::Deserialize;
use thiserror::Error;

use crate::report::{REPORT_SCHEMA, Standing, Word};

/// What is needed of an earlier report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// SHA-256 of the file.
    pub sha256: String,
    /// When it was written, as it says.
    pub written: Option<String>,
    /// Verdicts, by scenario and rig.
    pub(crate) runs: BTreeMap<(String, String), Word>,
    /// Where statements stood, by id and method.
    pub(crate) statements: BTreeMap<(String, String), Standing>,
}

/// Why an earlier report cannot be compared with.
#[derive(Debug, Error)]
pub enum PreviousError {
    /// It is no JSON of the right shape.
    #[error("the earlier report cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another schema.
    #[error("the earlier report is of schema `{saw}`; this bench compares `{REPORT_SCHEMA}`")]
    Schema {
        /// The schema it names.
        saw: String,
    },
}

#[derive(Deserialize)]
struct Schema {
    schema: String,
}

/// Fields that are not compared are not looked at.
#[derive(Deserialize)]
struct Shape {
    meta: MetaShape,
    runs: Vec<RunShape>,
    statements: Vec<StatementShape>,
}

#[derive(Deserialize)]
struct MetaShape {
    time: Option<TimeShape>,
}

#[derive(Deserialize)]
struct TimeShape {
    utc: String,
}

#[derive(Deserialize)]
struct RunShape {
    scenario: String,
    rig: String,
    verdict: Word,
}

#[derive(Deserialize)]
struct StatementShape {
    id: String,
    standings: Vec<StandingShape>,
}

#[derive(Deserialize)]
struct StandingShape {
    method: Method,
    standing: Standing,
}

impl Previous {
    /// Reads the JSON of an earlier report.
    ///
    /// # Errors
    /// Where it is no report, or one of another schema.
    pub fn parse(bytes: &[u8]) -> Result<Self, PreviousError> {
        let schema: Schema = serde_json::from_slice(bytes)?;
        if schema.schema != REPORT_SCHEMA {
            return Err(PreviousError::Schema { saw: schema.schema.escape_default().to_string() });
        }
        let shape: Shape = serde_json::from_slice(bytes)?;
        let mut runs = BTreeMap::new();
        for run in shape.runs {
            let worst = runs.entry((run.scenario, run.rig)).or_insert(run.verdict);
            *worst = run.verdict.min(*worst);
        }
        let statements = shape.statements.into_iter().flat_map(|statement| {
            let id = statement.id;
            statement.standings.into_iter().map(move |standing| {
                ((id.clone(), crate::words::method(standing.method).to_owned()), standing.standing)
            })
        });
        let statements = statements.collect();
        let written = shape.meta.time.map(|time| time.utc);
        Ok(Self { sha256: record::sha256_hex(bytes), written, runs, statements })
    }
}
