//! What the tests of this crate share: a context like the command line's.
//!
//! It is written down here instead of being read from the repository, so that a golden file changes
//! only when the notation does.

use menu::{Battery, Feature, Features};
use scenario::{Context, Profile};

pub(crate) const MUTANTS: &[&str] = &["refuses-everything", "accepts-equal-sequence", "skips-payload-digest"];

pub(crate) const STATEMENTS: &[&str] = &["NTIA-CHECK-1", "NTIA-CHECK-9", "NTIA-CHECK-12", "NTIA-SIGN-1"];

/// A profile with every feature, and one with a signature only.
pub(crate) fn profiles() -> Vec<Profile> {
    let profile = |name: &str, features: Features, trial_attempts: u8, watchdog_ms: u32| Profile {
        name: name.to_owned(),
        about: format!("the test profile {name}"),
        features,
        trial_attempts,
        trial_ms: 10_000,
        watchdog_ms,
        battery: Battery::default(),
    };
    vec![
        profile("resilient", Feature::ALL.iter().copied().collect(), 1, 2_000),
        profile("signed", Features::NONE.with(Feature::Signature), 0, 0),
    ]
}

pub(crate) fn context(profiles: &[Profile]) -> Context<'_> {
    Context { profiles, mutants: MUTANTS, statements: STATEMENTS }
}
