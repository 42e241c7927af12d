//! Tests of the reports, on records of a model of a device.
//!
//! Every record here is judged by `record::judge` like any other; a test states what the model device
//! does, never what the verdict is.

mod blind_spots;
mod browser;
mod coverage;
mod declaration;
mod formats;
mod hostile;
mod ledger;
mod matrix;
mod page;
mod play;
mod samples;
mod scale;
mod third_party;
mod verify;
