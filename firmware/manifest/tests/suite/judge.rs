//! What a careful caller does with a deliverable: parse, compare the digest, verify, parse on.
//!
//! The parser alone decides nothing: a test that stopped at it would call tampered envelopes accepted.

use std::fmt;

use manifest::{Manifest, Reject};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Rejected(Reject),
    DigestDiffers,
    SignatureFails,
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Accepted => f.write_str("accepted"),
            Verdict::Rejected(reason) => write!(f, "rejected: {reason}"),
            Verdict::DigestDiffers => f.write_str("digest differs"),
            Verdict::SignatureFails => f.write_str("signature fails"),
        }
    }
}

pub(crate) fn judge(deliverable: &[u8], key: &VerifyingKey) -> Verdict {
    let head = match manifest::whole(deliverable) {
        Ok(head) => head,
        Err(reason) => return Verdict::Rejected(reason),
    };
    if !digest_matches(&head) {
        return Verdict::DigestDiffers;
    }
    if !every_signature_holds(&head, key) {
        return Verdict::SignatureFails;
    }
    match Manifest::parse(head.manifest()) {
        Ok(_) => Verdict::Accepted,
        Err(reason) => Verdict::Rejected(reason),
    }
}

pub(crate) fn digest_matches(head: &manifest::Head<'_>) -> bool {
    Sha256::digest(head.manifest_bstr())[..] == head.authentication().digest
}

/// Here all of them must hold; a device may be content with one that it trusts.
pub(crate) fn every_signature_holds(head: &manifest::Head<'_>, key: &VerifyingKey) -> bool {
    let authentication = head.authentication();
    let mut signatures = authentication.signatures().peekable();
    signatures.peek().is_some()
        && signatures.all(|signature| {
            let mut covered = Vec::new();
            signature.to_be_signed(authentication.digest_bstr, &mut |piece| covered.extend(piece));
            Signature::from_slice(signature.signature).is_ok_and(|signature| key.verify(&covered, &signature).is_ok())
        })
}
