//! What can happen in a run, as it stands in the record.
//!
//! Events are facts, never judgements: what was offered, what passed on the wire, what the rig did,
//! what the device answered, what was measured. Whether that is HELD or BROKEN is decided later, by
//! a pure function, from these facts alone.

use serde::{Deserialize, Serialize};

/// Schema of the record's lines; the number rises with every change a reader must know of.
pub const SCHEMA: &str = "otabench.record/3";

/// One event. The order of events in a record is: `opened`, then for each run `run-begun`, its
/// steps, `run-ended`, and at last `closed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The first event: what is being played, and where.
    Opened(Opened),
    /// The scenario could not be played on this rig. `closed` follows at once.
    Skipped(Skipped),
    /// A run of the steps on a fresh device begins.
    RunBegun(RunBegun),
    /// A step begins.
    StepBegun(StepBegun),
    /// A deliverable was made for this step.
    Deliverable(Deliverable),
    /// What passed on the update link in this step, on both sides of the attacker.
    Traffic(Traffic),
    /// What the attacker did in this step.
    Attacked(Attacked),
    /// The rig did something to the device in this step.
    Caused(Caused),
    /// The rig cut power.
    Cut(Cut),
    /// Bits of flash flipped in this step while the device was off.
    Flipped(Flipped),
    /// What the device has done up to the end of this step, and what that took.
    Spent(Spent),
    /// The device's own account of framework steps it entered and left.
    DeviceSteps(DeviceSteps),
    /// What the step wrote to flash.
    Written(Written),
    /// What was seen at the end of the step.
    Observed(Observed),
    /// A run has ended.
    RunEnded(RunEnded),
    /// The bench itself failed; nothing can be said.
    Failed(Failed),
    /// The last event. A record without it was interrupted.
    Closed(Closed),
}

/// What is being played, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Opened {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the bench.
    pub otabench: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The scenario file, as an artefact.
    pub scenario_file: Artefact,
    /// The profile's file, as an artefact.
    pub profile_file: Artefact,
    /// Name of the rig.
    pub rig: String,
    /// How the rig produces its evidence.
    pub method: Method,
    /// The seed that repeats this run.
    pub seed: u64,
    /// Where the keys of manufacturer and attacker came from.
    pub keys: KeySource,
    /// SHA-256 of what the rig's first stage loads; absent where it is part of the bench itself.
    pub first_stage_sha256: Option<String>,
    /// The device, where it is not the scenario's own. Such a record is a cell of the matrix, and
    /// evidence for no claim.
    pub cell: Option<CellDevice>,
}

/// Where keys came from. Keys themselves never stand in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// From the seed.
    Seed,
    /// From files that somebody keeps; who wants to repeat the run needs them.
    Files,
}

/// The device of a cell of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CellDevice {
    /// Name of its profile, whose file stands under `profile_file`.
    pub profile: String,
    /// The feature that was taken away from it, with what depends on it.
    pub without: Option<String>,
}

/// How a rig produces its evidence. The three are never merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The firmware's source, compiled for the host, on a model of the hardware.
    Simulated,
    /// The firmware's binary on an emulated machine.
    Emulated,
    /// The firmware's binary on a chip.
    Silicon,
}

/// A file kept beside the record, named by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Artefact {
    /// SHA-256 of the content, in hex; also the file's name under `artefacts/`.
    pub sha256: String,
    /// Length of the content in bytes.
    pub size_bytes: u64,
}

/// Why a scenario was not played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Skipped {
    /// What is missing: a feature or a capability of the rig.
    pub missing: String,
    /// What to do about it.
    pub remedy: String,
}

/// A run of the steps on a fresh device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunBegun {
    /// Why this run is played.
    pub purpose: Purpose,
    /// The case of a sweep this run plays; absent for the one undisturbed run.
    pub case: Option<Case>,
    /// The features the device is provisioned with, by name, in the menu's order.
    pub features: Vec<String>,
    /// The known-bad firmware it runs, if any.
    pub mutant: Option<String>,
    /// SHA-256 of the flash the run began with.
    pub flash_sha256: String,
}

/// Why a run is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To try the claim on the whole device.
    Claim,
    /// To show that the weakened device of the teeth still installs a genuine update.
    Genuine,
    /// To show that the claim breaks on the weakened device.
    Teeth,
}

/// One case of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Case {
    /// Power was cut in flash operation `operation` (from 0) of `of`, leaving `tear`.
    Cut {
        /// Index of the operation within the swept steps, from 0.
        operation: u32,
        /// Number of operations in the swept steps.
        of: u32,
        /// What the operation left behind.
        tear: Tear,
    },
    /// Byte `byte` (from 0) of `of` was changed.
    Byte {
        /// Offset in the part.
        byte: u32,
        /// Length of the part.
        of: u32,
    },
}

/// What a cut leaves of the interrupted operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tear {
    /// No effect yet.
    Nothing,
    /// A part of it.
    Half,
    /// All of it, and nothing after it.
    All,
}

/// A step begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StepBegun {
    /// The step's name.
    pub step: String,
}

/// A deliverable was made for this step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Deliverable {
    /// Its version.
    pub version: String,
    /// SHA-256 of the envelope as the publisher made it.
    pub made_sha256: String,
    /// SHA-256 of the envelope as it is offered; differs where it was tampered with at rest.
    pub offered_sha256: String,
    /// SHA-256 of the image a device that installs it is to run.
    pub image_sha256: String,
}

/// What passed on the update link in one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Traffic {
    /// Every packet with side and direction, as JSON Lines. Absent in the cases of a sweep.
    pub packets: Option<Artefact>,
    /// Packets the publisher sent.
    pub sent: u32,
    /// Packets the device was given.
    pub delivered: u32,
    /// SHA-256 over the packets the publisher sent.
    pub sent_sha256: String,
    /// SHA-256 over the packets the device was given. Equal to `sent_sha256` where nobody interfered.
    pub delivered_sha256: String,
}

/// What the attacker did in one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attacked {
    /// The verb: `edit`, `drop`, `duplicate`, `truncate`, `replay`, or `tamper` (at rest).
    pub verb: String,
    /// Packets (for `tamper`: bytes) that were really changed, lost, repeated or played back.
    pub changed: u32,
}

/// The rig did something to the device, and looked whether it took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Caused {
    /// What it did, in the scenario's words, such as `battery at 3050 mV`.
    pub act: String,
    /// What the rig found afterwards: the voltage it read back, in millivolts, how many moves of the
    /// button, or how many operations the flash's fault changed. Absent where the moment to act never came.
    pub found: Option<u32>,
}

/// The rig cut power: the state of flash from which the device was booted afresh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cut {
    /// Whether the interrupted operation was a program or an erase.
    pub operation: FlashOperation,
    /// First byte it was to change.
    pub offset_bytes: u32,
    /// How many bytes it was to change.
    pub size_bytes: u32,
    /// SHA-256 of the flash left behind.
    pub flash_sha256: String,
}

/// A flash operation that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlashOperation {
    /// Clears bits.
    Program,
    /// Sets all bits of whole sectors.
    Erase,
}

/// Bits of flash flipped while the device was off. The two digests are of the whole flash, each read
/// from the device itself, before it was switched off for this and before it was switched on again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Flipped {
    /// What stands there, in the scenario's word.
    pub place: String,
    /// The byte of flash that changed.
    pub offset_bytes: u32,
    /// The byte before.
    pub before: u8,
    /// The byte after.
    pub after: u8,
    /// SHA-256 of the flash before.
    pub before_sha256: String,
    /// SHA-256 of the flash after.
    pub after_sha256: String,
}

/// What the device has done since it was made, by the rig's count, and what that took. Stands in every
/// step from the one on in which the rig let work take something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spent {
    /// Sectors erased.
    pub erases: u32,
    /// Programs, each within a page.
    pub programs: u32,
    /// Signatures verified.
    pub verifications: u32,
    /// Bytes hashed.
    pub hashed_bytes: u64,
    /// Images started.
    pub starts: u32,
    /// Bytes received over the link.
    pub link_bytes: u64,
    /// Energy that it took, in microjoules.
    pub energy_uj: u64,
    /// What is left in the battery, in millijoules; absent where nothing drains it.
    pub left_mj: Option<u32>,
    /// Time that it took the processor, in microseconds.
    pub busy_us: u64,
    /// The longest time between two feedings of the armed watchdog, in microseconds.
    pub longest_us: u64,
}

/// The device's own account of framework steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeviceSteps {
    /// `step phase` pairs such as `check begun`, in order.
    pub steps: Vec<String>,
}

/// What a step wrote to flash, from the operations themselves: what was changed and changed back is here
/// too. Rigs that log operations write it in every step, others in none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Written {
    /// The slot whose image was measured to run when the step began; absent where none was.
    pub running_slot: Option<WrittenRegion>,
    /// Each part of flash in which something was written, in the order of the enum.
    pub parts: Vec<WrittenPart>,
}

/// What a step wrote to one part of flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrittenPart {
    /// Which part.
    pub region: WrittenRegion,
    /// Sectors that were erased; one that was erased twice counts twice.
    pub erased_sectors: u32,
    /// Bytes that were programmed, counted likewise.
    pub programmed_bytes: u32,
}

/// A part of flash by its place, not by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WrittenRegion {
    /// The provisioning record.
    Provisioning,
    /// The security floor.
    Floor,
    /// The boot records.
    BootRecords,
    /// The first slot.
    SlotA,
    /// The second slot.
    SlotB,
    /// What belongs to none of them.
    Elsewhere,
}

/// What was seen at the end of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Observed {
    /// The device's answer to an offer or a replay; absent in steps that ask nothing.
    pub answer: Option<Answer>,
    /// What runs, as the rig measured it.
    pub running: Running,
    /// What the device says it runs; absent where it does not answer. Not evidence.
    pub says: Option<String>,
    /// What lasts on the device; only in scenarios that are about it.
    pub lasting: Option<Lasting>,
}

/// What lasts on a device whatever it is booted with next, as the rig reads it from flash: what the
/// first stage goes by, and what it would run. How often a record was rewritten is not part of it, nor
/// is the slot that is free for the next update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lasting {
    /// SHA-256 of the provisioning record's region.
    pub provision_sha256: String,
    /// The boot record in words, such as `a` or `a, b on trial with 1 left`; absent where there is none.
    pub boot_record: Option<String>,
    /// The security floor, a sequence number; absent where there is none.
    pub floor: Option<u64>,
    /// SHA-256 of the whole slot that the boot record calls good; absent without a boot record.
    pub slot_sha256: Option<String>,
}

/// The device's answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// It took the whole deliverable.
    Accepted,
    /// It refused, with this reason from the menu.
    Refused(String),
    /// It refused with a code that is not in the menu.
    RefusedUnknown {
        /// SMP group of the code.
        group: u16,
        /// The code.
        code: u16,
    },
    /// It did not answer, or the exchange did not come to an end.
    Silent,
}

/// What runs on the device, established by reading its memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Running {
    /// A known image, recognised by its digest.
    Image {
        /// Its version.
        version: String,
        /// SHA-256 of the executing memory.
        sha256: String,
    },
    /// The recovery image, recognised by its digest.
    Recovery {
        /// SHA-256 of the executing memory.
        sha256: String,
    },
    /// Something that is none of the known images.
    Unknown {
        /// SHA-256 over as many bytes as the largest known image has.
        sha256: String,
    },
    /// No image: the first stage has stopped.
    Nothing {
        /// The first stage's reason, from the menu, where it gives one.
        halt: Option<String>,
    },
}

/// A run has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunEnded {
    /// Flash operations of the run.
    pub flash_operations: u32,
}

/// The bench itself failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Failed {
    /// What went wrong.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
    /// Whose fault it is: decides the exit code.
    pub fault: Blame,
}

/// Whose fault a failure of the bench is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The scenario, or the bench's own code.
    Bench,
    /// The machine, the emulator, a probe, a lease: safe to retry.
    Infrastructure,
}

/// The last event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Closed {
    /// Runs in this record.
    pub runs: u32,
}
