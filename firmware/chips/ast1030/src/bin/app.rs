//! The application image on the AST1030.
//!
//! All it adds to `chip`'s application is the processor's way in, and what every image here has.
#![no_std]
#![no_main]

#[path = "image/image.rs"]
mod image;

use ast1030::Ast1030;
use chip::app;
use cortex_m_rt::entry;

#[entry]
fn main() -> ! {
    app::run::<Ast1030>()
}
