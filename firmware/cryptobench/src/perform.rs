//! Does one operation, once, in software or with whatever the crates found when they were compiled.
//!
//! Each family of operations has its file and its cargo feature, so that a chip takes what fits. The
//! functions are never inlined: one frame for all of them would have the stack of the hungriest.

#[cfg(feature = "cipher")]
mod cipher;
#[cfg(feature = "hash")]
mod hash;
#[cfg(feature = "lms")]
mod lms;
#[cfg(feature = "mac")]
mod mac;
#[cfg(feature = "ml-dsa")]
mod ml_dsa;
#[cfg(feature = "p256")]
mod p256;
#[cfg(feature = "random")]
mod random;
#[cfg(feature = "rsa")]
mod rsa;

use crate::block_cipher::{Aes, CratesAes};
use crate::inputs::Inputs;
use crate::message::Refused;
use crate::operation::Operation;

/// Does an operation and returns how many bytes of `output` it filled. Verification fills none.
///
/// # Errors
/// Inputs that the operation cannot take or that do not verify, an `output` that is too short, or an
/// operation that this build does not hold.
#[inline(always)]
pub fn perform(operation: Operation, inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    perform_with::<CratesAes>(operation, inputs, output)
}

/// As [`perform`], with another AES in all its modes.
///
/// # Errors
/// As [`perform`].
// Inlined, so that a program which always does the same operation holds no other.
#[inline(always)]
pub fn perform_with<A: Aes>(operation: Operation, inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused> {
    match operation {
        #[cfg(feature = "hash")]
        Operation::Sha1 => hash::digest::<sha1::Sha1>(inputs, output),
        #[cfg(feature = "hash")]
        Operation::Sha256 => hash::digest::<sha2::Sha256>(inputs, output),
        #[cfg(feature = "hash")]
        Operation::Sha384 => hash::digest::<sha2::Sha384>(inputs, output),
        #[cfg(feature = "hash")]
        Operation::Sha512 => hash::digest::<sha2::Sha512>(inputs, output),
        #[cfg(feature = "cipher")]
        Operation::Aes128Ctr => cipher::counter::<A::Aes128>(inputs, output),
        #[cfg(feature = "cipher")]
        Operation::Aes256Ctr => cipher::counter::<A::Aes256>(inputs, output),
        #[cfg(feature = "cipher")]
        Operation::Aes128GcmOpen => cipher::open::<A::Aes128>(inputs, output),
        #[cfg(feature = "cipher")]
        Operation::Aes256GcmOpen => cipher::open::<A::Aes256>(inputs, output),
        #[cfg(feature = "cipher")]
        Operation::Aes128KwUnwrap => cipher::unwrap::<A::Aes128>(inputs, output),
        #[cfg(feature = "cipher")]
        Operation::Aes256KwUnwrap => cipher::unwrap::<A::Aes256>(inputs, output),
        #[cfg(feature = "mac")]
        Operation::Aes128Cmac => mac::mac::<cmac::Cmac<A::Aes128>>(inputs, output),
        #[cfg(feature = "mac")]
        Operation::Aes256Cmac => mac::mac::<cmac::Cmac<A::Aes256>>(inputs, output),
        #[cfg(feature = "mac")]
        Operation::HmacSha256 => mac::mac::<hmac::Hmac<sha2::Sha256>>(inputs, output),
        #[cfg(feature = "mac")]
        Operation::HkdfSha256 => mac::derive(inputs, output),
        #[cfg(feature = "random")]
        Operation::ChaCha20Rng => random::fill(inputs, output),
        #[cfg(feature = "p256")]
        Operation::P256Verify => p256::verify(inputs),
        #[cfg(feature = "p256")]
        Operation::P256Sign => p256::sign(inputs, output),
        #[cfg(feature = "rsa")]
        Operation::Rsa2048Verify => rsa::verify(inputs),
        #[cfg(feature = "lms")]
        Operation::LmsVerify => lms::verify(inputs),
        #[cfg(feature = "ml-dsa")]
        Operation::MlDsa44Verify => ml_dsa::verify::<::ml_dsa::MlDsa44>(inputs),
        #[cfg(feature = "ml-dsa")]
        Operation::MlDsa65Verify => ml_dsa::verify::<::ml_dsa::MlDsa65>(inputs),
        #[cfg(feature = "ml-dsa")]
        Operation::MlDsa87Verify => ml_dsa::verify::<::ml_dsa::MlDsa87>(inputs),
        #[cfg(not(all(
            feature = "hash",
            feature = "cipher",
            feature = "mac",
            feature = "random",
            feature = "p256",
            feature = "rsa",
            feature = "lms",
            feature = "ml-dsa"
        )))]
        missing => not_built(missing, inputs, output),
    }
}

/// Takes what [`perform`] takes, so that nothing there is unused, however little is built.
#[cfg(not(all(
    feature = "hash",
    feature = "cipher",
    feature = "mac",
    feature = "random",
    feature = "p256",
    feature = "rsa",
    feature = "lms",
    feature = "ml-dsa"
)))]
fn not_built(_missing: Operation, _inputs: &Inputs<'_>, _output: &mut [u8]) -> Result<usize, Refused> {
    Err(Refused::NotBuilt)
}

/// The beginning of `output`, so many bytes long.
#[cfg(any(feature = "hash", feature = "cipher", feature = "mac", feature = "random", feature = "p256"))]
fn room(output: &mut [u8], size: usize) -> Result<&mut [u8], Refused> {
    output.get_mut(..size).ok_or(Refused::TooLarge)
}
