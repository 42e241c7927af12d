//! Which rows of the catalogues have a scenario, and which have none yet.
//!
//! Listing an id in a scenario costs nothing, so listing is not enough. Each row needs a pair of
//! action and observation of its own: in every catalogue, rows and pairs are matched so that as many
//! rows as possible get one, and no pair is given away twice. A row that is left over shares the
//! evidence of others; it is shown, but not counted.

mod output;

use std::collections::BTreeMap;

use scenario::Scenario;
use serde::Serialize;
use standards::{Applies, Standards};

use crate::catalogue::{Catalogue, Row, names, rows};
use crate::evidence::{Evidence, evidence_of};
use crate::matching::Matching;

/// Schema of the JSON form.
pub const COVERAGE_SCHEMA: &str = "otabench.coverage/1";

/// Rows against scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// [`COVERAGE_SCHEMA`].
    pub schema: &'static str,
    /// Number of scenarios looked at.
    pub scenarios: usize,
    /// Totals, catalogue by catalogue.
    pub totals: Vec<Totals>,
    /// Every row.
    pub rows: Vec<CoveredRow>,
    /// Ids that scenarios name and no catalogue has.
    pub unknown: Vec<UnknownId>,
    /// Scenarios that do and see exactly what another one does: the same evidence under two names.
    pub copies: Vec<Copy>,
}

/// How many rows of a catalogue stand where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Totals {
    /// Which catalogue.
    pub catalogue: Catalogue,
    /// Rows that a bench can say something about.
    pub for_the_bench: usize,
    /// Rows with evidence of their own, partial ones included.
    pub covered: usize,
    /// Those of them that are covered in part only.
    pub partial: usize,
    /// Rows that share the evidence of others.
    pub shared: usize,
    /// Rows that are named without evidence that counts.
    pub named_only: usize,
    /// Rows without a scenario.
    pub missing: usize,
    /// Rows a bench can say nothing about.
    pub not_counted: usize,
}

/// One row and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CoveredRow {
    /// Which catalogue it stands in.
    pub catalogue: Catalogue,
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The framework's step, for a statement.
    pub step: Option<&'static str>,
    /// Where it stands.
    pub state: State,
    /// The scenarios that name it.
    pub scenarios: Vec<String>,
    /// The evidence it was given.
    pub evidence: Option<Evidence>,
    /// Why it is partial, shared, named only or not counted; what a scenario would do where it is missing.
    pub reason: Option<String>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has evidence of its own.
    Covered,
    /// It has evidence of its own, for the part a bench can show.
    Partial,
    /// All its evidence is needed by other rows.
    Shared,
    /// A scenario names it, but shows nothing that counts for it.
    NamedOnly,
    /// No scenario names it.
    Missing,
    /// A bench can say nothing about it.
    NotCounted,
}

/// An id that no catalogue has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UnknownId {
    /// The scenario that names it.
    pub scenario: String,
    /// The id.
    pub id: String,
}

/// Two scenarios with the same evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Copy {
    /// The scenario.
    pub scenario: String,
    /// The one it repeats.
    pub of: String,
}

/// Measures scenarios against the catalogues.
pub fn coverage(scenarios: &[Scenario], standards: &Standards) -> Coverage {
    let shown: Vec<Shown<'_>> =
        scenarios.iter().map(|scenario| Shown { scenario, evidence: evidence_of(scenario) }).collect();
    let rows = rows(standards);
    let mut covered = Vec::new();
    for catalogue in Catalogue::ALL {
        let of_it: Vec<&Row<'_>> = rows.iter().filter(|row| row.catalogue == catalogue).collect();
        covered.extend(cover(&of_it, &shown));
    }
    let totals = Catalogue::ALL.iter().map(|catalogue| totals(*catalogue, &covered)).collect();
    let (unknown, copies) = (unknown(scenarios, standards), copies(&shown));
    Coverage { schema: COVERAGE_SCHEMA, scenarios: scenarios.len(), totals, rows: covered, unknown, copies }
}

/// A scenario and its evidence.
struct Shown<'a> {
    scenario: &'a Scenario,
    evidence: Vec<Evidence>,
}

/// The rows of one catalogue.
fn cover(rows: &[&Row<'_>], shown: &[Shown<'_>]) -> Vec<CoveredRow> {
    let mut pairs: Vec<&Evidence> = shown.iter().flat_map(|shown| &shown.evidence).collect();
    pairs.sort();
    pairs.dedup();
    let usable: Vec<Vec<usize>> = rows.iter().map(|row| usable(row, shown, &pairs)).collect();
    let given = Matching::of(&usable, pairs.len());
    let states = rows.iter().enumerate().map(|(at, row)| {
        let named_by: Vec<String> = naming(row, shown).map(|shown| shown.scenario.name.clone()).collect();
        let own = given.pair_of[at];
        let state = state(row, &named_by, own, &usable[at]);
        let sharing = || sharing(at, rows, &usable, &given);
        CoveredRow {
            catalogue: row.catalogue,
            id: row.id.to_owned(),
            text: row.text.to_owned(),
            step: row.step.map(standards::Step::name),
            state,
            reason: reason(row, state, sharing),
            scenarios: named_by,
            evidence: own.map(|pair| pairs[pair].clone()),
        }
    });
    states.collect()
}

fn naming<'a, 'b>(row: &'b Row<'_>, shown: &'b [Shown<'a>]) -> impl Iterator<Item = &'b Shown<'a>> {
    shown.iter().filter(|shown| names(shown.scenario, row.id))
}

/// The pairs that count for a row.
fn usable(row: &Row<'_>, shown: &[Shown<'_>], pairs: &[&Evidence]) -> Vec<usize> {
    if !row.is_for_the_bench() {
        return Vec::new();
    }
    let evidence = naming(row, shown).flat_map(|shown| &shown.evidence).filter(|evidence| row.accepts(evidence));
    let mut usable: Vec<usize> = evidence.filter_map(|evidence| pairs.binary_search(&evidence).ok()).collect();
    usable.sort_unstable();
    usable.dedup();
    usable
}

fn state(row: &Row<'_>, named_by: &[String], own: Option<usize>, usable: &[usize]) -> State {
    if !row.is_for_the_bench() {
        return State::NotCounted;
    }
    match (own, usable.is_empty(), named_by.is_empty()) {
        (Some(_), _, _) if row.limit.is_some() => State::Partial,
        (Some(_), _, _) => State::Covered,
        (None, false, _) => State::Shared,
        (None, true, false) => State::NamedOnly,
        (None, true, true) => State::Missing,
    }
}

fn reason(row: &Row<'_>, state: State, sharing: impl FnOnce() -> String) -> Option<String> {
    match state {
        State::Covered => None,
        State::Partial => row.limit.map(|limit| limit.reason.clone()),
        State::Shared => Some(format!("all its evidence is needed by {}", sharing())),
        State::NamedOnly => Some("it needs an action that works against the device".to_owned()),
        State::Missing => Some(format!("wanted: {}", row.wanted)),
        State::NotCounted => row.limit.map(|limit| match limit.applies {
            Applies::No | Applies::Partial => limit.reason.clone(),
            Applies::Inspection | Applies::Process => format!("{}: {}", limit.applies.name(), limit.reason),
        }),
    }
}

/// The rows that hold the evidence that this one could use.
fn sharing(at: usize, rows: &[&Row<'_>], usable: &[Vec<usize>], given: &Matching) -> String {
    let holders = usable[at].iter().filter_map(|pair| given.row_of[*pair]).map(|row| rows[row].id);
    holders.collect::<Vec<_>>().join(", ")
}

fn totals(catalogue: Catalogue, rows: &[CoveredRow]) -> Totals {
    let mut counts = BTreeMap::new();
    for row in rows.iter().filter(|row| row.catalogue == catalogue) {
        *counts.entry(row.state).or_insert(0) += 1;
    }
    let count = |state| counts.get(&state).copied().unwrap_or(0);
    let (not_counted, partial) = (count(State::NotCounted), count(State::Partial));
    Totals {
        catalogue,
        for_the_bench: counts.values().sum::<usize>() - not_counted,
        covered: count(State::Covered) + partial,
        partial,
        shared: count(State::Shared),
        named_only: count(State::NamedOnly),
        missing: count(State::Missing),
        not_counted,
    }
}

fn unknown(scenarios: &[Scenario], standards: &Standards) -> Vec<UnknownId> {
    let known: std::collections::BTreeSet<&str> = standards.ids().collect();
    let named = scenarios.iter().flat_map(|scenario| scenario.covers.iter().map(move |id| (scenario, id)));
    named
        .filter(|(_, id)| !known.contains(id.as_str()))
        .map(|(scenario, id)| UnknownId { scenario: scenario.name.clone(), id: id.clone() })
        .collect()
}

fn copies(shown: &[Shown<'_>]) -> Vec<Copy> {
    let mut seen: BTreeMap<&[Evidence], &str> = BTreeMap::new();
    let mut copies = Vec::new();
    for Shown { scenario, evidence } in shown {
        match seen.get(evidence.as_slice()) {
            Some(of) => copies.push(Copy { scenario: scenario.name.clone(), of: (*of).to_owned() }),
            None => {
                seen.insert(evidence, &scenario.name);
            }
        }
    }
    copies
}
