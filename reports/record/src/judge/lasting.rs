//! Whether what lasts on the device is what it was after an earlier step.
//!
//! A failed update has to leave no trace where it counts: the image that works, the record that says
//! so, and how low the device may go. The rig reads all of it past the device, after every step of a
//! scenario that asks.

use scenario::model::{Scenario, Step};

use super::grammar::{Facts, Run};
use super::shape::mistaken;
use crate::event::Lasting;
use crate::mistake::Mistake;
use crate::words::plain;

/// Checks that the step left the facts behind which the comparison needs.
pub(super) fn check(scenario: &Scenario, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    match (scenario.watches_state(), &facts.observed.lasting) {
        (true, None) => Err(mistaken(run, facts, "what lasts on the device", "nothing about it")),
        (false, Some(_)) => Err(mistaken(run, facts, "nothing about what lasts", "something about it")),
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

/// What differs, in words, where the step expects that nothing does; `None` where it is as expected.
pub(super) fn difference(step: &Step, run: &Run<'_>, facts: &Facts<'_>) -> Option<String> {
    let name = step.expect.as_after.as_ref()?;
    let before = run.steps.iter().find(|facts| facts.name == name).and_then(|facts| facts.observed.lasting.as_ref());
    let (Some(before), Some(now)) = (before, &facts.observed.lasting) else {
        return Some("a state that cannot be compared".to_owned());
    };
    let differences = differences(before, now);
    (!differences.is_empty()).then(|| differences.join(", "))
}

fn differences(before: &Lasting, now: &Lasting) -> Vec<String> {
    let text = |value: &Option<String>| value.as_ref().map_or("none".to_owned(), |text| plain(text));
    let number = |value: &Option<u64>| value.map_or("none".to_owned(), |floor| format!("{floor:#x}"));
    let mut found = Vec::new();
    if before.provision_sha256 != now.provision_sha256 {
        found.push("another provisioning record".to_owned());
    }
    if before.boot_record != now.boot_record {
        found.push(format!("boot record {}, was {}", text(&now.boot_record), text(&before.boot_record)));
    }
    if before.floor != now.floor {
        found.push(format!("security floor {}, was {}", number(&now.floor), number(&before.floor)));
    }
    if before.slot_sha256 != now.slot_sha256 {
        found.push("other bytes in the slot that is called good".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_state_counts() {
        let state = Lasting {
            provision_sha256: "00".to_owned(),
            boot_record: Some("a".to_owned()),
            floor: Some(0x2_0001_0000),
            slot_sha256: Some("11".to_owned()),
        };
        assert!(differences(&state, &state).is_empty());
        let raised = Lasting { floor: Some(0x2_0002_0000), ..state.clone() };
        assert_eq!(differences(&state, &raised), ["security floor 0x200020000, was 0x200010000"]);
        let on_trial = Lasting { boot_record: Some("a, b on trial with 1 left".to_owned()), ..state.clone() };
        assert_eq!(differences(&state, &on_trial), ["boot record a, b on trial with 1 left, was a"]);
        let others = Lasting { provision_sha256: "ff".to_owned(), slot_sha256: None, ..state.clone() };
        assert_eq!(differences(&state, &others).len(), 2);
    }
}
