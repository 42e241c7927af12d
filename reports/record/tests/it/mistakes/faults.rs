//! What is done to the facts about faults: acts of the rig, work that takes something, bits that flip.
//!
//! A device that shrugs off what never happened has shown nothing, so each of these must be found.

use super::*;

pub(super) fn of_acts_of_the_rig() -> Vec<Damage> {
    vec![
        damage("FlashFaultNeverHit", "the flash worked all the time", scenarios::failing_flash(), |events| {
            caused(events, 0).found = Some(0);
        }),
        damage("Facts", "the flash failed in another way", scenarios::failing_flash(), |events| {
            caused(events, 0).act = "flash with silent-write".to_owned();
        }),
        damage("ActWithoutEffect", "the battery did not take its voltage", scenarios::low_battery(), |events| {
            caused(events, 0).found = Some(4_200);
        }),
        damage("ActWithoutEffect", "the battery was left alone", scenarios::low_battery(), |events| {
            caused(events, 0).found = None;
        }),
        damage("Facts", "nothing says that the battery was touched", scenarios::low_battery(), |events| {
            let at = events.iter().position(|event| matches!(event, Event::Caused(_)));
            events.remove(at.expect("the scenario has one"));
        }),
        damage("Facts", "another voltage was set", scenarios::low_battery(), |events| {
            caused(events, 0).act = "battery at 4200 mV".to_owned();
        }),
        damage("Facts", "the battery was touched where nobody ordered it", scenarios::downgrade(), |events| {
            events.insert(5, Event::Caused(Caused { act: "battery at 4200 mV".to_owned(), found: Some(4_200) }));
        }),
    ]
}

pub(super) fn of_work() -> Vec<Damage> {
    vec![
        damage("Facts", "nothing says what an update took", scenarios::drained(), |events| {
            let at = events.iter().rposition(|event| matches!(event, Event::Spent(_)));
            events.remove(at.expect("the scenario has one"));
        }),
        damage("Facts", "the battery was not drained", scenarios::drained(), |events| spent(events, 0).left_mj = None),
        damage(
            "Facts",
            "something was spent before anything was to take something",
            scenarios::low_battery(),
            |events| {
                let at = events.iter().position(|event| matches!(event, Event::DeviceSteps(_)));
                let found = play::held(&scenarios::drained());
                let spent = found.into_iter().find(|event| matches!(event, Event::Spent(_)));
                events.insert(at.expect("each step has one"), spent.expect("the scenario has one"));
            },
        ),
        damage("ActWithoutEffect", "an update took no energy", scenarios::drained(), |events| {
            spent(events, 1).energy_uj = 0;
        }),
        damage("ActWithoutEffect", "an update took no time", scenarios::drained(), |events| {
            spent(events, 1).busy_us = 0;
        }),
    ]
}

pub(super) fn of_flips() -> Vec<Damage> {
    vec![
        damage("FlipNeverFired", "no bit flipped", scenarios::rotten(), |events| {
            events.retain(|event| !matches!(event, Event::Flipped(_)));
        }),
        damage("FlipNeverFired", "the byte stayed what it was", scenarios::rotten(), |events| {
            flipped(events).after = 0b101;
        }),
        damage("FlipNeverFired", "the flash stayed what it was", scenarios::rotten(), |events| {
            let flipped = flipped(events);
            flipped.after_sha256 = flipped.before_sha256.clone();
        }),
        damage("Facts", "the bits flipped elsewhere", scenarios::rotten(), |events| {
            flipped(events).place = "floor".to_owned();
        }),
        damage("Facts", "other bits flipped", scenarios::rotten(), |events| {
            flipped(events).after = 0;
            flipped(events).before = 0b1;
        }),
        damage("Facts", "bits flipped that nobody ordered", scenarios::downgrade(), |events| {
            let mut rotten = play::held(&scenarios::rotten());
            events.insert(5, Event::Flipped(flipped(&mut rotten).clone()));
        }),
    ]
}
