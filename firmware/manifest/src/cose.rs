//! The authentication wrapper: a digest, and COSE_Sign1 blocks over it (draft §8.3, RFC 9052 §4).
//!
//! Nothing is verified here. The wrapper is taken apart, and [`Signature::to_be_signed`] spells
//! out the bytes that a signature covers, so that the caller can hash them without a buffer.

use crate::MAX_SIGNATURES;
use crate::cbor::{Keys, Kind, Label, NULL, Reader};
use crate::digest;
use crate::reject::Reject;

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Algorithm {
    /// ECDSA with SHA-256 (-7, RFC 9053 §2.1). The curve is the key's; here it is P-256.
    Es256 = 1,
    /// ECDSA on P-256 with SHA-256 (-9, RFC 9864 §2.1). The same mathematics, fully named.
    Esp256 = 2,
}

/// What the envelope says about its origin. It is a claim until it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authentication<'a> {
    /// SHA-256 over [`Head::manifest_bstr`](crate::Head::manifest_bstr), says the envelope.
    pub digest: [u8; 32],
    /// The encoded SUIT_Digest, without the header of its byte string: what signatures cover.
    pub digest_bstr: &'a [u8],
    signatures: [Option<Signature<'a>>; MAX_SIGNATURES],
}

/// One COSE_Sign1 block (RFC 9052 §4.2) with a detached payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    /// How it was made, from the protected header.
    pub algorithm: Algorithm,
    /// Which key made it. Only a hint: it may stand in the unprotected header.
    pub key_id: Option<&'a [u8]>,
    /// The encoded protected header.
    pub protected: &'a [u8],
    /// r and s, 32 bytes each, big-endian.
    pub signature: &'a [u8; 64],
}

impl<'a> Signature<'a> {
    /// Feeds the Sig_structure (RFC 9052 §4.4), piece by piece, to `sink`: what the signer
    /// hashed. `digest_bstr` is [`Authentication::digest_bstr`].
    pub fn to_be_signed(&self, digest_bstr: &[u8], sink: &mut dyn FnMut(&[u8])) {
        sink(b"\x84\x6aSignature1");
        feed_bstr(self.protected, sink);
        feed_bstr(b"", sink); // external_aad: SUIT uses none.
        feed_bstr(digest_bstr, sink);
    }

    fn parse(block: &'a [u8]) -> Result<Self, Reject> {
        let mut reader = Reader::complete(block);
        read_tag(&mut reader)?;
        if reader.array()? != 4 {
            return Err(Reject::SignatureShape);
        }
        let protected = reader.bytes()?;
        let signed = Headers::parse_protected(protected)?;
        let unsigned = Headers::parse(&mut reader)?;
        if unsigned.algorithm.is_some() {
            return Err(Reject::AlgorithmUnprotected);
        }
        if signed.key_id.is_some() && unsigned.key_id.is_some() {
            return Err(Reject::TwoKeyIds);
        }
        let algorithm = supported(signed.algorithm.ok_or(Reject::AlgorithmMissing)?)?;
        read_detached_payload(&mut reader)?;
        let signature = reader.bytes()?.try_into().map_err(|_| Reject::SignatureSize)?;
        reader.finish()?;
        Ok(Self { algorithm, key_id: signed.key_id.or(unsigned.key_id), protected, signature })
    }
}

impl<'a> Authentication<'a> {
    /// The signatures, in the order of the envelope, [`MAX_SIGNATURES`] at most.
    pub fn signatures(&self) -> impl Iterator<Item = &Signature<'a>> {
        self.signatures.iter().flatten()
    }

    pub(crate) fn parse(wrapper: &'a [u8]) -> Result<Self, Reject> {
        let mut reader = Reader::complete(wrapper);
        let Some(blocks) = reader.array()?.checked_sub(1) else {
            return Err(Reject::DigestMissing);
        };
        if blocks > MAX_SIGNATURES as u64 {
            return Err(Reject::TooManySignatures);
        }
        let digest_bstr = reader.bytes()?;
        let digest = digest::sha256(digest_bstr)?;
        let mut signatures = [None; MAX_SIGNATURES];
        for (_, slot) in (0..blocks).zip(&mut signatures) {
            *slot = Some(Signature::parse(reader.bytes()?)?);
        }
        reader.finish()?;
        Ok(Self { digest, digest_bstr, signatures })
    }
}

fn read_tag(reader: &mut Reader<'_>) -> Result<(), Reject> {
    if reader.kind()? != Kind::Tag {
        return Err(Reject::UnknownAuthentication);
    }
    match reader.tag()? {
        17 => Err(Reject::Mac0),
        18 => Ok(()),
        97 => Err(Reject::Mac),
        98 => Err(Reject::SeveralSigners),
        _ => Err(Reject::UnknownAuthentication),
    }
}

fn supported(algorithm: Label) -> Result<Algorithm, Reject> {
    match algorithm {
        Label::Negative(6) => Ok(Algorithm::Es256),
        Label::Negative(8) => Ok(Algorithm::Esp256),
        Label::Negative(45) => Err(Reject::HssLms),
        Label::Negative(_) | Label::Unsigned(_) => Err(Reject::UnknownAlgorithm),
    }
}

fn read_detached_payload(reader: &mut Reader<'_>) -> Result<(), Reject> {
    if reader.kind()? == Kind::Bytes {
        return Err(Reject::PayloadAttached);
    }
    if reader.simple()? == NULL { Ok(()) } else { Err(Reject::WrongType) }
}

/// The header parameters that mean something here (RFC 9052 §3.1).
#[derive(Default)]
struct Headers<'a> {
    algorithm: Option<Label>,
    key_id: Option<&'a [u8]>,
}

impl<'a> Headers<'a> {
    fn parse_protected(bytes: &'a [u8]) -> Result<Self, Reject> {
        // RFC 9052 §3: an empty protected header is an empty byte string.
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let mut reader = Reader::complete(bytes);
        let headers = Self::parse(&mut reader)?;
        reader.finish()?;
        Ok(headers)
    }

    fn parse(reader: &mut Reader<'a>) -> Result<Self, Reject> {
        let mut headers = Self::default();
        let mut keys = Keys::open(reader)?;
        while let Some(key) = keys.next(reader)? {
            match key {
                Label::Unsigned(1) => headers.algorithm = Some(reader.label()?),
                Label::Unsigned(4) => headers.key_id = Some(reader.bytes()?),
                Label::Unsigned(_) | Label::Negative(_) => return Err(Reject::UnknownCoseHeader),
            }
        }
        Ok(headers)
    }
}

/// Feeds a byte string, its header first, in the shortest form.
fn feed_bstr(bytes: &[u8], sink: &mut dyn FnMut(&[u8])) {
    const BYTES: u8 = 0x40;
    let length = bytes.len() as u64;
    let [.., d, c, b, a] = length.to_be_bytes();
    match length {
        0..=23 => sink(&[BYTES | a]),
        24..=0xff => sink(&[BYTES | 24, a]),
        0x100..=0xffff => sink(&[BYTES | 25, b, a]),
        // No byte string here is longer than a head, so four bytes always do.
        _ => sink(&[BYTES | 26, d, c, b, a]),
    }
    sink(bytes);
}
