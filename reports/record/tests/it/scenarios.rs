//! One small scenario of every shape: plain, attacked, replayed, swept over cuts and over bytes, and
//! one whose teeth refuse.
//!
//! The judge's rules differ by shape, and a rule without a scenario of its shape is not tested.

use menu::{Feature, Features, Halt, Refusal};
use scenario::model::{
    Act, Action, Attacker, Behaviour, Cuts, Device, Disturbance, Disturbs, Expect, Fault, FixUp, FlashFault,
    FlashPlace, Flip, Identity, Offer, Part, Place, Position, Reset, RigAct, Saw, Scenario, Signer, Size, Step, Tamper,
    Tear, Teeth, Version, Weakness,
};

/// Every shape.
pub(crate) fn all() -> Vec<Scenario> {
    vec![
        downgrade(),
        edited(),
        lossy(),
        replayed(),
        tampered(),
        power_loss(),
        every_byte(),
        good_update(),
        watched(),
        low_battery(),
        rotten(),
        failing_flash(),
    ]
}

/// An old image is refused.
pub(crate) fn downgrade() -> Scenario {
    let steps = vec![
        offer("replay", version(1, 4), refused(Refusal::VersionTooOld)),
        power("after a power cycle", runs(version(2, 1))),
        offer("a genuine update", version(2, 2), runs(version(2, 2))),
    ];
    scenario("downgrade", steps, without(Feature::Sequence, "replay", Saw::Installed))
}

/// An image is changed on its way.
pub(crate) fn edited() -> Scenario {
    let steps = vec![
        offer("edited", version(2, 2), refused(Refusal::BadSignature)),
        offer("a genuine update", version(2, 2), runs(version(2, 2))),
    ];
    let edit = Act::Edit(tamper(Part::Payload, Position::Middle));
    let attacker = Attacker { on: Place::UpdateLink, acts: vec![edit], during: vec!["edited".to_owned()] };
    let teeth = without(Feature::Signature, "edited", Saw::Installed);
    Scenario { attacker: Some(attacker), ..scenario("edited", steps, teeth) }
}

/// Packets are lost and doubled in every offer, and the update gets through.
pub(crate) fn lossy() -> Scenario {
    let steps =
        vec![offer("first", version(2, 2), runs(version(2, 2))), offer("second", version(2, 3), runs(version(2, 3)))];
    let acts = vec![Act::Drop { every: 5 }, Act::Duplicate { every: 3 }];
    let attacker = Attacker { on: Place::UpdateLink, acts, during: Vec::new() };
    Scenario { attacker: Some(attacker), ..scenario("lossy", steps, mutant("first", Saw::Refused)) }
}

/// A recorded session is played back.
pub(crate) fn replayed() -> Scenario {
    let steps = vec![
        offer("recorded", version(2, 2), runs(version(2, 2))),
        offer("the fix", version(2, 3), runs(version(2, 3))),
        Step {
            name: "played back".to_owned(),
            action: Action::Replay { session: "recorded".to_owned() },
            expect: Expect { refused: Some(Refusal::VersionTooOld), runs: vec![version(2, 3)], ..Expect::default() },
        },
    ];
    scenario("replayed", steps, without(Feature::Sequence, "played back", Saw::Installed))
}

/// An image is changed at rest.
pub(crate) fn tampered() -> Scenario {
    let mut step = offer("tampered", version(2, 2), refused(Refusal::PayloadDigestMismatch));
    set_tamper(&mut step, tamper(Part::Payload, Position::Start));
    scenario("tampered", vec![step], without(Feature::Signature, "tampered", Saw::Installed))
}

/// Power is lost in every flash operation.
pub(crate) fn power_loss() -> Scenario {
    let steps = vec![
        offer("install", version(2, 2), Expect::default()),
        power("first boot", Expect::default()),
        power("power is back", Expect { runs: vec![version(2, 1), version(2, 2)], ..Expect::default() }),
        offer("once more", version(2, 2), runs(version(2, 2))),
    ];
    let fault = Fault {
        cut_power: Cuts::EveryFlashOperation,
        during: vec!["install".to_owned(), "first boot".to_owned()],
        tear: vec![Tear::Nothing, Tear::Half, Tear::All],
        at_least: 6,
    };
    let teeth = without(Feature::Journal, "power is back", Saw::NothingRuns);
    Scenario { fault: Some(fault), ..scenario("power-loss", steps, teeth) }
}

/// A battery is low, and an update waits until it is charged.
pub(crate) fn low_battery() -> Scenario {
    let battery = |name: &str, level_mv| {
        let action = Action::Rig(RigAct::Battery { level_mv });
        Step { name: name.to_owned(), action, expect: Expect::default() }
    };
    let steps = vec![
        battery("discharged", 3_020),
        offer("waits", version(2, 2), refused(Refusal::BatteryLow)),
        battery("charged", 4_000),
        Step {
            name: "goes on".to_owned(),
            action: Action::Continue { offer: "waits".to_owned() },
            expect: runs(version(2, 2)),
        },
    ];
    scenario("low-battery", steps, without(Feature::BatteryCheck, "waits", Saw::Installed))
}

/// A battery holds so much, and is drained; later somebody gives it a voltage again.
pub(crate) fn drained() -> Scenario {
    let rig = |name: &str, act| {
        let action = Action::Rig(act);
        Step { name: name.to_owned(), action, expect: Expect::default() }
    };
    let steps = vec![
        rig("charged", RigAct::Charge { charge_mj: 1_500 }),
        offer("update", version(2, 2), runs(version(2, 2))),
        rig("on the charger", RigAct::Battery { level_mv: 4_200 }),
        offer("another", version(2, 3), runs(version(2, 3))),
    ];
    scenario("drained", steps, mutant("update", Saw::Refused))
}

/// Every byte of the manifest is changed in turn.
pub(crate) fn every_byte() -> Scenario {
    let mut step = offer("changed", version(2, 2), refused(Refusal::BadSignature));
    set_tamper(&mut step, Tamper { at_least: Some(3), ..tamper(Part::Manifest, Position::EveryByte) });
    let steps = vec![step, power("after a power cycle", runs(version(2, 1)))];
    scenario("every-byte", steps, without(Feature::Signature, "changed", Saw::Installed))
}

/// Bits of flash flip, twice: the old image runs, then none.
pub(crate) fn rotten() -> Scenario {
    let flip = |name: &str, place, expect| {
        let flip = Flip { place, at: Position::Middle, bits: 2 };
        Step { name: name.to_owned(), action: Action::FlipBits(flip), expect }
    };
    let halted = Expect { halted: Some(Halt::NoBootRecord), ..Expect::default() };
    let steps = vec![
        flip("the image rots", FlashPlace::NextImage, runs(version(2, 1))),
        flip("the record rots", FlashPlace::BootRecord, halted),
    ];
    scenario("rotten", steps, without(Feature::BootVerify, "the image rots", Saw::UnknownRuns))
}

/// The flash has stuck bits while an update is written, and works again.
pub(crate) fn failing_flash() -> Scenario {
    let steps = vec![
        offer("stuck", version(2, 2), refused(Refusal::ReVerifyFailed)),
        offer("a genuine update", version(2, 2), runs(version(2, 2))),
    ];
    let disturbance = Disturbance { what: Disturbs::Flash(FlashFault::StuckBits), during: vec!["stuck".to_owned()] };
    let teeth = without(Feature::ReVerify, "stuck", Saw::Installed);
    Scenario { disturbance: Some(disturbance), ..scenario("failing-flash", steps, teeth) }
}

/// A genuine update is taken.
pub(crate) fn good_update() -> Scenario {
    let steps = vec![offer("update", version(2, 2), runs(version(2, 2)))];
    scenario("good-update", steps, mutant("update", Saw::Refused))
}

/// A release that hangs gives way.
pub(crate) fn watched() -> Scenario {
    let wait = Action::Wait { ms: 10_000 };
    let steps = vec![
        offer("hangs", version(2, 2), Expect::default()),
        Step { name: "later".to_owned(), action: wait, expect: runs(version(2, 1)) },
    ];
    scenario("watched", steps, without(Feature::Watchdog, "later", Saw::Runs(version(2, 2))))
}

/// A version whose third number is 0.
pub(crate) fn version(major: u16, minor: u16) -> Version {
    Version { major, minor, patch: 0 }
}

/// A step that offers a genuine deliverable.
pub(crate) fn offer(name: &str, version: Version, expect: Expect) -> Step {
    let offer = Offer {
        version,
        signed_by: Signer::Release,
        behaves: Behaviour::Healthy,
        vendor: Identity::Own,
        class: Identity::Own,
        tamper: None,
        size: Size::AsBuilt,
        reset: Reset::Asked,
    };
    Step { name: name.to_owned(), action: Action::Offer(offer), expect }
}

/// A step that cycles power.
pub(crate) fn power(name: &str, expect: Expect) -> Step {
    Step { name: name.to_owned(), action: Action::PowerCycle, expect }
}

/// One flipped bit.
pub(crate) fn tamper(what: Part, at: Position) -> Tamper {
    Tamper { what, at, flip_bits: 1, fix_up: FixUp::None, at_least: None }
}

/// Makes an offer one that is tampered with at rest.
pub(crate) fn set_tamper(step: &mut Step, tamper: Tamper) {
    if let Action::Offer(offer) = &mut step.action {
        offer.tamper = Some(tamper);
    }
}

fn refused(refusal: Refusal) -> Expect {
    Expect { refused: Some(refusal), runs: vec![version(2, 1)], ..Expect::default() }
}

fn runs(version: Version) -> Expect {
    Expect { runs: vec![version], ..Expect::default() }
}

fn without(feature: Feature, step: &str, saw: Saw) -> Teeth {
    Teeth { weakness: Weakness::Without(feature), step: step.to_owned(), saw }
}

fn mutant(step: &str, saw: Saw) -> Teeth {
    Teeth { weakness: Weakness::Mutant("refuses-everything".to_owned()), step: step.to_owned(), saw }
}

fn scenario(name: &str, steps: Vec<Step>, teeth: Teeth) -> Scenario {
    let features: Features = Feature::ALL.iter().copied().collect();
    Scenario {
        name: name.to_owned(),
        claim: "It holds.".to_owned(),
        covers: Vec::new(),
        threat: None,
        device: Device { profile: "resilient".to_owned(), features, runs: version(2, 1), needs: Vec::new() },
        attacker: None,
        fault: None,
        disturbance: None,
        steps,
        teeth,
    }
}
