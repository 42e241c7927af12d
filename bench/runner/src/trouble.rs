//! What can keep the runner from its work.
//!
//! Two kinds that must not be mixed up: trouble that belongs into the record, because the record can
//! still be written and then judges as ERROR, and errors that leave no whole record behind.

use record::{Blame, Failed, WriteError};
use rig::RigError;

/// Why no whole record was written.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// Somebody asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Something could not be made.
    #[error("{what}")]
    NotMade {
        /// What, and why.
        what: String,
    },
}

impl From<Trouble> for RunnerError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Interrupted => RunnerError::Interrupted,
            Trouble::Rig(_) | Trouble::Publisher(_) | Trouble::Link(_) | Trouble::Bench { .. } => {
                RunnerError::NotMade { what: trouble.to_string() }
            }
        }
    }
}

/// Why a run could not be played.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{0}")]
    Rig(#[from] RigError),
    #[error("the deliverable cannot be made: {0}")]
    Publisher(#[from] publisher::PublisherError),
    #[error("the exchange cannot be begun: {0}")]
    Link(#[from] link::Error),
    #[error("{what}")]
    Bench {
        /// What does not fit together.
        what: String,
    },
    #[error("interrupted")]
    Interrupted,
}

impl Trouble {
    /// The event that tells of it.
    pub(crate) fn failed(&self) -> Failed {
        let (fault, remedy) = match self {
            Trouble::Rig(
                RigError::FirmwareFault { .. }
                | RigError::UnknownMutant { .. }
                | RigError::FlashSize { .. }
                | RigError::NotCapable { .. },
            ) => (Blame::Bench, "this is a bug in the bench or its firmware; please report it with this record"),
            Trouble::Rig(RigError::Program { .. } | RigError::TimedOut { .. } | RigError::File { .. }) => (
                Blame::Infrastructure,
                "nothing is known about the device; `otabench doctor` checks the rig, then run it again",
            ),
            Trouble::Publisher(_) | Trouble::Link(_) | Trouble::Bench { .. } => {
                (Blame::Bench, "check what the scenario orders; the bench could not carry it out")
            }
            Trouble::Interrupted => (Blame::Infrastructure, "run it again"),
        };
        Failed { reason: self.to_string(), remedy: remedy.to_owned(), fault }
    }
}
