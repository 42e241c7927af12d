//! Random bytes.
//!
//! What is measured is the generator that stretches a seed. Where the seed comes from is the chip's
//! business, and how long that takes no software can say.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};

use super::room;
use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn fill(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    let seed = inputs.key.try_into().map_err(|_| Refused::Malformed)?;
    let output = room(output, inputs.message.len())?;
    ChaCha20Rng::from_seed(seed).fill_bytes(output);
    Ok(output.len())
}
