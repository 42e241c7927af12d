//! Everything that can go wrong on the manufacturer's side.
//!
//! One enum for the crate, with the values that were seen as fields: the command line decides how
//! to print them, and a test can match on them.

use std::io;
use std::path::PathBuf;

use crate::tamper::Part;

/// Why a release, a key directory or a tampering was refused.
#[derive(Debug, thiserror::Error)]
pub enum PublisherError {
    /// A release without images updates nothing.
    #[error("the release holds no image: give it at least one")]
    NoImages,

    /// The name stands in a URI reference (`#name`), so only unreserved characters may be in it.
    #[error("component name {name:?} cannot stand in a URI: use ASCII letters, digits, `-`, `.`, `_` and `~`")]
    ComponentName {
        /// The name as given.
        name: String,
    },

    /// Two images for one component: the device could not tell which one is meant.
    #[error("component {name:?} has more than one image")]
    DuplicateComponent {
        /// The name that stands twice.
        name: String,
    },

    /// An image of no bytes cannot run.
    #[error("the image of component {component:?} is empty")]
    EmptyImage {
        /// The component that the image is for.
        component: String,
    },

    /// A flip changes 1 to 8 bits of one byte.
    #[error("cannot flip {bits} bits of one byte: give 1 to 8")]
    FlipCount {
        /// The number of bits asked for.
        bits: u8,
    },

    /// The byte to be changed is not in the part that was named.
    #[error("byte {byte_offset} is outside the {part}, which has {part_size_bytes} bytes")]
    OutsidePart {
        /// The part that was to be changed.
        part: Part,
        /// The byte asked for, counted from the start of the part.
        byte_offset: usize,
        /// The size of the part.
        part_size_bytes: usize,
    },

    /// The flip hit a digest which the fix-up then recomputed: nothing would have been attacked.
    #[error("the flip at byte {byte_offset} of the {part} was undone by recomputing the digests")]
    FlipUndone {
        /// The part that was to be changed.
        part: Part,
        /// The byte asked for, counted from the start of the part.
        byte_offset: usize,
    },

    /// There is no signature to take away.
    #[error("the deliverable carries no signature")]
    NotSigned,

    /// The folder for kept keys could not be made.
    #[error("{}: cannot make the folder for keys", path.display())]
    KeyFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A kept key could not be read.
    #[error("{}: cannot read the key", path.display())]
    KeyRead {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A new key could not be kept.
    #[error("{}: cannot write the key", path.display())]
    KeyWrite {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The file is there, but it is not an unencrypted P-256 key.
    #[error("{}: not an unencrypted P-256 private key in PKCS#8 PEM form", path.display())]
    KeyFormat {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: p256::pkcs8::Error,
    },

    /// Two roles with one key: an attacker would sign as the manufacturer.
    #[error("{} and {} hold the same key: every role needs its own", first.display(), second.display())]
    KeyShared {
        /// The file of one role.
        first: PathBuf,
        /// The file of the other.
        second: PathBuf,
    },
}
