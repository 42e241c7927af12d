//! How a device says no: refusals of the agent and halts of the first stage.
//!
//! A closed list, one word per attack class, so that a scenario can demand *the right* refusal: a
//! device that refuses a downgrade with `bad-signature` has not shown its downgrade protection.

words! {
    /// Why the agent refused a deliverable. The number is the `rc` of SMP errors in our group.
    pub enum Refusal: u16 {
        /// The envelope or manifest breaks the strict SUIT subset.
        Malformed = 1 "malformed",
        /// Well-formed SUIT that asks for something this device does not implement.
        Unsupported = 2 "unsupported",
        /// The head (wrapper and manifest) is larger than the device takes.
        HeadTooLarge = 3 "head-too-large",
        /// The wrapper carries no signature.
        Unsigned = 4 "unsigned",
        /// No signature in the wrapper verifies under a trust anchor.
        BadSignature = 5 "bad-signature",
        /// The manifest is not the one that the wrapper's digest names.
        ManifestDigestMismatch = 6 "manifest-digest-mismatch",
        /// The manifest is for another vendor's devices, or does not say whose.
        WrongVendor = 7 "wrong-vendor",
        /// The manifest is for another class of device, or does not say which.
        WrongClass = 8 "wrong-class",
        /// The manifest is for a component this device does not have.
        WrongComponent = 9 "wrong-component",
        /// The sequence number is not above the running image's and the security floor.
        VersionTooOld = 10 "version-too-old",
        /// The payload is larger than a slot.
        ImageTooLarge = 11 "image-too-large",
        /// The payload's length is not the one the manifest declares.
        PayloadSizeMismatch = 12 "payload-size-mismatch",
        /// The payload's digest is not the one the manifest declares.
        PayloadDigestMismatch = 13 "payload-digest-mismatch",
        /// What was read back from flash is not what the manifest declares.
        ReVerifyFailed = 14 "re-verify-failed",
        /// An erase or a program failed.
        StorageFailed = 15 "storage-failed",
        /// The crypto backend failed; nothing can be said about the deliverable.
        CryptoFailed = 16 "crypto-failed",
        /// The running image is on trial and has not confirmed itself.
        TrialUnconfirmed = 17 "trial-unconfirmed",
        /// An update is staged and waits for a reset.
        AwaitingReset = 18 "awaiting-reset",
        /// The device is not provisioned, or its record is damaged.
        NotProvisioned = 19 "not-provisioned",
        /// The payload does not end in its own checksum.
        ChecksumMismatch = 20 "checksum-mismatch",
        /// The battery does not carry the update and its revert, or cannot be read. In mid-update it
        /// is no end: the piece that was refused is taken once there is charge again.
        BatteryLow = 40 "battery-low",
        /// The owner has been asked and has not agreed yet. Once he has, the same offer is taken.
        AwaitingConsent = 41 "awaiting-consent",
    }
}

words! {
    /// Why the first stage runs no image.
    pub enum Halt: u8 {
        /// The provisioning record is missing or damaged.
        NotProvisioned = 1 "not-provisioned",
        /// No boot record says which slot to run.
        NoBootRecord = 2 "no-boot-record",
        /// No slot holds an image that may run.
        NoBootableSlot = 3 "no-bootable-slot",
        /// The flash could not be read or written.
        StorageFailed = 4 "storage-failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_their_own_inverse() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::from_name(refusal.name()), Some(*refusal));
            assert_eq!(Refusal::from_number(refusal.number()), Some(*refusal));
        }
        assert_eq!(Refusal::from_number(0), None);
    }
}
