//! The P-256 keys of everyone who may sign: the manufacturer, an attacker, another product.
//!
//! These are TEST keys. A key that follows from a 64-bit seed printed in every report is public, which
//! is what a bench wants (a run can be repeated to the byte) and what a product must never have. Kept
//! keys exist so that boards stay provisioned from one run to the next; the ones made here come from
//! the seed as well, but files put in their place by hand are used as they are.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use crate::error::PublisherError;

/// Whose key signs. A release signed by nobody is [`Authentication::DigestOnly`](crate::Authentication).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The manufacturer: the key that the device trusts.
    Release,
    /// Somebody with a key of their own that no device trusts.
    Attacker,
    /// The same manufacturer's key for another product: genuine, and wrong here.
    OtherProduct,
}

impl Role {
    /// Every role, in the order in which keys are made and kept.
    pub const ALL: [Role; 3] = [Role::Release, Role::Attacker, Role::OtherProduct];

    /// The name in scenario files (`signed-by = "other-product"`) and of the kept key's file.
    pub fn name(self) -> &'static str {
        match self {
            Role::Release => "release",
            Role::Attacker => "attacker",
            Role::OtherProduct => "other-product",
        }
    }

    /// The role of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The ChaCha stream that the role's key is drawn from. The upper half spells "keys", to stay clear
    /// of the low stream numbers that other users of the run's seed are likely to pick.
    fn stream(self) -> u64 {
        const KEYS: u64 = u64::from_be_bytes(*b"keys\0\0\0\0");
        match self {
            Role::Release => KEYS,
            Role::Attacker => KEYS + 1,
            Role::OtherProduct => KEYS + 2,
        }
    }
}

/// One key for every [`Role`].
#[derive(Clone, Debug)]
pub struct Keyring {
    release: Signer,
    attacker: Signer,
    other_product: Signer,
}

impl Keyring {
    /// The TEST keys of a run: the same seed gives the same keys, and no key tells about another.
    pub fn generate(seed: u64) -> Self {
        Self {
            release: Signer::generate(seed, Role::Release),
            attacker: Signer::generate(seed, Role::Attacker),
            other_product: Signer::generate(seed, Role::OtherProduct),
        }
    }

    /// The keys kept in `folder`, one `<role>.pem` each (PKCS#8, readable by the owner only).
    ///
    /// A missing file is made from `seed`; a file that is there is never written to, whatever the seed.
    ///
    /// # Errors
    /// Names the file or folder that cannot be made, read or understood, and roles that share a key.
    pub fn load_or_create(folder: &Path, seed: u64) -> Result<Self, PublisherError> {
        fs::create_dir_all(folder).map_err(|source| PublisherError::KeyFolder { path: folder.to_owned(), source })?;
        let keyring = Self {
            release: Signer::load_or_create(folder, seed, Role::Release)?,
            attacker: Signer::load_or_create(folder, seed, Role::Attacker)?,
            other_product: Signer::load_or_create(folder, seed, Role::OtherProduct)?,
        };
        keyring.check_distinct(folder)?;
        Ok(keyring)
    }

    /// The key of `role`.
    pub fn signer(&self, role: Role) -> &Signer {
        match role {
            Role::Release => &self.release,
            Role::Attacker => &self.attacker,
            Role::OtherProduct => &self.other_product,
        }
    }

    /// A copied file would turn the attacker into the manufacturer, and every verdict upside down.
    fn check_distinct(&self, folder: &Path) -> Result<(), PublisherError> {
        for (index, first) in Role::ALL.into_iter().enumerate() {
            for second in Role::ALL.into_iter().skip(index + 1) {
                if self.signer(first).public_sec1() == self.signer(second).public_sec1() {
                    return Err(PublisherError::KeyShared {
                        first: key_path(folder, first),
                        second: key_path(folder, second),
                    });
                }
            }
        }
        Ok(())
    }
}

/// A P-256 private key that signs deterministically (RFC 6979). `Debug` does not show the key.
#[derive(Clone, Debug)]
pub struct Signer {
    key: SigningKey,
}

impl Signer {
    /// The public key as an uncompressed point, `04 | x | y` (SEC 1 section 2.3.3).
    pub fn public_sec1(&self) -> [u8; 65] {
        let point = self.key.verifying_key().to_sec1_point(false);
        point.as_bytes().try_into().expect("an uncompressed P-256 point has 65 bytes")
    }

    /// A short name for the public key: the first 8 bytes of the SHA-256 of [`Self::public_sec1`].
    pub fn key_id(&self) -> [u8; 8] {
        let digest: [u8; 32] = Sha256::digest(self.public_sec1()).into();
        *digest.first_chunk().expect("32 bytes have 8 first ones")
    }

    /// ECDSA over the SHA-256 of `message`, as `r | s` (RFC 9053 section 2.1).
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.key.sign(message);
        signature.to_bytes().into()
    }

    fn generate(seed: u64, role: Role) -> Self {
        let mut chacha_seed = [0; 32];
        chacha_seed[..8].copy_from_slice(&seed.to_le_bytes());
        let mut random = ChaCha20Rng::from_seed(chacha_seed);
        random.set_stream(role.stream());
        // Drawn here rather than by the curve library, whose way of drawing may change with a version.
        // One draw in 2^32 is zero or not below the order of the curve, and is drawn again.
        loop {
            let mut scalar_be = [0; 32];
            random.fill_bytes(&mut scalar_be);
            if let Ok(key) = SigningKey::from_slice(&scalar_be) {
                return Self { key };
            }
        }
    }

    fn load_or_create(folder: &Path, seed: u64, role: Role) -> Result<Self, PublisherError> {
        let path = key_path(folder, role);
        match fs::read_to_string(&path) {
            Ok(pem) => Self::from_pem(path, &pem),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let signer = Self::generate(seed, role);
                match signer.keep(folder, &path) {
                    Ok(()) => Ok(signer),
                    // Somebody else was faster; theirs is the key that is kept.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::load(path),
                    Err(source) => Err(PublisherError::KeyWrite { path, source }),
                }
            }
            Err(source) => Err(PublisherError::KeyRead { path, source }),
        }
    }

    fn load(path: PathBuf) -> Result<Self, PublisherError> {
        match fs::read_to_string(&path) {
            Ok(pem) => Self::from_pem(path, &pem),
            Err(source) => Err(PublisherError::KeyRead { path, source }),
        }
    }

    fn from_pem(path: PathBuf, pem: &str) -> Result<Self, PublisherError> {
        match SigningKey::from_pkcs8_pem(pem) {
            Ok(key) => Ok(Self { key }),
            Err(source) => Err(PublisherError::KeyFormat { path, source }),
        }
    }

    /// Writes beside the target and then links it into place: a reader sees the whole key or none, and
    /// an existing file wins. A temporary file is private to its owner (0600) from the start.
    fn keep(&self, folder: &Path, path: &Path) -> io::Result<()> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).expect("a valid key on a named curve has a PKCS#8 form");
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(pem.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path)?;
        Ok(())
    }
}

fn key_path(folder: &Path, role: Role) -> PathBuf {
    folder.join(format!("{}.pem", role.name()))
}
