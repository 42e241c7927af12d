//! From the text of a scenario file to a checked [`Scenario`], or to diagnostics that say where and
//! what to do.
//!
//! Reading has three stages, and each reports everything it finds before the next one starts:
//! *text* (size, encoding, invisible characters, TOML), *shape* (keys and types) and *sense* (words
//! and how they fit together). A misspelt key therefore never hides behind the errors it causes.
//! The crate is pure: it opens no file and asks no clock, so a diagnostic depends on the bytes alone.
//!
//! Keys and types are read by hand from TOML's spanned tree rather than derived: a derived reader
//! stops at the first problem and says "unknown field" without knowing which known one is close.

mod diagnostic;
pub mod model;
mod name;
mod problem;
mod profile;
mod read;
mod render;
mod sense;
mod shape;
mod suggest;
mod text;
mod version;
mod words;

pub use diagnostic::{Diagnostic, DiagnosticKind, Diagnostics, Label};
pub use model::Scenario;
pub use profile::{Profile, parse_profile};
pub use render::Style;
pub use text::MAX_FILE_BYTES;
pub use version::VersionError;

use problem::Problems;

/// What a scenario may refer to. The command line collects it from the repository.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The profiles a device can be provisioned with.
    pub profiles: &'a [Profile],
    /// Names of the known-bad versions of the firmware.
    pub mutants: &'a [&'a str],
    /// Ids of the framework's statements; while this is empty, `covers` is not checked.
    pub statements: &'a [&'a str],
}

/// Reads one scenario file.
///
/// `file` is shown in diagnostics; its last component without `.toml` becomes the scenario's name.
///
/// # Errors
/// Every problem of the first stage that has any.
pub fn parse(file: &str, bytes: &[u8], context: &Context<'_>) -> Result<Scenario, Diagnostics> {
    let text = text::check(file, bytes)?;
    let mut problems = Problems::new(DiagnosticKind::Text);
    let tree = text::tree(text, &text::SCENARIO, &mut problems);
    problems.stop_if_any(file, text)?;

    let mut problems = Problems::new(DiagnosticKind::Shape);
    let shape = shape::scenario(&tree, &mut problems);
    problems.stop_if_any(file, text)?;

    let mut problems = Problems::new(DiagnosticKind::Sense);
    let name = name::of_file(file, &mut problems);
    let scenario = sense::scenario(name, &shape, context, &mut problems);
    problems.finish(scenario, file, text)
}
