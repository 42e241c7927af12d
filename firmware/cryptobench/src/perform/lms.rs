//! HSS/LMS with SHA-256.
//!
//! One function verifies every tree: the key says which. CNSA 2.0 allows a single level only; the
//! bench's keys keep to that. Lengths are checked here first, because `hbs-lms` 0.2.0-alpha.1 panics
//! on a key or signature that ends too early.

use hbs_lms::Sha256_256;

use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn verify(inputs: &Inputs<'_>) -> Result<usize, Refused> {
    whole(inputs.key, inputs.signature).ok_or(Refused::Malformed)?;
    hbs_lms::verify::<Sha256_256>(inputs.message, inputs.signature, inputs.key).map_err(|_| Refused::Invalid)?;
    Ok(0)
}

/// Whether key and signature are exactly as long as the types in them say (RFC 8554, sections 6.1 and 6.2).
fn whole(key: &[u8], signature: &[u8]) -> Option<()> {
    let mut key = Bytes(key);
    let levels = key.number()?;
    key.public_key()?;
    key.end()?;
    let mut signature = Bytes(signature);
    let signed_keys = signature.number()?;
    if !(1..=MAX_LEVELS).contains(&levels) || signed_keys != levels - 1 {
        return None;
    }
    for _ in 0..signed_keys {
        signature.signature()?;
        signature.public_key()?;
    }
    signature.signature()?;
    signature.end()
}

/// Bytes of a hash.
const N: usize = 32;
/// RFC 8554, section 6: an HSS has eight levels at most.
const MAX_LEVELS: u32 = 8;

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn skip(&mut self, size: usize) -> Option<()> {
        self.0 = self.0.get(size..)?;
        Some(())
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    /// Type of the tree, type of the one-time signature, identifier, root.
    fn public_key(&mut self) -> Option<()> {
        tree_height(self.number()?)?;
        chains(self.number()?)?;
        self.skip(16 + N)
    }

    /// Leaf, one-time signature with its type and randomiser, type of the tree, path.
    fn signature(&mut self) -> Option<()> {
        self.skip(4)?;
        let chains = chains(self.number()?)?;
        self.skip(N + chains * N)?;
        let height = tree_height(self.number()?)?;
        self.skip(height * N)
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// LMS_SHA256_M32_H5 to H25 (RFC 8554, section 5.1).
fn tree_height(lms_type: u32) -> Option<usize> {
    [5, 10, 15, 20, 25].get(usize::try_from(lms_type.checked_sub(5)?).ok()?).copied()
}

/// LMOTS_SHA256_N32_W1 to W8 (RFC 8554, section 4.1).
fn chains(lmots_type: u32) -> Option<usize> {
    [265, 133, 67, 34].get(usize::try_from(lmots_type.checked_sub(1)?).ok()?).copied()
}
