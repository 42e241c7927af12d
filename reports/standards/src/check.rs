//! Whether the data is whole: no id twice, no reference into the void, no reason missing.
//!
//! A parser accepts a crosswalk row that points nowhere; a report built on it would silently lose
//! that row. So every reference is followed once, when the data is loaded.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::{Applies, Limit, Standards, Statement, Testability};

/// What is wrong with the data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DataError {
    /// A text does not parse.
    #[error("{file}: {detail}")]
    Parse {
        /// Which text.
        file: &'static str,
        /// What the parser says.
        detail: String,
    },
    /// An id is there twice.
    #[error("{what} `{id}` is there twice")]
    Twice {
        /// What it is.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A reference leads nowhere.
    #[error("{what} names `{id}`, which is not there")]
    Dangling {
        /// What refers.
        what: String,
        /// What it refers to.
        id: String,
    },
    /// A statement does not stand where its id and number say.
    #[error("`{id}` does not belong to step {step}")]
    WrongStep {
        /// Id of the statement.
        id: String,
        /// Name of the step.
        step: &'static str,
    },
    /// A statement a bench cannot test in full has no reason, or one that does not fit.
    #[error("`{id}` needs a limit that says why a bench cannot test it in full")]
    NoReason {
        /// Id of the statement.
        id: String,
    },
}

/// Checks everything.
pub(crate) fn check(standards: &Standards) -> Result<(), DataError> {
    unique("id", standards.ids())?;
    unique("requirement", standards.requirements.iter().map(|row| row.id.as_str()))?;
    unique("framework", standards.frameworks.iter().map(|row| row.key.as_str()))?;
    unique("limit", standards.limits.iter().map(|row| row.id.as_str()))?;
    unique("conflict", standards.conflicts.iter().map(|row| row.id.as_str()))?;
    crosswalk(standards)?;
    rfc9124(standards)?;
    limits(standards)?;
    standards.statements.iter().try_for_each(step)?;
    standards.statements.iter().try_for_each(|row| reason(standards, row))
}

fn unique<'a>(what: &'static str, ids: impl Iterator<Item = &'a str>) -> Result<(), DataError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(DataError::Twice { what, id: id.to_owned() });
        }
    }
    Ok(())
}

fn crosswalk(standards: &Standards) -> Result<(), DataError> {
    let frameworks: BTreeSet<&str> = standards.frameworks.iter().map(|row| row.key.as_str()).collect();
    let statements: BTreeSet<&str> = standards.statements.iter().map(|row| row.id.as_str()).collect();
    let mut controls = BTreeSet::new();
    for control in &standards.controls {
        present(&frameworks, &control.framework, || format!("control {}", control.id))?;
        if !controls.insert((control.framework.as_str(), control.id.as_str())) {
            return Err(DataError::Twice { what: "control", id: format!("{} {}", control.framework, control.id) });
        }
    }
    let mut seen = BTreeSet::new();
    for map in &standards.mappings {
        present(&statements, &map.ntia, || format!("the mapping to {} {}", map.framework, map.control))?;
        let control = (map.framework.as_str(), map.control.as_str());
        if !controls.contains(&control) {
            let id = format!("{} {}", map.framework, map.control);
            return Err(DataError::Dangling { what: format!("the mapping of {}", map.ntia), id });
        }
        if !seen.insert((map.ntia.as_str(), control)) {
            let id = format!("{} to {} {}", map.ntia, map.framework, map.control);
            return Err(DataError::Twice { what: "mapping", id });
        }
    }
    Ok(())
}

fn rfc9124(standards: &Standards) -> Result<(), DataError> {
    let threats: BTreeSet<&str> = standards.threats.iter().map(|row| row.id.as_str()).collect();
    let requirements: BTreeSet<&str> = standards.requirements.iter().map(|row| row.id.as_str()).collect();
    for threat in &standards.threats {
        for id in &threat.mitigated_by {
            present(&requirements, id, || threat.id.clone())?;
        }
    }
    for requirement in &standards.requirements {
        for id in &requirement.mitigates {
            present(&threats, id, || requirement.id.clone())?;
        }
    }
    Ok(())
}

fn limits(standards: &Standards) -> Result<(), DataError> {
    let ids: BTreeSet<&str> = standards.ids().collect();
    for limit in &standards.limits {
        present(&ids, &limit.id, || "a limit".to_owned())?;
    }
    for conflict in &standards.conflicts {
        for id in &conflict.statements {
            present(&ids, id, || format!("conflict {}", conflict.id))?;
        }
    }
    Ok(())
}

fn present(known: &BTreeSet<&str>, id: &str, what: impl FnOnce() -> String) -> Result<(), DataError> {
    if known.contains(id) { Ok(()) } else { Err(DataError::Dangling { what: what(), id: id.to_owned() }) }
}

fn step(row: &Statement) -> Result<(), DataError> {
    let middle = format!("NTIA-{}-", row.step.key().to_uppercase());
    if row.id.starts_with(&middle) && row.step_no == row.step.number() {
        return Ok(());
    }
    Err(DataError::WrongStep { id: row.id.clone(), step: row.step.name() })
}

fn reason(standards: &Standards, row: &Statement) -> Result<(), DataError> {
    let limit = standards.limit(&row.id);
    let fits = match row.testability {
        Testability::Bench => limit.is_none(),
        Testability::BenchPartial => applies(limit, &[Applies::Partial, Applies::No]),
        Testability::Inspect => applies(limit, &[Applies::Inspection]),
        Testability::Process => applies(limit, &[Applies::Process]),
        Testability::OutOfScope => applies(limit, &[Applies::No]),
    };
    if fits { Ok(()) } else { Err(DataError::NoReason { id: row.id.clone() }) }
}

fn applies(limit: Option<&Limit>, allowed: &[Applies]) -> bool {
    limit.is_some_and(|limit| allowed.contains(&limit.applies) && !limit.reason.trim().is_empty())
}
