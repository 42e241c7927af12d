//! A reader of the envelopes under test, built on `ciborium` and used by tests only.
//!
//! It panics on anything unexpected, which in a test is the message. It does not ask for deterministic
//! encoding: the third-party test does.

use ciborium::Value;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use publisher::Signer;
use sha2::{Digest, Sha256};

/// An envelope taken apart.
pub(crate) struct Envelope {
    /// The content of the SUIT_Digest's byte string.
    pub(crate) suit_digest: Vec<u8>,
    /// The COSE_Sign1, if there is one.
    pub(crate) block: Option<Sign1>,
    /// The content of the manifest's byte string.
    pub(crate) manifest: Vec<u8>,
    /// Integrated payloads in the order in which they stand.
    pub(crate) payloads: Vec<(String, Vec<u8>)>,
}

/// A COSE_Sign1 with a nil payload and an empty unprotected header.
pub(crate) struct Sign1 {
    pub(crate) protected: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Envelope {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let Value::Tag(107, envelope) = decode(bytes) else { panic!("not a SUIT envelope") };
        let mut pairs = pairs(*envelope).into_iter();
        let (key, wrapper) = pairs.next().expect("an authentication wrapper");
        assert_eq!(key, Value::from(2));
        let (key, manifest) = pairs.next().expect("a manifest");
        assert_eq!(key, Value::from(3));
        let payloads = pairs.map(|(key, value)| (key.into_text().expect("a URI"), bytes_of(value)));

        let mut wrapper = items(decode(&bytes_of(wrapper))).into_iter();
        let suit_digest = bytes_of(wrapper.next().expect("a digest"));
        let block = wrapper.next().map(|block| Sign1::read(&bytes_of(block)));
        assert_eq!(wrapper.next(), None);
        Self { suit_digest, block, manifest: bytes_of(manifest), payloads: payloads.collect() }
    }

    /// Whether the wrapper's digest is the manifest's, and every image digest its payload's.
    pub(crate) fn digests_hold(&self) -> bool {
        let as_byte_string = encode(&Value::Bytes(self.manifest.clone()));
        self.suit_digest == suit_digest(&as_byte_string) && self.image_digests_hold()
    }

    /// Whether every image digest in the shared sequence is that of the payload of its component.
    pub(crate) fn image_digests_hold(&self) -> bool {
        let mut expected: Vec<_> = self.payloads.iter().map(|(_, payload)| suit_digest(payload)).collect();
        let common = decode(&bytes_of(value_of(&decode(&self.manifest), 3)));
        let shared = items(decode(&bytes_of(value_of(&common, 4))));
        let mut found: Vec<_> =
            shared.iter().filter(|item| item.is_map()).map(|map| bytes_of(value_of(map, 3))).collect();
        expected.sort();
        found.sort();
        expected == found
    }

    /// Whether the signature is there and is `signer`'s over the wrapper's digest.
    pub(crate) fn is_signed_by(&self, signer: &Signer) -> bool {
        let Some(block) = &self.block else { return false };
        let structure = Value::Array(vec![
            Value::from("Signature1"),
            Value::Bytes(block.protected.clone()),
            Value::Bytes(Vec::new()),
            Value::Bytes(self.suit_digest.clone()),
        ]);
        let key = VerifyingKey::from_sec1_bytes(&signer.public_sec1()).expect("a point on the curve");
        Signature::from_slice(&block.signature)
            .is_ok_and(|signature| key.verify(&encode(&structure), &signature).is_ok())
    }
}

impl Sign1 {
    fn read(bytes: &[u8]) -> Self {
        let Value::Tag(18, block) = decode(bytes) else { panic!("not a tagged COSE_Sign1") };
        let [protected, unprotected, payload, signature] =
            items(*block).try_into().expect("the four items of a COSE_Sign1");
        assert_eq!(unprotected, Value::Map(Vec::new()));
        assert_eq!(payload, Value::Null);
        Self { protected: bytes_of(protected), signature: bytes_of(signature) }
    }
}

/// The encoded `[-16, SHA-256 of data]`.
pub(crate) fn suit_digest(data: &[u8]) -> Vec<u8> {
    let digest = Sha256::digest(data).to_vec();
    encode(&Value::Array(vec![Value::from(-16), Value::Bytes(digest)]))
}

/// Decodes one item, which must be all there is.
pub(crate) fn decode(mut bytes: &[u8]) -> Value {
    let value = ciborium::from_reader(&mut bytes).expect("well-formed CBOR");
    assert_eq!(bytes.len(), 0, "nothing stands after the item");
    value
}

pub(crate) fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("memory takes all");
    bytes
}

/// The value under an integer key.
pub(crate) fn value_of(map: &Value, key: i64) -> Value {
    let pairs = map.as_map().expect("a map");
    let found = pairs.iter().find(|(candidate, _)| *candidate == Value::from(key));
    found.unwrap_or_else(|| panic!("key {key} is missing")).1.clone()
}

pub(crate) fn bytes_of(value: Value) -> Vec<u8> {
    value.into_bytes().expect("a byte string")
}

pub(crate) fn items(value: Value) -> Vec<Value> {
    value.into_array().expect("an array")
}

fn pairs(value: Value) -> Vec<(Value, Value)> {
    value.into_map().expect("a map")
}
