//! Counts: instructions, or cycles of a deterministic machine. They have no interval.
//!
//! An emulator that counts instructions gives the same number every time, or something is wrong: an
//! interrupt in the measured stretch, uninitialised memory, a run that took another path. Averaging
//! such numbers would hide it, so differing runs are an error.

use serde::{Deserialize, Serialize};

/// A number that every run agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The number.
    pub value: u64,
    /// How many runs agreed on it.
    pub runs: usize,
}

/// Why runs do not make a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// One run agrees with itself always; that is no evidence.
    #[error("{have} runs, but it takes two to see that a count repeats")]
    TooFewRuns {
        /// Runs there are.
        have: usize,
    },
    /// A count that differs between runs.
    #[error(
        "run {run} counted {seen}, the first run {expected}: the count is not deterministic; look for an interrupt \
         in the measured stretch, a missing `-icount`, or memory that nobody initialised"
    )]
    Differs {
        /// Which run, from 0.
        run: usize,
        /// What the first run counted.
        expected: u64,
        /// What this one counted.
        seen: u64,
    },
}

impl Count {
    /// The number that all runs agree on.
    ///
    /// # Errors
    /// Fewer than two runs, or runs that differ.
    pub fn of_runs(runs: &[u64]) -> Result<Self, CountError> {
        let [first, second_and_later @ ..] = runs else { return Err(CountError::TooFewRuns { have: 0 }) };
        if second_and_later.is_empty() {
            return Err(CountError::TooFewRuns { have: 1 });
        }
        match second_and_later.iter().position(|seen| seen != first) {
            None => Ok(Self { value: *first, runs: runs.len() }),
            Some(index) => Err(CountError::Differs { run: index + 1, expected: *first, seen: second_and_later[index] }),
        }
    }

    /// The count for each byte of `size_bytes`.
    pub fn per_byte(&self, size_bytes: u64) -> f64 {
        self.value as f64 / size_bytes as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_agree_are_a_count() {
        assert_eq!(Count::of_runs(&[7, 7, 7]), Ok(Count { value: 7, runs: 3 }));
        assert_eq!(Count { value: 640, runs: 2 }.per_byte(64), 10.0);
    }

    #[test]
    fn a_run_that_differs_by_one_is_an_error() {
        assert_eq!(Count::of_runs(&[7, 7, 8]), Err(CountError::Differs { run: 2, expected: 7, seen: 8 }));
    }

    #[test]
    fn a_single_run_proves_nothing() {
        assert_eq!(Count::of_runs(&[7]), Err(CountError::TooFewRuns { have: 1 }));
        assert_eq!(Count::of_runs(&[]), Err(CountError::TooFewRuns { have: 0 }));
    }
}
