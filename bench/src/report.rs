//! The forms in which outcomes are reported.
//!
//! Terminal, JSON and JUnit are told the same things in the same order; each makes of it what its
//! readers need.

mod json;
mod junit;
mod text;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::outcome::Outcome;
use crate::terminal::{self, Word};

/// The form of the output. The forms are explained where they are asked for: an explanation here
/// would stretch every help text to three times its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Junit,
}

/// The same where JUnit makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataFormat {
    Text,
    Json,
}

/// What is known before anything is played.
pub(crate) struct Opening {
    pub(crate) seed: u64,
    pub(crate) rigs: Vec<String>,
    pub(crate) profiles: Vec<String>,
}

/// What is known when everything was played.
#[derive(Default)]
pub(crate) struct Closing {
    /// What was reported on, such as `1 claim x 2 rigs`.
    pub(crate) subject: String,
    pub(crate) tally: Tally,
    /// Plays that were planned and not begun, because somebody stopped the bench.
    pub(crate) not_begun: usize,
    pub(crate) elapsed: Option<Duration>,
    /// The file or folder with everything that was recorded.
    pub(crate) record: Option<PathBuf>,
    /// The command that plays all of it again.
    pub(crate) repeat: Option<String>,
}

/// How many outcomes of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) held: usize,
    pub(crate) broken: usize,
    pub(crate) skipped: usize,
    pub(crate) errors: usize,
}

/// Something that outcomes are reported to.
pub(crate) trait Report {
    /// Before anything is played.
    fn open(&mut self, opening: &Opening) -> io::Result<()>;

    /// As soon as an outcome is there.
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()>;

    /// After everything.
    fn close(&mut self, closing: &Closing) -> io::Result<()>;
}

/// A report on standard output.
pub(crate) fn on_stdout(format: Format) -> Box<dyn Report> {
    match format {
        Format::Text => Box::new(text::Text::new(terminal::stdout())),
        Format::Json => Box::new(json::Json::new(io::stdout())),
        Format::Junit => Box::new(junit::Junit::new(io::stdout())),
    }
}

/// Writes one value as a line of JSON that is safe in a CI log.
pub(crate) fn json_line(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    json::line(out, value)
}

impl Tally {
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        match outcome.word() {
            Word::Held | Word::Teeth => self.held += 1,
            Word::Broken => self.broken += 1,
            Word::Skipped => self.skipped += 1,
            Word::Error => self.errors += 1,
        }
    }
}
