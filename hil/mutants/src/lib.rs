//! Known-bad versions of our firmware, made from the genuine source and the patches in
//! `firmware/mutants`.
//!
//! A defence that no feature can switch off still needs a run that breaks without it. Patches keep
//! such versions out of the firmware itself: it has no hook, no test path and no switch, and a
//! patch that no longer applies stops the build instead of quietly mutating nothing.
//!
//! Each mutant is a module with the modules `agent` and `boot`, like the crates of these names.

include!(concat!(env!("OUT_DIR"), "/mutants.rs"));
