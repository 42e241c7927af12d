//! The rows that a bench is measured against, catalogue by catalogue, and when evidence counts for one.
//!
//! Four catalogues and a list of what lies beyond the framework, each complete in itself. A row counts
//! only through an action and an observation; rows that speak of an attack or of a protection need an
//! action that works against the device.

use serde::Serialize;
use standards::{Applies, Kind, Limit, Standards, Step};

use crate::evidence::{Evidence, Nature};

/// A catalogue of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Catalogue {
    /// The framework's statements.
    Statements,
    /// Threats of RFC 9124.
    Rfc9124,
    /// Attacks of TUF.
    Tuf,
    /// Attacks of Uptane.
    Uptane,
    /// What other frameworks ask for and this one does not name.
    Beyond,
}

impl Catalogue {
    /// Every catalogue.
    pub const ALL: [Catalogue; 5] =
        [Catalogue::Statements, Catalogue::Rfc9124, Catalogue::Tuf, Catalogue::Uptane, Catalogue::Beyond];

    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Catalogue::Statements => "Framework statements",
            Catalogue::Rfc9124 => "RFC 9124 threats",
            Catalogue::Tuf => "TUF attacks",
            Catalogue::Uptane => "Uptane attacks",
            Catalogue::Beyond => "Beyond the framework",
        }
    }
}

/// What evidence must be to count for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Anything the device is seen to do.
    Anything,
    /// What it does while something works against it, or right after.
    Adversity,
}

/// What evidence that supports a row says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// The row is a risk or an attack: the device withstood it.
    Threat,
    /// The row is a protection: it was shown at work.
    Protection,
    /// The row is something that must be so: it was met.
    Requirement,
}

/// One row of a catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Which catalogue it stands in.
    pub catalogue: Catalogue,
    /// Its id.
    pub id: &'a str,
    /// Its text, paraphrased.
    pub text: &'a str,
    /// The step of the framework, for a statement.
    pub step: Option<Step>,
    /// What a scenario for it would do, in the words of whoever gathered the catalogue.
    pub wanted: &'a str,
    /// What limits it.
    pub limit: Option<&'a Limit>,
    /// What evidence must be to count.
    pub demand: Demand,
    /// What evidence for it means.
    pub sense: Sense,
}

impl Row<'_> {
    /// Whether a bench can say anything about the row.
    pub fn is_for_the_bench(&self) -> bool {
        self.limit.is_none_or(|limit| match limit.applies {
            Applies::Partial => true,
            Applies::Inspection | Applies::Process | Applies::No => false,
        })
    }

    /// Whether a piece of evidence counts for the row.
    pub fn accepts(&self, evidence: &Evidence) -> bool {
        match (self.demand, evidence.nature) {
            (Demand::Anything, _) | (Demand::Adversity, Nature::Adverse | Nature::Aftermath) => true,
            (Demand::Adversity, Nature::Recovery | Nature::Genuine) => false,
        }
    }
}

/// All rows, catalogue by catalogue, each in its own order.
pub fn rows(standards: &Standards) -> Vec<Row<'_>> {
    let statements = standards.statements.iter().map(|statement| Row {
        catalogue: Catalogue::Statements,
        id: &statement.id,
        text: &statement.text,
        step: Some(statement.step),
        wanted: &statement.evidence_idea,
        limit: standards.limit(&statement.id),
        demand: demand(statement.kind),
        sense: sense(statement.kind),
    });
    let threats = standards.threats.iter().map(|row| (Catalogue::Rfc9124, &row.id, &row.text, &row.bench));
    let tuf = standards.tuf_attacks.iter().map(|row| (Catalogue::Tuf, &row.id, &row.text, &row.bench));
    let uptane = standards.uptane_attacks.iter().map(|row| (Catalogue::Uptane, &row.id, &row.text, &row.bench));
    let beyond = standards.beyond.iter().map(|row| (Catalogue::Beyond, &row.id, &row.text, &row.text));
    let attacks = threats.chain(tuf).chain(uptane).chain(beyond).map(|(catalogue, id, text, wanted)| Row {
        catalogue,
        id,
        text,
        step: None,
        wanted,
        limit: standards.limit(id),
        demand: Demand::Adversity,
        sense: Sense::Threat,
    });
    statements.chain(attacks).collect()
}

/// Whether a scenario says that it is evidence for a row: in `covers`, or as a word of `threat`.
pub fn names(scenario: &scenario::Scenario, id: &str) -> bool {
    let threat = scenario.threat.as_deref().unwrap_or_default();
    scenario.covers.iter().any(|covered| covered == id) || threat.split_whitespace().any(|word| word == id)
}

/// A requirement can be shown by a genuine update that goes through; a risk, and a protection against
/// one, only by something that works against the device.
fn demand(kind: Kind) -> Demand {
    match kind {
        Kind::Requirement | Kind::Scope => Demand::Anything,
        Kind::Risk | Kind::Mitigation | Kind::Basic | Kind::Further => Demand::Adversity,
    }
}

fn sense(kind: Kind) -> Sense {
    match kind {
        Kind::Risk => Sense::Threat,
        Kind::Mitigation | Kind::Basic | Kind::Further => Sense::Protection,
        Kind::Requirement | Kind::Scope => Sense::Requirement,
    }
}
