//! Why a command came to no result, and how that is said.
//!
//! Everything a person can put right names what is wrong and what to do, in the form that
//! diagnostics of files have. The rest is unexpected, and says so.

use std::io::{self, Write};

use scenario::Diagnostics;

use crate::exit::Exit;
use crate::terminal::{self, harmless};

/// Why a command came to no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An argument is wrong.
    Argument {
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// Files are wrong.
    Files(Vec<Diagnostics>),
    /// Something happened that nobody foresaw.
    Unexpected(anyhow::Error),
}

impl Failure {
    /// An argument that is wrong.
    pub(crate) fn argument(message: impl Into<String>, help: impl Into<String>) -> Self {
        Failure::Argument { message: message.into(), help: help.into() }
    }

    /// Tells the person and gives the code to end with.
    pub(crate) fn report(&self) -> Exit {
        // Where even standard error is gone, only the code is left to say it.
        let _ = self.print();
        match self {
            Failure::Argument { .. } | Failure::Files(_) => Exit::BadInput,
            Failure::Unexpected(_) => Exit::Unexpected,
        }
    }

    fn print(&self) -> io::Result<()> {
        let mut stderr = terminal::stderr();
        match self {
            Failure::Argument { message, help } => {
                writeln!(stderr, "error: {}\n  = help: {}", harmless(message), harmless(help))
            }
            Failure::Files(files) => print_diagnostics(files),
            // Whoever reads our output has gone; there is nobody to tell.
            Failure::Unexpected(error) if is_broken_pipe(error) => Ok(()),
            Failure::Unexpected(error) => writeln!(stderr, "error: {}", harmless(&format!("{error:#}"))),
        }
    }
}

/// Prints what is wrong with files on standard error.
pub(crate) fn print_diagnostics(files: &[Diagnostics]) -> io::Result<()> {
    let mut stderr = terminal::stderr();
    for (index, diagnostics) in files.iter().enumerate() {
        if index > 0 {
            writeln!(stderr)?;
        }
        write!(stderr, "{}", diagnostics.render(terminal::diagnostic_style()))?;
    }
    Ok(())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::Unexpected(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Unexpected(error.into())
    }
}
