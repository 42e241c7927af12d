//! How many times cheaper one side is than the other, and how sure that is.
//!
//! Ratios are judged as logarithms: twice as fast and half as fast are equally far from equal. Two
//! independent ways to the interval, because each has a weakness: Student's t on the logarithms is
//! exact for well-behaved pairs and is dragged by a single interrupted one; the bootstrap of the
//! median shrugs that off and is too narrow for a handful of pairs.

use serde::{Deserialize, Serialize};

use crate::pair::Pair;
use crate::student;
use crate::summary::median;

/// A ratio and the range that holds the true one, with the stated confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Best single value.
    pub estimate: f64,
    /// Upper end.
    pub high: f64,
    /// How often an interval made like this holds the true value, between 0 and 1.
    pub confidence: f64,
}

impl Interval {
    /// Whether the interval holds a value.
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Half the width as a share of the estimate: what is printed behind the ±.
    pub fn relative_half_width(&self) -> f64 {
        (self.high - self.low) / 2.0 / self.estimate
    }
}

/// Why there is no interval.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RatioError {
    /// An interval needs at least two pairs.
    #[error("{have} pairs, but an interval needs at least {need}")]
    TooFewPairs {
        /// Pairs there are.
        have: usize,
        /// Pairs needed.
        need: usize,
    },
    /// A cost must be above zero: a side that costs nothing was not measured.
    #[error("pair {index} holds the cost {cost}: costs are finite and above zero, or nothing was measured")]
    NotACost {
        /// Which pair, from 0.
        index: usize,
        /// The cost found.
        cost: f64,
    },
    /// A confidence lies between one half and one.
    #[error("a confidence of {confidence} was asked for: it lies above 0.5 and below 1")]
    NotAConfidence {
        /// What was asked for.
        confidence: f64,
    },
}

/// Interval of the geometric mean of the ratios: Student's t on their logarithms.
///
/// # Errors
/// Fewer than two pairs, a cost that is not above zero, or a confidence out of range.
pub fn log_t(pairs: &[Pair], confidence: f64) -> Result<Interval, RatioError> {
    let logarithms = logarithms(pairs, confidence)?;
    let count = logarithms.len() as f64;
    let mean = logarithms.iter().sum::<f64>() / count;
    let variance = logarithms.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let t = student::quantile((1.0 + confidence) / 2.0, logarithms.len() - 1)
        .ok_or(RatioError::NotAConfidence { confidence })?;
    let half = t * (variance / count).sqrt();
    Ok(Interval { low: (mean - half).exp(), estimate: mean.exp(), high: (mean + half).exp(), confidence })
}

/// How a bootstrap is done. The same seed and pairs give the same interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often the pairs are drawn anew.
    pub resamples: usize,
    /// Where chance begins.
    pub seed: u64,
}

/// Interval of the median of the ratios: percentiles of the medians of resampled pairs.
///
/// # Errors
/// As [`log_t`].
pub fn bootstrap(pairs: &[Pair], confidence: f64, how: Bootstrap) -> Result<Interval, RatioError> {
    let logarithms = logarithms(pairs, confidence)?;
    let estimate = median(&logarithms).expect("`logarithms` refuses fewer than two pairs");
    let mut chance = SplitMix64(how.seed);
    let mut drawn = vec![0.0; logarithms.len()];
    let mut medians = Vec::with_capacity(how.resamples.max(1));
    for _ in 0..how.resamples.max(1) {
        drawn.fill_with(|| logarithms[chance.below(logarithms.len())]);
        medians.push(median(&drawn).expect("as many are drawn as there are pairs"));
    }
    medians.sort_by(f64::total_cmp);
    let at = |share: f64| medians[(share * (medians.len() - 1) as f64).round() as usize];
    let tail = (1.0 - confidence) / 2.0;
    Ok(Interval { low: at(tail).exp(), estimate: estimate.exp(), high: at(1.0 - tail).exp(), confidence })
}

fn logarithms(pairs: &[Pair], confidence: f64) -> Result<Vec<f64>, RatioError> {
    if !(confidence > 0.5 && confidence < 1.0) {
        return Err(RatioError::NotAConfidence { confidence });
    }
    if pairs.len() < 2 {
        return Err(RatioError::TooFewPairs { have: pairs.len(), need: 2 });
    }
    for (index, pair) in pairs.iter().enumerate() {
        for cost in [pair.baseline, pair.contender] {
            if !(cost.is_finite() && cost > 0.0) {
                return Err(RatioError::NotACost { index, cost });
            }
        }
    }
    Ok(pairs.iter().map(|pair| pair.ratio().ln()).collect())
}

/// Steele, Lea and Flood's generator: small, seeded, and good enough to draw samples with.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, by multiplication; the bias is below 2⁻⁴⁰ for any number of samples.
    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOW: Bootstrap = Bootstrap { resamples: 2000, seed: 0x5eed };

    fn pairs(ratios: &[f64]) -> Vec<Pair> {
        ratios.iter().map(|ratio| Pair { baseline: *ratio, contender: 1.0 }).collect()
    }

    #[test]
    fn the_t_interval_is_the_one_worked_out_by_hand() {
        // Logarithms 1, 2, 3: mean 2, deviation 1, t(0.975, 2) = 4.302653, half width 2.484138.
        let interval = log_t(&pairs(&[1f64.exp(), 2f64.exp(), 3f64.exp()]), 0.95).expect("three good pairs");
        assert!((interval.estimate.ln() - 2.0).abs() < 1e-9);
        assert!((interval.low.ln() - (2.0 - 2.484_138)).abs() < 1e-5);
        assert!((interval.high.ln() - (2.0 + 2.484_138)).abs() < 1e-5);
    }

    #[test]
    fn equal_ratios_leave_no_doubt() {
        let same = pairs(&[4.0; 8]);
        for interval in [log_t(&same, 0.95), bootstrap(&same, 0.95, HOW)] {
            let interval = interval.expect("eight good pairs");
            assert!((interval.low - 4.0).abs() < 1e-12);
            assert!((interval.high - 4.0).abs() < 1e-12);
            assert!(interval.relative_half_width() < 1e-12);
        }
    }

    #[test]
    fn an_interrupted_pair_moves_the_mean_and_not_the_median() {
        let mut ratios = vec![4.0, 4.01, 3.99, 4.02, 3.98, 4.0, 4.01, 3.99, 4.0];
        ratios.push(400.0);
        let robust = bootstrap(&pairs(&ratios), 0.95, HOW).expect("good pairs");
        let dragged = log_t(&pairs(&ratios), 0.95).expect("good pairs");
        assert!((robust.estimate - 4.0).abs() < 0.02);
        assert!(robust.high < 4.1);
        assert!(dragged.estimate > 6.0);
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let some = pairs(&[1.0, 1.3, 0.9, 1.1, 1.7, 1.2]);
        let again = bootstrap(&some, 0.95, HOW);
        assert_eq!(bootstrap(&some, 0.95, HOW), again);
        assert_ne!(bootstrap(&some, 0.95, Bootstrap { seed: 1, resamples: 7 }), again);
    }

    #[test]
    fn swapping_the_sides_inverts_the_interval() {
        let forward: Vec<Pair> = pairs(&[2.0, 2.2, 1.9, 2.1]);
        let backward: Vec<Pair> =
            forward.iter().map(|pair| Pair { baseline: pair.contender, contender: pair.baseline }).collect();
        let (forward, backward) = (log_t(&forward, 0.95), log_t(&backward, 0.95));
        let (forward, backward) = (forward.expect("good pairs"), backward.expect("good pairs"));
        assert!((forward.low * backward.high - 1.0).abs() < 1e-9);
        assert!((forward.estimate * backward.estimate - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nine_of_ten_intervals_at_ninety_percent_hold_the_truth() {
        let mut chance = SplitMix64(7);
        // Twelve uniform numbers make a nearly normal one.
        let mut normal = || (0..12).map(|_| chance.next() as f64 / 2f64.powi(64)).sum::<f64>() - 6.0;
        let mut holding = 0;
        for _ in 0..1000 {
            let sample: Vec<f64> = (0..8).map(|_| (3f64.ln() + 0.05 * normal()).exp()).collect();
            let interval = log_t(&pairs(&sample), 0.9).expect("good pairs");
            holding += usize::from(interval.holds(3.0));
        }
        assert!((870..=930).contains(&holding), "{holding} of 1000");
    }

    #[test]
    fn what_carries_no_interval_is_refused() {
        assert_eq!(log_t(&pairs(&[2.0]), 0.95), Err(RatioError::TooFewPairs { have: 1, need: 2 }));
        assert_eq!(log_t(&pairs(&[2.0, 0.0]), 0.95), Err(RatioError::NotACost { index: 1, cost: 0.0 }));
        assert_eq!(bootstrap(&pairs(&[2.0; 5]), 1.0, HOW), Err(RatioError::NotAConfidence { confidence: 1.0 }));
    }
}
