//! How this program was built, in its own words.
//!
//! The words are checked, not believed: the bench looks for the instructions in the binary too.

/// Lines of `name = value`; what the compiler knows about this build.
pub const IDENTITY: &str = concat!(
    "compiler = ",
    env!("CRYPTOBENCH_COMPILER"),
    "\ntarget = ",
    env!("CRYPTOBENCH_TARGET"),
    "\noptimisation = ",
    env!("CRYPTOBENCH_OPTIMISATION"),
    "\nflags = ",
    env!("CRYPTOBENCH_FLAGS"),
    "\n",
);
