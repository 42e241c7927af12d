//! A device on QEMU: boots, is measured, takes an update, halts, and is cut.
//!
//! Each test looks through the seam only, as the runner does, and beside it knows the images byte for
//! byte: what a device says about itself proves nothing here either.

use link::{Outcome, Request};
use rig::{Behaviour, Capability, Device, Execution, Firmware, FlashOp, Halt, Rig, RigError, Setup, Tear};

use crate::factory::{self, NEW, OLD, SEED, ask, deliverable, device, flash, image, rigs, settle, upload};

/// A device that runs the old version, switched on and serving; and that image.
fn running(rig: &qemu::OnQemu) -> (Box<dyn Device>, Vec<u8>) {
    let old = image(rig, OLD, Behaviour::Healthy, &Firmware::Genuine);
    let mut device = device(rig, flash(rig, OLD, old.clone()), Firmware::Genuine);
    device.on().expect("the rig works");
    settle(device.as_mut());
    (device, old)
}

fn measured(device: &mut dyn Device, size_bytes: usize) -> Vec<u8> {
    device.executing_memory(size_bytes as u32).expect("the rig works")
}

#[test]
fn a_provisioned_device_runs_its_image_and_is_measured() {
    for rig in rigs() {
        let (mut device, old) = running(rig);
        assert_eq!(device.execution().expect("the rig works"), Execution::Image);
        assert_eq!(measured(device.as_mut(), old.len()), old);
        device.off().expect("the rig works");
        assert_eq!(device.execution().expect("the rig works"), Execution::Off);
        let operations = device.operations().expect("the rig works");
        assert_eq!(device.flash().expect("the rig works"), operations.replay());
    }
}

#[test]
fn an_update_is_traced_over_all_boots_and_every_cut_of_it_boots() {
    for rig in rigs() {
        let (mut device, old) = running(rig);
        let new = image(rig, NEW, Behaviour::Healthy, &Firmware::Genuine);
        let outcome = upload(device.as_mut(), &deliverable(NEW, new.clone()));
        assert_eq!(outcome, Outcome::Uploaded);
        assert_eq!(measured(device.as_mut(), old.len()), old);
        ask(device.as_mut(), Request::Reset);
        settle(device.as_mut());
        assert_eq!(measured(device.as_mut(), new.len()), new);
        device.off().expect("the rig works");
        device.on().expect("the rig works");
        settle(device.as_mut());
        assert_eq!(measured(device.as_mut(), new.len()), new);
        let flash_while_on = device.flash().expect("the rig works");
        device.off().expect("the rig works");
        let log = device.operations().expect("the rig works");
        assert_eq!(device.flash().expect("the rig works"), flash_while_on);
        assert_eq!(log.replay(), flash_while_on);
        assert!(log.operations.len() as u32 > new.len() as u32 / 256, "{} operations", log.operations.len());
        assert!(log.operations.iter().any(|operation| matches!(operation, FlashOp::Erase { .. })));

        for index in (0..log.operations.len()).step_by(log.operations.len() / 6) {
            let state = log.cut_state(index, Tear::Half, SEED).expect("the log has this operation");
            let mut cut = factory::device(rig, state, Firmware::Genuine);
            cut.on().expect("the rig works");
            settle(cut.as_mut());
            let memory = measured(cut.as_mut(), old.len().max(new.len()));
            assert!(memory.starts_with(&old) || memory.starts_with(&new), "cut in operation {index}");
        }
    }
}

#[test]
fn a_device_that_may_run_nothing_halts_and_says_why() {
    for rig in rigs() {
        let erased = vec![0xff; rig.layout().flash_bytes as usize];
        let mut device = device(rig, erased.clone(), Firmware::Genuine);
        device.on().expect("the rig works");
        let halted = Execution::FirstStage(Some(Halt::NotProvisioned));
        let seen = (0..50).any(|_| {
            device.wait(20).expect("the rig works");
            device.execution().expect("the rig works") == halted
        });
        assert!(seen);
        assert!(device.receive(50).expect("the rig works").is_empty());
        assert_eq!(device.flash().expect("the rig works"), erased);
    }
}

#[test]
fn the_gauge_shows_the_voltage_that_the_battery_was_given() {
    for rig in rigs() {
        let (mut device, _) = running(rig);
        for level_mv in [3_020, 4_200, 0] {
            let set = device.set_battery(level_mv);
            if rig.capabilities().has(Capability::Battery) {
                assert_eq!(set.expect("the rig works"), level_mv);
            } else {
                assert!(matches!(set, Err(RigError::NotCapable { capability: "battery" })));
            }
        }
    }
}

#[test]
fn memory_is_noise_at_power_on_and_another_one_each_time() {
    for rig in rigs() {
        let mut device = device(rig, vec![0xff; rig.layout().flash_bytes as usize], Firmware::Genuine);
        let mut boot = || {
            device.on().expect("the rig works");
            let memory = measured(device.as_mut(), 1024);
            device.off().expect("the rig works");
            memory
        };
        let (first, second) = (boot(), boot());
        assert_ne!(first, second);
        assert!(first.iter().filter(|byte| **byte == 0).count() < 100);
    }
}

#[test]
fn images_hang_crash_and_stay_unconfirmed_as_ordered() {
    for rig in rigs() {
        for behaviour in [Behaviour::Hangs, Behaviour::Crashes, Behaviour::NeverConfirms] {
            let (mut device, old) = running(rig);
            let new = image(rig, NEW, behaviour, &Firmware::Genuine);
            assert_eq!(upload(device.as_mut(), &deliverable(NEW, new)), Outcome::Uploaded);
            device.off().expect("the rig works");
            device.on().expect("the rig works");
            // Its watchdog bites, or its trial is over, and with it the only attempt it has.
            device.wait(5_000).expect("the rig works");
            settle(device.as_mut());
            assert_eq!(measured(device.as_mut(), old.len()), old, "{behaviour:?}");
        }
    }
}

#[test]
fn a_mutant_is_other_machine_code_and_behaves_so() {
    for rig in rigs() {
        let refuses = Firmware::Mutant("refuses-everything".to_owned());
        let old = image(rig, OLD, Behaviour::Healthy, &refuses);
        let mut device = device(rig, flash(rig, OLD, old.clone()), refuses);
        device.on().expect("the rig works");
        settle(device.as_mut());
        let new = image(rig, NEW, Behaviour::Healthy, &Firmware::Genuine);
        assert!(matches!(upload(device.as_mut(), &deliverable(NEW, new)), Outcome::Refused { .. }));
        assert_eq!(measured(device.as_mut(), old.len()), old);
    }
}

#[test]
fn what_the_rig_does_not_have_is_an_error_that_names_it() {
    for rig in rigs() {
        let setup = |flash, firmware| Setup { flash, firmware, seed: SEED };
        let unknown = Firmware::Mutant("../../etc".to_owned());
        let flash = vec![0xff; rig.layout().flash_bytes as usize];
        assert!(matches!(rig.device(setup(flash, unknown)).err(), Some(RigError::UnknownMutant { .. })));
        let short = rig.device(setup(vec![0; 100], Firmware::Genuine)).err();
        assert!(matches!(short, Some(RigError::FlashSize { got_bytes: 100, .. })));
    }
}

#[test]
fn a_device_that_is_off_is_silent_and_loses_what_it_is_sent() {
    for rig in rigs() {
        let (mut device, _) = running(rig);
        device.off().expect("the rig works");
        device.send(b"anybody there?\n").expect("nobody listens, and that is no error");
        assert!(device.receive(10).expect("nobody speaks, and that is no error").is_empty());
        device.on().expect("the rig works");
        device.on().expect("a device that is on stays on");
        settle(device.as_mut());
        assert!(matches!(ask(device.as_mut(), Request::Echo { text: "still".to_owned() }), Outcome::Answered(_)));
    }
}
