//! The framework's steps on the device, and the events an agent emits as it enters and leaves them.
//!
//! Step order is itself a requirement (NTIA-GEN-8), so it is recorded and judged. The events are
//! the device's word: they show order, never that an update is safe.

words! {
    /// A step of the NTIA framework; the number is the framework's own.
    pub enum Step: u8 {
        /// The image is created.
        Create = 0 "create",
        /// The deliverable is signed.
        Sign = 1 "sign",
        /// The deliverable is encrypted.
        Protect = 2 "protect",
        /// The deliverable travels to the device.
        Send = 3 "send",
        /// The device takes it in.
        Receive = 4 "receive",
        /// The device authenticates it and decides whether it is meant for it.
        Check = 5 "check",
        /// The user is told or asked.
        Announce = 6 "announce",
        /// Images are handed to their targets.
        Distribute = 7 "distribute",
        /// Each target checks its own image.
        Process = 8 "process",
        /// The target makes ready: room, battery, a way back.
        Stage = 9 "stage",
        /// The image is written where it will run from.
        Apply = 10 "apply",
        /// What was written is verified.
        ReVerify = 11 "reverify",
        /// The next boot is pointed at the new image.
        Activate = 12 "activate",
        /// Health is checked, leftovers are removed, the outcome is told.
        CleanUp = 13 "cleanup",
    }
}

words! {
    /// Where in a step the device is.
    pub enum Phase: u8 {
        /// The step has begun.
        Begun = 0 "begun",
        /// The step is complete.
        Done = 1 "done",
        /// The step ended in a refusal.
        Refused = 2 "refused",
    }
}

/// One event of the agent: a step was begun, completed or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepEvent {
    /// The framework step.
    pub step: Step,
    /// Where in the step.
    pub phase: Phase,
}

impl StepEvent {
    /// Two bytes on the wire: step number, phase number.
    pub const fn to_bytes(self) -> [u8; 2] {
        [self.step.number(), self.phase.number()]
    }

    /// The inverse of [`StepEvent::to_bytes`].
    pub const fn from_bytes(bytes: [u8; 2]) -> Option<Self> {
        match (Step::from_number(bytes[0]), Phase::from_number(bytes[1])) {
            (Some(step), Some(phase)) => Some(Self { step, phase }),
            (_, None) | (None, _) => None,
        }
    }
}
