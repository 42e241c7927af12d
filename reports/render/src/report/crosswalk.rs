//! What the evidence means for controls of other frameworks: it supports, contradicts, or is silent.
//!
//! Nothing here says that a control is met. Evidence is passed on from statements to controls with the
//! confidence of the mapping, and what paper is still needed is said beside it.

use record::Method;
use serde::Serialize;
use standards::{Confidence, Control, ControlEvidence, Framework, Standards};

use super::ledger::{MethodStanding, Standing, StatementRow};
use super::{NamedRun, attacks};
use crate::words::{self, METHODS};

/// One framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FrameworkPart {
    /// Its short name.
    pub key: String,
    /// Its title.
    pub title: String,
    /// The version that was looked at.
    pub version: String,
    /// Whether it is in force, a draft, …
    pub status: String,
    /// How sure the ids are.
    pub id_confidence: String,
    /// Its controls.
    pub controls: Vec<ControlRow>,
}

/// One control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ControlRow {
    /// Its id.
    pub id: String,
    /// Its title, paraphrased.
    pub title: String,
    /// What can be evidence for it.
    pub evidence: &'static str,
    /// What the evidence says, method by method; empty where it is silent.
    pub stances: Vec<MethodStance>,
    /// The statements that speak of it.
    pub statements: Vec<MappedStatement>,
    /// Ids of the runs that are evidence.
    pub runs: Vec<String>,
    /// What documents are still needed.
    pub paper: &'static str,
}

/// What the evidence of one method says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MethodStance {
    /// Which method.
    pub method: Method,
    /// What it says.
    pub stance: Stance,
    /// The best confidence of a mapping that says so; at most `partial` where one statement alone supports.
    pub confidence: &'static str,
    /// Ids of the statements, or of the attack that the control is, that say so.
    pub through: Vec<String>,
}

impl MethodStance {
    /// The confidence, and where it comes from.
    pub(crate) fn in_words(&self) -> String {
        match self.through.as_slice() {
            [one] if self.confidence != Confidence::High.name() => {
                format!("{}, through one statement: {one}", self.confidence)
            }
            through => format!("{}, through {}", self.confidence, words::count(through.len(), "row", "rows")),
        }
    }
}

/// What evidence says about a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// A claim that is evidence for it broke.
    Contradicts,
    /// Claims that are evidence for it held, and none broke.
    Supports,
    /// Nothing can be said.
    Silent,
}

/// A statement that speaks of a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MappedStatement {
    /// Its id.
    pub id: String,
    /// How much evidence for it is worth for the control.
    pub confidence: &'static str,
}

impl Stance {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Stance::Contradicts => "contradicts",
            Stance::Supports => "supports",
            Stance::Silent => "silent",
        }
    }
}

/// Every framework and control.
pub(super) fn parts(runs: &[NamedRun<'_>], statements: &[StatementRow], standards: &Standards) -> Vec<FrameworkPart> {
    let attacks = attacks::rows_of_attacks(runs, standards);
    let evidence = Evidence { statements, attacks: &attacks, standards };
    let part = |framework: &Framework| FrameworkPart {
        key: framework.key.clone(),
        title: framework.title.clone(),
        version: framework.version.clone(),
        status: framework.status.clone(),
        id_confidence: framework.id_confidence.clone(),
        controls: standards.controls_of(&framework.key).map(|control| evidence.control(control)).collect(),
    };
    standards.frameworks.iter().map(part).collect()
}

/// What evidence is passed on from.
struct Evidence<'a> {
    statements: &'a [StatementRow],
    attacks: &'a [super::AttackRow],
    standards: &'a Standards,
}

/// Evidence that speaks of one control.
struct Passed<'a> {
    standing: &'a MethodStanding,
    /// The statement or attack that it was found for.
    id: &'a str,
    confidence: Confidence,
}

impl Evidence<'_> {
    fn control(&self, control: &Control) -> ControlRow {
        let mappings: Vec<_> = self.standards.mappings_of(control).collect();
        let mut passed: Vec<Passed<'_>> = Vec::new();
        for mapping in &mappings {
            let statement = self.statements.iter().filter(|statement| statement.id == mapping.ntia);
            for statement in statement {
                let (id, confidence) = (statement.id.as_str(), mapping.confidence);
                passed.extend(statement.standings.iter().map(|standing| Passed { standing, id, confidence }));
            }
        }
        // The controls of TUF and Uptane are the attacks themselves.
        for attack in self.attacks.iter().filter(|attack| attack.id == control.id) {
            let (id, confidence) = (attack.id.as_str(), Confidence::High);
            passed.extend(attack.standings.iter().map(|standing| Passed { standing, id, confidence }));
        }
        let mut runs: Vec<String> = passed
            .iter()
            .filter(|passed| tells(passed.standing))
            .flat_map(|passed| passed.standing.runs.clone())
            .collect();
        runs.sort();
        runs.dedup();
        let named = |mapping: &&standards::Mapping| MappedStatement {
            id: mapping.ntia.clone(),
            confidence: mapping.confidence.name(),
        };
        let stances: Vec<MethodStance> =
            METHODS.iter().filter_map(|method| stance(*method, control, &passed)).collect();
        ControlRow {
            id: control.id.clone(),
            title: control.title.clone(),
            evidence: control.evidence.name(),
            paper: if stances.is_empty() { "—" } else { paper(control) },
            stances,
            statements: mappings.iter().map(named).collect(),
            runs,
        }
    }
}

fn tells(standing: &MethodStanding) -> bool {
    match standing.standing {
        Standing::Broken | Standing::Held => true,
        Standing::Error | Standing::Skipped | Standing::Shared => false,
    }
}

fn stance(method: Method, control: &Control, passed: &[Passed<'_>]) -> Option<MethodStance> {
    let of = |wanted: Standing| -> Vec<&Passed<'_>> {
        let is_it = |passed: &&Passed<'_>| passed.standing.method == method && passed.standing.standing == wanted;
        passed.iter().filter(is_it).collect()
    };
    let (broken, held) = (of(Standing::Broken), of(Standing::Held));
    let (stance, of_it) = if broken.is_empty() { (Stance::Supports, held) } else { (Stance::Contradicts, broken) };
    let best = of_it.iter().map(|passed| passed.confidence).max()?;
    let mut through: Vec<String> = of_it.iter().map(|passed| passed.id.to_owned()).collect();
    through.sort();
    through.dedup();
    let is_direct = through.contains(&control.id);
    let confidence = match stance {
        Stance::Supports if through.len() == 1 && !is_direct => capped(best),
        Stance::Supports | Stance::Contradicts | Stance::Silent => best.name(),
    };
    Some(MethodStance { method, stance, confidence, through })
}

/// One statement is never all that a control asks for, however well the two fit.
const fn capped(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => confidence.name(),
        Confidence::Medium | Confidence::High => "partial",
    }
}

const fn paper(control: &Control) -> &'static str {
    match control.evidence {
        ControlEvidence::Test => "none for what was tested",
        ControlEvidence::Mixed => "documents too",
        ControlEvidence::Paper => "documents only",
    }
}

/// How often each stance is taken over some controls by one method.
pub(crate) fn count(controls: &[ControlRow], method: Method, stance: Stance) -> usize {
    let taken = |control: &&ControlRow| {
        let found = control.stances.iter().find(|found| found.method == method);
        found.map_or(Stance::Silent, |found| found.stance) == stance
    };
    controls.iter().filter(taken).count()
}
