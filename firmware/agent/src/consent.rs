//! Announce: where the owner is to be asked, nothing is downloaded before he has said yes.
//!
//! To say yes is to press the button after the update was announced, and it is meant for that update
//! alone. A button that was down before, or that cannot be read, says nothing: a stuck one must not
//! agree to everything (NTIA-ANNOUNCE-1, -3, -7).

use board::{Board, Button};
use menu::Refusal;

/// What the owner was asked, and whether he agreed. It is forgotten at a reset, and asked anew.
pub(crate) struct Consent {
    /// The digest of the manifest that was announced.
    asked: Option<[u8; 32]>,
    answer: Answer,
    /// The button as it was seen last.
    seen: Button,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    None,
    Yes,
}

impl Consent {
    pub(crate) fn new() -> Self {
        // Down, so that a button which is stuck from the beginning is never seen to go down.
        Self { asked: None, answer: Answer::None, seen: Button::Down }
    }

    /// Looks at the button. Called often enough to see a press.
    pub(crate) fn watch(&mut self, board: &mut dyn Board) {
        let now = board.button().unwrap_or(Button::Down);
        if self.asked.is_some() && self.seen == Button::Up && now == Button::Down {
            self.answer = Answer::Yes;
        }
        self.seen = now;
    }

    /// Refuses unless the owner has agreed to the update with this manifest; announces it if he has not
    /// been asked yet.
    pub(crate) fn must_be_given(&mut self, manifest_digest: [u8; 32]) -> Result<(), Refusal> {
        if self.asked != Some(manifest_digest) {
            self.asked = Some(manifest_digest);
            self.answer = Answer::None;
        }
        if self.answer == Answer::Yes { Ok(()) } else { Err(Refusal::AwaitingConsent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use board::BoardError;

    struct Hand(Result<Button, BoardError>);

    impl Board for Hand {
        fn button(&mut self) -> Result<Button, BoardError> {
            self.0
        }
    }

    const UP: Result<Button, BoardError> = Ok(Button::Up);
    const DOWN: Result<Button, BoardError> = Ok(Button::Down);
    const ONE: [u8; 32] = [1; 32];
    const OTHER: [u8; 32] = [2; 32];

    fn watch(consent: &mut Consent, seen: &[Result<Button, BoardError>]) {
        seen.iter().for_each(|button| consent.watch(&mut Hand(*button)));
    }

    #[test]
    fn a_press_after_the_announcement_is_consent_to_that_update_only() {
        let mut consent = Consent::new();
        watch(&mut consent, &[UP, DOWN, UP]);
        assert_eq!(consent.must_be_given(ONE), Err(Refusal::AwaitingConsent));
        watch(&mut consent, &[UP, DOWN, UP]);
        assert_eq!(consent.must_be_given(ONE), Ok(()));
        assert_eq!(consent.must_be_given(OTHER), Err(Refusal::AwaitingConsent));
        assert_eq!(consent.must_be_given(ONE), Err(Refusal::AwaitingConsent));
    }

    #[test]
    fn a_button_that_is_stuck_or_cannot_be_read_says_nothing() {
        for stuck in [DOWN, UP, Err(BoardError::Absent), Err(BoardError::Silent)] {
            let mut consent = Consent::new();
            watch(&mut consent, &[stuck; 4]);
            assert_eq!(consent.must_be_given(ONE), Err(Refusal::AwaitingConsent));
            watch(&mut consent, &[stuck; 4]);
            assert_eq!(consent.must_be_given(ONE), Err(Refusal::AwaitingConsent));
        }
    }
}
