//! Which AES the modes run on: that of the crate `aes`, or a chip's own.
//!
//! The modes are the same either way, so what is compared is the block cipher and nothing else. A
//! chip whose instructions the crate does not know brings its own block cipher.

/// AES with either key length.
#[cfg(any(feature = "cipher", feature = "mac"))]
pub trait Aes {
    /// With keys of 128 bits.
    type Aes128: Both;
    /// With keys of 256 bits.
    type Aes256: Both;
}

/// AES; this build holds none.
#[cfg(not(any(feature = "cipher", feature = "mac")))]
pub trait Aes {}

/// Ciphers that encrypt and decrypt blocks of 16 bytes.
#[cfg(any(feature = "cipher", feature = "mac"))]
pub trait Both:
    aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>
    + aes::cipher::BlockCipherEncrypt
    + aes::cipher::BlockCipherDecrypt
    + aes::cipher::KeyInit
    + Clone
{
}

#[cfg(any(feature = "cipher", feature = "mac"))]
impl<C> Both for C where
    C: aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>
        + aes::cipher::BlockCipherEncrypt
        + aes::cipher::BlockCipherDecrypt
        + aes::cipher::KeyInit
        + Clone
{
}

/// The AES of the crate `aes`, with the backend that it chose when it was compiled.
#[derive(Clone, Copy, Debug)]
pub struct CratesAes;

#[cfg(any(feature = "cipher", feature = "mac"))]
impl Aes for CratesAes {
    type Aes128 = aes::Aes128;
    type Aes256 = aes::Aes256;
}

#[cfg(not(any(feature = "cipher", feature = "mac")))]
impl Aes for CratesAes {}
