//! The recovery image on RISC-V.
//!
//! A program of its own, because it must not change when the application does. All it adds to `chip`'s
//! recovery is its header. It handles no trap of its own: what stops an
//! image is the resident first stage's to answer, with a reset.
#![no_std]
#![no_main]

use core::panic::PanicInfo;

use chip::app::{self, App};
use riscv::{RiscV, entry};

unsafe extern "C" {
    /// The linker's: the end of the image's memory.
    static _stack: u8;
}

/// What an image begins with.
#[repr(C)]
struct Header {
    stack: *const u8,
    entry: unsafe extern "C" fn() -> !,
}

// SAFETY: nothing is ever read through the pointer.
unsafe impl Sync for Header {}

#[used]
#[unsafe(link_section = ".first")]
static HEADER: Header = Header { stack: &raw const _stack, entry: entry::start };

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    app::recover::<RiscV>()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    RiscV::reset()
}
