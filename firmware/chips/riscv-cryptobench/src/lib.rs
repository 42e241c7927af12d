//! What QEMU's RISC-V board brings to the bench: a line, a counter of instructions, a painted stack,
//! memory, and AES by the instructions of Zkne and Zknd.
//!
//! SHA-2 by the instructions of Zknh is the crate `sha2`'s own backend, chosen when it is compiled.
//! Nothing here is shared with the update firmware: firmware does not know that it is measured.
#![no_std]

mod entry;
mod meter;
mod register;
mod uart;
#[cfg(target_feature = "zkne")]
pub mod zkn;

use core::panic::PanicInfo;

use cryptobench::{IDENTITY, Inputs, Memory, Operation, Refused, serve};

use meter::Instructions;
use uart::Uart;

/// Serves the bench until it is gone, and then ends the emulator.
///
/// # Safety
/// To be called once, by the only hart.
pub unsafe fn run(perform: impl Fn(Operation, &Inputs<'_>, &mut [u8]) -> Result<usize, Refused>) -> ! {
    let mut meter = Instructions::start();
    let (inputs, output) = (&raw mut INPUTS, &raw mut OUTPUT);
    // SAFETY: the caller promised that this is reached once, so these are the only references to the
    // two arrays for ever.
    let (inputs, output) = unsafe { (&mut *inputs, &mut *output) };
    let mut memory = Memory { inputs, output };
    let mut uart = Uart::open();
    uart.greet();
    let _ = serve(&mut uart, &mut meter, &mut memory, IDENTITY, perform);
    register::end_emulator()
}

/// The longest message, keys and signatures beside it, and what frames them.
static mut INPUTS: [u8; MESSAGE_BYTES + 12 * 1024] = [0; MESSAGE_BYTES + 12 * 1024];
static mut OUTPUT: [u8; MESSAGE_BYTES + Inputs::OUTPUT_MARGIN_BYTES] = [0; MESSAGE_BYTES + Inputs::OUTPUT_MARGIN_BYTES];
/// As on the other chip, so that the two can be compared.
const MESSAGE_BYTES: usize = 128 * 1024;

/// Says something that is no frame, so that the bench does not wait in vain.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    Uart::open().complain();
    register::end_emulator()
}
