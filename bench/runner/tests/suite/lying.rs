//! A device that lies about its version is caught by measurement.
//!
//! Its words are plausible and its protocol is correct; only its memory tells.

use record::Verdict;
use rig::{Device, Firmware, Rig, RigError, Setup};
use sim::Sim;

use crate::stage::{GOOD_UPDATE, SimWith, play};

/// A firmware that lies wherever the genuine one is asked for.
fn liar(setup: Setup) -> Result<Box<dyn Device>, RigError> {
    let firmware = match setup.firmware {
        Firmware::Genuine => Firmware::Mutant("lies-about-version".to_owned()),
        Firmware::Mutant(name) => Firmware::Mutant(name),
    };
    Sim.device(Setup { firmware, ..setup })
}

#[test]
fn a_device_that_lies_about_its_version_is_caught_by_measurement() {
    let judgement = play(GOOD_UPDATE, &SimWith { name: "liar", device: liar });
    let Verdict::Broken(breach) = judgement.verdict else { panic!("{:?}", judgement.verdict) };
    assert_eq!(breach.step, "update");
    assert!(breach.saw.contains("says 2.3.0"), "{}", breach.saw);
    assert!(breach.saw.contains("runs 2.2.0"), "{}", breach.saw);
}

#[test]
fn an_honest_device_is_held_to_the_same_scenario() {
    assert_eq!(play(GOOD_UPDATE, &Sim).verdict, Verdict::Held);
}
