//! The application image on RISC-V.
//!
//! All it adds to `chip`'s application is what every image here has.
#![no_std]
#![no_main]

#[path = "image/image.rs"]
mod image;

use chip::app;
use riscv::RiscV;

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    app::run::<RiscV>()
}
