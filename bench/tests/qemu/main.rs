//! What becomes of a run when the emulator, the machine or the bench itself fails.
//!
//! The built program is run as a person or a CI system runs it. Where a test needs a working QEMU and
//! there is none, it prints SKIPPED and proves nothing; where `CI` is set that is a failure.
#![cfg(unix)]

mod bench;
mod damage;
mod killed;
mod missing;
