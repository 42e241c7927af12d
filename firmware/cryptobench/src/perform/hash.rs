//! Hashes, in one go over the whole message.
//!
//! The crates stream; here the message lies in memory as a whole, which is the best case for an
//! accelerator and the usual one for a verification before boot.

use sha2::Digest;

use super::room;
use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn digest<D: Digest>(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    let digest = D::digest(inputs.message);
    room(output, digest.len())?.copy_from_slice(&digest);
    Ok(digest.len())
}
