//! The runner against devices that lie, babble, stall and break, and against itself.
//!
//! The simulator is wrapped here, so that the device misbehaves in ways no firmware of ours does.

mod hostile;
mod lying;
mod repeat;
mod stage;
