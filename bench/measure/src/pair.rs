//! Two measurements taken one right after the other, so that both saw the same machine.
//!
//! A shared machine slows down and recovers within seconds. Whoever measures one side first and the
//! other side later compares two machines; whoever alternates compares two programs.

use serde::{Deserialize, Serialize};

/// What one iteration cost on either side, both in the same unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The side that is compared against: software.
    pub baseline: f64,
    /// The side that is to be judged: the accelerator.
    pub contender: f64,
}

impl Pair {
    /// How many times cheaper the contender is: above 1 it wins.
    pub fn ratio(self) -> f64 {
        self.baseline / self.contender
    }
}

/// Which side of a pair is measured first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Software first.
    BaselineFirst,
    /// The accelerator first.
    ContenderFirst,
}

/// The order for the pair with this index: A B, B A, B A, A B, and again.
///
/// With plain alternation (A B, A B) a machine that slows down steadily always slows the second side
/// more. In this order a steady drift cancels out over every four pairs.
pub fn order_of(index: usize) -> Order {
    match index % 4 {
        0 | 3 => Order::BaselineFirst,
        _ => Order::ContenderFirst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_drift_cancels_out_over_four_pairs() {
        let mut moment = 0.0;
        let (mut baseline, mut contender) = (0.0, 0.0);
        for index in 0..4 {
            let (first, second) = (moment, moment + 1.0);
            moment += 2.0;
            match order_of(index) {
                Order::BaselineFirst => (baseline, contender) = (baseline + first, contender + second),
                Order::ContenderFirst => (baseline, contender) = (baseline + second, contender + first),
            }
        }
        assert_eq!(baseline, contender);
    }
}
