//! The attacks of other catalogues, each exactly once, with what the runs say about it.
//!
//! The same rules as for statements: a run counts for an attack that its scenario names and really
//! plays, and methods are never merged.

use serde::Serialize;
use standards::Standards;

use super::NamedRun;
use super::ledger::{MethodStanding, standings};
use crate::catalogue::{Catalogue, rows};

/// One threat or attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AttackRow {
    /// Which catalogue it stands in.
    pub catalogue: Catalogue,
    /// Its id.
    pub id: String,
    /// The attack, paraphrased.
    pub text: String,
    /// What was found, method by method; empty where no run is evidence.
    pub standings: Vec<MethodStanding>,
    /// What limits it.
    pub limit: Option<String>,
}

pub(super) fn rows_of_attacks(runs: &[NamedRun<'_>], standards: &Standards) -> Vec<AttackRow> {
    let rows = rows(standards);
    let attacks = rows.iter().filter(|row| row.catalogue != Catalogue::Statements);
    let attack = attacks.map(|row| AttackRow {
        catalogue: row.catalogue,
        id: row.id.to_owned(),
        text: row.text.to_owned(),
        standings: standings(row, runs),
        limit: row.limit.map(|limit| limit.reason.clone()),
    });
    attack.collect()
}
