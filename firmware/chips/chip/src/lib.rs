//! The update firmware on any chip: the first stage, the application, and what both need.
//!
//! What decides anything lives in `boot` and `agent`; what touches a chip lives in the chip's own
//! crate. Here is what lies between and is the same everywhere: the order of things at power-on, the
//! application's loop, the commands of the flash chip. A chip is a type that implements [`Chip`].
#![no_std]

pub mod app;
pub mod first_stage;
pub mod image;
pub mod nor;
pub mod register;
pub mod report;
mod variant;

use menu::Layout;

use image::Executing;
use nor::{Nor, Spi};
use report::ReportAt;

/// A chip, as far as first stage and application have it in common.
pub trait Chip {
    /// The bus with the flash chip.
    type Spi: Spi;

    /// The map of the flash.
    const LAYOUT: Layout;
    /// The memory that images run from.
    const EXECUTING: Executing;
    /// Where the first stage's report lies.
    const REPORT: ReportAt;

    /// Makes the flash ready.
    fn flash() -> Nor<Self::Spi>;

    /// Does nothing any more. Only a reset from outside, by watchdog or by power, ends it.
    ///
    /// Sleep, not a loop: to the device it is the same, and an emulated one does not occupy the host.
    fn sleep_for_ever() -> !;
}
