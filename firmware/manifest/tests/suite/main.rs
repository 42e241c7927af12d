//! The tests of the manifest decoder, in one binary: what it accepts, and that it accepts no more.
//!
//! Third-party vectors pin what is accepted, a table of bytes reaches every reason to reject,
//! random mutations look for panics, and an independent decoder is asked for its opinion. The
//! encoder in here is written for these tests alone: it must be able to encode nonsense.

mod differential;
mod encode;
mod judge;
mod mutations;
mod official;
mod oracle;
mod reading;
mod reasons;
mod sample;
mod vectors;
