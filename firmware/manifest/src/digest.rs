//! The SUIT_Digest container: an algorithm and its bytes (draft §10).
//!
//! Only SHA-256, the one algorithm every processor must know. Extensions of the array are
//! rejected, as nothing here could check what they change.

use crate::cbor::{Label, Reader};
use crate::reject::Reject;

/// SHA-256, -16 in the COSE registry.
const SHA_256: Label = Label::Negative(15);

/// Decodes the content of a byte string that holds a SUIT_Digest.
pub(crate) fn sha256(bytes: &[u8]) -> Result<[u8; 32], Reject> {
    let mut reader = Reader::complete(bytes);
    if reader.array()? != 2 {
        return Err(Reject::DigestShape);
    }
    if reader.label()? != SHA_256 {
        return Err(Reject::DigestAlgorithm);
    }
    let digest = reader.bytes()?.try_into().map_err(|_| Reject::DigestSize)?;
    reader.finish()?;
    Ok(digest)
}
