//! The software backend, with what each call takes put down on the meter.
//!
//! Results are the software's own. What is computed after the device has stopped reaches nobody.

use crypto::{Crypto, CryptoError, Served, Sha256, Software, SoftwareSha256};

use crate::meter::{Shared, Work};

/// Software whose work takes something.
pub(crate) struct Toiling {
    software: Software,
    meter: Shared,
}

/// A SHA-256 whose work takes something.
pub(crate) struct ToilingSha256 {
    software: SoftwareSha256,
    meter: Shared,
}

impl Toiling {
    pub(crate) fn new(meter: Shared) -> Self {
        Self { software: Software::new(), meter }
    }
}

/// The device may have stopped; the machine will ask the meter itself.
fn note(meter: &Shared, work: Work) {
    let _stopped = meter.borrow_mut().works(work);
}

impl Sha256 for ToilingSha256 {
    fn update(&mut self, data: &[u8]) -> Result<(), CryptoError> {
        note(&self.meter, Work::Hash(data.len()));
        self.software.update(data)
    }

    fn finish(self) -> Result<[u8; 32], CryptoError> {
        self.software.finish()
    }
}

impl Crypto for Toiling {
    type Sha256 = ToilingSha256;

    fn sha256(&mut self) -> Result<ToilingSha256, CryptoError> {
        Ok(ToilingSha256 { software: self.software.sha256()?, meter: self.meter.clone() })
    }

    fn verify_p256(&mut self, point: &[u8; 64], digest: &[u8; 32], signature: &[u8; 64]) -> Result<(), CryptoError> {
        note(&self.meter, Work::Verify);
        self.software.verify_p256(point, digest, signature)
    }

    fn aes128_ctr(
        &mut self,
        key: &[u8; 16],
        iv: &[u8; 16],
        offset_bytes: u64,
        data: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.software.aes128_ctr(key, iv, offset_bytes, data)
    }

    fn served(&self) -> Served {
        self.software.served()
    }
}
