//! What the process says when it ends.
//!
//! A script has to tell a broken device from a broken bench without reading prose, so the codes are a
//! closed list and each has one meaning.

use std::process::ExitCode;

use record::Blame;

/// The exit codes, each with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Every claim that could be tried held.
    Held = 0,
    /// Something happened that nobody foresaw.
    Unexpected = 1,
    /// Wrong arguments, or files that are wrong.
    BadInput = 2,
    /// A scenario or the bench itself is wrong: nothing is known about the device.
    BenchWrong = 3,
    /// Nothing ran, or everything was skipped.
    NothingRan = 4,
    /// A claim is broken.
    Broken = 10,
    /// The machine or the rig failed: nothing is known about the device, and trying again is safe.
    Infrastructure = 20,
    /// Somebody stopped the bench.
    Interrupted = 130,
}

impl Exit {
    /// The code for an error of this kind.
    pub(crate) fn of_blame(blame: Blame) -> Self {
        match blame {
            Blame::Bench => Exit::BenchWrong,
            Blame::Infrastructure => Exit::Infrastructure,
        }
    }

    /// The one code for many verdicts: the strongest. What was skipped counts only where nothing else
    /// was tried.
    pub(crate) fn strongest(exits: impl IntoIterator<Item = Exit>) -> Self {
        exits.into_iter().max_by_key(|exit| exit.strength()).unwrap_or(Exit::NothingRan)
    }

    /// The number.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    fn strength(self) -> u8 {
        match self {
            Exit::NothingRan => 0,
            Exit::Held => 1,
            Exit::Infrastructure => 2,
            Exit::BenchWrong => 3,
            Exit::Broken => 4,
            Exit::Unexpected => 5,
            Exit::BadInput => 6,
            Exit::Interrupted => 7,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_strongest_verdict_decides() {
        use Exit::{BenchWrong, Broken, Held, Infrastructure, NothingRan};
        let table = [
            (vec![], NothingRan, 4),
            (vec![NothingRan, NothingRan], NothingRan, 4),
            (vec![Held, NothingRan], Held, 0),
            (vec![Held, Infrastructure, NothingRan], Infrastructure, 20),
            (vec![Infrastructure, BenchWrong, Held], BenchWrong, 3),
            (vec![BenchWrong, Broken, Infrastructure], Broken, 10),
        ];
        for (exits, strongest, code) in table {
            assert_eq!(Exit::strongest(exits.clone()), strongest, "{exits:?}");
            assert_eq!(strongest.code(), code);
        }
    }
}
