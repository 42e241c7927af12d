//! The recovery image on RISC-V.
//!
//! A program of its own, because it must not change when the application does. All it adds to `chip`'s
//! recovery is what every image here has.
#![no_std]
#![no_main]

#[path = "image/image.rs"]
mod image;

use chip::app;
use riscv::RiscV;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    app::recover::<RiscV>()
}
