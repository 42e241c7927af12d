//! The operations that HACE can do, done by HACE.
//!
//! A program of its own, so that neither side's code lies in the other's memory.
#![no_std]
#![no_main]

use cortex_m_rt::entry;

#[entry]
fn main() -> ! {
    ast1030_cryptobench::run(ast1030_cryptobench::hace::perform)
}
