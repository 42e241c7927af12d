//! What every image on RISC-V begins with, and how it ends when it panics.
//!
//! A part of each program and not of the library, because the first stage has neither. It handles no trap
//! of its own: what stops an image is the resident first stage's to answer, with a reset.

use core::panic::PanicInfo;

use chip::app::App;
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

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    RiscV::reset()
}
