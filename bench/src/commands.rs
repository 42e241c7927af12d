//! The commands, one file each.
//!
//! A command is a struct of its arguments with a function `run`; what several need lies beside this
//! folder, never in another command.

pub(crate) mod attach;
pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod coverage;
pub(crate) mod doctor;
pub(crate) mod judge;
pub(crate) mod list;
pub(crate) mod matrix;
pub(crate) mod repeat;
pub(crate) mod report;
pub(crate) mod scenario;
pub(crate) mod setup;
pub(crate) mod show;
pub(crate) mod verify_report;
