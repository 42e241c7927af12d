//! What a bench cannot say about a row, and why.
//!
//! "Not applicable" is where gaps hide, so every use of it has a reason in the data, written before
//! any device was tested.

use serde::Deserialize;

/// A limit of one row: a statement, a threat, an attack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Id of the row.
    pub id: String,
    /// How much of it is left for a bench.
    pub applies: Applies,
    /// Why, in sentences.
    pub reason: String,
}

/// How much of a row is left for a bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// A part. Evidence counts, and is marked as partial.
    Partial,
    /// Nothing: it needs a look at design or documents.
    Inspection,
    /// Nothing: it is a question about a process.
    Process,
    /// Nothing: it cannot apply.
    No,
}

impl Applies {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Applies::Partial => "in part",
            Applies::Inspection => "needs inspection",
            Applies::Process => "a question about a process",
            Applies::No => "not applicable",
        }
    }
}
