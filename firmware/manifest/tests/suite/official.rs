//! Finds the third-party vectors, which are not part of this repository.
//!
//! They lie in the folder that `OTABENCH_VECTORS` names: `suit/` holds `examples/` of
//! github.com/suit-wg/manifest-spec at commit 3c9b790, `suit-firmware-encryption/` that of
//! github.com/suit-wg/suit-firmware-encryption at commit 2947c35.

use std::fs;
use std::io::{Write as _, stderr};
use std::path::PathBuf;

use p256::SecretKey;
use p256::ecdsa::{SigningKey, VerifyingKey};
use p256::pkcs8::DecodePrivateKey as _;

pub(crate) struct Vectors {
    folder: PathBuf,
}

impl Vectors {
    /// The vectors, or `None` and a line on stderr where they are not available.
    pub(crate) fn find(test: &str) -> Option<Self> {
        if let Some(folder) = std::env::var_os("OTABENCH_VECTORS") {
            return Some(Self { folder: folder.into() });
        }
        let line = format!(
            "SKIPPED: {test}: OTABENCH_VECTORS is not set. It names a folder with `suit/` \
             (github.com/suit-wg/manifest-spec, examples/ at 3c9b790) and `suit-firmware-encryption/` \
             (github.com/suit-wg/suit-firmware-encryption, examples/ at 2947c35).\n"
        );
        // Not eprintln: the test runner would keep it to itself.
        stderr().write_all(line.as_bytes()).expect("stderr is open");
        None
    }

    /// One file; the vectors are incomplete without it.
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.folder.join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The envelopes in an `exampleN.txt`: its blocks of nothing but hexadecimal digits.
    pub(crate) fn example_envelopes(&self, name: &str) -> Vec<Vec<u8>> {
        let file = self.read(name);
        let blocks = file.split("~~~").map(|block| block.split_whitespace().collect::<String>());
        let envelopes: Vec<Vec<u8>> =
            blocks.filter(|block| !block.is_empty()).filter_map(|block| hex::decode(block).ok()).collect();
        assert!(!envelopes.is_empty(), "{name} holds no envelope");
        envelopes
    }

    /// The envelope in a `.hex.signed` file.
    pub(crate) fn hex_envelope(&self, name: &str) -> Vec<u8> {
        let digits: String = self.read(name).split_whitespace().collect();
        hex::decode(digits).expect("the file holds hexadecimal digits")
    }

    /// The public half of the key with which all official examples are signed.
    pub(crate) fn key(&self) -> VerifyingKey {
        let pem = self.read("suit/private_key.pem");
        let secret = SecretKey::from_pkcs8_pem(&pem).expect("the file holds a P-256 key");
        *SigningKey::from(secret).verifying_key()
    }
}
