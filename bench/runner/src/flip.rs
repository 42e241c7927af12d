//! Bits that flip in flash while the device is off, and the device that wakes up with them.
//!
//! Which bytes hold "the image that runs next" is read from the flash itself, by its layout alone:
//! a scenario names what stands there, and the device may have put it in either slot.

use std::ops::Range;

use menu::{BootRecord, ENTRY_BYTES, Entry, Feature, Floor, Layout, PROVISION_BYTES, Region, Slot, SlotHeader};
use rig::{Device, Rig, RigError, Setup};
use scenario::Profile;
use scenario::model::{FlashPlace, Flip, Position};

use crate::play::Subject;

/// The byte of flash that changed.
pub(crate) struct Changed {
    pub(crate) offset_bytes: u32,
    pub(crate) before: u8,
    pub(crate) after: u8,
}

/// Makes devices that nothing has happened to yet.
#[derive(Clone, Copy)]
pub(crate) struct Fresh<'a> {
    pub(crate) rig: &'a dyn Rig,
    pub(crate) profile: &'a Profile,
    pub(crate) seed: u64,
}

impl Fresh<'_> {
    /// A fresh device of this subject with this flash: off, its battery full.
    pub(crate) fn device(&self, subject: &Subject, flash: Vec<u8>) -> Result<Box<dyn Device>, RigError> {
        let seed = self.seed ^ fingerprint(&flash);
        let mut device = self.rig.device(Setup { flash, firmware: subject.firmware.clone(), seed })?;
        if subject.features.has(Feature::BatteryCheck) {
            device.set_battery(self.profile.battery.full_mv)?;
        }
        Ok(device)
    }
}

/// A number that stands for a flash's content, so that the same state gets the same noise.
fn fingerprint(flash: &[u8]) -> u64 {
    let digest = record::sha256_hex(flash);
    u64::from_str_radix(&digest[..16], 16).expect("a digest is hex")
}

/// Flips the bits; `None` where nothing stands at the place.
pub(crate) fn flip(flash: &mut [u8], layout: &Layout, flip: &Flip) -> Option<Changed> {
    let range = range_of(flash, layout, flip.place)?;
    let offset = match flip.at {
        Position::Start => range.start,
        Position::Middle => range.start + range.len() / 2,
        Position::End => range.end.checked_sub(1)?,
        Position::Filler => range.start + publisher::filler_at(range.len())?,
        // The notation has no such step.
        Position::EveryByte => return None,
    };
    let byte = flash.get_mut(offset).filter(|_| range.contains(&offset))?;
    let before = *byte;
    *byte ^= u8::MAX.checked_shr(8 - u32::from(flip.bits))?;
    Some(Changed { offset_bytes: u32::try_from(offset).ok()?, before, after: *byte })
}

fn range_of(flash: &[u8], layout: &Layout, place: FlashPlace) -> Option<Range<usize>> {
    let next = || next_slot(flash, layout);
    match place {
        FlashPlace::NextImage => {
            let slot = next()?;
            Some(stretch(layout.image(slot).offset_bytes, header(flash, layout, slot)?.image_bytes))
        }
        FlashPlace::NextHead => {
            let slot = next()?;
            let at = layout.slot(slot).offset_bytes + SlotHeader::BYTES as u32;
            Some(stretch(at, header(flash, layout, slot)?.head_bytes))
        }
        FlashPlace::NextHeader => Some(stretch(layout.slot(next()?).offset_bytes, SlotHeader::BYTES as u32)),
        FlashPlace::OtherImage => {
            let slot = next()?.other();
            let region = layout.image(slot);
            let size = header(flash, layout, slot).map_or(region.size_bytes, |header| header.image_bytes);
            Some(stretch(region.offset_bytes, size))
        }
        FlashPlace::BootRecord => latest::<BootRecord>(flash, layout.journal).map(|(_, range)| range),
        FlashPlace::Floor => latest::<Floor>(flash, layout.floor).map(|(_, range)| range),
        FlashPlace::Provisioning => Some(stretch(layout.provision.offset_bytes, PROVISION_BYTES as u32)),
    }
}

/// The slot that the next boot is to run.
pub(crate) fn next_slot(flash: &[u8], layout: &Layout) -> Option<Slot> {
    let (record, _) = latest::<BootRecord>(flash, layout.journal)?;
    Some(record.trial.map_or(record.active, |trial| trial.slot))
}

/// The header of a slot, if it has one.
pub(crate) fn header(flash: &[u8], layout: &Layout, slot: Slot) -> Option<SlotHeader> {
    let at = layout.slot(slot).offset_bytes as usize;
    let header = SlotHeader::from_bytes(flash.get(at..)?.first_chunk()?)?;
    (header.image_bytes <= layout.image(slot).size_bytes).then_some(header)
}

/// The current entry of a log, and where it stands.
pub(crate) fn latest<E: Entry>(flash: &[u8], log: Region) -> Option<(E, Range<usize>)> {
    let region = flash.get(stretch(log.offset_bytes, log.size_bytes))?;
    let entries = region.chunks_exact(ENTRY_BYTES).enumerate().filter_map(|(index, bytes)| {
        let at = log.offset_bytes as usize + index * ENTRY_BYTES;
        Some((E::from_bytes(bytes.first_chunk()?)?, at..at + ENTRY_BYTES))
    });
    entries.max_by_key(|(entry, _)| entry.count())
}

fn stretch(offset_bytes: u32, size_bytes: u32) -> Range<usize> {
    offset_bytes as usize..offset_bytes as usize + size_bytes as usize
}

#[cfg(test)]
mod tests {
    use menu::Trial;

    use super::*;

    const LAYOUT: Layout = Layout {
        sector_bytes: 256,
        flash_bytes: 11 * 256,
        provision: Region { offset_bytes: 0, size_bytes: 256 },
        floor: Region { offset_bytes: 256, size_bytes: 512 },
        journal: Region { offset_bytes: 768, size_bytes: 512 },
        slots: [Region { offset_bytes: 1280, size_bytes: 512 }, Region { offset_bytes: 1792, size_bytes: 512 }],
        recovery: Region { offset_bytes: 2304, size_bytes: 512 },
    };

    fn flash(trial: Option<Slot>) -> Vec<u8> {
        let trial = trial.map(|slot| Trial { slot, attempts_left: 1, boots_left: 1 });
        let mut flash = vec![0xff; LAYOUT.flash_bytes as usize];
        let mut put = |at: usize, bytes: &[u8]| flash[at..at + bytes.len()].copy_from_slice(bytes);
        put(768, &BootRecord { count: 1, active: Slot::B, trial: None }.to_bytes());
        put(800, &BootRecord { count: 2, active: Slot::A, trial }.to_bytes());
        put(1280, &SlotHeader { head_bytes: 10, image_bytes: 100 }.to_bytes());
        put(1792, &SlotHeader { head_bytes: 20, image_bytes: 200 }.to_bytes());
        flash
    }

    fn changed(flash: &[u8], place: FlashPlace, at: Position) -> Option<u32> {
        let mut flipped = flash.to_vec();
        let changed = flip(&mut flipped, &LAYOUT, &Flip { place, at, bits: 2 })?;
        let different: Vec<usize> = (0..flash.len()).filter(|at| flash[*at] != flipped[*at]).collect();
        assert_eq!(different, [changed.offset_bytes as usize]);
        assert_eq!((changed.before ^ changed.after).count_ones(), 2);
        Some(changed.offset_bytes)
    }

    #[test]
    fn what_runs_next_is_the_image_on_trial_if_there_is_one() {
        assert_eq!(changed(&flash(Some(Slot::B)), FlashPlace::NextImage, Position::Start), Some(2048));
        assert_eq!(changed(&flash(Some(Slot::B)), FlashPlace::OtherImage, Position::End), Some(1635));
        assert_eq!(changed(&flash(None), FlashPlace::NextImage, Position::Middle), Some(1586));
        assert_eq!(changed(&flash(Some(Slot::B)), FlashPlace::NextHead, Position::End), Some(1827));
        assert_eq!(changed(&flash(Some(Slot::B)), FlashPlace::NextHeader, Position::Start), Some(1792));
        assert_eq!(changed(&flash(Some(Slot::B)), FlashPlace::BootRecord, Position::Start), Some(800));
    }

    #[test]
    fn where_nothing_stands_nothing_flips() {
        assert_eq!(changed(&flash(Some(Slot::B)), FlashPlace::Floor, Position::Start), None);
        assert_eq!(changed(&[0xff; 9 * 256], FlashPlace::NextImage, Position::Start), None);
        assert_eq!(changed(&[], FlashPlace::BootRecord, Position::Start), None);
    }
}
