//! The checksum that closes an image: CRC-32 of everything before it, least significant byte first.
//!
//! Devices that know no signature live by it. It protects from noise and from nobody, so whoever
//! changes an image on purpose computes it anew.

use crc::{CRC_32_ISO_HDLC, Crc};

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Size of the checksum in bytes.
pub(crate) const CHECKSUM_BYTES: usize = 4;

/// Appends the checksum to code, which makes it an image.
pub fn seal(mut code: Vec<u8>) -> Vec<u8> {
    let checksum = CRC.checksum(&code);
    code.extend_from_slice(&checksum.to_le_bytes());
    code
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
