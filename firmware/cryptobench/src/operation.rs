//! What can be measured.
//!
//! The numbers are the protocol's and never change their meaning. Operations are what a device does:
//! it opens and unwraps, it verifies; sealing and most signing happen at the manufacturer's.

/// One cryptographic operation. The number is the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Operation {
    /// SHA-1 (FIPS 180-4), only to compare with old devices: not fit for signatures.
    Sha1 = 1,
    /// SHA-256 (FIPS 180-4).
    Sha256 = 2,
    /// SHA-384 (FIPS 180-4).
    Sha384 = 3,
    /// SHA-512 (FIPS 180-4).
    Sha512 = 4,
    /// AES-128 in counter mode (SP 800-38A).
    Aes128Ctr = 5,
    /// AES-256 in counter mode (SP 800-38A).
    Aes256Ctr = 6,
    /// Opening AES-128-GCM (SP 800-38D).
    Aes128GcmOpen = 7,
    /// Opening AES-256-GCM (SP 800-38D).
    Aes256GcmOpen = 8,
    /// Unwrapping with AES-128-KW (RFC 3394).
    Aes128KwUnwrap = 9,
    /// Unwrapping with AES-256-KW (RFC 3394).
    Aes256KwUnwrap = 10,
    /// AES-128-CMAC (SP 800-38B).
    Aes128Cmac = 11,
    /// AES-256-CMAC (SP 800-38B).
    Aes256Cmac = 12,
    /// HMAC-SHA-256 (FIPS 198-1).
    HmacSha256 = 13,
    /// HKDF-SHA-256, extract and expand (RFC 5869).
    HkdfSha256 = 14,
    /// Random bytes from ChaCha20 with a seed of 32 bytes.
    ChaCha20Rng = 15,
    /// Verifying ECDSA over P-256 with SHA-256 (FIPS 186-5).
    P256Verify = 16,
    /// Signing with ECDSA over P-256 and SHA-256, deterministic (RFC 6979).
    P256Sign = 17,
    /// Verifying RSASSA-PKCS1-v1_5, 2048 bits, with SHA-256 (RFC 8017).
    Rsa2048Verify = 18,
    /// Verifying HSS/LMS with SHA-256 (RFC 8554); the key names the tree.
    LmsVerify = 19,
    /// Verifying ML-DSA-44 (FIPS 204).
    MlDsa44Verify = 20,
    /// Verifying ML-DSA-65 (FIPS 204).
    MlDsa65Verify = 21,
    /// Verifying ML-DSA-87 (FIPS 204).
    MlDsa87Verify = 22,
}

impl Operation {
    /// Every operation, in the order in which they are shown.
    pub const ALL: [Self; 22] = [
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha1,
        Self::Aes128Ctr,
        Self::Aes256Ctr,
        Self::Aes128GcmOpen,
        Self::Aes256GcmOpen,
        Self::Aes128KwUnwrap,
        Self::Aes256KwUnwrap,
        Self::Aes128Cmac,
        Self::Aes256Cmac,
        Self::HmacSha256,
        Self::HkdfSha256,
        Self::ChaCha20Rng,
        Self::P256Verify,
        Self::P256Sign,
        Self::Rsa2048Verify,
        Self::LmsVerify,
        Self::MlDsa44Verify,
        Self::MlDsa65Verify,
        Self::MlDsa87Verify,
    ];

    /// The operation with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| *operation as u8 == number)
    }

    /// Name in tables and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1 (legacy)",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Aes128Ctr => "aes128-ctr",
            Self::Aes256Ctr => "aes256-ctr",
            Self::Aes128GcmOpen => "aes128-gcm-open",
            Self::Aes256GcmOpen => "aes256-gcm-open",
            Self::Aes128KwUnwrap => "aes128-kw-unwrap",
            Self::Aes256KwUnwrap => "aes256-kw-unwrap",
            Self::Aes128Cmac => "aes128-cmac",
            Self::Aes256Cmac => "aes256-cmac",
            Self::HmacSha256 => "hmac-sha256",
            Self::HkdfSha256 => "hkdf-sha256",
            Self::ChaCha20Rng => "chacha20-rng",
            Self::P256Verify => "p256-verify",
            Self::P256Sign => "p256-sign",
            Self::Rsa2048Verify => "rsa2048-verify",
            Self::LmsVerify => "lms-verify",
            Self::MlDsa44Verify => "mldsa44-verify",
            Self::MlDsa65Verify => "mldsa65-verify",
            Self::MlDsa87Verify => "mldsa87-verify",
        }
    }

    /// The crates that do the work, the one in charge first.
    pub const fn crates(self) -> &'static [&'static str] {
        match self {
            Self::Sha1 => &["sha1"],
            Self::Sha256 | Self::Sha384 | Self::Sha512 => &["sha2"],
            Self::Aes128Ctr | Self::Aes256Ctr => &["ctr", "aes"],
            Self::Aes128GcmOpen | Self::Aes256GcmOpen => &["aes-gcm", "aes", "polyval"],
            Self::Aes128KwUnwrap | Self::Aes256KwUnwrap => &["aes-kw", "aes"],
            Self::Aes128Cmac | Self::Aes256Cmac => &["cmac", "aes"],
            Self::HmacSha256 => &["hmac", "sha2"],
            Self::HkdfSha256 => &["hkdf", "sha2"],
            Self::ChaCha20Rng => &["chacha20"],
            Self::P256Verify | Self::P256Sign => &["p256", "sha2"],
            Self::Rsa2048Verify => &["rsa", "sha2"],
            Self::LmsVerify => &["hbs-lms", "sha2 0.10"],
            Self::MlDsa44Verify | Self::MlDsa65Verify | Self::MlDsa87Verify => &["ml-dsa", "keccak"],
        }
    }

    /// Whether this build holds the operation; otherwise which feature would bring it.
    ///
    /// # Errors
    /// The name of the feature.
    pub const fn built(self) -> Result<(), &'static str> {
        let (built, feature) = match self {
            Self::Sha1 | Self::Sha256 | Self::Sha384 | Self::Sha512 => (cfg!(feature = "hash"), "hash"),
            Self::Aes128Ctr
            | Self::Aes256Ctr
            | Self::Aes128GcmOpen
            | Self::Aes256GcmOpen
            | Self::Aes128KwUnwrap
            | Self::Aes256KwUnwrap => (cfg!(feature = "cipher"), "cipher"),
            Self::Aes128Cmac | Self::Aes256Cmac | Self::HmacSha256 | Self::HkdfSha256 => (cfg!(feature = "mac"), "mac"),
            Self::ChaCha20Rng => (cfg!(feature = "random"), "random"),
            Self::P256Verify | Self::P256Sign => (cfg!(feature = "p256"), "p256"),
            Self::Rsa2048Verify => (cfg!(feature = "rsa"), "rsa"),
            Self::LmsVerify => (cfg!(feature = "lms"), "lms"),
            Self::MlDsa44Verify | Self::MlDsa65Verify | Self::MlDsa87Verify => (cfg!(feature = "ml-dsa"), "ml-dsa"),
        };
        if built { Ok(()) } else { Err(feature) }
    }

    /// The most bytes it is sensible to measure, and why not more.
    pub const fn largest_size(self) -> Option<(usize, &'static str)> {
        match self {
            Self::Aes128KwUnwrap | Self::Aes256KwUnwrap => Some((1024, "only keys are wrapped, and keys are short")),
            Self::HkdfSha256 => Some((8160, "HKDF-SHA-256 derives 8160 bytes at most (RFC 5869, 2.3)")),
            Self::Sha1
            | Self::Sha256
            | Self::Sha384
            | Self::Sha512
            | Self::Aes128Ctr
            | Self::Aes256Ctr
            | Self::Aes128GcmOpen
            | Self::Aes256GcmOpen
            | Self::Aes128Cmac
            | Self::Aes256Cmac
            | Self::HmacSha256
            | Self::ChaCha20Rng
            | Self::P256Verify
            | Self::P256Sign
            | Self::Rsa2048Verify
            | Self::LmsVerify
            | Self::MlDsa44Verify
            | Self::MlDsa65Verify
            | Self::MlDsa87Verify => None,
        }
    }
}
