//! One place that breaks one rule.
//!
//! It reads like a compiler's message, so that an editor jumps to the place, and it ends with what
//! to do: someone who meets a rule for the first time should not have to look it up.

use std::fmt;

/// A broken rule: where, which, and what to do.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Violation {
    /// Path from the root of the repository.
    pub file: String,
    /// Line in that file, counted from 1.
    pub line: usize,
    /// The rule's name.
    pub rule: &'static str,
    /// What was found.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}; {}", self.file, self.line, self.rule, self.what, self.remedy)
    }
}
