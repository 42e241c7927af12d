//! The software backend, on RustCrypto.
//!
//! It is the reference an accelerator is compared with, and what takes over when one fails.

use aes::Aes128;
use ctr::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::Digest;

use crate::{Crypto, CryptoError, Served, Sha256};

/// Code on the processor; it cannot fail, so its errors are about the data only.
#[derive(Clone, Debug, Default)]
pub struct Software {
    served: Served,
}

/// A SHA-256 in software.
pub struct SoftwareSha256(sha2::Sha256);

impl Sha256 for SoftwareSha256 {
    fn update(&mut self, data: &[u8]) -> Result<(), CryptoError> {
        self.0.update(data);
        Ok(())
    }

    fn finish(self) -> Result<[u8; 32], CryptoError> {
        Ok(self.0.finalize().into())
    }
}

impl Software {
    /// A fresh backend.
    pub const fn new() -> Self {
        Self { served: Served { software: 0, accelerator: 0 } }
    }
}

impl Crypto for Software {
    type Sha256 = SoftwareSha256;

    fn sha256(&mut self) -> Result<Self::Sha256, CryptoError> {
        self.served.software += 1;
        Ok(SoftwareSha256(sha2::Sha256::new()))
    }

    fn verify_p256(&mut self, point: &[u8; 64], digest: &[u8; 32], signature: &[u8; 64]) -> Result<(), CryptoError> {
        self.served.software += 1;
        let mut sec1 = [0x04; 65];
        sec1[1..].copy_from_slice(point);
        let key = VerifyingKey::from_sec1_bytes(&sec1).map_err(|_| CryptoError::BadKey)?;
        let signature = Signature::from_slice(signature).map_err(|_| CryptoError::BadSignature)?;
        key.verify_prehash(digest, &signature).map_err(|_| CryptoError::BadSignature)
    }

    fn aes128_ctr(
        &mut self,
        key: &[u8; 16],
        iv: &[u8; 16],
        offset_bytes: u64,
        data: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.served.software += 1;
        let mut cipher = ctr::Ctr128BE::<Aes128>::new(key.into(), iv.into());
        cipher.try_seek(offset_bytes).map_err(|_| CryptoError::Backend)?;
        cipher.try_apply_keystream(data).map_err(|_| CryptoError::Backend)
    }

    fn served(&self) -> Served {
        self.served
    }
}
