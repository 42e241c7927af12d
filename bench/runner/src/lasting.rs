//! What lasts on a device, read from its flash by the layout alone.
//!
//! The device's own code has no part in it: a device that has forgotten what it was cannot be asked.

use menu::{BootRecord, Floor, Layout, Region};
use record::Lasting;

use crate::flip::latest;

/// What lasts in this flash.
pub(crate) fn read(flash: &[u8], layout: &Layout) -> Lasting {
    let digest = |region: Region| {
        let (from, end) = (region.offset_bytes as usize, region.end_bytes() as usize);
        record::sha256_hex(flash.get(from..end).unwrap_or_default())
    };
    let boot_record = latest::<BootRecord>(flash, layout.journal).map(|(record, _)| record);
    Lasting {
        provision_sha256: digest(layout.provision),
        boot_record: boot_record.as_ref().map(words),
        floor: latest::<Floor>(flash, layout.floor).map(|(floor, _)| floor.sequence),
        slot_sha256: boot_record.map(|record| digest(layout.slot(record.active))),
    }
}

fn words(record: &BootRecord) -> String {
    match record.trial {
        Some(trial) => format!("{}, {} on trial with {} left", record.active, trial.slot, trial.attempts_left),
        None => record.active.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use menu::{Entry, Slot, Trial};

    const LAYOUT: Layout = Layout::packed(256, 14 * 256, 5 * 256, 3 * 256);

    fn flash(count: u32, trial: Option<Trial>) -> Vec<u8> {
        let mut flash = vec![0xff; LAYOUT.flash_bytes as usize];
        let mut put = |at: u32, bytes: &[u8]| flash[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
        put(LAYOUT.floor.offset_bytes, &Floor { count, sequence: 7 }.to_bytes());
        put(LAYOUT.journal.offset_bytes, &BootRecord { count, active: Slot::B, trial }.to_bytes());
        flash
    }

    #[test]
    fn the_meaning_of_a_record_lasts_and_not_how_often_it_was_written() {
        let state = read(&flash(1, None), &LAYOUT);
        assert_eq!(state, read(&flash(9, None), &LAYOUT));
        assert_eq!((state.boot_record.as_deref(), state.floor), (Some("b"), Some(7)));
        let trial = Trial { slot: Slot::A, attempts_left: 2, boots_left: 1 };
        assert_eq!(read(&flash(1, Some(trial)), &LAYOUT).boot_record.as_deref(), Some("b, a on trial with 2 left"));
    }

    #[test]
    fn every_byte_of_the_good_slot_counts_and_none_of_the_other() {
        let state = read(&flash(1, None), &LAYOUT);
        let changed = |slot| {
            let mut flash = flash(1, None);
            flash[LAYOUT.slot(slot).end_bytes() as usize - 1] = 0;
            read(&flash, &LAYOUT) != state
        };
        assert!(changed(Slot::B));
        assert!(!changed(Slot::A));
    }

    #[test]
    fn an_empty_flash_has_a_state_too() {
        let state = read(&[], &LAYOUT);
        assert_eq!((state.boot_record, state.floor, state.slot_sha256), (None, None, None));
    }
}
