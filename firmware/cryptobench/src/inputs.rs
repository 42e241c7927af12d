//! What goes into an operation.
//!
//! One shape for all: a bench that can send five fields can drive every operation, today's and
//! tomorrow's. Keys come as bytes and are expanded inside the measured stretch, as a device does
//! that has just read them from its flash.

/// What goes into an operation. Fields that an operation does not need stay empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs<'a> {
    /// Secret or public key, seed, or, for RSA, the modulus.
    ///
    /// P-256: 65 bytes of SEC 1 to verify, 32 to sign. LMS, ML-DSA: as their standards encode keys.
    pub key: &'a [u8],
    /// Nonce, initial counter block, or HKDF's salt.
    pub nonce: &'a [u8],
    /// Associated data, HKDF's info, ML-DSA's context, or, for RSA, the public exponent.
    pub associated: &'a [u8],
    /// Message, ciphertext, wrapped key, HKDF's input key; random bytes come as many as there are here.
    pub message: &'a [u8],
    /// Signature, or GCM's tag. For HKDF: as many bytes as are to be derived.
    pub signature: &'a [u8],
}

impl Inputs<'_> {
    /// The most bytes that an output can be longer than the message: a hash, a tag, a signature.
    pub const OUTPUT_MARGIN_BYTES: usize = 64;
}

/// Fills a message with bytes that are easy to make on both sides and look like nothing in
/// particular: xorshift32 (Marsaglia, 2003), lowest byte of each state.
pub fn fill_with_pattern(message: &mut [u8]) {
    let mut state = 0x9e37_79b9_u32;
    for byte in message {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *byte = state as u8;
    }
}
