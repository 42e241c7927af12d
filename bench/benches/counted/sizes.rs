//! What every bench of a device needs: which sizes are sensible, and which vectors there are.
//!
//! Apart from what criterion samples, because a board's counts are not sampled by it.

use contest::census::SIZES;
use contest::known::known_cases;
use contest::vectors::{Case, wycheproof_cases};
use cryptobench::Operation;

/// The sizes that are sensible for an operation.
pub(crate) fn sizes(operation: Operation) -> impl Iterator<Item = usize> {
    let largest = operation.largest_size().map_or(usize::MAX, |(largest, _)| largest);
    SIZES.into_iter().filter(move |size_bytes| *size_bytes <= largest)
}

/// All vectors of some operations.
pub(crate) fn cases(operations: &[Operation]) -> Vec<Case> {
    let all = known_cases().into_iter().chain(wycheproof_cases());
    all.filter(|case| operations.contains(&case.operation)).collect()
}

/// A program in its own words.
pub(crate) fn one_line(side: &str, identity: &str) -> String {
    format!("{side}: {}", identity.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; "))
}
