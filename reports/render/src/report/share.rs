//! Rows that hold by evidence of which other rows live: shown, and not counted as supported.
//!
//! A scenario may name ten statements and do one thing. It then shows one of them; the ledger counts by
//! the same rule as coverage, one pair of action and observation for one row, or a long `covers` would
//! read like much evidence. A claim that broke contradicts every row that it was to be evidence for.

use record::Method;

use super::ledger::{MethodStanding, Standing};
use super::{NamedRun, Word};
use crate::catalogue::{Row, names};
use crate::evidence::{Evidence, evidence_of};
use crate::matching::Matching;
use crate::words::{self, METHODS};

/// Marks the rows without a pair of their own, method by method, and gives the reason for each.
pub(super) fn mark(
    rows: &[&Row<'_>],
    runs: &[NamedRun<'_>],
    standings: &mut [Vec<MethodStanding>],
) -> Vec<Option<String>> {
    let mut reasons = vec![None; rows.len()];
    for method in METHODS {
        let held = Held::of(runs, method);
        let usable: Vec<Vec<usize>> =
            rows.iter().zip(standings.iter()).map(|(row, found)| held.usable(row, found)).collect();
        let given = Matching::of(&usable, held.pairs.len());
        for (at, row) in rows.iter().enumerate() {
            if usable[at].is_empty() || given.pair_of[at].is_some() {
                continue;
            }
            let holders = usable[at].iter().filter_map(|pair| given.row_of[*pair]).map(|row| rows[row].id);
            let holders: Vec<&str> = holders.collect();
            reasons[at] = Some(format!(
                "Shared evidence: what was done and seen for it is counted for {}, and one deed shows one statement.",
                holders.join(", ")
            ));
            for found in standings[at].iter_mut().filter(|found| found.method == method) {
                found.standing = Standing::Shared;
                found.means = words::means(row.sense, Standing::Shared);
            }
        }
    }
    reasons
}

/// The runs of one method whose claims held, and all their pairs.
struct Held<'a> {
    method: Method,
    shown: Vec<(&'a NamedRun<'a>, Vec<Evidence>)>,
    pairs: Vec<Evidence>,
}

impl<'a> Held<'a> {
    fn of(runs: &'a [NamedRun<'a>], method: Method) -> Self {
        let held = runs.iter().filter(|named| named.word == Word::Held && named.run.opened.method == method);
        let shown: Vec<_> = held.map(|named| (named, evidence_of(&named.run.scenario))).collect();
        let mut pairs: Vec<Evidence> = shown.iter().flat_map(|(_, evidence)| evidence.clone()).collect();
        pairs.sort();
        pairs.dedup();
        Self { method, shown, pairs }
    }

    /// The pairs that a row could use; none for a row that does not stand by what held.
    fn usable(&self, row: &Row<'_>, standings: &[MethodStanding]) -> Vec<usize> {
        let is_held = |found: &MethodStanding| found.method == self.method && found.standing == Standing::Held;
        if !standings.iter().any(is_held) {
            return Vec::new();
        }
        let naming = self.shown.iter().filter(|(named, _)| names(&named.run.scenario, row.id));
        let evidence = naming.flat_map(|(_, evidence)| evidence).filter(|evidence| row.accepts(evidence));
        let mut usable: Vec<usize> = evidence.filter_map(|evidence| self.pairs.binary_search(evidence).ok()).collect();
        usable.sort_unstable();
        usable.dedup();
        usable
    }
}
