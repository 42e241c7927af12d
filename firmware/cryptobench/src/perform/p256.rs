//! ECDSA over P-256 with SHA-256.
//!
//! Signatures are 64 bytes, r and s one after the other, as COSE has them (RFC 9053, 2.1).

use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

use super::room;
use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn verify(inputs: &Inputs<'_>) -> Result<usize, Refused> {
    let key = VerifyingKey::from_sec1_bytes(inputs.key).map_err(|_| Refused::Malformed)?;
    let signature = Signature::from_slice(inputs.signature).map_err(|_| Refused::Malformed)?;
    key.verify(inputs.message, &signature).map_err(|_| Refused::Invalid)?;
    Ok(0)
}

#[inline(never)]
pub(super) fn sign(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    let key = SigningKey::from_slice(inputs.key).map_err(|_| Refused::Malformed)?;
    let signature: Signature = key.sign(inputs.message);
    let bytes = signature.to_bytes();
    room(output, bytes.len())?.copy_from_slice(&bytes);
    Ok(bytes.len())
}
