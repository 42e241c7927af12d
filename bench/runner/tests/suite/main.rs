//! The runner against devices that lie, babble, stall and break, and against itself; and a factory that
//! calculates wrongly.
//!
//! The simulator is wrapped here, so that the device misbehaves in ways no firmware of ours does.

mod estimate;
mod hostile;
mod lying;
mod repeat;
mod stage;
