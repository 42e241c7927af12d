//! The menu: security features a device is provisioned with.
//!
//! Removing one must break a claim; that is what gives a scenario its teeth. A feature appears here
//! when the firmware implements it, never before: an item that cannot be served is a lie.

words! {
    /// One item of the framework's menu of security features.
    pub enum Feature: u8 {
        /// The manifest must carry a COSE signature by a trust anchor (NTIA-SIGN-1, -13).
        Signature = 0 "signature",
        /// Vendor and class of the manifest must be this device's (NTIA-CHECK-5, -6).
        DeviceIdentity = 1 "device-identity",
        /// Only a sequence number above the running one and the security floor is taken (NTIA-CHECK-12).
        Sequence = 2 "sequence",
        /// The new image goes to the other of two slots (NTIA-APPLY-7, NTIA-ROLLBACK-4).
        AbSlots = 3 "ab-slots",
        /// Boot records are appended to a log instead of being rewritten in place (NTIA-ROLLBACK-2).
        Journal = 4 "journal",
        /// What was written is read back and hashed before it is activated (NTIA-REVERIFY-3, -5).
        ReVerify = 5 "re-verify",
        /// The first stage verifies the chosen slot on every boot (NTIA-REVERIFY-6, NTIA-ACTIVATE-2).
        BootVerify = 6 "boot-verify",
        /// A new image is on trial until it confirms itself; else the old one returns (NTIA-ROLLBACK-6).
        TrialBoot = 7 "trial-boot",
        /// A watchdog is armed before the image is entered (NTIA-CLEANUP-1).
        Watchdog = 8 "watchdog",
        /// The CRC-32 that closes every image is compared when it has arrived and when it is loaded
        /// (NTIA-SIGN-10, NTIA-REVERIFY-8). Anybody can compute it.
        Crc = 9 "crc",
        /// An image that is larger than its slot is refused before a sector is erased (NTIA-RECEIVE-3).
        SizeLimits = 10 "size-limits",
        /// Before the first destructive write, the battery must carry the whole update and its
        /// revert (NTIA-STAGE-5, NTIA-POWER-2, -4).
        BatteryCheck = 30 "battery-check",
        /// A battery that sags in mid-update pauses it until there is charge again (NTIA-POWER-3).
        BatteryMonitor = 31 "battery-monitor",
        /// Nothing is downloaded or staged before the owner has agreed (NTIA-ANNOUNCE-1, -3).
        Consent = 32 "consent",
        /// An image on trial has so many attempts to confirm itself, each in its time; then the old one
        /// returns. Power that goes away uses up none (NTIA-CLEANUP-1, NTIA-ROLLBACK-2).
        AttemptLimit = 33 "attempt-limit",
        /// Where no slot holds an image that may run, an image of its own does, which takes a signed one
        /// in and never changes (NTIA-ROLLBACK-2, -3).
        Recovery = 34 "recovery",
    }
}

impl Feature {
    /// What this feature cannot work without. Removing a feature removes what depends on it too.
    pub const fn needs(self) -> &'static [Feature] {
        match self {
            Feature::TrialBoot => &[Feature::AbSlots],
            Feature::AttemptLimit => &[Feature::TrialBoot],
            Feature::BatteryMonitor => &[Feature::BatteryCheck],
            Feature::Recovery => &[Feature::Signature, Feature::BootVerify],
            Feature::Signature
            | Feature::DeviceIdentity
            | Feature::Sequence
            | Feature::AbSlots
            | Feature::Journal
            | Feature::ReVerify
            | Feature::BootVerify
            | Feature::Watchdog
            | Feature::Crc
            | Feature::SizeLimits
            | Feature::BatteryCheck
            | Feature::Consent => &[],
        }
    }
}

/// A set of features, as it stands in the provisioning record: bit *n* is feature number *n*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Features(u64);

impl Features {
    /// No feature at all.
    pub const NONE: Self = Self(0);

    /// This set and one more feature.
    #[must_use]
    pub const fn with(self, feature: Feature) -> Self {
        Self(self.0 | 1 << feature.number())
    }

    /// This set without a feature and without everything that depends on it.
    #[must_use]
    pub fn without(self, feature: Feature) -> Self {
        let left = Self(self.0 & !(1 << feature.number()));
        left.iter().filter(|other| other.needs().contains(&feature)).fold(left, Self::without)
    }

    /// Whether the feature is on.
    pub const fn has(self, feature: Feature) -> bool {
        self.0 >> feature.number() & 1 == 1
    }

    /// The features in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.iter().copied().filter(move |feature| self.has(*feature))
    }

    /// A feature that is on although something it needs is off, and what that is.
    pub fn contradiction(self) -> Option<(Feature, Feature)> {
        self.iter().find_map(|feature| {
            let missing = feature.needs().iter().copied().find(|needed| !self.has(*needed))?;
            Some((feature, missing))
        })
    }

    /// The bits as they stand in flash.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A set from its bits, or `None` where a bit stands for no feature this firmware has:
    /// a device must not ignore a protection that somebody ordered.
    pub fn from_bits(bits: u64) -> Option<Self> {
        let known = Feature::ALL.iter().fold(Self::NONE, |set, feature| set.with(*feature));
        (bits & !known.0 == 0).then_some(Self(bits))
    }
}

impl FromIterator<Feature> for Features {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        features.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_a_feature_removes_what_depends_on_it() {
        let all: Features = Feature::ALL.iter().copied().collect();
        let left = all.without(Feature::AbSlots);
        assert!(!left.has(Feature::AbSlots));
        assert!(!left.has(Feature::TrialBoot));
        assert!(left.has(Feature::Signature));
        assert_eq!(left.contradiction(), None);
    }

    #[test]
    fn an_unknown_bit_is_not_ignored() {
        assert_eq!(Features::from_bits(1 << 63), None);
        assert_eq!(Features::from_bits(0), Some(Features::NONE));
    }

    #[test]
    fn a_missing_need_is_named() {
        let set = Features::NONE.with(Feature::TrialBoot);
        assert_eq!(set.contradiction(), Some((Feature::TrialBoot, Feature::AbSlots)));
    }
}
