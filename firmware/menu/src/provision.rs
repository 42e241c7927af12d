//! The provisioning record: what the manufacturer decided for this device.
//!
//! It is written once, before the device leaves the factory (here: before a run), and states the
//! features the device must enforce. There is no other switch: a teeth run is a device provisioned
//! without a feature, so the firmware never knows that it is being tested.
//!
//! Layout, little-endian: magic `OTAB`, version u16, lifecycle u8, trial attempts u8, features u64,
//! vendor 16, class 16, watchdog ms u32, anchor count u8, 3 zero bytes, trial ms u32, 4 zero bytes,
//! four anchors of 72 bytes (key id 8, x 32, y 32), the battery's figures (empty mV u16, full mV u16,
//! capacity mJ u32, erase mJ u16, sector mJ u16, boot mJ u16), CRC-32 over all of it.

use crate::battery::Battery;
use crate::checksum::crc32;
use crate::feature::Features;

/// How many trust anchors a device can hold.
pub const MAX_ANCHORS: usize = 4;

/// Size of the record in flash, in bytes.
pub const PROVISION_BYTES: usize = BATTERY_AT + Battery::BYTES + 4;

const MAGIC: [u8; 4] = *b"OTAB";
const VERSION: u16 = 3;
const ANCHOR_BYTES: usize = 72;
const TRIAL_AT: usize = 56;
const ANCHORS_AT: usize = 64;
const BATTERY_AT: usize = ANCHORS_AT + MAX_ANCHORS * ANCHOR_BYTES;

words! {
    /// Whether a device may still be provisioned anew.
    pub enum Lifecycle: u8 {
        /// A device of the bench: any profile, mutants too.
        Lab = 1 "lab",
        /// A device in the field: refuses any weaker profile.
        Product = 2 "product",
    }
}

/// A public key the device trusts: P-256, as affine coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// First eight bytes of SHA-256 over the uncompressed SEC1 point.
    pub key_id: [u8; 8],
    /// x then y, big-endian, 32 bytes each.
    pub point: [u8; 64],
}

/// The provisioning record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Lab or product.
    pub lifecycle: Lifecycle,
    /// Attempts an image on trial has before the old one returns.
    pub trial_attempts: u8,
    /// The features this device enforces.
    pub features: Features,
    /// SUIT vendor identifier (UUID, RFC 9562).
    pub vendor: [u8; 16],
    /// SUIT class identifier (UUID).
    pub class: [u8; 16],
    /// Watchdog period in milliseconds.
    pub watchdog_ms: u32,
    /// How long an image on trial may take to confirm itself, in milliseconds.
    pub trial_ms: u32,
    /// Trust anchors; empty places are `None`.
    pub anchors: [Option<Anchor>; MAX_ANCHORS],
    /// The battery's figures; all zero on a device without the feature `battery-check`.
    pub battery: Battery,
}

/// Why a provisioning record cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisionError {
    /// The region does not begin with the magic: nothing was ever written, or it was erased.
    Missing,
    /// The CRC does not match.
    Damaged,
    /// A field holds a value this firmware does not know.
    Unknown,
}

impl Provision {
    /// The record's bytes.
    pub fn to_bytes(&self) -> [u8; PROVISION_BYTES] {
        let mut bytes = [0; PROVISION_BYTES];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..6].copy_from_slice(&VERSION.to_le_bytes());
        bytes[6] = self.lifecycle.number();
        bytes[7] = self.trial_attempts;
        bytes[8..16].copy_from_slice(&self.features.bits().to_le_bytes());
        bytes[16..32].copy_from_slice(&self.vendor);
        bytes[32..48].copy_from_slice(&self.class);
        bytes[48..52].copy_from_slice(&self.watchdog_ms.to_le_bytes());
        bytes[TRIAL_AT..TRIAL_AT + 4].copy_from_slice(&self.trial_ms.to_le_bytes());
        let anchors = self.anchors.iter().flatten();
        for (place, anchor) in bytes[ANCHORS_AT..BATTERY_AT].chunks_exact_mut(ANCHOR_BYTES).zip(anchors.clone()) {
            place[..8].copy_from_slice(&anchor.key_id);
            place[8..].copy_from_slice(&anchor.point);
        }
        // At most MAX_ANCHORS, so the count fits.
        bytes[52] = anchors.count() as u8;
        bytes[BATTERY_AT..BATTERY_AT + Battery::BYTES].copy_from_slice(&self.battery.to_bytes());
        let crc = crc32(&bytes[..PROVISION_BYTES - 4]);
        bytes[PROVISION_BYTES - 4..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The record in these bytes.
    pub fn from_bytes(bytes: &[u8; PROVISION_BYTES]) -> Result<Self, ProvisionError> {
        if bytes[..4] != MAGIC {
            return Err(ProvisionError::Missing);
        }
        let stored = u32::from_le_bytes(array(bytes, PROVISION_BYTES - 4));
        if crc32(&bytes[..PROVISION_BYTES - 4]) != stored {
            return Err(ProvisionError::Damaged);
        }
        Self::fields(bytes).ok_or(ProvisionError::Unknown)
    }

    fn fields(bytes: &[u8; PROVISION_BYTES]) -> Option<Self> {
        let spare = bytes[53..TRIAL_AT].iter().chain(&bytes[TRIAL_AT + 4..ANCHORS_AT]);
        let spare_is_zero = spare.copied().all(|byte| byte == 0);
        let anchor_count = usize::from(bytes[52]);
        if u16::from_le_bytes(array(bytes, 4)) != VERSION || !spare_is_zero || anchor_count > MAX_ANCHORS {
            return None;
        }
        let mut anchors = [None; MAX_ANCHORS];
        for (index, place) in anchors.iter_mut().take(anchor_count).enumerate() {
            let at = ANCHORS_AT + index * ANCHOR_BYTES;
            *place = Some(Anchor { key_id: array(bytes, at), point: array(bytes, at + 8) });
        }
        Some(Self {
            lifecycle: Lifecycle::from_number(bytes[6])?,
            trial_attempts: bytes[7],
            features: Features::from_bits(u64::from_le_bytes(array(bytes, 8)))?,
            vendor: array(bytes, 16),
            class: array(bytes, 32),
            watchdog_ms: u32::from_le_bytes(array(bytes, 48)),
            trial_ms: u32::from_le_bytes(array(bytes, TRIAL_AT)),
            anchors,
            battery: Battery::from_bytes(array(bytes, BATTERY_AT)),
        })
    }
}

/// `N` bytes from `at`; every call lies inside the record by construction.
fn array<const N: usize>(bytes: &[u8; PROVISION_BYTES], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::Feature;

    fn sample() -> Provision {
        let anchor = Anchor { key_id: [1; 8], point: [2; 64] };
        Provision {
            lifecycle: Lifecycle::Lab,
            trial_attempts: 1,
            features: Features::NONE.with(Feature::Signature).with(Feature::Watchdog),
            vendor: [3; 16],
            class: [4; 16],
            watchdog_ms: 2_000,
            trial_ms: 10_000,
            anchors: [Some(anchor), None, None, None],
            battery: Battery {
                empty_mv: 3_000,
                full_mv: 4_200,
                capacity_mj: 70_000,
                erase_mj: 20,
                sector_mj: 12,
                boot_mj: 400,
            },
        }
    }

    #[test]
    fn a_record_survives_the_round_trip() {
        assert_eq!(Provision::from_bytes(&sample().to_bytes()), Ok(sample()));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let bytes = sample().to_bytes();
        for bit in 0..PROVISION_BYTES * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Provision::from_bytes(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn erased_flash_is_missing_not_damaged() {
        assert_eq!(Provision::from_bytes(&[0xff; PROVISION_BYTES]), Err(ProvisionError::Missing));
    }
}
