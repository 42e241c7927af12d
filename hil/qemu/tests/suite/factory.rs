//! Devices as they leave the factory, and a publisher who talks to them.
//!
//! Written from the layout and the formats alone, so that these tests need no runner.

use std::path::Path;
use std::sync::OnceLock;

use link::frame::Decoder;
use link::{Buffer, Exchange, Next, Outcome, Patience, Request, Single, Upload};
use menu::{
    Anchor, Battery, BootRecord, Entry, Feature, Features, Floor, Lifecycle, MAX_ANCHORS, Provision, Slot, SlotHeader,
    sequence_number,
};
use publisher::{Algorithm, Authentication, Deliverable, Image, Keyring, Release, Role};
use qemu::{AST1030, Board, OnQemu, RISCV};
use rig::{Behaviour, Device, Firmware, ImageSpec, Rig, Setup};

pub(crate) const OLD: [u16; 3] = [2, 1, 0];
pub(crate) const NEW: [u16; 3] = [2, 2, 0];
pub(crate) const SEED: u64 = 0x5eed;

const VENDOR: [u8; 16] = *b"otabench vendor\x01";
const CLASS: [u8; 16] = *b"otabench class\x00\x01";
/// How long a device may take to boot, in answers of 250 ms.
const BOOT: Patience = Patience { answer_ms: 250, erase_ms: 2_000, retries: 40 };

/// The rig with the first board, or nothing where this machine cannot run it.
pub(crate) fn rig() -> Option<&'static OnQemu> {
    ready(&AST1030)
}

/// The rig with the RISC-V board, or nothing where this machine cannot run it.
pub(crate) fn riscv() -> Option<&'static OnQemu> {
    ready(&RISCV)
}

/// The rigs that this machine can run, one for each board.
pub(crate) fn rigs() -> impl Iterator<Item = &'static OnQemu> {
    [&AST1030, &RISCV].into_iter().filter_map(ready)
}

/// The rig with this board; where it cannot be had, a line that says so.
fn ready(board: &'static Board) -> Option<&'static OnQemu> {
    static RIGS: [OnceLock<OnQemu>; 2] = [OnceLock::new(), OnceLock::new()];
    let place = if board.rig() == AST1030.rig() { &RIGS[0] } else { &RIGS[1] };
    let rig = place.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let top = here.ancestors().nth(2).expect("the crate lies two folders below the top");
        OnQemu::new(board, top, Box::new(|line| eprintln!("{line}")))
    });
    match rig.ready() {
        Ok(()) => Some(rig),
        Err(missing) => {
            eprintln!("SKIPPED on {}: {}; {}", board.rig(), missing.what, missing.remedy);
            None
        }
    }
}

/// The image of a version that does what it should.
pub(crate) fn image(rig: &OnQemu, version: [u16; 3], behaviour: Behaviour, firmware: &Firmware) -> Vec<u8> {
    let code = rig.image(&ImageSpec { version, behaviour }, firmware).expect("the image builds");
    // Devices with all features want the checksum too.
    publisher::seal(code)
}

/// What the manufacturer ships.
pub(crate) fn deliverable(version: [u16; 3], payload: Vec<u8>) -> Deliverable {
    let keys = Keyring::generate(SEED);
    let [major, minor, patch] = version;
    let authentication = Authentication::Signed { signer: keys.signer(Role::Release), algorithm: Algorithm::Esp256 };
    let images = vec![Image { component: "app".to_owned(), payload }];
    let sequence = sequence_number(major, minor, patch);
    let release = Release { sequence, vendor: VENDOR, class: CLASS, images, authentication };
    release.build().expect("one component with an image")
}

/// The flash of a device with all features that need nobody, and that runs this image, confirmed, from slot A.
pub(crate) fn flash(rig: &OnQemu, version: [u16; 3], image: Vec<u8>) -> Vec<u8> {
    let layout = rig.layout();
    let mut flash = vec![0xff; layout.flash_bytes as usize];
    let mut put = |at: u32, bytes: &[u8]| flash[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
    let [major, minor, patch] = version;
    let sequence = sequence_number(major, minor, patch);
    put(layout.provision.offset_bytes, &provision().to_bytes());
    put(layout.floor.offset_bytes, &Floor { count: 1, sequence }.to_bytes());
    put(layout.journal.offset_bytes, &BootRecord { count: 1, active: Slot::A, trial: None }.to_bytes());
    let made = deliverable(version, image);
    let head = &made.bytes[made.map.head.clone()];
    let payload = &made.bytes[made.map.components[0].payload.clone()];
    let header = SlotHeader { head_bytes: head.len() as u32, image_bytes: payload.len() as u32 };
    let slot = layout.slot(Slot::A).offset_bytes;
    put(slot, &header.to_bytes());
    put(slot + SlotHeader::BYTES as u32, head);
    put(layout.image(Slot::A).offset_bytes, payload);
    flash
}

fn provision() -> Provision {
    let keys = Keyring::generate(SEED);
    let release = keys.signer(Role::Release);
    let mut point = [0; 64];
    point.copy_from_slice(&release.public_sec1()[1..]);
    let mut anchors = [None; MAX_ANCHORS];
    anchors[0] = Some(Anchor { key_id: release.key_id(), point });
    let all: Features = Feature::ALL.iter().copied().collect();
    // Nobody charges its battery or presses its button here.
    let features = all.without(Feature::BatteryCheck).without(Feature::Consent);
    let lifecycle = Lifecycle::Lab;
    let battery = Battery::default();
    Provision {
        lifecycle,
        trial_attempts: 1,
        features,
        vendor: VENDOR,
        class: CLASS,
        watchdog_ms: 2_000,
        trial_ms: 2_000,
        anchors,
        battery,
    }
}

/// A fresh device, off.
pub(crate) fn device(rig: &OnQemu, flash: Vec<u8>, firmware: Firmware) -> Box<dyn Device> {
    rig.device(Setup { flash, firmware, seed: SEED }).expect("a device can be made")
}

/// Uploads a deliverable.
pub(crate) fn upload(device: &mut dyn Device, deliverable: &Deliverable) -> Outcome {
    let mut upload = Upload::new(deliverable.bytes.clone(), Buffer::Ask, 0, BOOT);
    pump(device, &mut upload)
}

/// Asks the device one thing, and asks again while it does not answer.
pub(crate) fn ask(device: &mut dyn Device, request: Request) -> Outcome {
    let mut single = Single::new(request, 0, BOOT).expect("a short request");
    pump(device, &mut single)
}

/// Waits until the device serves its link.
pub(crate) fn settle(device: &mut dyn Device) {
    let outcome = ask(device, Request::Echo { text: "up?".to_owned() });
    assert!(matches!(outcome, Outcome::Answered(_)), "{outcome:?}");
}

fn pump(device: &mut dyn Device, exchange: &mut impl Exchange) -> Outcome {
    let mut decoder = Decoder::new();
    loop {
        match exchange.next() {
            Next::Done(outcome) => return outcome,
            Next::Send(bytes) => device.send(&bytes).expect("the rig works"),
            Next::Wait { ms } => {
                let heard = device.receive(ms).expect("the rig works");
                if heard.is_empty() {
                    exchange.timed_out();
                }
                for packet in decoder.packets(&heard) {
                    exchange.received(&packet);
                }
            }
        }
    }
}
