//! Problems as they are collected while a file is read.
//!
//! A check never stops at the first problem: it adds to this list and goes on with what it has.
//! Checks that lack something because of an earlier problem keep silent, so that one mistake is
//! reported once.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, DiagnosticKind, Diagnostics, Label};
use crate::text;

/// More problems than a person would read at once; the rest is only counted.
const MAX_LISTED: usize = 50;

/// The problems of one stage.
#[derive(Debug)]
pub(crate) struct Problems {
    kind: DiagnosticKind,
    list: Vec<Problem>,
}

/// One problem, before its places are turned into lines and columns.
#[derive(Debug)]
pub(crate) struct Problem {
    message: String,
    primary: Option<Mark>,
    others: Vec<Mark>,
    help: Option<String>,
}

#[derive(Debug)]
struct Mark {
    span: Range<usize>,
    text: String,
}

impl Problem {
    /// A problem at a place in the file.
    pub(crate) fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        let primary = Some(Mark { span, text: String::new() });
        Self { message: message.into(), primary, others: Vec::new(), help: None }
    }

    /// A problem of the file as a whole.
    pub(crate) fn of_file(message: impl Into<String>) -> Self {
        Self { message: message.into(), primary: None, others: Vec::new(), help: None }
    }

    /// What there is to say at the place itself.
    pub(crate) fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    /// Another place that has to do with it.
    pub(crate) fn also(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.others.push(Mark { span, text: text.into() });
        self
    }

    /// What to do about it.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    fn start(&self) -> usize {
        self.primary.as_ref().map_or(0, |mark| mark.span.start)
    }

    fn into_diagnostic(self, kind: DiagnosticKind, source: &str) -> Diagnostic {
        let label = |mark: Mark| Label::new(source, mark.span, mark.text);
        Diagnostic {
            kind,
            message: self.message,
            primary: self.primary.map(label),
            labels: self.others.into_iter().map(label).collect(),
            help: self.help,
        }
    }
}

impl Problems {
    pub(crate) fn new(kind: DiagnosticKind) -> Self {
        Self { kind, list: Vec::new() }
    }

    pub(crate) fn add(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Ends a stage.
    pub(crate) fn stop_if_any(self, file: &str, source: &str) -> Result<(), Diagnostics> {
        if self.list.is_empty() { Ok(()) } else { Err(self.into_diagnostics(file, source)) }
    }

    /// Ends the last stage: what was read counts only if nothing was wrong.
    pub(crate) fn finish<T>(self, read: Option<T>, file: &str, source: &str) -> Result<T, Diagnostics> {
        match read {
            Some(whole) if self.list.is_empty() => Ok(whole),
            Some(_) | None => {
                debug_assert!(!self.list.is_empty(), "a part is missing and nobody said why");
                Err(self.into_diagnostics(file, source))
            }
        }
    }

    pub(crate) fn into_diagnostics(mut self, file: &str, source: &str) -> Diagnostics {
        self.list.sort_by_key(Problem::start);
        let unlisted_count = self.list.len().saturating_sub(MAX_LISTED);
        self.list.truncate(MAX_LISTED);
        Diagnostics {
            file: text::harmless(file),
            text: text::same_length_harmless(source),
            list: self.list.into_iter().map(|problem| problem.into_diagnostic(self.kind, source)).collect(),
            unlisted_count,
        }
    }
}
