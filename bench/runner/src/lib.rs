//! Plays a scenario on a rig and records what happened.
//!
//! The runner decides nothing about the claim: it makes devices, offers, attacks, cuts power,
//! measures, and writes facts. The verdict is drawn from the record afterwards. What it does decide
//! is whether it could do its work; where it could not, the record says so and judges as ERROR.
//!
//! For each scenario it plays, in this order: the claim (one run, or one for each case of a sweep),
//! the genuine update on the weakened device of the teeth, and the teeth. Every run has a fresh
//! device. A cell of the matrix is the claim and a genuine update on another device, without teeth.

mod campaign;
mod cell;
mod exchange;
mod factory;
mod flip;
mod lacking;
mod lasting;
mod maker;
mod observe;
mod play;
mod provision;
mod rig_act;
mod session;
mod toll;
mod trouble;
mod words;
mod written;

pub use factory::{factory_flash, genuine_deliverable};
pub use lacking::lacking;
pub use play::{Play, Progress, Watch};
pub use trouble::RunnerError;
