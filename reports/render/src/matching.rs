//! Which row gets which pair of action and observation.
//!
//! Coverage and the ledger count by the same rule, one row for one pair, so they match in one place.

/// Pairs given to rows, each at most once, so that as many rows as possible have one.
pub(crate) struct Matching {
    /// The pair of each row, if it got one.
    pub(crate) pair_of: Vec<Option<usize>>,
    /// The row of each pair, if one needs it.
    pub(crate) row_of: Vec<Option<usize>>,
}

impl Matching {
    /// Matches rows with the pairs that each could use, out of so many.
    pub(crate) fn of(usable: &[Vec<usize>], pairs: usize) -> Self {
        let mut matching = Self { pair_of: vec![None; usable.len()], row_of: vec![None; pairs] };
        for row in 0..usable.len() {
            matching.give(row, usable, &mut vec![false; pairs]);
        }
        matching
    }

    /// Gives a row a pair, moving other rows to other pairs where that helps (Kuhn's algorithm).
    fn give(&mut self, row: usize, usable: &[Vec<usize>], tried: &mut [bool]) -> bool {
        for pair in usable[row].iter().copied() {
            if std::mem::replace(&mut tried[pair], true) {
                continue;
            }
            if self.row_of[pair].is_none_or(|holder| self.give(holder, usable, tried)) {
                self.row_of[pair] = Some(row);
                self.pair_of[row] = Some(pair);
                return true;
            }
        }
        false
    }
}
