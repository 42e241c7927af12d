//! Where samples lie and how far they spread, told in a way that a few wild ones cannot bend.
//!
//! Times on a shared machine have a long tail to one side. The mean follows the tail; the median and
//! the median absolute deviation do not.

use serde::{Deserialize, Serialize};

/// Makes the median absolute deviation of normally distributed samples equal to their standard
/// deviation: 1 / Φ⁻¹(3/4).
const NORMAL_CONSISTENCY: f64 = 1.482_602_218_505_602;

/// Where samples lie and how far they spread, in the samples' own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How many samples there are.
    pub count: usize,
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// Median of the distances to the median. Half of the samples lie closer.
    pub mad: f64,
    /// The smallest sample.
    pub least: f64,
    /// The largest sample.
    pub most: f64,
}

impl Summary {
    /// Summarises samples; `None` without samples.
    pub fn of(samples: &[f64]) -> Option<Self> {
        let median = median(samples)?;
        let distances: Vec<f64> = samples.iter().map(|sample| (sample - median).abs()).collect();
        Some(Self {
            count: samples.len(),
            median,
            mad: self::median(&distances)?,
            least: samples.iter().copied().fold(f64::INFINITY, f64::min),
            most: samples.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// A standard deviation that ignores the tails: what the spread would be were the samples normal.
    pub fn robust_deviation(&self) -> f64 {
        self.mad * NORMAL_CONSISTENCY
    }

    /// The robust deviation as a share of the median.
    pub fn relative_spread(&self) -> f64 {
        self.robust_deviation() / self.median
    }
}

/// The middle of the samples, or the mean of the two in the middle; `None` without samples.
pub fn median(samples: &[f64]) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some((sorted[middle - 1] + upper) / 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_nothing_is_nothing() {
        assert_eq!(median(&[]), None);
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn a_wild_sample_bends_neither_median_nor_spread() {
        let tame = Summary::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("there are samples");
        let wild = Summary::of(&[1.0, 2.0, 3.0, 4.0, 5000.0]).expect("there are samples");
        assert_eq!((tame.median, tame.mad), (3.0, 1.0));
        assert_eq!((wild.median, wild.mad), (3.0, 1.0));
        assert_eq!((wild.least, wild.most), (1.0, 5000.0));
    }

    #[test]
    fn the_spread_is_relative_to_the_median() {
        let summary = Summary::of(&[9.0, 10.0, 11.0]).expect("there are samples");
        assert!((summary.relative_spread() - 0.148_260_2).abs() < 1e-6);
    }
}
