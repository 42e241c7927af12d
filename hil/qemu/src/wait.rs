//! How long to wait for an emulator on a machine that has other things to do.
//!
//! A device that stays silent for two seconds is dead; an emulator that got no processor for two seconds is
//! not. So time in which QEMU was ready to run and was not let does not count: it is waited for once more.
//! Otherwise a loaded machine would make a verdict.

use std::time::Duration;

use crate::process::Process;

/// So many times as long as was asked for is the longest wait, whatever the machine is doing.
const MOST_TIMES: u32 = 20;
/// The shortest time that is waited for once more.
const SHORTEST: Duration = Duration::from_millis(5);

/// A wait that is lengthened by what the emulator missed.
pub(crate) struct Wait {
    asked: Duration,
    /// What is waited for next; nothing while that is not known.
    next: Option<Duration>,
    /// What was waited for beyond what was asked.
    longer: Duration,
    starved: Duration,
}

impl Wait {
    /// A wait of so long for this emulator.
    pub(crate) fn new(time: Duration, process: &Process) -> Self {
        Self { asked: time, next: Some(time), longer: Duration::ZERO, starved: process.starved() }
    }

    /// How long to wait next, or `None` once the emulator has had its time.
    pub(crate) fn next(&mut self, process: &Process) -> Option<Duration> {
        self.next.take().or_else(|| {
            let starved = process.starved();
            let missed = starved.saturating_sub(self.starved);
            self.starved = starved;
            self.longer(missed)
        })
    }

    fn longer(&mut self, missed: Duration) -> Option<Duration> {
        let room = (self.asked * MOST_TIMES).saturating_sub(self.longer);
        let time = missed.min(room);
        // Less than this is the scheduler's everyday work, and waiting for it would never end.
        if time < SHORTEST {
            return None;
        }
        self.longer += time;
        Some(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Duration = Duration::from_millis(50);

    fn waited() -> Wait {
        Wait { asked: ASKED, next: None, longer: Duration::ZERO, starved: Duration::ZERO }
    }

    #[test]
    fn what_the_emulator_missed_is_waited_for_once_more() {
        let missed = Duration::from_millis(40);
        assert_eq!(waited().longer(missed), Some(missed));
    }

    #[test]
    fn a_wait_ends_on_the_busiest_machine() {
        let mut wait = waited();
        let longer: Duration = std::iter::from_fn(|| wait.longer(ASKED)).sum();
        assert_eq!(longer, ASKED * MOST_TIMES);
    }

    #[test]
    fn an_idle_machine_lengthens_nothing() {
        assert_eq!(waited().longer(Duration::from_millis(1)), None);
    }
}
