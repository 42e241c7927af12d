//! The memory an image executes from: lending it to the first stage, and entering it.
//!
//! The check is the chip's own and stands before the jump, because a processor that fetches a wild vector
//! table locks up, and a locked-up device can tell nobody why.

use ast1030_map::{EXECUTING_BASE, EXECUTING_SIZE_BYTES, IMAGE_SIZE_BYTES};

use crate::register::Register;

/// The executing memory, for the first stage to load an image into.
///
/// # Safety
/// The caller runs outside of this memory, as the first stage does, and calls this once.
pub unsafe fn executing_memory() -> &'static mut [u8] {
    // SAFETY: the map reserves this memory for images, the caller is not one, and there is no other
    // reference to it. It holds noise after power-on, and every noise is a byte.
    unsafe { core::slice::from_raw_parts_mut(EXECUTING_BASE as *mut u8, EXECUTING_SIZE_BYTES as usize) }
}

/// Whether the executing memory begins like an image: a stack inside the memory, and a Thumb entry
/// point inside the image.
///
/// This is no protection, only sense: a processor that jumps into erased flash locks up.
pub fn begins_well() -> bool {
    let stack = STACK.read();
    let entry = ENTRY.read();
    let stack_fits =
        (EXECUTING_BASE..=EXECUTING_BASE + EXECUTING_SIZE_BYTES).contains(&stack) && stack.is_multiple_of(8);
    let entry_fits = (EXECUTING_BASE..EXECUTING_BASE + IMAGE_SIZE_BYTES).contains(&entry) && !entry.is_multiple_of(2);
    stack_fits && entry_fits
}

/// Enters the image.
///
/// The vector table stays the first stage's until the image installs its own, so a fault on its very
/// first steps still finds a handler.
///
/// # Safety
/// The executing memory holds code that may run.
pub unsafe fn enter() -> ! {
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
    // SAFETY: the table is where the caller put it, and the first stage needs nothing any more.
    unsafe { cortex_m::asm::bootload(EXECUTING_BASE as *const u32) }
}

const fn vector(index: u32) -> Register {
    // SAFETY: the table of the running or loaded image, which this module only reads.
    unsafe { Register::at(EXECUTING_BASE + 4 * index) }
}

const STACK: Register = vector(0);
const ENTRY: Register = vector(1);
