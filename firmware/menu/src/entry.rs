//! The small records that live in flash beside the images: boot records, the security floor, slot
//! headers.
//!
//! All three are fixed-size and carry a CRC. The CRC tells a torn entry from a whole one and
//! nothing more: authenticity comes from the signature over what the slot holds.

use crate::checksum::crc32;
use crate::layout::Slot;

/// Size of one log entry in bytes. A NOR page (256 bytes) holds a whole number of them.
pub const ENTRY_BYTES: usize = 32;

const BOOT_MAGIC: [u8; 2] = *b"BR";
const FLOOR_MAGIC: [u8; 2] = *b"SF";
const HEADER_MAGIC: [u8; 4] = *b"SLOT";

/// A record that can be kept in an append-only log of two sectors.
pub trait Entry: Copy {
    /// Position in the log's history; the highest whole entry is the current one.
    fn count(&self) -> u32;
    /// The same record at another position.
    #[must_use]
    fn at(self, count: u32) -> Self;
    /// The entry's bytes.
    fn to_bytes(&self) -> [u8; ENTRY_BYTES];
    /// The entry in these bytes, or `None` where they are erased, torn or something else.
    fn from_bytes(bytes: &[u8; ENTRY_BYTES]) -> Option<Self>;
}

/// An image on trial: booted until it confirms itself or has failed in all of its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The slot on trial.
    pub slot: Slot,
    /// Attempts it still has, this one included.
    pub attempts_left: u8,
    /// Boots it still has, whatever they come after: an image that runs wild may destroy all that tells one
    /// reset from another, and must come to an end all the same.
    pub boots_left: u8,
}

/// Boots that a new image may have on trial: more than a flickering supply takes, and no brick.
pub const MOST_TRIAL_BOOTS: u8 = 32;

/// Which slot the first stage runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootRecord {
    /// Position in the log.
    pub count: u32,
    /// The slot that is known to work.
    pub active: Slot,
    /// The slot on trial, if an update waits for its confirmation.
    pub trial: Option<Trial>,
}

/// The lowest sequence number this device may ever run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Position in the log.
    pub count: u32,
    /// The SUIT sequence number.
    pub sequence: u64,
}

/// What a slot holds: written last, so that a slot without a whole header is an empty slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotHeader {
    /// Length of the envelope head that follows the header, in bytes.
    pub head_bytes: u32,
    /// Length of the image in the next sectors, in bytes.
    pub image_bytes: u32,
}

/// No slot is on trial.
const NO_TRIAL: u8 = 0xff;

impl Entry for BootRecord {
    fn count(&self) -> u32 {
        self.count
    }

    fn at(self, count: u32) -> Self {
        Self { count, ..self }
    }

    fn to_bytes(&self) -> [u8; ENTRY_BYTES] {
        let (trial, attempts, boots) = match self.trial {
            Some(trial) => (trial.slot.number(), trial.attempts_left, trial.boots_left),
            None => (NO_TRIAL, 0, 0),
        };
        let mut payload = [0; 8];
        payload[..4].copy_from_slice(&[self.active.number(), trial, attempts, boots]);
        seal(BOOT_MAGIC, self.count, payload)
    }

    fn from_bytes(bytes: &[u8; ENTRY_BYTES]) -> Option<Self> {
        let (count, payload) = open(BOOT_MAGIC, bytes)?;
        let [active, trial, attempts_left, boots_left, 0, 0, 0, 0] = payload else { return None };
        let trial = match (trial, attempts_left, boots_left) {
            (NO_TRIAL, 0, 0) => None,
            (NO_TRIAL, ..) => return None,
            (slot, ..) => Some(Trial { slot: Slot::from_number(slot)?, attempts_left, boots_left }),
        };
        Some(Self { count, active: Slot::from_number(active)?, trial })
    }
}

impl Entry for Floor {
    fn count(&self) -> u32 {
        self.count
    }

    fn at(self, count: u32) -> Self {
        Self { count, ..self }
    }

    fn to_bytes(&self) -> [u8; ENTRY_BYTES] {
        seal(FLOOR_MAGIC, self.count, self.sequence.to_le_bytes())
    }

    fn from_bytes(bytes: &[u8; ENTRY_BYTES]) -> Option<Self> {
        let (count, payload) = open(FLOOR_MAGIC, bytes)?;
        Some(Self { count, sequence: u64::from_le_bytes(payload) })
    }
}

impl SlotHeader {
    /// Size in bytes; the envelope head follows directly.
    pub const BYTES: usize = 16;

    /// The header's bytes.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&HEADER_MAGIC);
        bytes[4..8].copy_from_slice(&self.head_bytes.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.image_bytes.to_le_bytes());
        let crc = crc32(&bytes[..12]);
        bytes[12..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The header in these bytes, or `None` where they are erased or torn.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let [m0, m1, m2, m3, h0, h1, h2, h3, i0, i1, i2, i3, c0, c1, c2, c3] = *bytes;
        let whole = [m0, m1, m2, m3] == HEADER_MAGIC && crc32(&bytes[..12]) == u32::from_le_bytes([c0, c1, c2, c3]);
        whole.then(|| Self {
            head_bytes: u32::from_le_bytes([h0, h1, h2, h3]),
            image_bytes: u32::from_le_bytes([i0, i1, i2, i3]),
        })
    }
}

fn seal(magic: [u8; 2], count: u32, payload: [u8; 8]) -> [u8; ENTRY_BYTES] {
    let mut bytes = [0; ENTRY_BYTES];
    bytes[..2].copy_from_slice(&magic);
    bytes[4..8].copy_from_slice(&count.to_le_bytes());
    bytes[8..16].copy_from_slice(&payload);
    let crc = crc32(&bytes[..ENTRY_BYTES - 4]);
    bytes[ENTRY_BYTES - 4..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn open(magic: [u8; 2], bytes: &[u8; ENTRY_BYTES]) -> Option<(u32, [u8; 8])> {
    let (body, crc) = bytes.split_last_chunk::<4>()?;
    if body[..2] != magic || crc32(body) != u32::from_le_bytes(*crc) {
        return None;
    }
    let count = body[4..].first_chunk::<4>()?;
    let payload = body[8..].first_chunk::<8>()?;
    Some((u32::from_le_bytes(*count), *payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boot_record_survives_the_round_trip() {
        let trial = Some(Trial { slot: Slot::B, attempts_left: 3, boots_left: MOST_TRIAL_BOOTS });
        for record in [
            BootRecord { count: 7, active: Slot::A, trial },
            BootRecord { count: u32::MAX, active: Slot::B, trial: None },
        ] {
            assert_eq!(BootRecord::from_bytes(&record.to_bytes()), Some(record));
        }
    }

    #[test]
    fn a_torn_entry_is_no_entry() {
        let bytes = Floor { count: 1, sequence: 0x0001_0002_0003 }.to_bytes();
        for kept in 0..ENTRY_BYTES - 1 {
            let mut torn = [0xff; ENTRY_BYTES];
            torn[..kept].copy_from_slice(&bytes[..kept]);
            assert_eq!(Floor::from_bytes(&torn), None, "{kept} bytes kept");
        }
    }

    #[test]
    fn an_entry_of_one_log_is_not_taken_for_another() {
        let floor = Floor { count: 1, sequence: 0 }.to_bytes();
        assert_eq!(BootRecord::from_bytes(&floor), None);
    }
}
