//! What can go wrong with a rig. None of it says anything about the device under test.
//!
//! A dead emulator or a full disk must never look like a broken claim, so these errors have no way
//! to become a verdict: the runner turns them into ERROR.

use std::path::PathBuf;

/// Something a rig needs and this machine does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is missing, as a clause that stands on its own: `qemu-system-arm is not installed`.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// A failure of the rig.
#[derive(Debug, thiserror::Error)]
pub enum RigError {
    /// The rig has no firmware of this name.
    #[error("this rig has no mutant named `{name}`")]
    UnknownMutant {
        /// The name asked for.
        name: String,
    },
    /// Flash of the wrong size was given.
    #[error("the flash image has {got_bytes} bytes, the device {want_bytes}")]
    FlashSize {
        /// Bytes given.
        got_bytes: usize,
        /// Bytes of the device's flash.
        want_bytes: usize,
    },
    /// The rig was asked for something it cannot do; whoever asked did not look first.
    #[error("this rig cannot do that: it lacks the capability `{capability}`")]
    NotCapable {
        /// The capability's name.
        capability: &'static str,
    },
    /// The firmware broke a rule of the hardware or panicked: a bug of ours.
    #[error("the firmware stopped in a way no chip allows: {message}")]
    FirmwareFault {
        /// What it did.
        message: String,
    },
    /// A helper program did not do its work.
    #[error("{program}: {message}")]
    Program {
        /// The program.
        program: String,
        /// What it said or did.
        message: String,
    },
    /// Something took longer than it may.
    #[error("{what} did not finish within {limit_ms} ms")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// The bound, in milliseconds.
        limit_ms: u64,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
