//! Which instructions make an operation fast, on which processor, by the crates we use.
//!
//! An operation without any is measured all the same. Both sides then run the same code, so its ratio
//! must come out as 1: it is the control that tells whether the bench itself can be trusted.

use cryptobench::Operation;

/// A set of instructions, and the part of an operation that they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accelerator {
    /// Name in the table.
    pub name: &'static str,
    /// What the processor must offer, by the names in the program's identity; any one of them.
    pub offered: &'static [&'static str],
    /// What the accelerated binary must contain and the software one must not; any one of them.
    pub traces: &'static [Trace],
}

/// An instruction to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trace {
    /// The instruction, lower case. Vector instructions count in their wide form only.
    pub mnemonic: &'static str,
    /// Part of the name of the function it must stand in. Instructions for cryptography need none.
    pub function: &'static str,
}

const fn anywhere(mnemonic: &'static str) -> Trace {
    Trace { mnemonic, function: "" }
}

/// The accelerators at work in an operation, those of this processor's architecture.
pub fn accelerators(operation: Operation) -> Vec<Accelerator> {
    let [sha1, sha256, sha512, aes, ghash, chacha20] = PARTS;
    match operation {
        Operation::Sha1 => vec![sha1],
        Operation::Sha384 | Operation::Sha512 => vec![sha512],
        Operation::Aes128Ctr
        | Operation::Aes256Ctr
        | Operation::Aes128KwUnwrap
        | Operation::Aes256KwUnwrap
        | Operation::Aes128Cmac
        | Operation::Aes256Cmac => vec![aes],
        Operation::Aes128GcmOpen | Operation::Aes256GcmOpen => vec![aes, ghash],
        Operation::ChaCha20Rng => vec![chacha20],
        Operation::Sha256
        | Operation::HmacSha256
        | Operation::HkdfSha256
        | Operation::P256Verify
        | Operation::P256Sign
        | Operation::Rsa2048Verify
        | Operation::LmsVerify => vec![sha256],
        Operation::MlDsa44Verify | Operation::MlDsa65Verify | Operation::MlDsa87Verify => vec![],
    }
    .into_iter()
    .filter(|accelerator| !accelerator.name.is_empty())
    .collect()
}

/// What to say about the operation beside the accelerators' names.
pub fn remark(operation: Operation) -> &'static str {
    match operation {
        Operation::P256Verify | Operation::P256Sign | Operation::Rsa2048Verify => " (hash only)",
        Operation::Sha1
        | Operation::Sha256
        | Operation::Sha384
        | Operation::Sha512
        | Operation::Aes128Ctr
        | Operation::Aes256Ctr
        | Operation::Aes128GcmOpen
        | Operation::Aes256GcmOpen
        | Operation::Aes128KwUnwrap
        | Operation::Aes256KwUnwrap
        | Operation::Aes128Cmac
        | Operation::Aes256Cmac
        | Operation::HmacSha256
        | Operation::HkdfSha256
        | Operation::ChaCha20Rng
        | Operation::LmsVerify
        | Operation::MlDsa44Verify
        | Operation::MlDsa65Verify
        | Operation::MlDsa87Verify => "",
    }
}

/// SHA-1, SHA-256, SHA-512, AES, GHASH, ChaCha20. A nameless one does not exist on the architecture.
#[cfg(target_arch = "x86_64")]
const PARTS: [Accelerator; 6] = [
    Accelerator { name: "SHA-NI", offered: &["sha"], traces: &[anywhere("sha1rnds4")] },
    Accelerator { name: "SHA-NI", offered: &["sha"], traces: &[anywhere("sha256rnds2")] },
    Accelerator { name: "AVX2", offered: &["avx2"], traces: &[Trace { mnemonic: "vpaddq", function: "sha2" }] },
    Accelerator {
        name: "AES-NI",
        offered: &["aes", "vaes"],
        traces: &[anywhere("aesenc"), anywhere("aesdec"), anywhere("vaesenc"), anywhere("vaesdec")],
    },
    Accelerator { name: "PCLMUL", offered: &["pclmulqdq"], traces: &[anywhere("pclmulqdq"), anywhere("vpclmulqdq")] },
    Accelerator { name: "AVX2", offered: &["avx2"], traces: &[Trace { mnemonic: "vpaddd", function: "chacha20" }] },
];

/// SHA-1, SHA-256, SHA-512, AES, GHASH, ChaCha20. A nameless one does not exist on the architecture.
#[cfg(target_arch = "aarch64")]
const PARTS: [Accelerator; 6] = [
    Accelerator { name: "Arm SHA1", offered: &["sha2"], traces: &[anywhere("sha1c")] },
    Accelerator { name: "Arm SHA2", offered: &["sha2"], traces: &[anywhere("sha256h")] },
    Accelerator { name: "Arm SHA512", offered: &["sha3"], traces: &[anywhere("sha512h")] },
    Accelerator { name: "Arm AES", offered: &["aes"], traces: &[anywhere("aese"), anywhere("aesd")] },
    Accelerator { name: "Arm PMULL", offered: &["pmull"], traces: &[anywhere("pmull")] },
    Accelerator { name: "", offered: &[], traces: &[] },
];

/// SHA-1, SHA-256, SHA-512, AES, GHASH, ChaCha20. A nameless one does not exist on the architecture.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const PARTS: [Accelerator; 6] = [Accelerator { name: "", offered: &[], traces: &[] }; 6];
