//! One operation over one size, on both sides in turn, within the same second.
//!
//! A machine changes from second to second, and the two sides of a pair must see the same one. Their
//! outputs are compared in every round: a figure for something else would be no figure.

use cryptobench::{Operation, Ran, Refused};
use measure::{Order, Pair, order_of};

use crate::BenchError;
use crate::inputs::OwnedInputs;
use crate::program::Device;

/// Both sides with the same inputs loaded.
pub struct Duel<'d> {
    software: &'d mut dyn Device,
    accelerated: &'d mut dyn Device,
    operation: Operation,
    size_bytes: usize,
    pairs: Vec<Pair>,
}

/// What all iterations of one round cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// On the software side.
    pub software: u64,
    /// On the accelerated side.
    pub accelerated: u64,
}

impl<'d> Duel<'d> {
    /// Loads the inputs on both sides.
    ///
    /// # Errors
    /// A line broke, or a side cannot take the inputs.
    pub fn load(
        software: &'d mut dyn Device,
        accelerated: &'d mut dyn Device,
        operation: Operation,
        size_bytes: usize,
        inputs: &OwnedInputs,
    ) -> Result<Self, BenchError> {
        for device in [&mut *software, &mut *accelerated] {
            let side = device.side();
            device.load(operation, inputs)?.map_err(|refused| refusal(side, operation, refused))?;
        }
        Ok(Self { software, accelerated, operation, size_bytes, pairs: Vec::new() })
    }

    /// Has both sides do the operation so often, one after the other, and keeps the pair.
    ///
    /// # Errors
    /// A line broke, a side refused, or the outputs differ.
    pub fn round(&mut self, iterations: u64) -> Result<Round, BenchError> {
        let asked = u32::try_from(iterations.max(1)).unwrap_or(u32::MAX);
        let (software, accelerated) = match order_of(self.pairs.len()) {
            Order::BaselineFirst => {
                let first = run(self.software, self.operation, asked)?;
                (first, run(self.accelerated, self.operation, asked)?)
            }
            Order::ContenderFirst => {
                let first = run(self.accelerated, self.operation, asked)?;
                (run(self.software, self.operation, asked)?, first)
            }
        };
        if software.checksum != accelerated.checksum {
            return Err(BenchError::Disagree { operation: self.operation.name(), size_bytes: self.size_bytes });
        }
        let each = |ran: Ran| ran.count as f64 / f64::from(asked);
        self.pairs.push(Pair { baseline: each(software), contender: each(accelerated) });
        Ok(Round { software: software.count, accelerated: accelerated.count })
    }

    /// Forgets all pairs since there were `kept`, but for the last so many: what came before warmed
    /// the machine up.
    pub fn keep_last(&mut self, kept: usize, last: usize) {
        let fresh = self.pairs.len() - kept;
        self.pairs.drain(kept..kept + fresh.saturating_sub(last));
    }

    /// The pairs so far: what one iteration cost on either side.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }
}

fn run(device: &mut dyn Device, operation: Operation, iterations: u32) -> Result<Ran, BenchError> {
    let side = device.side();
    device.run(iterations)?.map_err(|refused| refusal(side, operation, refused))
}

fn refusal(side: &'static str, operation: Operation, refused: Refused) -> BenchError {
    BenchError::Refused { side, operation: operation.name(), refused }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cryptobench::{Answer, Request, Unit};

    /// A device that says what it is told to say.
    struct Actor {
        nanoseconds_each: u64,
        checksum: u64,
    }

    impl Device for Actor {
        fn side(&self) -> &'static str {
            "actor"
        }

        fn ask(&mut self, request: &Request<'_>) -> Result<Vec<u8>, BenchError> {
            let answer = match request {
                Request::Run { iterations } => Answer::Ran(Ran {
                    iterations: *iterations,
                    count: u64::from(*iterations) * self.nanoseconds_each,
                    unit: Unit::Nanoseconds,
                    checksum: self.checksum,
                }),
                Request::Load { .. } => Answer::Loaded,
                Request::Identity => Answer::Identity("an actor"),
                Request::Compute => Answer::Output(b""),
                Request::Stack => Answer::Stack(0),
            };
            let mut bytes = Vec::new();
            answer.encode(&mut |piece| bytes.extend_from_slice(piece));
            Ok(bytes)
        }
    }

    #[test]
    fn a_round_costs_what_both_sides_say() {
        let mut slow = Actor { nanoseconds_each: 40, checksum: 1 };
        let mut fast = Actor { nanoseconds_each: 10, checksum: 1 };
        let mut duel =
            Duel::load(&mut slow, &mut fast, Operation::Sha256, 64, &OwnedInputs::default()).expect("actors take all");
        for iterations in [1, 2, 5, 5] {
            let round = duel.round(iterations).expect("actors always answer");
            assert_eq!(round, Round { software: 40 * iterations, accelerated: 10 * iterations });
        }
        duel.keep_last(1, 2);
        assert_eq!(duel.pairs(), [Pair { baseline: 40.0, contender: 10.0 }; 3]);
    }

    #[test]
    fn sides_with_different_outputs_are_not_timed() {
        let mut one = Actor { nanoseconds_each: 40, checksum: 1 };
        let mut other = Actor { nanoseconds_each: 10, checksum: 2 };
        let mut duel =
            Duel::load(&mut one, &mut other, Operation::Sha256, 64, &OwnedInputs::default()).expect("actors take all");
        assert!(matches!(duel.round(1), Err(BenchError::Disagree { size_bytes: 64, .. })));
    }
}
