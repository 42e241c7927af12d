//! How the bench shows that it can fail.
//!
//! A claim that holds says something only if it breaks where the defence is missing. This section says
//! for each record whether that was shown, with what weakness and where.

use std::collections::BTreeMap;

use record::TeethOutcome;
use scenario::model::Weakness;
use serde::Serialize;

use super::NamedRun;

/// How the bench shows that it can fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Validation {
    /// Records whose teeth bit.
    pub teeth_bit: usize,
    /// Records whose teeth did not bite, or could not be judged.
    pub teeth_did_not: usize,
    /// Mutants, and in which records they were caught.
    pub mutants: Vec<MutantRow>,
    /// Features, and in which records their removal was noticed.
    pub removed_features: Vec<MutantRow>,
    /// What is checked in every step of every record.
    pub standing_checks: Vec<StandingCheck>,
}

/// A weakness, and where it was noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MutantRow {
    /// Name of the mutant, or of the removed feature.
    pub name: String,
    /// Ids of the runs whose teeth bit.
    pub caught_by: Vec<String>,
    /// Ids of the runs whose teeth did not.
    pub missed_by: Vec<String>,
}

/// A check that no scenario has to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StandingCheck {
    /// What is checked.
    pub check: &'static str,
    /// What happens where it fails.
    pub otherwise: &'static str,
}

const STANDING_CHECKS: [StandingCheck; 6] = [
    StandingCheck {
        check: "What runs is established by the rig, which reads the executing memory and hashes it; the device's word \
                is only compared with it.",
        otherwise: "BROKEN: a device that says otherwise than what was measured breaks every claim.",
    },
    StandingCheck {
        check: "The device goes through the framework's steps in their order (NTIA-GEN-8).",
        otherwise: "BROKEN.",
    },
    StandingCheck { check: "The attack changed something.", otherwise: "ERROR: nothing was tried." },
    StandingCheck {
        check: "The fault happened, in at least as many cases as the scenario demands.",
        otherwise: "ERROR: the sweep missed the update.",
    },
    StandingCheck {
        check: "The weakened device takes a genuine update before it shows the violation.",
        otherwise: "ERROR: a dead device refuses everything.",
    },
    StandingCheck {
        check: "Every line of the record is chained to the one before, and every artefact has its digest.",
        otherwise: "ERROR: the record is damaged.",
    },
];

pub(super) fn of(runs: &[NamedRun<'_>]) -> Validation {
    let bit = |named: &&NamedRun<'_>| matches!(named.run.judgement.teeth, TeethOutcome::Bit(_));
    let teeth_bit = runs.iter().filter(bit).count();
    let mutant = |named: &NamedRun<'_>| match &named.run.scenario.teeth.weakness {
        Weakness::Mutant(name) => Some(name.clone()),
        Weakness::Without(_) => None,
    };
    let feature = |named: &NamedRun<'_>| match &named.run.scenario.teeth.weakness {
        Weakness::Without(feature) => Some(feature.name().to_owned()),
        Weakness::Mutant(_) => None,
    };
    Validation {
        teeth_bit,
        teeth_did_not: runs.len() - teeth_bit,
        mutants: weaknesses(runs, mutant),
        removed_features: weaknesses(runs, feature),
        standing_checks: STANDING_CHECKS.to_vec(),
    }
}

fn weaknesses(runs: &[NamedRun<'_>], name: impl Fn(&NamedRun<'_>) -> Option<String>) -> Vec<MutantRow> {
    let mut rows: BTreeMap<String, MutantRow> = BTreeMap::new();
    for named in runs {
        let Some(weakness) = name(named) else { continue };
        let row = rows.entry(weakness.clone()).or_insert(MutantRow {
            name: weakness,
            caught_by: Vec::new(),
            missed_by: Vec::new(),
        });
        match named.run.judgement.teeth {
            TeethOutcome::Bit(_) => row.caught_by.push(named.id.clone()),
            TeethOutcome::DidNotBite { .. } | TeethOutcome::NotJudged => row.missed_by.push(named.id.clone()),
        }
    }
    rows.into_values().collect()
}
