//! An estimate of the manufacturer that is too low is caught by what an update really takes.
//!
//! The teeth of the bundled scenario are an agent that calculates wrongly. Here the agent is the genuine one,
//! and it calculates with wrong figures: the mistake that is made in a factory.

use record::{ClaimOutcome, Verdict};
use sim::Sim;

use crate::stage::play_on;

const SCENARIO: &str = include_str!("../../../../scenarios/energy-estimate-honest.toml");
const PORTABLE: &str = include_str!("../../../../firmware/profiles/portable.toml");

#[test]
fn the_bundled_figures_carry_an_update_and_its_revert() {
    assert_eq!(play_on(SCENARIO, PORTABLE, &Sim).verdict, Verdict::Held);
}

#[test]
fn a_boot_that_is_estimated_too_low_lets_an_update_begin_that_the_battery_does_not_carry() {
    let too_low = PORTABLE.replace("boot-mj          = 400", "boot-mj          = 100");
    assert_ne!(too_low, PORTABLE);
    let judgement = play_on(SCENARIO, &too_low, &Sim);
    let ClaimOutcome::Broken(breach) = &judgement.claim else { panic!("{:?}", judgement.verdict) };
    assert_eq!(breach.step, "an update whose way back is too long");
    assert!(breach.saw.contains("accepted"), "{}", breach.saw);
    // And there it dies: the first boot is the last that the battery carries.
    let after = judgement.steps.iter().find(|step| step.name == "nothing has begun").expect("it was played");
    assert_eq!(after.saw, "nothing runs");
}
