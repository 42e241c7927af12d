//! What the notation says is what the checked scenario holds.
//!
//! Each test reads a small file and compares the part it is about with the model, so that a word
//! that is read as its neighbour shows here and not in a verdict.

mod common;

use menu::{Feature, Refusal};
use scenario::model::{
    Act, Action, Attacker, Behaviour, Cuts, Disturbance, Disturbs, Expect, Fault, FixUp, FlashFault, Hand, Identity,
    Moment, Offer, Part, Place, Position, Reset, RigAct, Saw, Scenario, Signer, Size, Tamper, Tear, Teeth, Version,
    Weakness,
};
use scenario::parse;

const HEAD: &str = "claim = \"It holds.\"\n[device]\nprofile = \"resilient\"\nruns = \"2.1.0\"\n";
const STEP: &str = "[[step]]\nname = \"update\"\noffer = { version = \"2.2.0\", signed-by = \"release\" }\n";
const EXPECT: &str = "expect = { runs = \"2.2.0\" }\n";
const TEETH: &str = "[teeth]\nmutant = \"refuses-everything\"\nbreaks = { step = \"update\", saw = \"refused\" }\n";

fn read(file: &str) -> Scenario {
    let profiles = common::profiles();
    parse("scenarios/it.toml", file.as_bytes(), &common::context(&profiles))
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

const fn version(major: u16, minor: u16, patch: u16) -> Version {
    Version { major, minor, patch }
}

const PLAIN_OFFER: Offer = Offer {
    version: version(2, 2, 0),
    signed_by: Signer::Release,
    behaves: Behaviour::Healthy,
    vendor: Identity::Own,
    class: Identity::Own,
    tamper: None,
    size: Size::AsBuilt,
    reset: Reset::Asked,
};

#[test]
fn the_least_a_scenario_needs_is_enough() {
    let scenario = read(&format!("{HEAD}{STEP}{EXPECT}{TEETH}"));
    assert_eq!((scenario.name.as_str(), scenario.claim.as_str()), ("it", "It holds."));
    assert_eq!((scenario.covers.len(), scenario.threat, scenario.attacker, scenario.fault), (0, None, None, None));
    assert_eq!(scenario.device.runs, version(2, 1, 0));
    assert_eq!(scenario.device.features, Feature::ALL.iter().copied().collect());
    assert_eq!(scenario.steps[0].action, Action::Offer(PLAIN_OFFER));
    assert_eq!(scenario.steps[0].expect, Expect { runs: vec![version(2, 2, 0)], ..Expect::default() });
}

#[test]
fn an_offer_says_who_signed_what_for_whom_and_what_was_changed() {
    let tamper = "{ what = \"digest\", at = \"end\", flip-bits = 8, fix-up = \"unkeyed-digests\" }";
    let offer = format!(
        "[[step]]\nname = \"update\"\nexpect = {{ refused = \"wrong-vendor\", runs = \"2.1.0\" }}\n[step.offer]\n\
         version = \"2.2.0\"\nsigned-by = \"other-product\"\nbehaves = \"crashes\"\nvendor = \"other\"\nclass = \"other\"\n\
         tamper = {tamper}\n"
    );
    let teeth = TEETH.replace("\"refused\"", "\"nothing runs\"");
    let scenario = read(&format!("{HEAD}{offer}{teeth}"));
    let tamper =
        Tamper { what: Part::Digest, at: Position::End, flip_bits: 8, fix_up: FixUp::UnkeyedDigests, at_least: None };
    let offer = Offer {
        version: version(2, 2, 0),
        signed_by: Signer::OtherProduct,
        behaves: Behaviour::Crashes,
        vendor: Identity::Other,
        class: Identity::Other,
        tamper: Some(tamper),
        size: Size::AsBuilt,
        reset: Reset::Asked,
    };
    assert_eq!(scenario.steps[0].action, Action::Offer(offer));
    assert_eq!(
        scenario.steps[0].expect,
        Expect { refused: Some(Refusal::WrongVendor), runs: vec![version(2, 1, 0)], halted: None, ..Expect::default() }
    );
    assert_eq!(scenario.teeth.saw, Saw::NothingRuns);
}

#[test]
fn every_verb_of_a_step_is_read() {
    let more = "[[step]]\nname = \"off\"\npower = \"cycle\"\n[[step]]\nname = \"a\"\nwait = \"10s\"\n\
                [[step]]\nname = \"b\"\nwait = \"500ms\"\n[[step]]\nname = \"again\"\nreplay = \"update\"\n\
                expect = { runs-one-of = [\"2.1.0\", \"2.2.0\"] }\n";
    let scenario = read(&format!("{HEAD}{STEP}{EXPECT}{more}{TEETH}"));
    let actions: Vec<&Action> = scenario.steps[1..].iter().map(|step| &step.action).collect();
    let replay = Action::Replay { session: "update".to_owned() };
    assert_eq!(actions, [&Action::PowerCycle, &Action::Wait { ms: 10_000 }, &Action::Wait { ms: 500 }, &replay]);
    assert_eq!(scenario.steps[4].expect.runs, [version(2, 1, 0), version(2, 2, 0)]);
}

#[test]
fn every_verb_of_the_attacker_is_read() {
    let edit = "edit = { what = \"signature\", at = \"every-byte\", flip-bits = 1, at-least = 64 }";
    let attacker = format!(
        "[attacker]\non = \"update-link\"\n{edit}\ndrop = {{ every = 7 }}\nduplicate = {{ every = 1 }}\n\
         truncate = {{ every = 3 }}\nduring = [\"update\"]\n"
    );
    let scenario = read(&format!("{HEAD}{attacker}{STEP}{EXPECT}{TEETH}"));
    let edit = Tamper {
        what: Part::Signature,
        at: Position::EveryByte,
        flip_bits: 1,
        fix_up: FixUp::None,
        at_least: Some(64),
    };
    let acts = vec![Act::Edit(edit), Act::Drop { every: 7 }, Act::Duplicate { every: 1 }, Act::Truncate { every: 3 }];
    assert_eq!(scenario.attacker, Some(Attacker { on: Place::UpdateLink, acts, during: vec!["update".to_owned()] }));
}

#[test]
fn a_fault_names_its_cuts_and_its_floor() {
    let fault = "[fault]\ncut-power = \"every-flash-operation\"\nduring = [\"update\"]\n\
                 tear = [\"all\", \"nothing\", \"half\"]\nat-least = 300\n";
    let after = "[[step]]\nname = \"power is back\"\npower = \"cycle\"\nexpect = { runs = \"2.2.0\" }\n";
    let teeth = "[teeth]\nwithout = \"journal\"\nbreaks = { step = \"power is back\", saw = \"runs 2.1.0\" }\n";
    let scenario = read(&format!("{HEAD}{fault}{STEP}{after}{teeth}"));
    let fault = Fault {
        cut_power: Cuts::EveryFlashOperation,
        during: vec!["update".to_owned()],
        tear: vec![Tear::All, Tear::Nothing, Tear::Half],
        at_least: 300,
    };
    assert_eq!(scenario.fault, Some(fault));
    let teeth = Teeth {
        weakness: Weakness::Without(Feature::Journal),
        step: "power is back".to_owned(),
        saw: Saw::Runs(version(2, 1, 0)),
    };
    assert_eq!(scenario.teeth, teeth);
}

#[test]
fn what_the_rig_does_is_read_as_a_step_and_as_a_fault() {
    let fault = "[fault]\nbattery = \"3050mV\"\nwhen = \"half-way\"\nduring = [\"update\"]\n";
    let more = "[[step]]\nname = \"on the charger\"\nbattery = \"4200mV\"\n\
                [[step]]\nname = \"full\"\ncharge = \"12000mJ\"\n[[step]]\nname = \"slow\"\nclock = \"16MHz\"\n\
                [[step]]\nname = \"a finger\"\nbutton = \"press\"\n[[step]]\nname = \"the rest\"\ncontinue = \"update\"\nexpect = { runs = \"2.2.0\" }\n";
    let scenario = read(&format!("{HEAD}{fault}{STEP}{EXPECT}{more}{TEETH}"));
    let act = RigAct::Battery { level_mv: 3_050 };
    let during = vec!["update".to_owned()];
    assert_eq!(scenario.disturbance, Some(Disturbance { what: Disturbs::Act { act, when: Moment::HalfWay }, during }));
    assert_eq!(scenario.fault, None);
    let fault = "[fault]\nflash = \"stuck-bits\"\nduring = [\"on the charger\"]\n";
    let failing = read(&format!("{HEAD}{fault}{STEP}{EXPECT}{more}{TEETH}"));
    let during = vec!["on the charger".to_owned()];
    assert_eq!(failing.disturbance, Some(Disturbance { what: Disturbs::Flash(FlashFault::StuckBits), during }));
    let actions: Vec<&Action> = scenario.steps[1..].iter().map(|step| &step.action).collect();
    let charged = Action::Rig(RigAct::Battery { level_mv: 4_200 });
    let pressed = Action::Rig(RigAct::Button(Hand::Press));
    let full = Action::Rig(RigAct::Charge { charge_mj: 12_000 });
    let slow = Action::Rig(RigAct::Clock { mhz: 16 });
    assert_eq!(actions, [&charged, &full, &slow, &pressed, &Action::Continue { offer: "update".to_owned() }]);
}

#[test]
fn every_sight_reads_as_it_is_shown() {
    for saw in [Saw::Refused, Saw::NothingRuns, Saw::RecoveryRuns, Saw::UnknownRuns, Saw::Runs(version(2, 1, 0))] {
        let teeth = TEETH.replace("\"refused\"", &format!("\"{saw}\""));
        assert_eq!(read(&format!("{HEAD}{STEP}{EXPECT}{teeth}")).teeth.saw, saw);
    }
    let refused = "expect = { refused = \"unsigned\" }\n";
    let teeth = TEETH.replace("\"refused\"", &format!("\"{}\"", Saw::Installed));
    assert_eq!(read(&format!("{HEAD}{STEP}{refused}{teeth}")).teeth.saw, Saw::Installed);
}

#[test]
fn unknown_statements_pass_while_none_are_known() {
    let profiles = common::profiles();
    let context = scenario::Context { statements: &[], ..common::context(&profiles) };
    let file = format!("covers = [\"ANY-1\"]\n{HEAD}{STEP}{EXPECT}{TEETH}");
    let scenario = parse("it.toml", file.as_bytes(), &context).map(|scenario| scenario.covers);
    assert_eq!(scenario.ok(), Some(vec!["ANY-1".to_owned()]));
}
