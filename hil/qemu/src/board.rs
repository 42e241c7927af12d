//! What the rig needs to know about a board: how QEMU makes one, and where things are on it.
//!
//! Everything else in this crate is the same for every board. A new one is a constant in a file of its
//! own, over the map that its firmware shares.

mod ast1030;
mod riscv;

use rig::{Capability, Layout};

use crate::detect::Version;

pub use ast1030::AST1030;
pub use riscv::RISCV;

/// A board that QEMU emulates. The ones there are: [`AST1030`] and [`RISCV`].
#[derive(Debug)]
pub struct Board {
    /// The rig's name, and its folder under `target/`.
    pub(crate) rig: &'static str,
    /// The QEMU that emulates it.
    pub(crate) emulator: Wanted,
    /// The Rust target of its firmware.
    pub(crate) target: &'static str,
    /// The package with its first stage and its application.
    pub(crate) package: &'static str,
    /// What QEMU is told to make it: options and their values.
    pub(crate) options: &'static [[&'static str; 2]],
    /// Where the firmware executes.
    pub(crate) memory: Memory,
    /// The flash chip.
    pub(crate) flash: Flash,
    /// What the rig can do with it.
    pub(crate) capabilities: &'static [Capability],
    /// The battery's gauge, where the board has one.
    pub(crate) gauge: Option<Gauge>,
    /// The owner's button, where the board has one.
    pub(crate) button: Option<Pin>,
    /// The processor that runs the firmware, by QEMU's number, among all there are.
    pub(crate) processor: u32,
    /// The address in whose name the processor executes, in what `info registers` says of it.
    pub(crate) counter: fn(&str) -> Option<u32>,
    /// How QEMU gives up where the processor can fault in a way that it does not emulate.
    pub(crate) lockup: Option<Lockup>,
}

/// The QEMU that a board needs.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The program.
    pub(crate) program: &'static str,
    /// The variable that names another one.
    pub(crate) variable: &'static str,
    /// The Debian packages that may bring it, the best one first.
    pub(crate) packages: &'static [&'static str],
    /// The oldest version that will do.
    pub(crate) oldest: Version,
    /// The oldest version that does all of it.
    pub(crate) best: Version,
    /// What an older one lacks, as a clause.
    pub(crate) lacks: &'static str,
    /// How people get it where there is no apt.
    pub(crate) elsewhere: &'static str,
}

/// The memory that the firmware executes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Its address.
    pub(crate) base: u32,
    /// Its size.
    pub(crate) size_bytes: u32,
    /// Where images are loaded.
    pub(crate) executing_base: u32,
    /// The part that belongs to an image.
    pub(crate) executing_bytes: u32,
    /// Where the first stage's report lies.
    pub(crate) report_base: u32,
    /// How a program for it looks.
    pub(crate) elf: Elf,
}

/// What an ELF file says about its processor (System V ABI, "ELF Header").
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elf {
    /// `e_machine`.
    pub(crate) machine: u16,
    /// `e_flags`.
    pub(crate) flags: u32,
}

/// The flash chip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flash {
    /// Index among QEMU's `-drive if=mtd,index=…`.
    pub(crate) drive_index: u32,
    /// The map of the part that is used, from the chip's first byte on.
    pub(crate) layout: Layout,
    /// The whole chip.
    pub(crate) chip_bytes: u32,
    /// What one program can reach.
    pub(crate) page_bytes: u32,
}

/// The battery's gauge, in QEMU's object tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gauge {
    /// The gauge.
    pub(crate) path: &'static str,
    /// Its property that is the battery's voltage in millivolts.
    pub(crate) input: &'static str,
}

/// An input pin, in QEMU's object tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pin {
    /// The controller.
    pub(crate) path: &'static str,
    /// Its property that is the pin's level.
    pub(crate) level: &'static str,
}

/// How QEMU gives up.
#[derive(Debug)]
pub(crate) struct Lockup {
    /// What it says before it ends.
    pub(crate) words: &'static str,
    /// The trace event that shows how the watchdog is armed, which then has to be played.
    pub(crate) watchdog_event: &'static str,
}

impl Board {
    /// The rig's name.
    pub fn rig(&self) -> &'static str {
        self.rig
    }
}
