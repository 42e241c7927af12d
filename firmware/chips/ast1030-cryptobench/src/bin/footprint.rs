//! One operation, or none: the linker throws away all others.
//!
//! The number comes from the environment when this is compiled. What remains is what a firmware pays
//! that needs this operation and nothing else, its support routines included.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use cryptobench::{Inputs, Operation};
// For its panic handler.
use ast1030_cryptobench as _;

/// The operation's number in the protocol.
const NUMBER: Option<&str> = option_env!("CRYPTOBENCH_FOOTPRINT");

#[entry]
fn main() -> ! {
    if let Some(operation) = CHOSEN {
        let inputs = black_box(Inputs::default());
        let mut output = [0; 64];
        let _ = black_box(cryptobench::perform(operation, &inputs, black_box(&mut output)));
    }
    loop {
        cortex_m::asm::wfi();
    }
}

/// Known when this is compiled, so that the match inside `perform` has one arm left.
const CHOSEN: Option<Operation> = chosen();

const fn chosen() -> Option<Operation> {
    let Some(number) = NUMBER else { return None };
    let Ok(number) = u8::from_str_radix(number, 10) else { return None };
    let mut index = 0;
    while index < Operation::ALL.len() {
        if Operation::ALL[index] as u8 == number {
            return Some(Operation::ALL[index]);
        }
        index += 1;
    }
    None
}
