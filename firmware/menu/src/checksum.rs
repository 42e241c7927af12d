//! CRC-32, the checksum of records in flash and of images.
//!
//! It tells a torn or corrupted thing from a whole one and nothing more: whoever changes the bytes on
//! purpose computes it anew (NTIA-SIGN-10).

/// What is left of a sequence of bytes that ends in its own checksum, least significant byte first.
const RESIDUE: u32 = 0x2144_df1c;

/// CRC-32 (IEEE 802.3, reflected) of bytes that come piece by piece.
///
/// Bit by bit: a table would cost more flash than its speed is worth here.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Crc32 {
    /// The checksum of no bytes.
    pub const fn new() -> Self {
        Self(u32::MAX)
    }

    /// Takes a piece.
    pub fn update(&mut self, piece: &[u8]) {
        for byte in piece {
            self.0 ^= u32::from(*byte);
            for _ in 0..8 {
                self.0 = if self.0 & 1 == 1 { self.0 >> 1 ^ 0xedb8_8320 } else { self.0 >> 1 };
            }
        }
    }

    /// The checksum of all pieces.
    pub const fn value(self) -> u32 {
        !self.0
    }

    /// Whether the pieces end in the checksum of what comes before it, as every image does.
    pub const fn is_sealed(self) -> bool {
        self.value() == RESIDUE
    }
}

impl Default for Crc32 {
    fn default() -> Self {
        Self::new()
    }
}

/// The checksum of bytes that are all there.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc32::new();
    crc.update(bytes);
    crc.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc_is_the_standard_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn bytes_that_end_in_their_checksum_are_sealed_and_others_are_not() {
        let mut crc = Crc32::new();
        crc.update(b"1234");
        crc.update(b"56789");
        assert!(!crc.is_sealed());
        crc.update(&0xcbf4_3926_u32.to_le_bytes());
        assert!(crc.is_sealed());
        crc.update(&[0]);
        assert!(!crc.is_sealed());
    }
}
