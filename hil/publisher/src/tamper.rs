//! What an attacker without any key can do to a deliverable.
//!
//! A naive change is caught by the first digest it breaks, and then proves little about the signature.
//! A competent attacker repairs everything that needs no key: with [`FixUp::UnkeyedDigests`] a changed
//! deliverable is consistent in itself, and only the signature stands against it. Whatever is asked
//! for here happens or is an error: an attack that does nothing must not count as one.

use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::checksum;
use crate::deliverable::Deliverable;
use crate::error::PublisherError;
use crate::release::{self, Authentication};

/// A part of a deliverable that can be aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The images, one after the other in the order of the components.
    Payload,
    /// The content of the manifest's byte string; the images' digests are in it.
    Manifest,
    /// The signature, `r | s`.
    Signature,
    /// The manifest's digest in the authentication wrapper.
    Digest,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Payload => "payload",
            Part::Manifest => "manifest",
            Part::Signature => "signature",
            Part::Digest => "digest",
        })
    }
}

/// What the attacker repairs after the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixUp {
    /// Nothing.
    None,
    /// Every checksum and digest that depends on what was changed: for a payload the checksum that
    /// closes it and its digest in the manifest, then for a changed manifest the digest in the wrapper.
    UnkeyedDigests,
}

/// Inverts the `bits` lowest bits (1 to 8) of one byte of `part`, then repairs what `fix_up` says.
///
/// # Errors
/// The byte is outside the part (also: there is no signature), the number of bits is not 1 to 8, or
/// the change hit a digest that the repair set right again.
pub fn flip_bits(
    deliverable: &Deliverable,
    part: Part,
    byte_offset: usize,
    bits: u8,
    fix_up: FixUp,
) -> Result<Deliverable, PublisherError> {
    if !(1..=8).contains(&bits) {
        return Err(PublisherError::FlipCount { bits });
    }
    let position = position_of(deliverable, part, byte_offset)?;
    let mut tampered = deliverable.clone();
    let sealed = sealed_payloads(deliverable);
    tampered.bytes[position] ^= u8::MAX >> (8 - bits);
    match fix_up {
        FixUp::None => {}
        FixUp::UnkeyedDigests => recompute_digests(&mut tampered, part, &sealed),
    }
    if tampered.bytes[position] == deliverable.bytes[position] {
        return Err(PublisherError::FlipUndone { part, byte_offset });
    }
    Ok(tampered)
}

/// The size of `part` in bytes; 0 for the signature of an unsigned deliverable.
pub fn part_len(deliverable: &Deliverable, part: Part) -> usize {
    ranges_of(deliverable, part).iter().map(Range::len).sum()
}

/// Takes the signature away and leaves a well-formed envelope with the manifest's digest alone.
///
/// # Errors
/// There is no signature.
pub fn strip_signature(deliverable: &Deliverable) -> Result<Deliverable, PublisherError> {
    let Deliverable { bytes, map } = deliverable;
    if map.signature.is_none() {
        return Err(PublisherError::NotSigned);
    }
    let digest = bytes[map.wrapper_digest.clone()].try_into().expect("a SHA-256 has 32 bytes");
    let unsigned = release::wrapper(digest, Authentication::DigestOnly);
    let unsigned = unsigned.as_bytes();

    let mut stripped = bytes.clone();
    stripped.splice(map.wrapper.clone(), unsigned.iter().copied());
    let map = map.without_signature(map.wrapper.len() - unsigned.len());
    Ok(Deliverable { bytes: stripped, map })
}

/// The payloads that end in their checksum.
fn sealed_payloads(deliverable: &Deliverable) -> Vec<Range<usize>> {
    let Deliverable { bytes, map } = deliverable;
    let payloads = map.components.iter().map(|component| component.payload.clone());
    payloads.filter(|payload| checksum::is_sealed(&bytes[payload.clone()])).collect()
}

/// Recomputes the checksums and digests above the changed part, from the inside to the outside.
fn recompute_digests(deliverable: &mut Deliverable, changed: Part, sealed: &[Range<usize>]) {
    match changed {
        Part::Payload => {
            for payload in sealed {
                checksum::seal_anew(&mut deliverable.bytes[payload.clone()]);
            }
            recompute_image_digests(deliverable);
            recompute_wrapper_digest(deliverable);
        }
        Part::Manifest | Part::Digest => recompute_wrapper_digest(deliverable),
        // No digest covers the signature.
        Part::Signature => {}
    }
}

fn recompute_image_digests(deliverable: &mut Deliverable) {
    let Deliverable { bytes, map } = deliverable;
    for component in &map.components {
        let digest = Sha256::digest(&bytes[component.payload.clone()]);
        for place in &component.image_digests {
            bytes[place.clone()].copy_from_slice(&digest);
        }
    }
}

fn recompute_wrapper_digest(deliverable: &mut Deliverable) {
    let Deliverable { bytes, map } = deliverable;
    let digest = release::manifest_digest(&bytes[map.manifest.clone()]);
    bytes[map.wrapper_digest.clone()].copy_from_slice(&digest);
}

fn position_of(deliverable: &Deliverable, part: Part, byte_offset: usize) -> Result<usize, PublisherError> {
    ranges_of(deliverable, part).into_iter().flatten().nth(byte_offset).ok_or_else(|| {
        let part_size_bytes = part_len(deliverable, part);
        PublisherError::OutsidePart { part, byte_offset, part_size_bytes }
    })
}

fn ranges_of(deliverable: &Deliverable, part: Part) -> Vec<Range<usize>> {
    let map = &deliverable.map;
    match part {
        Part::Payload => map.components.iter().map(|c| c.payload.clone()).collect(),
        Part::Manifest => vec![map.manifest.clone()],
        Part::Signature => map.signature.iter().cloned().collect(),
        Part::Digest => vec![map.wrapper_digest.clone()],
    }
}
