//! What the first stage tells about itself, at a place in memory that the board's map names.
//!
//! It is the device's word: good for telling a person why a device stopped, never evidence.

use crate::layout::Slot;
use crate::refusal::Halt;

words! {
    /// How far a boot has come.
    pub enum Stage: u8 {
        /// The first stage decides, and for ever once it has halted.
        First = 1 "first-stage",
        /// From just before the jump into the image.
        Image = 2 "image",
        /// From just before the jump into the recovery image.
        Recovery = 3 "recovery",
    }
}

/// The report: magic, then stage, halt, slot and a zero in a byte each, then the image's length; little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// How far it has come.
    pub stage: Stage,
    /// Why it runs no image.
    pub halt: Option<Halt>,
    /// Where the image came from.
    pub slot: Option<Slot>,
    /// The image's length in bytes; 0 while there is none.
    pub image_bytes: u32,
}

/// What a report begins with; anything else is no report.
const MAGIC: [u8; 4] = *b"OTAR";
/// No halt has this number.
const NO_HALT: u8 = 0;
/// No slot has this number.
const NO_SLOT: u8 = 0xff;

impl Report {
    /// Length of a report.
    pub const BYTES: usize = 12;

    /// The report's bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let [m0, m1, m2, m3] = MAGIC;
        let [l0, l1, l2, l3] = self.image_bytes.to_le_bytes();
        let halt = self.halt.map_or(NO_HALT, Halt::number);
        let slot = self.slot.map_or(NO_SLOT, Slot::number);
        [m0, m1, m2, m3, self.stage.number(), halt, slot, 0, l0, l1, l2, l3]
    }

    /// The report in these bytes, or `None` where they are something else.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let [m0, m1, m2, m3, stage, halt, slot, zero, l0, l1, l2, l3] = *bytes;
        if [m0, m1, m2, m3] != MAGIC || zero != 0 {
            return None;
        }
        let halt = if halt == NO_HALT { None } else { Some(Halt::from_number(halt)?) };
        let slot = if slot == NO_SLOT { None } else { Some(Slot::from_number(slot)?) };
        let image_bytes = u32::from_le_bytes([l0, l1, l2, l3]);
        Some(Self { stage: Stage::from_number(stage)?, halt, slot, image_bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_as_it_was_written() {
        for stage in Stage::ALL {
            for halt in Halt::ALL.iter().copied().map(Some).chain([None]) {
                for slot in [None, Some(Slot::A), Some(Slot::B)] {
                    let report = Report { stage: *stage, halt, slot, image_bytes: 0x1_2345 };
                    assert_eq!(Report::from_bytes(&report.to_bytes()), Some(report));
                }
            }
        }
    }

    #[test]
    fn anything_else_is_no_report() {
        let report = Report { stage: Stage::First, halt: None, slot: None, image_bytes: 0 };
        for (index, value) in [(0, 0), (4, 0), (4, 4), (5, 0xee), (6, 2), (7, 1)] {
            let mut bytes = report.to_bytes();
            bytes[index] = value;
            assert_eq!(Report::from_bytes(&bytes), None, "byte {index}");
        }
        assert_eq!(Report::from_bytes(&[0xff; Report::BYTES]), None);
    }
}
