//! What the AST1030 brings to the bench: a line, a counter of instructions, a painted stack, memory,
//! and the hash and crypto engine (HACE).
//!
//! Nothing here is shared with the update firmware but the addresses: firmware does not know that it
//! is measured, and a driver that is measured may be simpler than one that ships.
#![no_std]

pub mod hace;
mod meter;
mod register;
mod uart;

use core::panic::PanicInfo;

use cryptobench::{IDENTITY, Inputs, Memory, Operation, Refused, serve};

use meter::Instructions;
use uart::Uart;

/// Serves the bench until it is gone, and then resets the chip, which ends an emulator started with
/// `-no-reboot`.
pub fn run(perform: impl Fn(Operation, &Inputs<'_>, &mut [u8]) -> Result<usize, Refused>) -> ! {
    let peripherals = cortex_m::Peripherals::take().expect("this is the first and only time");
    let mut meter = Instructions::start(peripherals.SYST);
    let (inputs, output) = (&raw mut INPUTS, &raw mut OUTPUT);
    // SAFETY: `take` above has seen to it that this is reached once, so these are the only references
    // to the two arrays for ever.
    let (inputs, output) = unsafe { (&mut *inputs, &mut *output) };
    let mut memory = Memory { inputs, output };
    let mut uart = Uart::open();
    uart.greet();
    let _ = serve(&mut uart, &mut meter, &mut memory, IDENTITY, perform);
    cortex_m::peripheral::SCB::sys_reset()
}

/// The longest message, keys and signatures beside it, and what frames them.
static mut INPUTS: [u8; MESSAGE_BYTES + 12 * 1024] = [0; MESSAGE_BYTES + 12 * 1024];
static mut OUTPUT: [u8; MESSAGE_BYTES + Inputs::OUTPUT_MARGIN_BYTES] = [0; MESSAGE_BYTES + Inputs::OUTPUT_MARGIN_BYTES];
/// The SRAM holds 768 KiB, so the largest of the five sizes is out of reach.
const MESSAGE_BYTES: usize = 128 * 1024;

/// Says something that is no frame, so that the bench does not wait in vain.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    Uart::open().complain();
    loop {
        cortex_m::asm::wfi();
    }
}
