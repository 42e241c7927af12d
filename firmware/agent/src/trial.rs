//! The time an image on trial has to confirm itself.
//!
//! An image that serves and never finds itself healthy would stay on trial for ever, and refuse every
//! update meanwhile. So the agent in it asks for a reset when its time is over, which the first stage
//! counts as a failed attempt. (An image whose agent is dead starves its watchdog.)

use board::Board;

use crate::facts::Facts;

/// When the trial of this boot began.
pub(crate) struct TrialTime {
    begun_ms: Option<u64>,
}

impl TrialTime {
    pub(crate) fn new() -> Self {
        Self { begun_ms: None }
    }

    /// Whether the running image has had its time and has not confirmed itself. The time begins with the
    /// first question; on a board without a clock it never ends.
    pub(crate) fn is_over(&mut self, facts: &Facts, board: &mut dyn Board) -> bool {
        if !facts.has_attempts() {
            return false;
        }
        let Ok(now_ms) = board.now_ms() else { return false };
        let begun_ms = *self.begun_ms.get_or_insert(now_ms);
        now_ms.saturating_sub(begun_ms) >= u64::from(facts.provision.trial_ms)
    }
}
