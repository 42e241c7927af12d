//! The first stage's report, at a fixed place in memory.
//!
//! The image learns from it which slot it came from, and a rig can say why a device stopped. It is
//! the device's word and never evidence. (Its layout stands with [`ast1030_map::REPORT_BASE`].)

use ast1030_map::{NO_SLOT, REPORT_BASE, REPORT_MAGIC, STAGE_FIRST, STAGE_IMAGE};
use boot::Launch;
use menu::{Halt, Slot};

use crate::register::Register;

/// Says that the first stage has begun, so that nobody believes what an earlier boot has left.
pub fn begun() {
    write(STAGE_FIRST, 0, NO_SLOT, 0);
}

/// Says that the first stage runs no image.
pub fn halted(halt: Halt) {
    write(STAGE_FIRST, halt.number(), NO_SLOT, 0);
}

/// Says which image is entered next.
pub fn launched(launch: &Launch) {
    write(STAGE_IMAGE, 0, launch.slot.number(), launch.image_bytes);
}

/// The slot that this image was loaded from, or `None` where no first stage has run.
pub fn slot() -> Option<Slot> {
    let [stage, _halt, slot, _zero] = WORDS.read().to_le_bytes();
    if MAGIC.read() != REPORT_MAGIC || stage != STAGE_IMAGE {
        return None;
    }
    Slot::from_number(slot)
}

/// The magic goes first out and last in: a report is whole or none.
fn write(stage: u8, halt: u8, slot: u8, image_bytes: u32) {
    MAGIC.write(0);
    WORDS.write(u32::from_le_bytes([stage, halt, slot, 0]));
    IMAGE_BYTES.write(image_bytes);
    MAGIC.write(REPORT_MAGIC);
}

const fn word(index: u32) -> Register {
    // SAFETY: the map keeps these words apart from the first stage and from every image.
    unsafe { Register::at(REPORT_BASE + 4 * index) }
}

const MAGIC: Register = word(0);
const WORDS: Register = word(1);
const IMAGE_BYTES: Register = word(2);
