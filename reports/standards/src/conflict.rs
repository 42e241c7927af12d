//! Where the framework contradicts itself or later guidance.
//!
//! A report that silently picks one reading would hide a decision, so each conflict is shown, with
//! the reading that the bench follows.

use serde::Deserialize;

/// One conflict.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Its id.
    pub id: String,
    /// Ids of the statements that meet in it.
    pub statements: Vec<String>,
    /// What it is, in a few words.
    pub title: String,
    /// What the framework says on both sides.
    pub text: String,
    /// How the bench reads it.
    pub reading: String,
}
