//! Programs of other people talk to a device: unmodified SMP clients, and a debugger's protocol.
//!
//! The bench has a client of its own, written by whoever wrote the device; that the two agree proves
//! little. `smpmgr` and `mcumgrctl` come from the package registries in fixed versions. Where they,
//! or QEMU, cannot be had, a test prints SKIPPED and proves nothing; where `CI` is set and QEMU is
//! there, that is a failure.
#![cfg(unix)]

mod attached;
mod debugger;
#[path = "../shared/python.rs"]
mod python;
mod tools;
mod update;
