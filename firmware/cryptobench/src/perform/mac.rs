//! Message authentication and key derivation.
//!
//! HKDF derives as many bytes as the `signature` field is long: the message is its input key, and
//! the protocol has no other field whose length is free.

use hkdf::Hkdf;
use hmac::{KeyInit, Mac};
use sha2::Sha256;

use super::room;
use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn mac<M: Mac + KeyInit>(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    let mut mac = <M as KeyInit>::new_from_slice(inputs.key).map_err(|_| Refused::Malformed)?;
    mac.update(inputs.message);
    let tag = mac.finalize().into_bytes();
    room(output, tag.len())?.copy_from_slice(&tag);
    Ok(tag.len())
}

#[inline(never)]
pub(super) fn derive(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    let output = room(output, inputs.signature.len())?;
    // An absent salt and an empty one are the same: RFC 5869, section 2.2, takes zeros for either.
    Hkdf::<Sha256>::new(Some(inputs.nonce), inputs.message)
        .expand(inputs.associated, output)
        .map_err(|_| Refused::Malformed)?;
    Ok(output.len())
}
