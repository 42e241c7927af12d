//! The standing check of step order: a device goes through the framework's steps in their order
//! (NTIA-GEN-8).
//!
//! What is checked, on the account the device gives within one step of the scenario:
//! - An account begins with `receive`, or with `cleanup`: after a reset only the clean-up is left. An
//!   update that still waits for it may meanwhile refuse to receive another, and may try it again.
//! - A step begins only when the one before it is done, and only if its number is higher. Steps a
//!   device does not need may be left out, but not `check` before anything that follows it, and not
//!   `apply` before anything that follows that.
//! - `done` and `refused` belong to the step that was begun last. A refusal ends the sequence.
//! - An offer that is continued in a later step goes on where the earlier account stopped.
//! - `receive` may begin again at any time: a new transfer starts the sequence afresh.
//!
//! The account may stop anywhere, since power can. It is the device's own word, so it can convict
//! the device and never acquit it.

use menu::{Phase, Step, StepEvent};

use crate::event::DeviceSteps;

/// A step out of order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// What the order demands.
    pub(super) expected: String,
    /// What the device did.
    pub(super) saw: String,
}

/// Where the sequence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was begun yet.
    Fresh,
    /// This step is in progress.
    In(Step),
    /// This step is done.
    Behind(Step),
    /// This step ended in a refusal.
    Refused(Step),
}

/// The words `step phase` as the event they stand for, if both are in the menu.
pub(super) fn event_of(words: &str) -> Option<StepEvent> {
    let (step, phase) = words.split_once(' ')?;
    let phase = Phase::ALL.iter().copied().find(|known| known.name() == phase)?;
    Some(StepEvent { step: Step::from_name(step)?, phase })
}

/// Whether the accounts say that this step was completed.
pub(super) fn was_done(accounts: &[&DeviceSteps], step: Step) -> bool {
    let done = StepEvent { step, phase: Phase::Done };
    accounts.iter().flat_map(|account| &account.steps).any(|words| event_of(words) == Some(done))
}

/// The first step out of order in accounts that follow on each other. Words that are not in the menu are
/// for others to find.
pub(super) fn check(accounts: &[&DeviceSteps]) -> Result<(), Violation> {
    let mut state = State::Fresh;
    let mut done = Vec::new();
    let words = accounts.iter().flat_map(|account| &account.steps);
    for event in words.filter_map(|words| event_of(words)) {
        let step = event.step;
        state = match event.phase {
            Phase::Begun => {
                if step == Step::Receive {
                    done.clear();
                } else {
                    begin(state, &done, step)?;
                }
                State::In(step)
            }
            Phase::Done => {
                end(state, event)?;
                done.push(step);
                State::Behind(step)
            }
            Phase::Refused => {
                end(state, event)?;
                State::Refused(step)
            }
        };
    }
    Ok(())
}

fn begin(state: State, done: &[Step], step: Step) -> Result<(), Violation> {
    let missing = [Step::Check, Step::Apply].into_iter().find(|needed| *needed < step && !done.contains(needed));
    let (expected, before) = match state {
        State::Fresh | State::Refused(Step::Receive) | State::In(Step::CleanUp) if step == Step::CleanUp => {
            return Ok(());
        }
        State::Fresh => ("`receive` first, or `cleanup` after a reset".to_owned(), "first".to_owned()),
        State::In(open) => (format!("`{open}` done before `{step}` begins"), format!("within `{open}`")),
        State::Refused(refused) => {
            (format!("no further step after `{refused}` was refused"), format!("after `{refused}` was refused"))
        }
        State::Behind(last) if last >= step => (format!("no `{step}` after `{last}`"), format!("after `{last}`")),
        State::Behind(last) => match missing {
            None => return Ok(()),
            Some(needed) => (format!("`{needed}` done before `{step}` begins"), format!("after `{last}`")),
        },
    };
    Err(Violation { expected, saw: format!("`{step}` begun {before}") })
}

fn end(state: State, event: StepEvent) -> Result<(), Violation> {
    let StepEvent { step, phase } = event;
    if state == State::In(step) {
        return Ok(());
    }
    Err(Violation {
        expected: format!("`{step}` begun before it is {phase}"),
        saw: format!("`{step}` {phase} without that"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(words: &str) -> DeviceSteps {
        DeviceSteps { steps: words.split(", ").filter(|word| !word.is_empty()).map(str::to_owned).collect() }
    }

    fn violation(words: &str) -> String {
        check(&[&account(words)]).expect_err("this account is out of order").expected
    }

    const WHOLE: &str = "receive begun, receive done, check begun, check done, process begun, process done, \
        stage begun, stage done, apply begun, apply done, reverify begun, reverify done, \
        activate begun, activate done, cleanup begun, cleanup done";

    #[test]
    fn a_whole_sequence_is_in_order_wherever_it_stops() {
        let words: Vec<&str> = WHOLE.split(", ").collect();
        for count in 0..=words.len() {
            assert_eq!(check(&[&account(&words[..count].join(", "))]), Ok(()), "the first {count} events");
        }
    }

    #[test]
    fn exchanging_any_two_neighbours_is_out_of_order() {
        let words: Vec<&str> = WHOLE.split(", ").collect();
        for at in 1..words.len() {
            let mut swapped = words.clone();
            swapped.swap(at - 1, at);
            assert!(check(&[&account(&swapped.join(", "))]).is_err(), "{} after {}", words[at - 1], words[at]);
        }
    }

    #[test]
    fn check_and_apply_cannot_be_left_out() {
        assert_eq!(violation("receive begun, receive done, apply begun"), "`check` done before `apply` begins");
        let no_apply = "receive begun, receive done, check begun, check done, activate begun";
        assert_eq!(violation(no_apply), "`apply` done before `activate` begins");
    }

    #[test]
    fn apply_cannot_begin_while_the_check_is_open() {
        let words = "receive begun, receive done, check begun, apply begun";
        assert_eq!(violation(words), "`check` done before `apply` begins");
    }

    #[test]
    fn a_refusal_ends_the_sequence() {
        let refused = "receive begun, receive done, check begun, check refused";
        assert_eq!(check(&[&account(refused)]), Ok(()));
        assert_eq!(violation(&format!("{refused}, apply begun")), "no further step after `check` was refused");
        assert_eq!(check(&[&account(&format!("{refused}, receive begun"))]), Ok(()));
    }

    #[test]
    fn a_new_transfer_must_be_checked_again() {
        let words = "receive begun, receive done, check begun, check done, receive begun, receive done, apply begun";
        assert_eq!(violation(words), "`check` done before `apply` begins");
    }

    #[test]
    fn only_the_clean_up_is_left_after_a_reset() {
        assert_eq!(check(&[&account("cleanup begun, cleanup done")]), Ok(()));
        assert_eq!(check(&[&account("receive begun, receive refused, cleanup begun, cleanup done")]), Ok(()));
        assert_eq!(check(&[&account("cleanup begun, cleanup begun, cleanup done")]), Ok(()));
        assert_eq!(violation("apply begun"), "`receive` first, or `cleanup` after a reset");
        assert_eq!(violation("activate begun"), "`receive` first, or `cleanup` after a reset");
        assert_eq!(violation("cleanup begun, cleanup done, activate begun"), "no `activate` after `cleanup`");
    }

    #[test]
    fn a_step_ends_only_if_it_was_begun() {
        assert_eq!(violation("check done"), "`check` begun before it is done");
        assert_eq!(violation("receive begun, check refused"), "`check` begun before it is refused");
    }

    #[test]
    fn a_device_does_not_create_or_sign() {
        assert_eq!(violation("sign begun"), "`receive` first, or `cleanup` after a reset");
        assert_eq!(violation("receive begun, receive done, sign begun"), "no `sign` after `receive`");
    }
}
