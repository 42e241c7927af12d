//! The operation log: every program and erase in order, and from it any state a cut can leave.
//!
//! What a cut may leave behind, for NOR flash:
//! - operations are atomic in order: all before the cut are complete, none after it began;
//! - an interrupted program leaves any subset of the bits it was to clear still set;
//! - an interrupted erase leaves any subset of the bits it was to set still clear.
//!
//! `Half` draws one such subset from the run's seed. Deriving a cut instead of causing it makes it
//! exact: the firmware never sees an error it could act on, and each state is booted as by a chip
//! that lost power then, from fresh RAM.

use std::ops::Range;
use std::sync::Arc;

use rand::Rng;

use crate::seed::stream;

/// Streams of the tears, one per operation, above this number.
const TEAR_STREAMS: u64 = 1 << 32;

/// One operation that changes flash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlashOp {
    /// Clears bits: what stands there afterwards is old AND new.
    Program {
        /// First byte.
        offset_bytes: u32,
        /// The bytes, within one page.
        data: Vec<u8>,
    },
    /// Sets every bit.
    Erase {
        /// First byte, on a sector.
        offset_bytes: u32,
        /// Length, whole sectors.
        size_bytes: u32,
    },
}

/// What a cut leaves of the interrupted operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// No effect yet.
    Nothing,
    /// A subset of the bits, drawn from the seed.
    Half,
    /// All of it, and nothing after it.
    All,
}

/// Every operation since the device was made.
#[derive(Clone, Debug)]
pub struct OperationLog {
    /// The flash before the first operation.
    pub initial: Arc<[u8]>,
    /// The operations in order.
    pub operations: Vec<FlashOp>,
}

impl FlashOp {
    /// The bytes it changes.
    pub fn range(&self) -> Range<usize> {
        let (offset, size) = match self {
            FlashOp::Program { offset_bytes, data } => (*offset_bytes as usize, data.len()),
            FlashOp::Erase { offset_bytes, size_bytes } => (*offset_bytes as usize, *size_bytes as usize),
        };
        offset..offset + size
    }

    /// Carries the operation out on a flash.
    pub fn apply(&self, flash: &mut [u8]) {
        let range = self.range();
        match self {
            FlashOp::Program { data, .. } => {
                flash[range].iter_mut().zip(data).for_each(|(byte, new)| *byte &= new);
            }
            FlashOp::Erase { .. } => flash[range].fill(0xff),
        }
    }

    /// Carries out a part of the operation: every bit that was to change does so or not.
    fn apply_half(&self, flash: &mut [u8], rng: &mut impl Rng) {
        let before = flash[self.range()].to_vec();
        self.apply(flash);
        for (byte, old) in flash[self.range()].iter_mut().zip(before) {
            let unchanged = (*byte ^ old) & rng.next_u32() as u8;
            *byte ^= unchanged;
        }
    }
}

impl OperationLog {
    /// The flash after every operation.
    pub fn replay(&self) -> Vec<u8> {
        let mut flash = self.initial.to_vec();
        self.operations.iter().for_each(|operation| operation.apply(&mut flash));
        flash
    }

    /// The flash that a cut in operation `index` leaves; `None` where there is no such operation.
    pub fn cut_state(&self, index: usize, tear: Tear, seed: u64) -> Option<Vec<u8>> {
        let (operation, before) = self.operations.get(..=index)?.split_last()?;
        let mut flash = self.initial.to_vec();
        before.iter().for_each(|operation| operation.apply(&mut flash));
        match tear {
            Tear::Nothing => {}
            Tear::Half => operation.apply_half(&mut flash, &mut stream(seed, TEAR_STREAMS + index as u64)),
            Tear::All => operation.apply(&mut flash),
        }
        Some(flash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> OperationLog {
        OperationLog {
            initial: vec![0b1010_1010; 8].into(),
            operations: vec![
                FlashOp::Erase { offset_bytes: 0, size_bytes: 4 },
                FlashOp::Program { offset_bytes: 1, data: vec![0x0f, 0xf0] },
            ],
        }
    }

    #[test]
    fn programming_only_clears_bits_and_erasing_only_sets_them() {
        assert_eq!(log().replay(), [0xff, 0x0f, 0xf0, 0xff, 0xaa, 0xaa, 0xaa, 0xaa]);
    }

    fn cut(index: usize, tear: Tear, seed: u64) -> Vec<u8> {
        log().cut_state(index, tear, seed).expect("the log has this operation")
    }

    #[test]
    fn a_cut_leaves_everything_before_it_and_nothing_after_it() {
        assert_eq!(cut(0, Tear::Nothing, 1), [0xaa; 8]);
        assert_eq!(cut(0, Tear::All, 1), [0xff, 0xff, 0xff, 0xff, 0xaa, 0xaa, 0xaa, 0xaa]);
        assert_eq!(cut(1, Tear::Nothing, 1), cut(0, Tear::All, 1));
        assert_eq!(cut(1, Tear::All, 1), log().replay());
        assert_eq!(log().cut_state(2, Tear::All, 1), None);
    }

    #[test]
    fn a_torn_operation_changes_only_bits_that_were_to_change() {
        for seed in 0..200 {
            let erase = cut(0, Tear::Half, seed);
            assert!(erase[..4].iter().all(|byte| byte & 0xaa == 0xaa));
            assert_eq!(erase[4..], [0xaa; 4]);
            let program = cut(1, Tear::Half, seed);
            assert!(program[1] & 0x0f == 0x0f);
            assert!(program[2] & 0xf0 == 0xf0);
        }
    }

    #[test]
    fn tears_are_the_same_for_the_same_seed_and_differ_between_seeds() {
        assert_eq!(cut(0, Tear::Half, 7), cut(0, Tear::Half, 7));
        let different = (0..32).filter(|seed| cut(0, Tear::Half, *seed) != cut(0, Tear::Half, 99)).count();
        assert!(different > 24, "{different} of 32");
    }
}
