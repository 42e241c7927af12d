//! The checksum that closes an image: CRC-32 of everything before it, least significant byte first.
//!
//! Devices that know no signature live by it. It protects from noise and from nobody, so whoever
//! changes an image on purpose computes it anew.
//!
//! Before the checksum stand a few bytes of filler that no program uses. An image changed *there* runs as
//! before, so that whether it was taken does not depend on which instruction a change happens to hit.

use crc::{CRC_32_ISO_HDLC, Crc};

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Size of the checksum in bytes.
pub(crate) const CHECKSUM_BYTES: usize = 4;

/// Size of the filler in bytes.
const FILLER_BYTES: usize = 4;
/// What the filler consists of: what an erased byte looks like.
const FILLER: u8 = 0xff;

/// Appends filler and checksum to code, which makes it an image.
pub fn seal(mut code: Vec<u8>) -> Vec<u8> {
    code.extend_from_slice(&[FILLER; FILLER_BYTES]);
    let checksum = CRC.checksum(&code);
    code.extend_from_slice(&checksum.to_le_bytes());
    code
}

/// Offset of the filler in an image of this size, or `None` where it is too small to be one.
pub const fn filler_at(image_bytes: usize) -> Option<usize> {
    image_bytes.checked_sub(CHECKSUM_BYTES + FILLER_BYTES)
}

/// Whether these bytes end in their checksum.
pub(crate) fn is_sealed(image: &[u8]) -> bool {
    image.split_last_chunk::<CHECKSUM_BYTES>().is_some_and(|(code, end)| CRC.checksum(code).to_le_bytes() == *end)
}

/// Makes the last bytes the checksum of what stands before them.
pub(crate) fn seal_anew(image: &mut [u8]) {
    if let Some((code, end)) = image.split_last_chunk_mut::<CHECKSUM_BYTES>() {
        *end = CRC.checksum(code).to_le_bytes();
    }
}
