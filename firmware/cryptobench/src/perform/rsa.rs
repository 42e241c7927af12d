//! RSASSA-PKCS1-v1_5 with 2048 bits and SHA-256.
//!
//! The crate computes on the heap, so it stays out of firmware without one.

use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier;
use rsa::{BoxedUint, PublicKey};
use sha2::Sha256;

use crate::inputs::Inputs;
use crate::message::Refused;

/// Length of the modulus.
const MODULUS_BITS: u32 = 2048;
/// Longest exponent taken: 32 bits, twice what anybody uses.
const EXPONENT_BITS: u32 = 32;

#[inline(never)]
pub(super) fn verify(inputs: &Inputs<'_>) -> Result<usize, Refused> {
    let modulus = BoxedUint::from_be_slice(inputs.key, MODULUS_BITS).map_err(|_| Refused::Malformed)?;
    let exponent = BoxedUint::from_be_slice(inputs.associated, EXPONENT_BITS).map_err(|_| Refused::Malformed)?;
    let key = PublicKey::new(modulus, exponent).map_err(|_| Refused::Malformed)?;
    let signature = Signature::try_from(inputs.signature).map_err(|_| Refused::Malformed)?;
    VerifyingKey::<Sha256>::new(key).verify(inputs.message, &signature).map_err(|_| Refused::Invalid)?;
    Ok(0)
}
