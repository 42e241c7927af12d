//! A checked scenario: one claim, the steps that try to break it, and its teeth.
//!
//! Everything here has already been checked against the menu, so runner and judge match on enums
//! and never meet a word they do not know. A scenario names roles, versions and features; which
//! pins, probes or slots that means is the rig's business.

mod flash;
mod teeth;

use std::fmt;

use menu::{Feature, Features, Halt, Refusal};

use crate::profile::Profile;

pub use flash::{FlashFault, FlashPlace, FlashRegion, Flip};
pub use teeth::{Saw, Teeth, Weakness};

/// One scenario file, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// File name without `.toml`: lower-case words joined by `-`.
    pub name: String,
    /// The sentence that must hold.
    pub claim: String,
    /// Statement ids (`NTIA-CHECK-9`, …) this scenario is evidence for.
    pub covers: Vec<String>,
    /// The threat in a catalogue's own words, such as `RFC 9124 THREAT.IMG.EXPIRED`.
    pub threat: Option<String>,
    /// The device it is played against.
    pub device: Device,
    /// What an attacker on the path does, if there is one.
    pub attacker: Option<Attacker>,
    /// Power cuts, if the scenario sweeps them.
    pub fault: Option<Fault>,
    /// What the rig does to the device while steps go on, if anything.
    pub disturbance: Option<Disturbance>,
    /// What happens, in order. Names are unique; at least one step expects something.
    pub steps: Vec<Step>,
    /// The run that must break the claim.
    pub teeth: Teeth,
}

/// A version as people write it: `2.1.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

/// The device a scenario is played against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Name of the profile under `firmware/profiles`.
    pub profile: String,
    /// The features of that profile.
    pub features: Features,
    /// The version it runs, confirmed, when the scenario begins.
    pub runs: Version,
    /// Features without which the scenario says nothing: SKIPPED on a device or rig that lacks one.
    pub needs: Vec<Feature>,
}

/// The attacker on the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attacker {
    /// Where he sits.
    pub on: Place,
    /// What he does, each verb at most once.
    pub acts: Vec<Act>,
    /// Names of the steps he acts in; empty means every step.
    pub during: Vec<String>,
}

/// Where the attacker sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between publisher and device.
    UpdateLink,
}

/// One verb of the attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Changes what passes.
    Edit(Tamper),
    /// Loses every n-th packet towards the device.
    Drop {
        /// n, at least 2.
        every: u32,
    },
    /// Sends every n-th packet towards the device twice.
    Duplicate {
        /// n, at least 1.
        every: u32,
    },
    /// Cuts every n-th packet towards the device short.
    Truncate {
        /// n, at least 2.
        every: u32,
    },
}

/// A change to a deliverable that needs no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tamper {
    /// The part that is changed.
    pub what: Part,
    /// Where in the part.
    pub at: Position,
    /// How many neighbouring bits are flipped there, 1 to 8.
    pub flip_bits: u8,
    /// What is made consistent again afterwards.
    pub fix_up: FixUp,
    /// For `every-byte`: the least number of bytes that must be tried.
    pub at_least: Option<u32>,
}

/// A part of a deliverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The image.
    Payload,
    /// The SUIT manifest.
    Manifest,
    /// The 64 bytes of the COSE signature.
    Signature,
    /// The digest in the authentication wrapper.
    Digest,
}

/// A place within a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// First byte.
    Start,
    /// Middle byte.
    Middle,
    /// Last byte.
    End,
    /// First byte of an image's filler, which no program uses: an image changed there runs as before.
    Filler,
    /// Every byte in turn, one case each from a fresh device.
    EveryByte,
}

/// What an attacker without a key makes consistent after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixUp {
    /// Nothing.
    None,
    /// Every digest that is not protected by a key: images, then manifest.
    UnkeyedDigests,
}

/// Power cuts, derived from the operation log of one undisturbed run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where power is cut.
    pub cut_power: Cuts,
    /// Names of the steps whose flash operations are cut. They come first and are consecutive.
    pub during: Vec<String>,
    /// What the interrupted operation leaves behind; one case each.
    pub tear: Vec<Tear>,
    /// Fewer cases than this is an ERROR: the sweep missed the update.
    pub at_least: u32,
}

/// Where power is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// In every program and every erase.
    EveryFlashOperation,
}

/// What a cut leaves of the interrupted flash operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tear {
    /// The operation had no effect yet.
    Nothing,
    /// A part of it took effect.
    Half,
    /// All of it took effect, and nothing after it.
    All,
}

/// A fault that acts while a step goes on. It is not derived, as cuts are: the firmware lives through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disturbance {
    /// What it is.
    pub what: Disturbs,
    /// Names of the steps it acts in.
    pub during: Vec<String>,
}

/// What disturbs a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbs {
    /// The rig does something in the middle of an offer.
    Act {
        /// What it does.
        act: RigAct,
        /// When in the step.
        when: Moment,
    },
    /// The flash chip fails from the beginning of the step to its end.
    Flash(FlashFault),
}

/// A moment in a step that makes an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Once half of the deliverable has been sent.
    HalfWay,
}

/// Something the rig does to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RigAct {
    /// The battery has this voltage from now on.
    Battery {
        /// In millivolts.
        level_mv: u16,
    },
    /// The battery holds so much from now on, and work drains it.
    Charge {
        /// In millijoules.
        charge_mj: u32,
    },
    /// The owner's button.
    Button(Hand),
    /// The processor has this clock from now on, and everything takes the longest that data sheets allow.
    Clock {
        /// In MHz.
        mhz: u32,
    },
}

/// What a hand does to the owner's button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Down, for a moment, and up again.
    Press,
    /// Down, and it stays there: it is stuck.
    Hold,
    /// Up.
    Release,
}

/// One step: something happens, then something may be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Unique within the scenario; teeth and diagnostics refer to it.
    pub name: String,
    /// What happens.
    pub action: Action,
    /// What must be seen afterwards; empty where the step only sets the scene.
    pub expect: Expect,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The publisher offers a deliverable; if the device takes it, it is asked to reset into it.
    Offer(Offer),
    /// Power goes off and comes back.
    PowerCycle,
    /// Time passes.
    Wait {
        /// In milliseconds of the rig's clock.
        ms: u32,
    },
    /// Power goes off, bits flip in flash, and power comes back.
    FlipBits(Flip),
    /// The attacker plays back what he recorded in an earlier step, packet by packet.
    Replay {
        /// Name of that step.
        session: String,
    },
    /// The client goes on with an offer that was refused for the time being: it sends the piece again
    /// that was not taken.
    Continue {
        /// Name of the step that made the offer.
        offer: String,
    },
    /// The rig does something to the device.
    Rig(RigAct),
}

/// A deliverable that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its version; the sequence number follows from it.
    pub version: Version,
    /// Who signs it.
    pub signed_by: Signer,
    /// How the image behaves once it runs.
    pub behaves: Behaviour,
    /// Whose devices it is for.
    pub vendor: Identity,
    /// Which class of device it is for.
    pub class: Identity,
    /// A change made to it before it is sent.
    pub tamper: Option<Tamper>,
    /// How large its image is.
    pub size: Size,
    /// What the client does once the device has taken it.
    pub reset: Reset,
}

/// How large an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// As large as it was built.
    AsBuilt,
    /// One sector larger than a slot has room for, and everything says so truthfully.
    TooLarge,
}

/// What a client does once a device has taken its deliverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// Asks it to reset into the new image.
    Asked,
    /// Leaves.
    NotAsked,
}

/// Who signs a deliverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The manufacturer's release key, the device's trust anchor.
    Release,
    /// A key the device has never heard of.
    Attacker,
    /// A genuine key of the same manufacturer, for another product.
    OtherProduct,
    /// Nobody: the wrapper holds a digest only.
    Nobody,
}

/// How an image behaves once it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Whether a deliverable names this device or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// This device's own identifier.
    Own,
    /// Another one.
    Other,
}

/// What must be seen after a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// The device refuses the offer with this reason.
    pub refused: Option<Refusal>,
    /// One of these versions runs, established by measurement.
    pub runs: Vec<Version>,
    /// Whether the recovery image is what has to run.
    pub recovery: Recovery,
    /// No image runs, and the first stage gives this reason.
    pub halted: Option<Halt>,
    /// Nothing is erased or programmed in these parts of flash during the step.
    pub untouched: Vec<FlashRegion>,
    /// What lasts on the device is what it was after the step of this name.
    pub as_after: Option<String>,
}

/// Whether a step expects the recovery image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recovery {
    /// It is about something else.
    #[default]
    NotExpected,
    /// The recovery image runs, established by measurement.
    Runs,
}

impl Attacker {
    /// Whether he acts in a step: in those he names, or else in every offer.
    pub fn acts_in(&self, step: &Step) -> bool {
        if self.during.is_empty() { matches!(step.action, Action::Offer(_)) } else { self.during.contains(&step.name) }
    }
}

impl Scenario {
    /// What disturbs a step, if anything.
    pub fn disturbs(&self, step: &Step) -> Option<Disturbs> {
        let disturbance = self.disturbance.as_ref()?;
        disturbance.during.contains(&step.name).then_some(disturbance.what)
    }

    /// Whether some step is about what lasts on the device, so that it has to be looked at after each.
    pub fn watches_state(&self) -> bool {
        self.steps.iter().any(|step| step.expect.as_after.is_some())
    }

    /// The same scenario against a device of another profile. What it `needs` may be missing there:
    /// what then becomes of the claim is the question.
    #[must_use]
    pub fn on(&self, profile: &Profile) -> Self {
        let device = Device { profile: profile.name.clone(), features: profile.features, ..self.device.clone() };
        Self { device, ..self.clone() }
    }
}

impl Version {
    /// The SUIT sequence number of this version.
    pub const fn sequence(self) -> u64 {
        menu::sequence_number(self.major, self.minor, self.patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl RigAct {
    /// Whether work takes time and energy from this act on.
    #[must_use]
    pub const fn begins_toll(self) -> bool {
        match self {
            RigAct::Charge { .. } | RigAct::Clock { .. } => true,
            RigAct::Battery { .. } | RigAct::Button(_) => false,
        }
    }
}

impl fmt::Display for RigAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RigAct::Battery { level_mv } => write!(f, "battery at {level_mv} mV"),
            RigAct::Charge { charge_mj } => write!(f, "battery charged to {charge_mj} mJ"),
            RigAct::Clock { mhz } => write!(f, "processor at {mhz} MHz"),
            RigAct::Button(Hand::Press) => f.write_str("button pressed"),
            RigAct::Button(Hand::Hold) => f.write_str("button held down"),
            RigAct::Button(Hand::Release) => f.write_str("button released"),
        }
    }
}

impl fmt::Display for Disturbs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Disturbs::Act { act, when: Moment::HalfWay } => write!(f, "half-way: {act}"),
            Disturbs::Flash(fault) => fault.fmt(f),
        }
    }
}
