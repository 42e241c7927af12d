//! Correct first: what is wrong, or differs between the sides, is not timed.
//!
//! The vectors find what both sides get wrong alike, the comparison finds what one of them does at a
//! length that no vector has. Neither is enough alone.

use std::collections::BTreeMap;

use cryptobench::{Operation, Refused};

use crate::BenchError;
use crate::inputs::{Maker, OwnedInputs};
use crate::program::{Device, together};
use crate::vectors::{Case, Expect};

/// What the checks of one operation came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Vectors that were played on every device.
    pub vectors: usize,
    /// Inputs on which all devices gave the same answer.
    pub agreements: usize,
    /// What went wrong, in sentences. Empty, or the operation is not timed.
    pub faults: Vec<String>,
}

impl Outcome {
    /// Why the operation is not counted, if there is a reason.
    pub fn unsound(&self) -> Option<String> {
        let first = self.faults.first()?;
        Some(format!("not correct, so not counted: {first} ({} faults)", self.faults.len()))
    }
}

/// Operations that a program refuses, with its reason.
pub type Refusals = Vec<(Operation, Refused)>;

/// The operations that are built into a device's program, and those that it refuses.
///
/// # Errors
/// The line broke.
pub fn built(device: &mut dyn Device, maker: &Maker) -> Result<(Vec<Operation>, Refusals), BenchError> {
    let (mut built, mut refused) = (Vec::new(), Vec::new());
    for operation in Operation::ALL {
        match device.load(operation, &maker.inputs(operation, 64))? {
            Ok(()) => built.push(operation),
            Err(reason) => refused.push((operation, reason)),
        }
    }
    Ok((built, refused))
}

/// Plays all cases on all devices, and the differential run between them over some operations.
///
/// # Errors
/// A line broke. A wrong answer is no error here but a fault in the outcome.
pub fn check(
    devices: &mut [&mut dyn Device],
    cases: &[Case],
    maker: &Maker,
    operations: &[Operation],
) -> Result<BTreeMap<Operation, Outcome>, BenchError> {
    let mut outcomes: BTreeMap<Operation, Outcome> = BTreeMap::new();
    for case in cases {
        let outcome = outcomes.entry(case.operation).or_default();
        let answers = answers(devices, case.operation, &case.inputs)?;
        outcome.vectors += 1;
        for (device, answer) in devices.iter().zip(&answers) {
            if !fits(&case.expect, answer) {
                outcome.faults.push(format!("{}: vector {} came out wrong", device.side(), case.name));
            }
        }
        compare(outcome, &answers, &case.name);
    }
    for operation in operations.iter().copied() {
        let outcome = outcomes.entry(operation).or_default();
        for size in differential_sizes(operation) {
            let inputs = maker.inputs(operation, size);
            let answers = answers(devices, operation, &inputs)?;
            if answers.iter().any(Result::is_err) {
                outcome.faults.push(format!("genuine inputs of {size} bytes were refused"));
            }
            compare(outcome, &answers, &format!("{size} bytes"));
        }
    }
    Ok(outcomes)
}

type Given = Result<Vec<u8>, Refused>;

fn answers(
    devices: &mut [&mut dyn Device],
    operation: Operation,
    inputs: &OwnedInputs,
) -> Result<Vec<Given>, BenchError> {
    together(devices, |device| match device.load(operation, inputs)? {
        Ok(()) => device.compute(),
        Err(refused) => Ok(Err(refused)),
    })
}

fn fits(expect: &Expect, answer: &Given) -> bool {
    match (expect, answer) {
        (Expect::Either, _) => true,
        (Expect::Refusal, Err(refused)) => matches!(refused, Refused::Malformed | Refused::Invalid),
        (Expect::Output(expected), Ok(output)) => output.starts_with(expected),
        (Expect::OtherOutput(forbidden), Ok(output)) => !output.starts_with(forbidden),
        (Expect::Refusal, Ok(_)) | (Expect::Output(_) | Expect::OtherOutput(_), Err(_)) => false,
    }
}

fn compare(outcome: &mut Outcome, answers: &[Given], what: &str) {
    if answers.windows(2).all(|pair| pair[0] == pair[1]) {
        outcome.agreements += 1;
    } else {
        outcome.faults.push(format!("the sides disagree on {what}"));
    }
}

/// Lengths around the blocks of hashes and ciphers, where backends change from bulk to remainder.
fn differential_sizes(operation: Operation) -> Vec<usize> {
    match operation {
        // Wrapped keys are whole blocks, at least two.
        Operation::Aes128KwUnwrap | Operation::Aes256KwUnwrap => (2..=40).map(|blocks| 8 * blocks).collect(),
        // To verify is to hash first; a few lengths see to that, and making signatures takes its time.
        Operation::P256Verify
        | Operation::P256Sign
        | Operation::Rsa2048Verify
        | Operation::LmsVerify
        | Operation::MlDsa44Verify
        | Operation::MlDsa65Verify
        | Operation::MlDsa87Verify => vec![0, 1, 55, 56, 64, 119, 300],
        Operation::HkdfSha256 => (1..=130).collect(),
        Operation::Sha1
        | Operation::Sha256
        | Operation::Sha384
        | Operation::Sha512
        | Operation::Aes128Ctr
        | Operation::Aes256Ctr
        | Operation::Aes128GcmOpen
        | Operation::Aes256GcmOpen
        | Operation::Aes128Cmac
        | Operation::Aes256Cmac
        | Operation::HmacSha256
        | Operation::ChaCha20Rng => (0..=320).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_for_want_of_memory_is_not_what_a_vector_asks_for() {
        assert!(fits(&Expect::Refusal, &Err(Refused::Invalid)));
        assert!(!fits(&Expect::Refusal, &Err(Refused::TooLarge)));
        assert!(!fits(&Expect::Refusal, &Ok(vec![])));
    }

    #[test]
    fn an_output_fits_by_its_beginning() {
        assert!(fits(&Expect::Output(vec![1, 2]), &Ok(vec![1, 2, 3])));
        assert!(!fits(&Expect::Output(vec![1, 2]), &Ok(vec![1])));
        assert!(!fits(&Expect::OtherOutput(vec![1, 2]), &Ok(vec![1, 2, 3])));
        assert!(fits(&Expect::OtherOutput(vec![1, 2]), &Ok(vec![9])));
        assert!(!fits(&Expect::OtherOutput(vec![1, 2]), &Err(Refused::Invalid)));
    }

    #[test]
    fn sides_that_differ_are_a_fault() {
        let mut outcome = Outcome::default();
        compare(&mut outcome, &[Ok(vec![1]), Ok(vec![1])], "these");
        compare(&mut outcome, &[Ok(vec![1]), Err(Refused::Invalid)], "those");
        assert_eq!(outcome.agreements, 1);
        assert_eq!(outcome.faults, ["the sides disagree on those"]);
    }
}
