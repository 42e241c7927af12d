//! The manufacturer's side: keys, and images turned into signed SUIT envelopes.
//!
//! This crate writes the update format and never reads it. The device's parser is a separate
//! implementation that this crate does not depend on, so a misreading of the draft shows up as a
//! disagreement between the two instead of being shared by both. What is written here is pinned by
//! tools that nobody of this project wrote (`tests/third_party.rs`).
//!
//! Everything is a function of its arguments: keys come from a seed, signatures are deterministic
//! (RFC 6979), and the encoding is deterministic CBOR (RFC 8949 section 4.2.1), so the same seed
//! gives the same bytes on every machine.
//!
//! ```
//! use publisher::{Algorithm, Authentication, Image, Keyring, Release, Role};
//!
//! let keys = Keyring::generate(0x5eed);
//! let release = Release {
//!     sequence: 7,
//!     vendor: [0x11; 16],
//!     class: [0x22; 16],
//!     images: vec![Image { component: "app".into(), payload: vec![0xA5; 1024] }],
//!     authentication: Authentication::Signed {
//!         signer: keys.signer(Role::Release),
//!         algorithm: Algorithm::Esp256,
//!     },
//! };
//! let deliverable = release.build()?;
//! assert_eq!(deliverable.bytes[deliverable.map.components[0].payload.clone()], [0xA5; 1024]);
//! # Ok::<(), publisher::PublisherError>(())
//! ```

mod cbor;
mod checksum;
mod cose;
mod deliverable;
mod error;
mod keys;
mod release;
mod tamper;

pub use checksum::{filler_at, seal};
pub use cose::Algorithm;
pub use deliverable::{ComponentMap, Deliverable, Map};
pub use error::PublisherError;
pub use keys::{Keyring, Role, Signer};
pub use release::{Authentication, Image, Release};
pub use tamper::{FixUp, Part, flip_bits, part_len, strip_signature};
