//! What a rig can do, as a closed list.
//!
//! A scenario that needs more is SKIPPED with the capability's name: a missing means is never
//! counted as a defence that held.

/// One thing a rig can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Record every flash operation, so that any cut can be derived.
    OperationLog,
    /// Read the memory that executes, so that what runs is measured.
    Measurement,
    /// Run known-bad firmware.
    Mutants,
    /// Set the voltage of the battery that the device measures.
    Battery,
    /// Press the owner's button.
    Button,
    /// Let work take its time and its energy.
    Toll,
    /// Make the flash chip fail while the firmware uses it.
    FlashFaults,
    /// Let an image write to memory that is not its own: no hardware fences it in.
    OpenMemory,
}

impl Capability {
    /// The name that messages use.
    pub const fn name(self) -> &'static str {
        match self {
            Capability::OperationLog => "operation-log",
            Capability::Measurement => "measurement",
            Capability::Mutants => "mutants",
            Capability::Battery => "battery",
            Capability::Button => "button",
            Capability::Toll => "toll",
            Capability::FlashFaults => "flash-faults",
            Capability::OpenMemory => "open-memory",
        }
    }
}

/// The capabilities of a rig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities(pub &'static [Capability]);

impl Capabilities {
    /// Whether the rig can do this.
    pub fn has(self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }
}
