//! From which size on the accelerator is worth it.
//!
//! An accelerator costs a fixed effort first (registers, DMA, an interrupt) and little per byte;
//! software has it the other way round. Between two measured sizes cost is taken to grow as a power
//! of the size, a straight line in the logarithms of both.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What one operation over so many bytes cost on either side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostAt {
    /// Bytes worked on.
    pub size_bytes: u64,
    /// Software.
    pub baseline: f64,
    /// The accelerator, in the same unit.
    pub contender: f64,
}

/// From which size on the contender wins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum BreakEven {
    /// It wins at every size that was measured, the smallest included.
    Always,
    /// It wins at none.
    Never,
    /// It wins from about here on.
    From {
        /// Bytes, between two measured sizes.
        size_bytes: u64,
    },
    /// It wins up to about here and loses beyond.
    UpTo {
        /// Bytes, between two measured sizes.
        size_bytes: u64,
    },
    /// It wins, loses and wins again: no single size tells the story.
    Mixed,
}

impl fmt::Display for BreakEven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => write!(f, "always"),
            Self::Never => write!(f, "never"),
            Self::From { size_bytes } => write!(f, "from {size_bytes} B"),
            Self::UpTo { size_bytes } => write!(f, "up to {size_bytes} B"),
            Self::Mixed => write!(f, "mixed"),
        }
    }
}

/// Finds the size from which on the contender wins; `None` without costs. The costs may come in any
/// order.
pub fn break_even(costs: &[CostAt]) -> Option<BreakEven> {
    let mut sorted = costs.to_vec();
    sorted.sort_by_key(|cost| cost.size_bytes);
    let (first, last) = (sorted.first()?, sorted.last()?);
    let crossings: Vec<&[CostAt]> = sorted.windows(2).filter(|pair| wins(&pair[0]) != wins(&pair[1])).collect();
    Some(match (crossings.as_slice(), wins(first), wins(last)) {
        ([], true, _) => BreakEven::Always,
        ([], false, _) => BreakEven::Never,
        ([crossing], _, true) => BreakEven::From { size_bytes: between(crossing) },
        ([crossing], _, false) => BreakEven::UpTo { size_bytes: between(crossing) },
        ([_, _, ..], _, _) => BreakEven::Mixed,
    })
}

fn wins(cost: &CostAt) -> bool {
    cost.contender < cost.baseline
}

/// Where the two lines cross between two neighbouring sizes.
fn between(crossing: &[CostAt]) -> u64 {
    let advantage = |cost: &CostAt| (cost.baseline / cost.contender).ln();
    let (before, after) = (advantage(&crossing[0]), advantage(&crossing[1]));
    let (low, high) = ((crossing[0].size_bytes as f64).ln(), (crossing[1].size_bytes as f64).ln());
    (low + (high - low) * before / (before - after)).exp().round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(of: &[(u64, f64, f64)]) -> Vec<CostAt> {
        of.iter().map(|&(size_bytes, baseline, contender)| CostAt { size_bytes, baseline, contender }).collect()
    }

    #[test]
    fn a_side_that_wins_everywhere_wins_always() {
        assert_eq!(break_even(&costs(&[(64, 2.0, 1.0), (1024, 20.0, 3.0)])), Some(BreakEven::Always));
        assert_eq!(break_even(&costs(&[(64, 1.0, 2.0), (1024, 3.0, 20.0)])), Some(BreakEven::Never));
        assert_eq!(break_even(&[]), None);
    }

    #[test]
    fn equal_advantage_and_disadvantage_cross_in_the_geometric_middle() {
        let crossing = costs(&[(100, 1.0, 2.0), (10_000, 2.0, 1.0)]);
        assert_eq!(break_even(&crossing), Some(BreakEven::From { size_bytes: 1000 }));
        let reversed = costs(&[(10_000, 1.0, 2.0), (100, 2.0, 1.0)]);
        assert_eq!(break_even(&reversed), Some(BreakEven::UpTo { size_bytes: 1000 }));
    }

    #[test]
    fn two_crossings_have_no_single_size() {
        let costs = costs(&[(1, 1.0, 2.0), (2, 2.0, 1.0), (4, 1.0, 2.0)]);
        assert_eq!(break_even(&costs), Some(BreakEven::Mixed));
    }
}
