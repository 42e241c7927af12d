//! ML-DSA.
//!
//! The pure variant with an optional context, not the pre-hash variant: that is what COSE uses.

use ml_dsa::{EncodedVerifyingKey, MlDsaParams, Signature, VerifyingKey};

use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn verify<P: MlDsaParams>(inputs: &Inputs<'_>) -> Result<usize, Refused> {
    let key = EncodedVerifyingKey::<P>::try_from(inputs.key).map_err(|_| Refused::Malformed)?;
    let key = VerifyingKey::<P>::decode(&key);
    let signature = Signature::<P>::try_from(inputs.signature).map_err(|_| Refused::Malformed)?;
    if key.verify_with_context(inputs.message, inputs.associated, &signature) { Ok(0) } else { Err(Refused::Invalid) }
}
