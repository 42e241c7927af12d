//! The key that vouches for a report: P-256, given by whoever signs.
//!
//! A report signs nothing by itself. Signatures are deterministic (RFC 6979), so that a report signed
//! twice is the same bytes.

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use thiserror::Error;

/// A private key that signs reports.
pub struct ReportKey {
    key: SigningKey,
    public: PublicKey,
}

/// A public key that a report's signature is checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    id: String,
    pem: String,
}

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// It is no P-256 private key.
    #[error("not a P-256 private key in PKCS#8 PEM: {detail}")]
    Private {
        /// What is wrong.
        detail: String,
    },
    /// It is no P-256 public key.
    #[error("not a P-256 public key in SPKI PEM: {detail}")]
    Public {
        /// What is wrong.
        detail: String,
    },
}

impl ReportKey {
    /// Reads a private key (`-----BEGIN PRIVATE KEY-----`).
    ///
    /// # Errors
    /// Where it is none, or one of another curve.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(|error| KeyError::Private { detail: error.to_string() })?;
        let public = PublicKey::of(*key.verifying_key()).map_err(|detail| KeyError::Private { detail })?;
        Ok(Self { key, public })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs, as DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.to_der().as_bytes().to_vec()
    }
}

impl PublicKey {
    /// Reads a public key (`-----BEGIN PUBLIC KEY-----`).
    ///
    /// # Errors
    /// Where it is none, or one of another curve.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key =
            VerifyingKey::from_public_key_pem(pem).map_err(|error| KeyError::Public { detail: error.to_string() })?;
        Self::of(key).map_err(|detail| KeyError::Public { detail })
    }

    fn of(key: VerifyingKey) -> Result<Self, String> {
        let der = key.to_public_key_der().map_err(|error| error.to_string())?;
        let pem = key.to_public_key_pem(LineEnding::LF).map_err(|error| error.to_string())?;
        Ok(Self { key, id: record::sha256_hex(der.as_bytes()), pem })
    }

    /// Its id: SHA-256 of its SPKI form (DER), in lower-case hex.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// As PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Whether a signature in DER is its own.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_der(signature).is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }
}

impl std::fmt::Debug for ReportKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportKey").field("public", &self.public).finish_non_exhaustive()
    }
}
