//! Which image this is: version and behaviour, baked in when it is built.
//!
//! A bad image in a scenario is a really bad image: a binary of its own, signed like any other, and
//! no switch in a good one. Cargo notices a change of either variable by itself.

/// What an image does once it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Passes its health check, confirms itself, serves updates.
    Healthy,
    /// Stops responding at once.
    Hangs,
    /// Resets at once.
    Crashes,
    /// Serves, but never finds itself healthy.
    NeverConfirms,
    /// Serves, and confirms itself [`LATE_MS`] after it began.
    ConfirmsLate,
    /// Writes over the first stage's report, where it can, and resets.
    RunsWild,
}

/// How long an image takes that confirms itself late, in milliseconds.
pub(crate) const LATE_MS: u64 = 3_000;

/// The version that this image says it is, such as `2.1.0`.
pub(crate) static VERSION: &str = match option_env!("OTABENCH_IMAGE_VERSION") {
    Some(version) => version,
    None => "0.0.0",
};

/// What this image does.
pub(crate) const BEHAVIOUR: Behaviour = match option_env!("OTABENCH_IMAGE_BEHAVES") {
    Some(name) => behaviour(name.as_bytes()),
    None => Behaviour::Healthy,
};

const fn behaviour(name: &[u8]) -> Behaviour {
    match name {
        b"healthy" => Behaviour::Healthy,
        b"hangs" => Behaviour::Hangs,
        b"crashes" => Behaviour::Crashes,
        b"never-confirms" => Behaviour::NeverConfirms,
        b"confirms-late" => Behaviour::ConfirmsLate,
        b"runs-wild" => Behaviour::RunsWild,
        _ => {
            panic!("OTABENCH_IMAGE_BEHAVES must be healthy, hangs, crashes, never-confirms, confirms-late or runs-wild")
        }
    }
}
