//! The framework's statements, the attacks other catalogues name, and the crosswalk between them.
//!
//! It is data, in TOML files under `data/`, because it is edited by people who read standards and
//! reviewed as prose. Everything is parsed and checked once: ids are unique, and whatever refers to
//! something refers to something that is there, so that a report cannot lose a row unnoticed.
//!
//! Texts are paraphrases. They help to find a passage; they never replace it.

mod attack;
mod check;
mod conflict;
mod crosswalk;
mod limit;
mod statement;

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use attack::{Requirement, RequirementKind, Threat, TufAttack, UptaneAttack};
pub use check::DataError;
pub use conflict::Conflict;
pub use crosswalk::{Beyond, Confidence, Control, ControlEvidence, Framework, Mapping};
pub use limit::{Applies, Limit};
pub use statement::{Kind, Level, Statement, Step, Testability};

/// Everything this crate knows.
#[derive(Clone, Debug)]
pub struct Standards {
    /// The framework's statements, in its own order.
    pub statements: Vec<Statement>,
    /// Threats of RFC 9124, section 4.2.
    pub threats: Vec<Threat>,
    /// Requirements of RFC 9124, sections 4.3 and 4.5.
    pub requirements: Vec<Requirement>,
    /// Attacks named by the TUF specification.
    pub tuf_attacks: Vec<TufAttack>,
    /// Attacks named by the Uptane standard.
    pub uptane_attacks: Vec<UptaneAttack>,
    /// Frameworks of the crosswalk.
    pub frameworks: Vec<Framework>,
    /// Their controls.
    pub controls: Vec<Control>,
    /// Which statement is about which control.
    pub mappings: Vec<Mapping>,
    /// What other frameworks ask for and this one does not name.
    pub beyond: Vec<Beyond>,
    /// What a bench cannot say, and why.
    pub limits: Vec<Limit>,
    /// Where the framework contradicts itself.
    pub conflicts: Vec<Conflict>,
}

/// The texts that [`Standards`] are read from.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// The framework's statements.
    pub statements: &'a str,
    /// RFC 9124.
    pub rfc9124: &'a str,
    /// TUF.
    pub tuf: &'a str,
    /// Uptane.
    pub uptane: &'a str,
    /// The crosswalk.
    pub crosswalk: &'a str,
    /// Limits.
    pub limits: &'a str,
    /// Conflicts.
    pub conflicts: &'a str,
}

/// The texts of this crate.
pub const TEXTS: Texts<'static> = Texts {
    statements: include_str!("../data/ntia-statements.toml"),
    rfc9124: include_str!("../data/rfc9124.toml"),
    tuf: include_str!("../data/tuf-attacks.toml"),
    uptane: include_str!("../data/uptane-attacks.toml"),
    crosswalk: include_str!("../data/crosswalk.toml"),
    limits: include_str!("../data/limits.toml"),
    conflicts: include_str!("../data/conflicts.toml"),
};

/// The standards of this crate, parsed on first use.
pub fn standards() -> &'static Standards {
    static STANDARDS: LazyLock<Standards> =
        LazyLock::new(|| Standards::parse(&TEXTS).expect("a test reads the same texts"));
    &STANDARDS
}

impl Standards {
    /// Reads and checks the texts.
    ///
    /// # Errors
    /// The first thing that is wrong: a text that does not parse, an id that is there twice, or a
    /// reference to something that is not there.
    pub fn parse(texts: &Texts<'_>) -> Result<Self, DataError> {
        let rfc9124: Rfc9124File = read("rfc9124", texts.rfc9124)?;
        let crosswalk: CrosswalkFile = read("crosswalk", texts.crosswalk)?;
        let standards = Self {
            statements: read::<StatementFile>("ntia-statements", texts.statements)?.statement,
            threats: rfc9124.threat,
            requirements: rfc9124.requirement,
            tuf_attacks: read::<AttackFile<TufAttack>>("tuf-attacks", texts.tuf)?.attack,
            uptane_attacks: read::<AttackFile<UptaneAttack>>("uptane-attacks", texts.uptane)?.attack,
            frameworks: crosswalk.framework,
            controls: crosswalk.control,
            mappings: crosswalk.map,
            beyond: crosswalk.beyond_seed,
            limits: read::<LimitFile>("limits", texts.limits)?.limit,
            conflicts: read::<ConflictFile>("conflicts", texts.conflicts)?.conflict,
        };
        check::check(&standards)?;
        Ok(standards)
    }

    /// Every id that a scenario may name as covered: statements, threats of RFC 9124, attacks of TUF
    /// and Uptane, and what lies beyond the framework.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let statements = self.statements.iter().map(|row| row.id.as_str());
        let threats = self.threats.iter().map(|row| row.id.as_str());
        let tuf = self.tuf_attacks.iter().map(|row| row.id.as_str());
        let uptane = self.uptane_attacks.iter().map(|row| row.id.as_str());
        let beyond = self.beyond.iter().map(|row| row.id.as_str());
        statements.chain(threats).chain(tuf).chain(uptane).chain(beyond)
    }

    /// The statement of this id.
    pub fn statement(&self, id: &str) -> Option<&Statement> {
        self.statements.iter().find(|row| row.id == id)
    }

    /// What limits a row, if anything does.
    pub fn limit(&self, id: &str) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.id == id)
    }

    /// The controls of a framework, in order.
    pub fn controls_of<'a>(&'a self, framework: &'a str) -> impl Iterator<Item = &'a Control> {
        self.controls.iter().filter(move |control| control.framework == framework)
    }

    /// The mappings of a control, in order.
    pub fn mappings_of<'a>(&'a self, control: &'a Control) -> impl Iterator<Item = &'a Mapping> {
        self.mappings.iter().filter(|map| map.framework == control.framework && map.control == control.id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementFile {
    statement: Vec<Statement>,
}

/// RFC 9124 also names user stories and manifest elements; no report refers to them yet.
#[derive(Deserialize)]
struct Rfc9124File {
    threat: Vec<Threat>,
    requirement: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttackFile<T> {
    attack: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CrosswalkFile {
    framework: Vec<Framework>,
    control: Vec<Control>,
    map: Vec<Mapping>,
    beyond_seed: Vec<Beyond>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitFile {
    limit: Vec<Limit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConflictFile {
    conflict: Vec<Conflict>,
}

fn read<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, DataError> {
    toml::from_str(text).map_err(|error| DataError::Parse { file, detail: error.to_string() })
}
