//! AES: counter mode, opening GCM, unwrapping keys.
//!
//! All three read the message and write the output without a copy between them, as a device does
//! that decrypts from one buffer into another.

use aes::cipher::inout::InOutBuf;
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, InnerIvInit, KeyInit, StreamCipher,
    consts::{U12, U16},
};
use aes_gcm::AesGcm;
use aes_gcm::aead::AeadInOut;
use aes_kw::AesKw;
use ctr::cipher::common::InnerInit;
use ctr::{Ctr128BE, CtrCore};

use super::room;
use crate::inputs::Inputs;
use crate::message::Refused;

#[inline(never)]
pub(super) fn counter<C>(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let cipher = C::new_from_slice(inputs.key).map_err(|_| Refused::Malformed)?;
    let counter = inputs.nonce.try_into().map_err(|_| Refused::Malformed)?;
    let output = room(output, inputs.message.len())?;
    let mut stream = Ctr128BE::<C>::from_core(CtrCore::inner_iv_init(cipher, counter));
    let buffer = InOutBuf::new(inputs.message, output).map_err(|_| Refused::TooLarge)?;
    stream.try_apply_keystream_inout(buffer).map_err(|_| Refused::Malformed)?;
    Ok(inputs.message.len())
}

#[inline(never)]
pub(super) fn open<C>(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let cipher = AesGcm::<C, U12>::new_from_slice(inputs.key).map_err(|_| Refused::Malformed)?;
    let nonce = inputs.nonce.try_into().map_err(|_| Refused::Malformed)?;
    let tag = inputs.signature.try_into().map_err(|_| Refused::Malformed)?;
    let output = room(output, inputs.message.len())?;
    let buffer = InOutBuf::new(inputs.message, output).map_err(|_| Refused::TooLarge)?;
    cipher.decrypt_inout_detached(nonce, inputs.associated, buffer, tag).map_err(|_| Refused::Invalid)?;
    Ok(inputs.message.len())
}

#[inline(never)]
pub(super) fn unwrap<C>(inputs: &Inputs<'_>, output: &mut [u8]) -> Result<usize, Refused>
where
    C: BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let cipher = C::new_from_slice(inputs.key).map_err(|_| Refused::Malformed)?;
    // RFC 3394, section 2: at least two blocks of 64 bits, and the integrity block before them. The
    // crate unwraps less as well.
    if inputs.message.len() < 24 {
        return Err(Refused::Malformed);
    }
    match AesKw::inner_init(cipher).unwrap_key(inputs.message, output) {
        Ok(key) => Ok(key.len()),
        Err(aes_kw::Error::InvalidDataSize) => Err(Refused::Malformed),
        Err(aes_kw::Error::InvalidOutputSize { .. }) => Err(Refused::TooLarge),
        Err(aes_kw::Error::IntegrityCheckFailed) => Err(Refused::Invalid),
    }
}
