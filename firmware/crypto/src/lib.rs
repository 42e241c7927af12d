//! The device's crypto seam: fallible, streaming, and honest about who served a call.
//!
//! Hardware engines fail, hang and lie, so every call returns a `Result` and a caller must decide
//! what an engine's silence means. (RustCrypto's `Digest` cannot fail, hence our own traits.) The
//! software backend is here; an accelerator's backend lives beside its chip and falls back to it.
#![no_std]

mod software;

pub use software::{Software, SoftwareSha256};

/// Why a crypto call gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CryptoError {
    /// The signature does not verify under this key.
    BadSignature,
    /// The key is not a point of the curve.
    BadKey,
    /// The backend failed or did not answer; nothing is known about the data.
    Backend,
}

/// A SHA-256 in progress (FIPS 180-4).
pub trait Sha256 {
    /// Takes in more of the message.
    fn update(&mut self, data: &[u8]) -> Result<(), CryptoError>;

    /// The digest of everything taken in.
    fn finish(self) -> Result<[u8; 32], CryptoError>;
}

/// Everything agent and first stage compute.
pub trait Crypto {
    /// This backend's SHA-256.
    type Sha256: Sha256;

    /// Begins a SHA-256.
    fn sha256(&mut self) -> Result<Self::Sha256, CryptoError>;

    /// Verifies ECDSA over P-256 (FIPS 186-5) on a SHA-256 digest.
    ///
    /// `point` is x then y, `signature` is r then s, all big-endian. Both halves of the signature
    /// must lie in 1..n; a high s is as good as a low one, as COSE (RFC 9053 section 2.1) has it.
    fn verify_p256(&mut self, point: &[u8; 64], digest: &[u8; 32], signature: &[u8; 64]) -> Result<(), CryptoError>;

    /// Encrypts or decrypts in place with AES-128 in counter mode (NIST SP 800-38A), from byte
    /// `offset_bytes` of the key stream that begins at counter block `iv`.
    fn aes128_ctr(
        &mut self,
        key: &[u8; 16],
        iv: &[u8; 16],
        offset_bytes: u64,
        data: &mut [u8],
    ) -> Result<(), CryptoError>;

    /// How many calls each kind of backend has served.
    fn served(&self) -> Served;
}

/// Calls served so far, by kind of backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// By code on the processor.
    pub software: u32,
    /// By an engine.
    pub accelerator: u32,
}

/// The SHA-256 of one piece of memory.
pub fn digest<C: Crypto>(crypto: &mut C, data: &[u8]) -> Result<[u8; 32], CryptoError> {
    let mut hash = crypto.sha256()?;
    hash.update(data)?;
    hash.finish()
}
