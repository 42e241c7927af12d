//! From records to reports: puts together what was found and lays it out in several formats.
//!
//! A report says what a bench did, what it saw and what it did not look at, in words that somebody
//! who was not there can check. Evidence *supports*, *contradicts* or *is silent on* a control; a
//! report never says that a device conforms to anything, and never merges what was simulated, what was
//! emulated and what was seen on silicon. Everything here is a pure function of its inputs: the same
//! records give the same bytes.

mod bundle;
mod catalogue;
mod coverage;
mod cyclonedx;
mod declaration;
mod evidence;
mod facts;
mod html;
mod input;
mod intoto;
mod json;
mod junit;
mod key;
mod markdown;
mod matching;
mod matrix;
mod oscal;
mod plot;
mod previous;
pub mod report;
mod sarif;
mod texts;
mod uuid;
mod verify;
mod words;

pub use bundle::{
    BundleError, CELLS_FOLDER, DECLARATION_FILE, ENVELOPE_FILE, Extras, Format, KEY_FILE, PREVIOUS_FILE,
    RECORDS_FOLDER, REPORT_FILE, ReportFile, files, write,
};
pub use catalogue::{Catalogue, Demand, Row, Sense, names, rows};
pub use coverage::{COVERAGE_SCHEMA, Copy, Coverage, CoveredRow, State, Totals, UnknownId, coverage};
pub use cyclonedx::cyclonedx;
pub use declaration::{
    Claim, Component, Declaration, DeclarationErrors, Declined, MAX_DECLARATION_BYTES, Product, Update,
};
pub use evidence::{Evidence, Nature, evidence_of};
pub use html::html;
pub use input::{Inputs, Meta, Run, RunError, Time, Unreadable};
pub use intoto::{envelope, statement};
pub use junit::junit;
pub use key::{KeyError, PublicKey, ReportKey};
pub use markdown::markdown;
pub use matrix::{
    BrokenCell, Cell, CellProblem, CellRecords, CellWord, MATRIX_SCHEMA, Matrix, MatrixError, MatrixRow, ProfileColumn,
};
pub use oscal::oscal;
pub use previous::{Previous, PreviousError};
pub use report::{REPORT_SCHEMA, Report};
pub use sarif::sarif;
pub use verify::{Problem, SignatureState, Verification, verify_report};
