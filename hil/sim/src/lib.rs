//! A rig in memory: the firmware's own code on a model of the hardware.
//!
//! # The physics
//!
//! Flash is NOR. A program clears bits and never sets one; it stays within a page of 256 bytes, and
//! longer writes are split as a chip driver splits them. An erase sets every bit of whole sectors.
//! Programming a bit that is already clear to one has no effect on a chip and means that the
//! firmware lost track of its flash; so does erasing across sectors, or writing outside the regions
//! that the running stage owns. The model *panics* on each of these: a firmware that breaks the
//! rules has no verdict, it has a bug.
//!
//! A cut is not simulated while the firmware runs. Every operation is logged, and the engine in
//! [`rig::OperationLog`] derives what a cut in it leaves behind; that flash is then booted here as a
//! fresh device.
//!
//! A cold boot is a fresh value: RAM is noise from the run's seed, and nothing survives but flash. A
//! watchdog or software reset keeps RAM, as it does on chips, and a first stage can tell the two apart.
//!
//! The battery is ideal: it has the voltage that the bench gives it, under any load. Once it is charged
//! instead, it holds 12 J between 3.0 and 4.2 V, its voltage follows what is left, and work drains it by
//! the toll that the bench sets. When it is empty, the operation that was to come has no effect, none
//! after it has, and the device stands still until it is charged.
//!
//! A chip that fails on the bench's order does so as [`rig::FlashFaultKind`] says, and no other way: a
//! sector is worn out or not, a bit is stuck or not, and neither grows.
//!
//! Time is virtual. It advances only while the bench waits, and an answer takes none. Under a toll each
//! turn of the application's loop takes what was done in it, and the watchdog bites in the middle of it,
//! in the same way as an empty battery does, unless the firmware feeds it on the way.

mod chip;
mod fault;
mod firmware;
mod image;
mod machine;
mod meter;
mod parts;
mod toiling;

use rig::{Capabilities, Capability, Device, Firmware, ImageSpec, Layout, Method, Missing, Rig, RigError, Setup};

use machine::Machine;

const SECTOR_BYTES: u32 = 4096;
const SLOT_BYTES: u32 = 16 * SECTOR_BYTES;

const LAYOUT: Layout = Layout::packed(SECTOR_BYTES, 5 * SECTOR_BYTES + 3 * SLOT_BYTES, 5 * SECTOR_BYTES, SLOT_BYTES);

/// The rig in memory. It needs nothing but cargo.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sim;

impl Rig for Sim {
    fn name(&self) -> &'static str {
        "sim"
    }

    fn method(&self) -> Method {
        Method::Simulated
    }

    fn ready(&self) -> Result<(), Missing> {
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities(&[
            Capability::OperationLog,
            Capability::Measurement,
            Capability::Mutants,
            Capability::Battery,
            Capability::Button,
            Capability::Toll,
            Capability::FlashFaults,
            Capability::OpenMemory,
        ])
    }

    fn layout(&self) -> Layout {
        LAYOUT
    }

    /// A simulated image describes behaviour; the agent is the machine's own, so every firmware has
    /// the same images.
    fn image(&self, spec: &ImageSpec, _: &Firmware) -> Result<Vec<u8>, RigError> {
        Ok(image::build(spec))
    }

    fn recovery(&self, _: &Firmware) -> Result<Vec<u8>, RigError> {
        Ok(image::build_recovery())
    }

    fn mutants(&self) -> &[&'static str] {
        mutants::NAMES
    }

    fn device(&self, setup: Setup) -> Result<Box<dyn Device>, RigError> {
        let firmware = match &setup.firmware {
            Firmware::Genuine => firmware::genuine(),
            Firmware::Mutant(name) => {
                firmware::mutant(name).ok_or_else(|| RigError::UnknownMutant { name: name.clone() })?
            }
        };
        let want_bytes = LAYOUT.flash_bytes as usize;
        if setup.flash.len() != want_bytes {
            return Err(RigError::FlashSize { got_bytes: setup.flash.len(), want_bytes });
        }
        Ok(Box::new(Machine::new(setup.flash, firmware, setup.seed)))
    }
}
