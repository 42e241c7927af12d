//! Known answers from the standards, for the operations that Wycheproof leaves out.
//!
//! A few bytes each; they tell a right algorithm from a wrong one. What tells two backends apart is
//! the differential run over many lengths.

use cryptobench::Operation;

use crate::inputs::OwnedInputs;
use crate::vectors::{Case, Expect};

/// One case for each operation without Wycheproof vectors, and a spoilt one where it verifies.
///
/// # Panics
/// Never: the constants here are hexadecimal digits.
pub fn known_cases() -> Vec<Case> {
    let mut cases: Vec<Case> = HASHES.iter().map(|(operation, digest)| hash(*operation, digest)).collect();
    cases.extend(COUNTERS.iter().map(counter));
    cases.push(random());
    cases.push(p256_signature());
    cases.extend(lms());
    cases
}

/// FIPS 180-4's message "abc".
const HASHES: [(Operation, &str); 4] = [
    (Operation::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (Operation::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        Operation::Sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        Operation::Sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
];

fn hash(operation: Operation, digest: &str) -> Case {
    Case {
        name: format!("FIPS 180-4, {}, \"abc\"", operation.name()),
        operation,
        inputs: OwnedInputs { message: b"abc".to_vec(), ..OwnedInputs::default() },
        expect: Expect::Output(bytes(digest)),
    }
}

struct Counter {
    operation: Operation,
    section: &'static str,
    key: &'static str,
    ciphertext: &'static str,
}

/// SP 800-38A, appendix F.5.
const COUNTERS: [Counter; 2] = [
    Counter {
        operation: Operation::Aes128Ctr,
        section: "F.5.1",
        key: "2b7e151628aed2a6abf7158809cf4f3c",
        ciphertext: "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff\
                     5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
    },
    Counter {
        operation: Operation::Aes256Ctr,
        section: "F.5.5",
        key: "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        ciphertext: "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5\
                     2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
    },
];

fn counter(vector: &Counter) -> Case {
    let plaintext = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
                     30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
    Case {
        name: format!("SP 800-38A, {}", vector.section),
        operation: vector.operation,
        inputs: OwnedInputs {
            key: bytes(vector.key),
            nonce: bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
            message: bytes(plaintext),
            ..OwnedInputs::default()
        },
        expect: Expect::Output(bytes(vector.ciphertext)),
    }
}

/// RFC 8439, A.1, test vector 1: a key, a nonce and a counter of zeros.
fn random() -> Case {
    Case {
        name: "RFC 8439, A.1, vector 1".to_owned(),
        operation: Operation::ChaCha20Rng,
        inputs: OwnedInputs { key: vec![0; 32], message: vec![0; 64], ..OwnedInputs::default() },
        expect: Expect::Output(bytes(
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7\
             da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
        )),
    }
}

/// RFC 6979, A.2.5, SHA-256, "sample".
fn p256_signature() -> Case {
    Case {
        name: "RFC 6979, A.2.5, \"sample\"".to_owned(),
        operation: Operation::P256Sign,
        inputs: OwnedInputs {
            key: bytes("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
            message: b"sample".to_vec(),
            ..OwnedInputs::default()
        },
        expect: Expect::Output(bytes(
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        )),
    }
}

/// RFC 8554, appendix F, test case 1, whole and with one bit flipped in signature, message and key.
fn lms() -> Vec<Case> {
    let text = include_str!("../vectors/rfc8554-case1.txt");
    let field = |name: &str| {
        let fields = text.lines().filter_map(|line| line.split_once(" = "));
        bytes(fields.filter(|(found, _)| *found == name).map(|(_, hex)| hex).next().unwrap_or_default())
    };
    let genuine = OwnedInputs {
        key: field("key"),
        message: field("message"),
        signature: field("signature"),
        ..OwnedInputs::default()
    };
    let case = |what: &str, inputs: OwnedInputs, expect| Case {
        name: format!("RFC 8554, F, case 1, {what}"),
        operation: Operation::LmsVerify,
        inputs,
        expect,
    };
    let mut spoilt = [genuine.clone(), genuine.clone(), genuine.clone()];
    flip(&mut spoilt[0].signature);
    flip(&mut spoilt[1].message);
    flip(&mut spoilt[2].key);
    let [signature, message, key] = spoilt;
    vec![
        case("genuine", genuine, Expect::Output(Vec::new())),
        case("signature spoilt", signature, Expect::Refusal),
        case("message spoilt", message, Expect::Refusal),
        case("key spoilt", key, Expect::Refusal),
    ]
}

fn flip(bytes: &mut [u8]) {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal).expect("the constants here are hexadecimal digits")
}
