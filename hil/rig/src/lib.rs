//! The seam between the bench and a device: what a rig can do, whatever it is made of.
//!
//! The runner knows these traits and nothing else, so a scenario plays unchanged on a model in
//! memory, on an emulated board and on a desk. A rig that cannot do something says so through
//! [`Capability`] and the scenario is SKIPPED there; it never pretends.

mod capability;
mod error;
mod flash_fault;
mod oplog;
mod seed;
mod toll;

pub use capability::{Capabilities, Capability};
pub use error::{Missing, RigError};
pub use flash_fault::{FlashFault, FlashFaultKind, Storage};
pub use menu::{Halt, Layout, Origin, Region, Report, Slot, Stage};
pub use oplog::{FlashOp, OperationLog, Tear};
pub use seed::stream;
pub use toll::{Effort, Spent, Toil, Toll};

/// How a rig produces its evidence. The three are never merged or relabelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The firmware's source, compiled for the host, on a model of the hardware.
    Simulated,
    /// The firmware's binary on an emulated machine.
    Emulated,
    /// The firmware's binary on a chip.
    Silicon,
}

/// A kind of rig: it makes devices.
pub trait Rig: Sync {
    /// The name people pass to `--rig`.
    fn name(&self) -> &'static str;

    /// How its evidence comes about.
    fn method(&self) -> Method;

    /// Whether a device can be had here and now; otherwise what is missing and what to do.
    fn ready(&self) -> Result<(), Missing>;

    /// What its devices can be made to do.
    fn capabilities(&self) -> Capabilities;

    /// The map of its devices' flash.
    fn layout(&self) -> Layout;

    /// An image for its devices, ready to be packed into a deliverable. It carries this firmware's
    /// agent.
    fn image(&self, spec: &ImageSpec, firmware: &Firmware) -> Result<Vec<u8>, RigError>;

    /// The recovery image of its devices, ready to be packed into a deliverable. It carries this
    /// firmware's agent.
    fn recovery(&self, firmware: &Firmware) -> Result<Vec<u8>, RigError>;

    /// What its first stage loads, where that is a program of its own: the bytes of its segments, in the
    /// order of their addresses.
    fn first_stage(&self) -> Result<Option<Vec<u8>>, RigError> {
        Ok(None)
    }

    /// The programs that stand between the sources and its devices, where they are not this bench itself:
    /// compilers, emulators, probes. What does not answer is left out.
    fn tools(&self) -> Vec<Tool> {
        Vec::new()
    }

    /// The known-bad firmwares it can run, by name.
    fn mutants(&self) -> &[&'static str];

    /// A fresh device, powered off, whose flash holds these bytes.
    fn device(&self, setup: Setup) -> Result<Box<dyn Device>, RigError>;
}

/// A program, by name and version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name, and what it is for: `rustc, for the firmware`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What an image is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSpec {
    /// Major, minor and patch number.
    pub version: [u16; 3],
    /// What it does once it runs.
    pub behaviour: Behaviour,
}

/// What an image does once it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Behaviour {
    /// Passes its health check, confirms itself, serves updates.
    Healthy,
    /// Stops responding at once.
    Hangs,
    /// Resets at once.
    Crashes,
    /// Serves, but its health check never passes.
    NeverConfirms,
    /// Serves, and passes its health check only three seconds after it began.
    ConfirmsLate,
    /// Writes over the memory that tells one reset from another, and resets.
    RunsWild,
}

/// What a fresh device is made from.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The whole flash, provisioned.
    pub flash: Vec<u8>,
    /// The firmware it runs.
    pub firmware: Firmware,
    /// Decides everything that is random in the device, such as its RAM at power-on.
    pub seed: u64,
}

/// The firmware a device runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// Ours, as it ships.
    Genuine,
    /// A known-bad version of it, by name; lab devices only.
    Mutant(String),
}

/// One device on a rig.
pub trait Device: Power + Supply + Toil + Buttons + Link + Memory + Storage + Clock {}

/// The supply.
pub trait Power {
    /// Cold boot: nothing survives but flash and fuses. Does nothing to a device that is on.
    fn on(&mut self) -> Result<(), RigError>;

    /// Takes power away.
    fn off(&mut self) -> Result<(), RigError>;
}

/// The battery, as the device measures it.
pub trait Supply {
    /// Gives the battery this voltage, in millivolts, from now on and over every reset and boot, and
    /// returns the voltage that stands on the gauge's input, read back. Needs [`Capability::Battery`].
    fn set_battery(&mut self, level_mv: u16) -> Result<u16, RigError> {
        let _ = level_mv;
        Err(RigError::NotCapable { capability: Capability::Battery.name() })
    }
}

/// The owner's button.
pub trait Buttons {
    /// Moves the button, which stays so over every reset and boot, and returns where it is then, read
    /// back. Needs [`Capability::Button`].
    fn set_button(&mut self, button: Button) -> Result<Button, RigError> {
        let _ = button;
        Err(RigError::NotCapable { capability: Capability::Button.name() })
    }
}

/// Where a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Nobody touches it.
    Up,
    /// Somebody presses it, or it is stuck.
    Down,
}

/// The update link, as bytes.
pub trait Link {
    /// Sends bytes to the device. A device that is off or deaf loses them.
    fn send(&mut self, bytes: &[u8]) -> Result<(), RigError>;

    /// What the device sends within so many milliseconds of its own clock. Returns as soon as there
    /// is something; empty after the time is up.
    fn receive(&mut self, within_ms: u32) -> Result<Vec<u8>, RigError>;
}

/// The device's clock.
pub trait Clock {
    /// Lets time pass for the device.
    fn wait(&mut self, ms: u32) -> Result<(), RigError>;
}

/// What the rig can read past the device's own word.
pub trait Memory {
    /// Which code is executing.
    fn execution(&mut self) -> Result<Execution, RigError>;

    /// The first `size_bytes` of the memory that the image executes from.
    fn executing_memory(&mut self, size_bytes: u32) -> Result<Vec<u8>, RigError>;

    /// The whole flash.
    fn flash(&mut self) -> Result<Vec<u8>, RigError>;

    /// Every program and erase since the device was made, in order.
    fn operations(&mut self) -> Result<OperationLog, RigError>;
}

/// Which code is executing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Execution {
    /// The device is off.
    Off,
    /// The first stage: stopped for this reason where the rig can read one, else at work.
    FirstStage(Option<Halt>),
    /// An image.
    Image,
}
