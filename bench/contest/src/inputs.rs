//! Inputs for every operation and size, the same in every run.
//!
//! Messages are the pattern that both sides can make; keys come from fixed seeds. Signing happens
//! here, at the manufacturer's, so that the measured program need not hold more than a device does.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use aes_kw::AesKw;
use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use cryptobench::{Inputs, Operation, fill_with_pattern};
use hbs_lms::signature::SignerMut;
use hbs_lms::{HssParameter, LmotsAlgorithm, LmsAlgorithm, Seed, Sha256_256};
use ml_dsa::{KeyExport, Keypair, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, SignatureEncoding};
use p256::ecdsa::signature::Signer;
use rsa::traits::PublicKeyParts;
use sha2::Sha256;

/// Inputs with their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedInputs {
    /// As in [`Inputs`].
    pub key: Vec<u8>,
    /// As in [`Inputs`].
    pub nonce: Vec<u8>,
    /// As in [`Inputs`].
    pub associated: Vec<u8>,
    /// As in [`Inputs`].
    pub message: Vec<u8>,
    /// As in [`Inputs`].
    pub signature: Vec<u8>,
    /// Bytes of the pattern that the device appends to the message.
    pub fill_size: u32,
}

impl OwnedInputs {
    /// Without the bytes.
    pub fn borrow(&self) -> Inputs<'_> {
        Inputs {
            key: &self.key,
            nonce: &self.nonce,
            associated: &self.associated,
            message: &self.message,
            signature: &self.signature,
        }
    }
}

/// The five sizes, in bytes.
pub const SIZES: [usize; 5] = [64, 1 << 10, 16 << 10, 128 << 10, 1 << 20];

/// Makes inputs; holds the keys that take long to make.
pub struct Maker {
    rsa: rsa::pkcs1v15::SigningKey<Sha256>,
}

impl Maker {
    /// Makes the keys.
    pub fn new() -> Self {
        let mut chance = ChaCha20Rng::from_seed(SEED);
        let key = rsa::PrivateKey::new(&mut chance, 2048).expect("2048 bits are no size that the crate refuses");
        Self { rsa: rsa::pkcs1v15::SigningKey::new(key) }
    }

    /// Inputs for an operation over so many bytes.
    pub fn inputs(&self, operation: Operation, size: usize) -> OwnedInputs {
        let by_pattern = OwnedInputs { fill_size: size as u32, ..OwnedInputs::default() };
        match operation {
            Operation::Sha1 | Operation::Sha256 | Operation::Sha384 | Operation::Sha512 => by_pattern,
            Operation::Aes128Ctr => OwnedInputs { key: key(16), nonce: key(16), ..by_pattern },
            Operation::Aes256Ctr => OwnedInputs { key: key(32), nonce: key(16), ..by_pattern },
            Operation::Aes128Cmac => OwnedInputs { key: key(16), ..by_pattern },
            Operation::Aes256Cmac | Operation::HmacSha256 | Operation::ChaCha20Rng => {
                OwnedInputs { key: key(32), ..by_pattern }
            }
            // The size is what is derived; the input key is as long as one that ECDH agrees on.
            Operation::HkdfSha256 => OwnedInputs {
                nonce: key(32),
                associated: b"otabench".to_vec(),
                message: key(32),
                signature: vec![0; size],
                ..OwnedInputs::default()
            },
            Operation::Aes128GcmOpen => sealed::<Aes128Gcm>(&key(16), size),
            Operation::Aes256GcmOpen => sealed::<Aes256Gcm>(&key(32), size),
            Operation::Aes128KwUnwrap => {
                wrapped(&AesKw::<aes::Aes128>::new_from_slice(&key(16)).expect("16 bytes are a key"), key(16), size)
            }
            Operation::Aes256KwUnwrap => {
                wrapped(&AesKw::<aes::Aes256>::new_from_slice(&key(32)).expect("32 bytes are a key"), key(32), size)
            }
            Operation::P256Verify => p256_signed(by_pattern),
            Operation::P256Sign => OwnedInputs { key: key(32), ..by_pattern },
            Operation::Rsa2048Verify => self.rsa_signed(by_pattern),
            Operation::LmsVerify => lms_signed(by_pattern),
            Operation::MlDsa44Verify => ml_dsa_signed::<MlDsa44>(by_pattern),
            Operation::MlDsa65Verify => ml_dsa_signed::<MlDsa65>(by_pattern),
            Operation::MlDsa87Verify => ml_dsa_signed::<MlDsa87>(by_pattern),
        }
    }

    fn rsa_signed(&self, inputs: OwnedInputs) -> OwnedInputs {
        let public = self.rsa.as_ref().to_public_key();
        let signature = self.rsa.sign(&pattern(inputs.fill_size));
        OwnedInputs {
            key: public.n_bytes().to_vec(),
            associated: public.e_bytes().to_vec(),
            signature: signature.to_bytes().to_vec(),
            ..inputs
        }
    }
}

impl Default for Maker {
    fn default() -> Self {
        Self::new()
    }
}

const SEED: [u8; 32] = *b"otabench: keys that protect none";

/// A key of so many bytes, at most 32.
fn key(size: usize) -> Vec<u8> {
    SEED[..size].to_vec()
}

fn pattern(size: u32) -> Vec<u8> {
    let mut message = vec![0; size as usize];
    fill_with_pattern(&mut message);
    message
}

fn sealed<A: AeadInOut + KeyInit>(key: &[u8], size: usize) -> OwnedInputs {
    let nonce = b"twelve bytes".to_vec();
    let mut message = pattern(size as u32);
    let cipher = A::new_from_slice(key).expect("the caller chose the key's length to fit");
    let tag = cipher
        .encrypt_inout_detached(
            nonce.as_slice().try_into().expect("the nonce is twelve bytes long"),
            b"",
            message.as_mut_slice().into(),
        )
        .expect("1 MiB is far below the longest message of GCM");
    OwnedInputs { key: key.to_vec(), nonce, message, signature: tag.to_vec(), ..OwnedInputs::default() }
}

fn wrapped<C>(wrapping: &AesKw<C>, key: Vec<u8>, size: usize) -> OwnedInputs
where
    C: aes_kw::cipher::BlockCipherEncrypt<BlockSize = aes_kw::cipher::consts::U16>,
{
    let mut message = vec![0; size + aes_kw::IV_LEN];
    wrapping.wrap_key(&pattern(size as u32), &mut message).expect("sizes are whole blocks and the buffer fits");
    OwnedInputs { key, message, ..OwnedInputs::default() }
}

fn p256_signed(inputs: OwnedInputs) -> OwnedInputs {
    let signing = p256::ecdsa::SigningKey::from_slice(&SEED).expect("the seed is below the order of the curve");
    let signature: p256::ecdsa::Signature = signing.sign(&pattern(inputs.fill_size));
    OwnedInputs {
        key: signing.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        signature: signature.to_bytes().to_vec(),
        ..inputs
    }
}

/// A single tree of height 5 with Winternitz parameter 4: 32 signatures, which a bench does not exhaust.
fn lms_signed(inputs: OwnedInputs) -> OwnedInputs {
    let tree = [HssParameter::<Sha256_256>::new(LmotsAlgorithm::LmotsW4, LmsAlgorithm::LmsH5)];
    let (mut signing, verifying) =
        hbs_lms::keygen::<Sha256_256>(&tree, &Seed::from(SEED), None).expect("one small tree is always possible");
    let signature = signing.try_sign(&pattern(inputs.fill_size)).expect("a fresh key has signatures left");
    OwnedInputs { key: verifying.as_slice().to_vec(), signature: signature.as_ref().to_vec(), ..inputs }
}

fn ml_dsa_signed<P: MlDsaParams>(inputs: OwnedInputs) -> OwnedInputs {
    let signing = ml_dsa::SigningKey::<P>::from_seed(&SEED.into());
    let signature = signing
        .expanded_key()
        .sign_deterministic(&pattern(inputs.fill_size), b"")
        .expect("an empty context is not too long");
    OwnedInputs {
        key: signing.verifying_key().to_bytes().to_vec(),
        signature: SignatureEncoding::to_vec(&signature),
        ..inputs
    }
}
