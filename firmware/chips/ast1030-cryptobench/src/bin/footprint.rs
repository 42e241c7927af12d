//! One operation, or none: the linker throws away all others.
//!
//! The number comes from the environment when this is compiled. What remains is what a firmware pays
//! that needs this operation and nothing else, its support routines included.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use cryptobench::{Inputs, Operation, chosen};
// For its panic handler.
use ast1030_cryptobench as _;

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
const CHOSEN: Option<Operation> = chosen(option_env!("CRYPTOBENCH_FOOTPRINT"));
