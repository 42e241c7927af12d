//! The same seed gives the same record, and a record that was stopped never counts.
//!
//! Sweeps are played on all cores at once; their record must not show it.

use record::Verdict;
use runner::RunnerError;
use sim::Sim;

use crate::stage::{GOOD_UPDATE, StopAfter, judge, record};

const SWEEP: &str = include_str!("../../../../scenarios/power-loss.toml");

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for text in [GOOD_UPDATE, SWEEP] {
        let (first, _) = record(text, &Sim, &StopAfter::never());
        let (second, _) = record(text, &Sim, &StopAfter::never());
        assert!(first == second, "two records differ");
        assert!(!first.is_empty());
    }
}

#[test]
fn a_play_that_was_stopped_judges_as_error_wherever_it_was_stopped() {
    for reports in 0..12 {
        let (bytes, outcome) = record(SWEEP, &Sim, &StopAfter::reports(reports));
        assert!(matches!(outcome, Err(RunnerError::Interrupted)), "after {reports} reports");
        let verdict = judge(SWEEP, &bytes).verdict;
        assert!(matches!(verdict, Verdict::Error(_)), "after {reports} reports: {verdict:?}");
    }
}
