//! The command line as people and CI systems meet it: the built program, its output and its codes.
//!
//! What a person reads has a golden file under `tests/golden`. After a change, run the tests with
//! `SNAPSHOTS=overwrite` and read the difference as prose.

mod bench;
mod check;
mod damage;
mod exit_codes;
mod formats;
mod help;
mod interrupted;
mod judge;
mod measured;
mod repeatable;
mod scenario;
