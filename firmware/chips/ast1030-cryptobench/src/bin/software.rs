//! All operations in software.
//!
//! The baseline: what a device without an engine does, and what one with an engine falls back to.
#![no_std]
#![no_main]

use cortex_m_rt::entry;

#[entry]
fn main() -> ! {
    ast1030_cryptobench::run(cryptobench::perform)
}
