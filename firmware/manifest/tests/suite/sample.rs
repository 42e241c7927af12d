//! Manifests and envelopes built for tests, good ones first; the tests then spoil them.
//!
//! The keys are made from constants: a test that fails today fails tomorrow.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::encode::{array, bytes, header, int, map, null, tag, text, uint};

pub(crate) const VENDOR: [u8; 16] = [0x11; 16];
pub(crate) const CLASS: [u8; 16] = [0x22; 16];
pub(crate) const DIGEST: [u8; 32] = [0x33; 32];
pub(crate) const OTHER_DIGEST: [u8; 32] = [0x44; 32];
pub(crate) const SIZE_BYTES: u64 = 34_768;
pub(crate) const URI: &str = "#image";
pub(crate) const SEQUENCE: u64 = 7;

/// ES256 in the COSE registry.
pub(crate) const ES256: i64 = -7;
/// ESP256 in the COSE registry.
pub(crate) const ESP256: i64 = -9;

/// A command and its argument.
pub(crate) type Command = (i64, Vec<u8>);

/// The pieces of a manifest. A sequence without commands is left out.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) components: Vec<Vec<u8>>,
    pub(crate) shared: Vec<Command>,
    pub(crate) payload_fetch: Vec<Command>,
    pub(crate) install: Vec<Command>,
    pub(crate) validate: Vec<Command>,
    pub(crate) load: Vec<Command>,
    pub(crate) invoke: Vec<Command>,
}

impl Parts {
    /// One component, with all that can be ordered for it.
    pub(crate) fn one() -> Self {
        Self {
            components: vec![array(&[bytes(&[0])])],
            shared: vec![(20, parameters()), (1, uint(15)), (2, uint(15))],
            payload_fetch: vec![],
            install: vec![(20, map(&[(21, text(URI))])), (21, uint(2)), (3, uint(15))],
            validate: vec![(3, uint(15))],
            load: vec![],
            invoke: vec![(23, uint(2))],
        }
    }

    /// Two components; the second has its own image and is only installed.
    pub(crate) fn two() -> Self {
        let second = map(&[(3, bytes(&suit_digest(&OTHER_DIGEST))), (14, uint(1))]);
        Self {
            components: vec![array(&[bytes(&[0])]), array(&[bytes(b"radio"), bytes(&[1])])],
            shared: [select(0), Self::one().shared, select(1), vec![(20, second)]].concat(),
            payload_fetch: vec![],
            install: [
                select(0),
                Self::one().install,
                select(1),
                vec![(20, map(&[(21, text("#radio"))])), (21, uint(2)), (3, uint(15))],
            ]
            .concat(),
            validate: [select(0), vec![(3, uint(15))], select(1), vec![(3, uint(15))]].concat(),
            load: vec![],
            invoke: [select(0), vec![(23, uint(2))]].concat(),
        }
    }

    pub(crate) fn common(&self) -> Vec<u8> {
        let mut members = vec![(2, array(&self.components))];
        if !self.shared.is_empty() {
            members.push((4, bytes(&sequence(&self.shared))));
        }
        map(&members)
    }

    pub(crate) fn members(&self) -> Vec<(i64, Vec<u8>)> {
        let mut members = vec![(1, uint(1)), (2, uint(SEQUENCE)), (3, bytes(&self.common()))];
        let sequences = [(7, &self.validate), (8, &self.load), (9, &self.invoke)];
        let severable = [(16, &self.payload_fetch), (20, &self.install)];
        for (key, commands) in sequences.into_iter().chain(severable) {
            if !commands.is_empty() {
                members.push((key, bytes(&sequence(commands))));
            }
        }
        members
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        map(&self.members())
    }
}

/// The sample of one component, changed.
pub(crate) fn changed(change: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut parts = Parts::one();
    change(&mut parts);
    parts.encode()
}

/// The sample of two components, changed.
pub(crate) fn changed_two(change: impl FnOnce(&mut Parts)) -> Vec<u8> {
    let mut parts = Parts::two();
    change(&mut parts);
    parts.encode()
}

pub(crate) fn select(index: u64) -> Vec<Command> {
    vec![(12, uint(index))]
}

pub(crate) fn parameters() -> Vec<u8> {
    map(&parameter_pairs())
}

pub(crate) fn parameter_pairs() -> Vec<(i64, Vec<u8>)> {
    vec![(1, bytes(&VENDOR)), (2, bytes(&CLASS)), (3, bytes(&suit_digest(&DIGEST))), (14, uint(SIZE_BYTES))]
}

pub(crate) fn sequence(commands: &[Command]) -> Vec<u8> {
    let items: Vec<Vec<u8>> =
        commands.iter().flat_map(|(command, argument)| [int(*command), argument.clone()]).collect();
    array(&items)
}

pub(crate) fn suit_digest(digest: &[u8]) -> Vec<u8> {
    array(&[int(-16), bytes(digest)])
}

/// The SUIT_Digest of a manifest: over its byte string, header included.
pub(crate) fn digest_of(manifest: &[u8]) -> Vec<u8> {
    suit_digest(&Sha256::digest(bytes(manifest)))
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_slice(&[0x5e; 32]).expect("the constant is a valid scalar")
}

/// A COSE_Sign1 block with a detached payload.
pub(crate) fn sign1(protected: &[u8], unprotected: &[u8], signature: &[u8]) -> Vec<u8> {
    tag(18, &array(&[bytes(protected), unprotected.to_vec(), null(), bytes(signature)]))
}

/// A genuine COSE_Sign1 block over a SUIT_Digest.
pub(crate) fn signature_over(digest: &[u8], algorithm: i64) -> Vec<u8> {
    let protected = map(&[(1, int(algorithm))]);
    let covered = array(&[text("Signature1"), bytes(&protected), bytes(&[]), bytes(digest)]);
    let signature: Signature = key().sign(&covered);
    sign1(&protected, &map(&[]), &signature.to_bytes())
}

/// The content of the authentication wrapper.
pub(crate) fn wrapper(digest: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut items = vec![bytes(digest)];
    items.extend(blocks.iter().map(|block| bytes(block)));
    array(&items)
}

pub(crate) fn envelope(wrapper: &[u8], manifest: &[u8], payloads: &[(&str, &[u8])]) -> Vec<u8> {
    let mut members = vec![uint(2), bytes(wrapper), uint(3), bytes(manifest)];
    members.extend(payloads.iter().flat_map(|(name, payload)| [text(name), bytes(payload)]));
    tag(107, &[header(5, 2 + payloads.len() as u64), members.concat()].concat())
}

/// A genuine deliverable.
pub(crate) fn signed(manifest: &[u8], algorithm: i64, payloads: &[(&str, &[u8])]) -> Vec<u8> {
    let digest = digest_of(manifest);
    envelope(&wrapper(&digest, &[signature_over(&digest, algorithm)]), manifest, payloads)
}

/// An envelope without any signature.
pub(crate) fn unsigned(manifest: &[u8]) -> Vec<u8> {
    envelope(&wrapper(&digest_of(manifest), &[]), manifest, &[])
}

/// Genuine deliverables of every accepted shape.
pub(crate) fn corpus() -> Vec<Vec<u8>> {
    let digest = digest_of(&Parts::two().encode());
    let blocks = [signature_over(&digest, ES256), signature_over(&digest, ESP256)];
    vec![
        signed(&Parts::one().encode(), ES256, &[]),
        signed(&Parts::one().encode(), ESP256, &[(URI, b"the image")]),
        signed(&Parts::two().encode(), ES256, &[(URI, &[7; 300]), ("#radio", &[8; 5])]),
        envelope(&wrapper(&digest, &blocks), &Parts::two().encode(), &[]),
    ]
}
