//! Project Wycheproof's vectors, as inputs and what must come of them.
//!
//! They aim at the faults that implementations have had: truncated tags, signatures with zeros,
//! malleable encodings. A backend that is fast and accepts one of them is not a backend.

use cryptobench::Operation;
use wycheproof::TestResult;

use crate::inputs::OwnedInputs;

/// One vector.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it is from, and its number there.
    pub name: String,
    /// What is to be done.
    pub operation: Operation,
    /// With what.
    pub inputs: OwnedInputs,
    /// What must come of it.
    pub expect: Expect,
}

/// What must come of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// An output that begins with these bytes.
    Output(Vec<u8>),
    /// Any output but one that begins with these bytes.
    OtherOutput(Vec<u8>),
    /// Anything but an output.
    Refusal,
    /// An output or a refusal: implementations may differ, the two sides must not.
    Either,
}

impl Expect {
    fn of(result: TestResult, output: &[u8]) -> Self {
        match result {
            TestResult::Valid => Self::Output(output.to_vec()),
            TestResult::Invalid => Self::Refusal,
            TestResult::Acceptable => Self::Either,
        }
    }
}

/// All vectors that concern an operation of ours.
///
/// # Panics
/// Only if the crate with the vectors is broken: it holds them as text.
pub fn wycheproof_cases() -> Vec<Case> {
    let mut cases = gcm();
    cases.extend(key_wrap());
    cases.extend(cmac());
    cases.extend(hmac());
    cases.extend(hkdf());
    cases.extend(p256());
    cases.extend(rsa());
    cases.extend(ml_dsa());
    cases
}

const WHOLE: &str = "the crate's own tests parse every file that it holds";

fn gcm() -> Vec<Case> {
    use wycheproof::aead::{TestName, TestSet};
    let set = TestSet::load(TestName::AesGcm).expect(WHOLE);
    let mut cases = Vec::new();
    for group in set.test_groups {
        let operation = match (group.key_size, group.nonce_size, group.tag_size) {
            (128, 96, 128) => Operation::Aes128GcmOpen,
            (256, 96, 128) => Operation::Aes256GcmOpen,
            // Other keys and nonces are not among the operations.
            _ => continue,
        };
        cases.extend(group.tests.into_iter().map(|test| Case {
            name: format!("aes_gcm {}", test.tc_id),
            operation,
            expect: Expect::of(test.result, &test.pt),
            inputs: OwnedInputs {
                key: test.key.to_vec(),
                nonce: test.nonce.to_vec(),
                associated: test.aad.to_vec(),
                message: test.ct.to_vec(),
                signature: test.tag.to_vec(),
                fill_size: 0,
            },
        }));
    }
    cases
}

fn key_wrap() -> Vec<Case> {
    use wycheproof::keywrap::{TestName, TestSet};
    let set = TestSet::load(TestName::AesKeyWrap).expect(WHOLE);
    let mut cases = Vec::new();
    for group in set.test_groups {
        let operation = match group.key_size {
            128 => Operation::Aes128KwUnwrap,
            256 => Operation::Aes256KwUnwrap,
            _ => continue,
        };
        cases.extend(group.tests.into_iter().map(|test| Case {
            name: format!("aes_wrap {}", test.tc_id),
            operation,
            expect: Expect::of(test.result, &test.pt),
            inputs: OwnedInputs { key: test.key.to_vec(), message: test.ct.to_vec(), ..OwnedInputs::default() },
        }));
    }
    cases
}

fn cmac() -> Vec<Case> {
    use wycheproof::mac::{TestName, TestSet};
    let set = TestSet::load(TestName::AesCmac).expect(WHOLE);
    let mut cases = Vec::new();
    for group in set.test_groups {
        let operation = match group.key_size {
            128 => Operation::Aes128Cmac,
            256 => Operation::Aes256Cmac,
            _ => continue,
        };
        cases.extend(group.tests.into_iter().map(|test| tagged("aes_cmac", operation, test)));
    }
    cases
}

fn hmac() -> Vec<Case> {
    use wycheproof::mac::{TestName, TestSet};
    let set = TestSet::load(TestName::HmacSha256).expect(WHOLE);
    let tests = set.test_groups.into_iter().flat_map(|group| group.tests);
    tests.map(|test| tagged("hmac_sha256", Operation::HmacSha256, test)).collect()
}

/// The operation computes a tag and leaves the comparison to its caller, so a wrong tag is one that
/// must not come out.
fn tagged(source: &str, operation: Operation, test: wycheproof::mac::Test) -> Case {
    Case {
        name: format!("{source} {}", test.tc_id),
        operation,
        expect: match test.result {
            TestResult::Valid => Expect::Output(test.tag.to_vec()),
            TestResult::Invalid => Expect::OtherOutput(test.tag.to_vec()),
            TestResult::Acceptable => Expect::Either,
        },
        inputs: OwnedInputs { key: test.key.to_vec(), message: test.msg.to_vec(), ..OwnedInputs::default() },
    }
}

fn hkdf() -> Vec<Case> {
    use wycheproof::hkdf::{TestName, TestSet};
    let set = TestSet::load(TestName::HkdfSha256).expect(WHOLE);
    let tests = set.test_groups.into_iter().flat_map(|group| group.tests);
    let case = |test: wycheproof::hkdf::Test| Case {
        name: format!("hkdf_sha256 {}", test.tc_id),
        operation: Operation::HkdfSha256,
        expect: Expect::of(test.result, &test.okm),
        inputs: OwnedInputs {
            nonce: test.salt.to_vec(),
            associated: test.info.to_vec(),
            message: test.ikm.to_vec(),
            signature: vec![0; test.size],
            ..OwnedInputs::default()
        },
    };
    tests.map(case).collect()
}

fn p256() -> Vec<Case> {
    use wycheproof::ecdsa::{TestName, TestSet};
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).expect(WHOLE);
    let mut cases = Vec::new();
    for group in set.test_groups {
        cases.extend(group.tests.into_iter().map(|test| Case {
            name: format!("ecdsa_secp256r1_sha256_p1363 {}", test.tc_id),
            operation: Operation::P256Verify,
            expect: Expect::of(test.result, b""),
            inputs: OwnedInputs {
                key: group.key.key.to_vec(),
                message: test.msg.to_vec(),
                signature: test.sig.to_vec(),
                ..OwnedInputs::default()
            },
        }));
    }
    cases
}

fn rsa() -> Vec<Case> {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let set = TestSet::load(TestName::Rsa2048Sha256).expect(WHOLE);
    let mut cases = Vec::new();
    for group in set.test_groups {
        cases.extend(group.tests.into_iter().map(|test| Case {
            name: format!("rsa_signature_2048_sha256 {}", test.tc_id),
            operation: Operation::Rsa2048Verify,
            expect: Expect::of(test.result, b""),
            inputs: OwnedInputs {
                key: without_leading_zeros(&group.key.n),
                associated: without_leading_zeros(&group.key.e),
                message: test.msg.to_vec(),
                signature: test.sig.to_vec(),
                ..OwnedInputs::default()
            },
        }));
    }
    cases
}

fn without_leading_zeros(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

fn ml_dsa() -> Vec<Case> {
    use wycheproof::mldsa_verify::{TestName, TestSet};
    let mut cases = Vec::new();
    for (name, operation) in [
        (TestName::MlDsa44Verify, Operation::MlDsa44Verify),
        (TestName::MlDsa65Verify, Operation::MlDsa65Verify),
        (TestName::MlDsa87Verify, Operation::MlDsa87Verify),
    ] {
        for group in TestSet::load(name).expect(WHOLE).test_groups {
            cases.extend(group.tests.into_iter().map(|test| Case {
                name: format!("{} {}", operation.name(), test.tc_id),
                operation,
                expect: Expect::of(test.result, b""),
                inputs: OwnedInputs {
                    key: group.pubkey.to_vec(),
                    associated: test.ctx.map(|context| context.to_vec()).unwrap_or_default(),
                    message: test.msg.to_vec(),
                    signature: test.sig.to_vec(),
                    ..OwnedInputs::default()
                },
            }));
        }
    }
    cases
}
