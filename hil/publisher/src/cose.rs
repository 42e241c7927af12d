//! COSE_Sign1 as SUIT uses it: over a detached SUIT_Digest (RFC 9052 section 4.2).
//!
//! The unprotected header is empty. A key identifier there would not be covered by the signature, so a
//! device could only use it as a hint, and a device with one trust anchor has no use for a hint.

use crate::cbor::{Mark, Writer};
use crate::keys::Signer;

/// The tag of a COSE_Sign1 structure (RFC 9052 table 1).
const COSE_SIGN1_TAG: u64 = 18;
/// The header parameter that names the algorithm (RFC 9052 section 3.1).
const HEADER_ALG: u64 = 1;

/// The name under which a P-256 / SHA-256 signature is announced. The signature itself is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ES256, COSE number -7: ECDSA with SHA-256 on any curve (RFC 9053 section 2.1).
    Es256,
    /// ESP256, COSE number -9: ECDSA with SHA-256 on P-256 only (RFC 9864 section 2.1).
    Esp256,
}

impl Algorithm {
    /// The number in IANA's registry "COSE Algorithms".
    pub fn cose_number(self) -> i64 {
        match self {
            Algorithm::Es256 => -7,
            Algorithm::Esp256 => -9,
        }
    }
}

/// Signs `payload` and returns the tagged COSE_Sign1 with a nil (detached) payload.
pub(crate) fn sign1_detached(signer: &Signer, algorithm: Algorithm, payload: &[u8]) -> Writer {
    let mut protected = Writer::new();
    protected.map(1).unsigned(HEADER_ALG).integer(algorithm.cose_number());

    let to_be_signed = sig_structure(protected.as_bytes(), payload);
    let signature = signer.sign(to_be_signed.as_bytes());

    let mut block = Writer::new();
    block.tag(COSE_SIGN1_TAG).array(4);
    block.embed(protected).map(0).null();
    block.marked_bytes(Mark::Signature, &signature);
    block
}

/// The bytes that a COSE_Sign1 signature covers (RFC 9052 section 4.4), without external data.
fn sig_structure(protected: &[u8], payload: &[u8]) -> Writer {
    let mut structure = Writer::new();
    structure.array(4).text("Signature1");
    structure.bytes(protected).bytes(&[]).bytes(payload);
    structure
}
