//! The RISC-V board's watchdog is the first stage itself, so an image must not be able to reach it.
//!
//! The images here are a few instructions, written by hand, genuine and correctly signed: each touches
//! one place and then feeds the watchdog for ever. Were a place not fenced off, its image would go on
//! running; the last test shows that such an image does, where it touches what is its own.

use link::Outcome;
use qemu::OnQemu;
use rig::{Behaviour, Device, Execution, Firmware};

use crate::factory::{NEW, OLD, deliverable, device, flash, image, riscv, settle, upload};

const EXECUTING_BASE: u32 = 0x0808_0000;
/// Behind any image, where its stack begins.
const STACK: u32 = EXECUTING_BASE + 0x8_0000;

/// What an image may do with a place.
#[derive(Clone, Copy)]
enum Access {
    Load,
    Store,
}

/// `lui t0; addi t0`; the access; then for ever: `li a7, 0; ecall`, and a branch back (RISC-V
/// Unprivileged Specification, chapter 2).
fn image_that_touches(address: u32, access: Access) -> Vec<u8> {
    // The low half is sign-extended, so the high one makes up for it.
    let (high, low) = (address.wrapping_add(0x800) & 0xffff_f000, address & 0xfff);
    let access = match access {
        Access::Load => 0x0002_a303,
        Access::Store => 0x0002_a023,
    };
    let entry = EXECUTING_BASE + 8;
    let words = [STACK, entry, high | 0x2b7, low << 20 | 0x2_8293, access, 0x0000_0893, 0x0000_0073, 0xff9f_f06f];
    publisher::seal(words.iter().flat_map(|word| word.to_le_bytes()).collect())
}

/// Updates a device to this image, and lets it run for a while.
fn updated_to(rig: &OnQemu, payload: &[u8]) -> (Box<dyn Device>, Vec<u8>) {
    let old = image(rig, OLD, Behaviour::Healthy, &Firmware::Genuine);
    let mut device = device(rig, flash(rig, OLD, old.clone()), Firmware::Genuine);
    device.on().expect("the rig works");
    settle(device.as_mut());
    assert_eq!(upload(device.as_mut(), &deliverable(NEW, payload.to_vec())), Outcome::Uploaded);
    device.off().expect("the rig works");
    device.on().expect("the rig works");
    device.wait(1_000).expect("the rig works");
    (device, old)
}

#[test]
fn an_image_reaches_neither_the_first_stage_nor_what_would_stop_it() {
    let Some(rig) = riscv() else { return };
    let (first_stage, first_stage_variables, report) = (0x0800_0000, 0x0801_0000, 0x0807_f000);
    let (compare, timer_interrupts, reset_pin) = (0x0200_4008, 0x0200_0004, 0x1006_0008);
    for (address, access) in [
        (first_stage, Access::Load),
        (first_stage, Access::Store),
        (first_stage_variables, Access::Load),
        (first_stage_variables, Access::Store),
        (report, Access::Store),
        (compare, Access::Store),
        (timer_interrupts, Access::Store),
        (reset_pin, Access::Load),
    ] {
        let (mut device, old) = updated_to(rig, &image_that_touches(address, access));
        settle(device.as_mut());
        let memory = device.executing_memory(old.len() as u32).expect("the rig works");
        assert!(memory == old, "{address:#x}");
    }
}

#[test]
fn an_image_reaches_what_is_its_own() {
    let Some(rig) = riscv() else { return };
    let (variables, report, uart) = (STACK - 4, 0x0807_f000, 0x1001_0018);
    for (address, access) in [(variables, Access::Store), (report, Access::Load), (uart, Access::Store)] {
        let payload = image_that_touches(address, access);
        let (mut device, _) = updated_to(rig, &payload);
        assert_eq!(device.execution().expect("the rig works"), Execution::Image, "{address:#x}");
        let memory = device.executing_memory(payload.len() as u32).expect("the rig works");
        assert!(memory == payload, "{address:#x}");
    }
}
