//! The checks bite: software that is right passes them, and software that lies is not timed.
//!
//! Checks that have never refused anything might be unable to. The lies here are those that real
//! backends have told.

use std::collections::BTreeSet;

use contest::BenchError;
use contest::check::{Outcome, check};
use contest::inputs::{Maker, OwnedInputs};
use contest::known::known_cases;
use contest::program::Device;
use contest::vectors::wycheproof_cases;
use cryptobench::{Answer, Operation, Refused, Request, perform};

/// What a device gets wrong.
#[derive(Clone, Copy, PartialEq)]
enum Lie {
    None,
    /// The last bit of long outputs, as a backend that mishandles the remainder behind its bulk.
    RemainderSpoilt,
    /// Whatever is to be verified is found valid.
    EverythingValid,
}

/// The operations in this process.
struct InProcess {
    lie: Lie,
    loaded: Option<(Operation, OwnedInputs)>,
}

impl InProcess {
    fn new(lie: Lie) -> Self {
        Self { lie, loaded: None }
    }

    fn output(&self) -> Result<Vec<u8>, Refused> {
        let (operation, inputs) = self.loaded.as_ref().ok_or(Refused::NothingLoaded)?;
        let mut output = vec![0; inputs.message.len() + inputs.signature.len() + 64];
        match (self.lie, perform(*operation, &inputs.borrow(), &mut output)) {
            (Lie::EverythingValid, Err(Refused::Invalid)) => Ok(Vec::new()),
            (lie, result) => {
                output.truncate(result?);
                if lie == Lie::RemainderSpoilt && output.len() > 128 {
                    *output.last_mut().expect("it is longer than that") ^= 1;
                }
                Ok(output)
            }
        }
    }
}

impl Device for InProcess {
    fn side(&self) -> &'static str {
        "in process"
    }

    fn ask(&mut self, request: &Request<'_>) -> Result<Vec<u8>, BenchError> {
        let output;
        let answer = match request {
            Request::Load { operation, inputs, fill_size } => {
                let mut message = inputs.message.to_vec();
                let sent = message.len();
                message.resize(sent + *fill_size as usize, 0);
                cryptobench::fill_with_pattern(&mut message[sent..]);
                let owned = OwnedInputs {
                    key: inputs.key.to_vec(),
                    nonce: inputs.nonce.to_vec(),
                    associated: inputs.associated.to_vec(),
                    message,
                    signature: inputs.signature.to_vec(),
                    fill_size: 0,
                };
                self.loaded = Some((*operation, owned));
                Answer::Loaded
            }
            Request::Compute => {
                output = self.output();
                match &output {
                    Ok(output) => Answer::Output(output),
                    Err(refused) => Answer::Refused(*refused),
                }
            }
            Request::Identity | Request::Run { .. } | Request::Stack => Answer::Refused(Refused::Request),
        };
        let mut bytes = Vec::new();
        answer.encode(&mut |piece| bytes.extend_from_slice(piece));
        Ok(bytes)
    }
}

/// Checks devices that lie like this. Unoptimised, ML-DSA takes more stack than a test's thread has.
fn outcomes(lies: &[Lie]) -> Vec<(Operation, Outcome)> {
    const STACK_BYTES: usize = 64 << 20;
    std::thread::scope(|scope| {
        let checker = std::thread::Builder::new().stack_size(STACK_BYTES);
        let checker = checker.spawn_scoped(scope, || check_all(lies)).expect("the system has room for a thread");
        checker.join().expect("the checks do not panic")
    })
}

fn check_all(lies: &[Lie]) -> Vec<(Operation, Outcome)> {
    let mut devices: Vec<InProcess> = lies.iter().map(|lie| InProcess::new(*lie)).collect();
    let mut borrowed: Vec<&mut dyn Device> = devices.iter_mut().map(|device| device as &mut dyn Device).collect();
    let mut cases = known_cases();
    cases.extend(wycheproof_cases());
    let checked = check(&mut borrowed, &cases, &Maker::new(), &Operation::ALL).expect("there is no line to break");
    checked.into_iter().collect()
}

fn faulty(outcomes: &[(Operation, Outcome)]) -> BTreeSet<Operation> {
    outcomes.iter().filter(|(_, outcome)| !outcome.faults.is_empty()).map(|(operation, _)| *operation).collect()
}

#[test]
fn right_software_passes_every_vector_of_every_operation() {
    let outcomes = outcomes(&[Lie::None, Lie::None]);
    for (operation, outcome) in &outcomes {
        assert_eq!(outcome.faults, [""; 0], "{}", operation.name());
        assert!(outcome.vectors > 0, "{}", operation.name());
        assert!(outcome.agreements > outcome.vectors, "{}", operation.name());
    }
    assert_eq!(outcomes.len(), Operation::ALL.len());
    assert!(outcomes.iter().map(|(_, outcome)| outcome.vectors).sum::<usize>() >= 1800);
}

#[test]
fn a_backend_that_mishandles_the_remainder_is_found_by_the_other_side() {
    let faulty = faulty(&outcomes(&[Lie::None, Lie::RemainderSpoilt]));
    for operation in [Operation::Aes128Ctr, Operation::Aes256GcmOpen, Operation::Aes128KwUnwrap, Operation::ChaCha20Rng]
    {
        assert!(faulty.contains(&operation), "{}", operation.name());
    }
    assert!(!faulty.contains(&Operation::Sha256));
}

#[test]
fn two_backends_that_accept_everything_are_found_by_the_vectors() {
    let faulty = faulty(&outcomes(&[Lie::EverythingValid, Lie::EverythingValid]));
    for operation in [
        Operation::Aes128GcmOpen,
        Operation::Aes256KwUnwrap,
        Operation::P256Verify,
        Operation::Rsa2048Verify,
        Operation::LmsVerify,
        Operation::MlDsa44Verify,
        Operation::MlDsa65Verify,
        Operation::MlDsa87Verify,
    ] {
        assert!(faulty.contains(&operation), "{}", operation.name());
    }
}
