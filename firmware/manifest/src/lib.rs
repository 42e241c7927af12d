//! The device's reader for SUIT manifests: a strict subset, decoded in place, never encoded.
//!
//! An update begins with bytes from a stranger, and this crate is the first code that looks at
//! them. So it allocates nothing, recurses nowhere, skips nothing, and panics on nothing: every
//! item is read because the device acts on it, and anything else is rejected by name
//! ([`Reject`]). What a manifest *says* and what a device *believes* are kept apart: hashing and
//! signature checks belong to the caller, who owns the keys.
//!
//! The order of work, as draft-ietf-suit-manifest-37 §6.2 demands it:
//!
//! 1. [`head`] on the bytes received so far, until it answers with a [`Head`].
//! 2. SHA-256 over [`Head::manifest_bstr`] must equal [`Authentication::digest`]: the digest
//!    covers the manifest *with* the header of its byte string (§8.3).
//! 3. A [`Signature`] by a trusted key must hold over [`Signature::to_be_signed`]. It covers the
//!    digest only, so step 2 is what binds the manifest to the signer.
//! 4. [`Manifest::parse`] on [`Head::manifest`].
//! 5. [`member`] for each of the [`Head::members_left`] integrated payloads.
//!
//! Sources: draft-ietf-suit-manifest-37 (in the RFC Editor's queue, no RFC number yet), RFC 8949
//! (CBOR), RFC 9052 and 9053 (COSE), RFC 9864 (ESP256).

#![no_std]

mod cbor;
mod component;
mod cose;
mod digest;
mod envelope;
mod manifest;
mod parameters;
mod reject;
mod sequence;

pub use component::{Component, ComponentId, Order, Orders};
pub use cose::{Algorithm, Authentication, Signature};
pub use envelope::{Head, Member, head, head_even_unsigned, member, whole};
pub use manifest::Manifest;
pub use reject::Reject;

/// The most components one manifest may name. Each costs about 200 bytes of stack.
pub const MAX_COMPONENTS: usize = 4;

/// The most byte strings one component identifier may consist of.
pub const MAX_ID_PARTS: usize = 4;

/// The most authentication blocks one envelope may carry: enough for a threshold of signers, or
/// for a classic and a post-quantum signature side by side.
pub const MAX_SIGNATURES: usize = 4;

/// The most integrated payloads one envelope may carry: one for each component.
pub const MAX_PAYLOADS: usize = MAX_COMPONENTS;

/// The longest head, in bytes, from the first byte of the envelope to the end of the manifest. A
/// device that keeps a buffer of this size can always judge a head. The official examples need
/// between 237 and 403 bytes.
pub const MAX_HEAD_BYTES: usize = 2048;

/// The longest name of an integrated payload, and the longest payload URI, in bytes. They are the
/// same thing: the name of an integrated payload is the URI that asks for it (§7.5).
pub const MAX_URI_BYTES: usize = 128;

/// The largest integrated payload, in bytes: what a 32-bit device can count.
pub const MAX_PAYLOAD_BYTES: u64 = u32::MAX as u64;
