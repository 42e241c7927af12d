//! From records to reports.
//!
//! A report says what a bench did, what it saw and what it did not look at, in words that somebody
//! who was not there can check. Evidence *supports*, *contradicts* or *is silent on* a control; a
//! report never says that a device conforms to anything, and never merges what was simulated, what was
//! emulated and what was seen on silicon. Everything here is a pure function of its inputs: the same
//! records give the same bytes.

mod catalogue;
mod coverage;
mod evidence;
mod json;

pub use catalogue::{Catalogue, Row, names, rows};
pub use coverage::{COVERAGE_SCHEMA, Copy, Coverage, CoveredRow, State, Totals, UnknownId, coverage};
pub use evidence::{Evidence, Nature, evidence_of};
