//! The agent's own account of the steps it entered and left, for whoever asks.
//!
//! It is kept in RAM: a record of order, not a log that must survive.

use menu::{Phase, Step, StepEvent};

/// How many events are kept; an update needs about fourteen.
const KEPT: usize = 64;

/// The last events of this boot, each with a running number.
pub(crate) struct Steps {
    events: [StepEvent; KEPT],
    noted: u32,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { events: [StepEvent { step: Step::Receive, phase: Phase::Begun }; KEPT], noted: 0 }
    }

    pub(crate) fn note(&mut self, step: Step, phase: Phase) {
        self.events[self.noted as usize % KEPT] = StepEvent { step, phase };
        self.noted = self.noted.wrapping_add(1);
    }

    /// Number of the first kept event that is not before `from`.
    pub(crate) fn first(&self, from: u32) -> u32 {
        from.clamp(self.noted.saturating_sub(KEPT as u32), self.noted)
    }

    /// The kept events that are not before `from`, in order.
    pub(crate) fn since(&self, from: u32) -> impl Iterator<Item = StepEvent> + '_ {
        (self.first(from)..self.noted).map(|number| self.events[number as usize % KEPT])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_events_make_room_and_numbers_go_on() {
        let mut steps = Steps::new();
        for _ in 0..KEPT {
            steps.note(Step::Receive, Phase::Begun);
        }
        steps.note(Step::Check, Phase::Done);
        assert_eq!(steps.first(0), 1);
        assert_eq!(steps.since(0).count(), KEPT);
        assert_eq!(steps.since(64).next(), Some(StepEvent { step: Step::Check, phase: Phase::Done }));
        assert_eq!(steps.since(1000).count(), 0);
    }
}
