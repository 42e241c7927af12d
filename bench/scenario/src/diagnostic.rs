//! What is wrong with a file: message, places, and what to do about it.
//!
//! Diagnostics own a copy of the text they point into, so that they can be rendered long after the
//! bytes are gone. Whatever came from the file is made harmless here, once: a file under test must
//! not be able to move the cursor of the terminal that shows its errors.

use std::fmt;
use std::ops::Range;

use crate::render::{self, Style};
use crate::text;

/// Everything found wrong with one file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) list: Vec<Diagnostic>,
    pub(crate) unlisted_count: usize,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How far reading got.
    pub kind: DiagnosticKind,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; `None` where the problem is the file as a whole.
    pub primary: Option<Label>,
    /// Other places that have to do with it.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

/// The stage of reading that found a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagnosticKind {
    /// The file could not be read at all.
    Io,
    /// The bytes are not the text of a TOML document.
    Text,
    /// A key that does not exist or a value of the wrong type.
    Shape,
    /// Words that are unknown or do not fit together.
    Sense,
}

/// A place in the file, and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the file, from its start.
    pub span: Range<usize>,
    /// Line of the first byte, counted from 1.
    pub line: usize,
    /// Column of the first byte in characters, counted from 1.
    pub column: usize,
    /// What is said about the place; may be empty.
    pub text: String,
}

impl Diagnostics {
    /// A file that could not be read: missing, a directory, not permitted. `message` says what
    /// happened, `help` what to do.
    pub fn io(file: &str, message: &str, help: &str) -> Self {
        Self::whole_file(DiagnosticKind::Io, file, message, help)
    }

    pub(crate) fn whole_file(kind: DiagnosticKind, file: &str, message: &str, help: &str) -> Self {
        let diagnostic = Diagnostic {
            kind,
            message: text::harmless(message),
            primary: None,
            labels: Vec::new(),
            help: Some(text::harmless(help)),
        };
        Self { file: text::harmless(file), text: String::new(), list: vec![diagnostic], unlisted_count: 0 }
    }

    /// The label of the file, as it was given.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The problems, in the order of the file. A file with very many lists only the first ones.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The problems as a person reads them, ending with a newline.
    pub fn render(&self, style: Style) -> String {
        render::render(self, style)
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(Style::Plain).trim_end())
    }
}

impl std::error::Error for Diagnostics {}

impl Label {
    pub(crate) fn new(source: &str, span: Range<usize>, text: String) -> Self {
        let before = &source[..span.start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, span, text }
    }
}
