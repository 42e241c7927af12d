//! One operation by the scalar instructions, or none: the linker throws away all others.
//!
//! The number comes from the environment when this is compiled. What remains is what a firmware pays
//! that needs this operation and nothing else, its support routines included.
#![no_std]
#![no_main]

use core::hint::black_box;

use cryptobench::{Inputs, Operation, chosen};
// For its entry and its panic handler.
use riscv_cryptobench as _;
// Without the instructions there is nothing here: cargo builds every program, whatever the flags.
#[cfg(not(target_feature = "zkne"))]
use cryptobench::perform;
#[cfg(target_feature = "zkne")]
use riscv_cryptobench::zkn::perform;

/// Called by the start-up code.
#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    if let Some(operation) = CHOSEN {
        let inputs = black_box(Inputs::default());
        let mut output = [0; 64];
        let _ = black_box(perform(operation, &inputs, black_box(&mut output)));
    }
    loop {
        core::hint::spin_loop();
    }
}

/// Known when this is compiled, so that the match inside `perform` has one arm left.
const CHOSEN: Option<Operation> = chosen(option_env!("CRYPTOBENCH_FOOTPRINT"));
