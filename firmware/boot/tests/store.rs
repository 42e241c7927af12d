//! The records in flash against every cut, over more appends than the log has room for.
//!
//! The whole update hangs on one property: whatever a cut leaves, the next boot finds the record
//! before or the record after, and can go on appending.

use boot::store::Records;
use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};
use menu::{Battery, BootRecord, Feature, Features, Floor, Layout, Lifecycle, Provision, Region, Slot, Trial};

const SECTOR_BYTES: u32 = 256;

/// Flash that loses power in operation number `cut_at`, leaving a subset of its bits changed.
#[derive(Clone)]
struct Flash {
    bytes: Vec<u8>,
    operations: u32,
    cut_at: Option<u32>,
    /// Decides which bits of the interrupted operation change.
    tear: u64,
}

#[derive(Debug)]
struct PowerLost;

impl NorFlashError for PowerLost {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Flash {
    fn new() -> Self {
        Self { bytes: vec![0xff; 8 * SECTOR_BYTES as usize], operations: 0, cut_at: None, tear: 0 }
    }

    /// Whether power is lost in this operation; counts it.
    fn change(&mut self, from: usize, new: &[u8]) -> Result<(), PowerLost> {
        let lost = self.cut_at == Some(self.operations);
        self.operations += 1;
        for (byte, new) in self.bytes[from..].iter_mut().zip(new) {
            // A small xorshift: the tears only have to differ.
            self.tear ^= self.tear << 13;
            self.tear ^= self.tear >> 7;
            self.tear ^= self.tear << 17;
            let kept = if lost { self.tear as u8 } else { 0 };
            *byte = (*byte & kept) | (new & !kept);
        }
        if lost { Err(PowerLost) } else { Ok(()) }
    }
}

impl ErrorType for Flash {
    type Error = PowerLost;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), PowerLost> {
        bytes.copy_from_slice(&self.bytes[offset as usize..offset as usize + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = SECTOR_BYTES as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), PowerLost> {
        self.change(from as usize, &vec![0xff; (to - from) as usize])
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerLost> {
        let old = &self.bytes[offset as usize..offset as usize + bytes.len()];
        assert!(old.iter().all(|byte| *byte == 0xff), "an entry is written over something at {offset:#x}");
        self.change(offset as usize, bytes)
    }
}

fn region(sector: u32, sectors: u32) -> Region {
    Region { offset_bytes: sector * SECTOR_BYTES, size_bytes: sectors * SECTOR_BYTES }
}

fn records(features: Features) -> Records {
    let layout = Layout {
        sector_bytes: SECTOR_BYTES,
        flash_bytes: 8 * SECTOR_BYTES,
        provision: region(0, 1),
        floor: region(1, 2),
        journal: region(3, 2),
        slots: [region(5, 1), region(6, 1)],
        recovery: Region { offset_bytes: 0, size_bytes: 0 },
    };
    let provision = Provision {
        lifecycle: Lifecycle::Lab,
        trial_attempts: 1,
        features,
        vendor: [0; 16],
        class: [0; 16],
        watchdog_ms: 0,
        trial_ms: 0,
        anchors: [None; menu::MAX_ANCHORS],
        battery: Battery::default(),
    };
    Records::new(&layout, &provision)
}

/// The n-th record of a device's life: every one differs from its neighbours.
fn record(number: u32) -> BootRecord {
    let trial = number.is_multiple_of(3).then_some(Trial { slot: Slot::B, attempts_left: number as u8, boots_left: 1 });
    BootRecord { count: 0, active: if number.is_multiple_of(2) { Slot::A } else { Slot::B }, trial }
}

fn same(one: Option<BootRecord>, other: Option<BootRecord>) -> bool {
    one.map(|record| (record.active, record.trial)) == other.map(|record| (record.active, record.trial))
}

/// More than two sectors of eight entries hold, so that both are erased several times.
const APPENDS: u32 = 40;

#[test]
fn whatever_a_cut_leaves_is_the_record_before_or_after_and_the_log_goes_on() {
    let records = records(Features::NONE.with(Feature::Journal));
    let mut flash = Flash::new();
    for number in 0..APPENDS {
        let before = records.boot(&mut flash).expect("it can be read");
        let mut whole = flash.clone();
        let first = whole.operations;
        records.append_boot(&mut whole, record(number)).expect("power stays");
        for cut in first..whole.operations {
            for tear in 1..200 {
                let mut torn =
                    Flash { cut_at: Some(cut), tear: 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(tear), ..flash.clone() };
                records.append_boot(&mut torn, record(number)).expect_err("power is lost");
                torn.cut_at = None;
                let found = records.boot(&mut torn).expect("it can be read");
                assert!(same(found, before) || same(found, Some(record(number))), "append {number}, cut {cut}");
                records.append_boot(&mut torn, record(number + 1)).expect("power stays");
                let found = records.boot(&mut torn).expect("it can be read");
                assert!(same(found, Some(record(number + 1))), "append {number}, cut {cut}: the log does not go on");
            }
        }
        flash = whole;
    }
}

#[test]
fn without_the_journal_a_cut_can_lose_the_record() {
    let records = records(Features::NONE);
    let mut flash = Flash::new();
    records.append_boot(&mut flash, record(1)).expect("power stays");
    flash.cut_at = Some(flash.operations + 1);
    flash.tear = 7;
    records.append_boot(&mut flash, record(2)).expect_err("power is lost after the erase");
    assert_eq!(records.boot(&mut flash).expect("it can be read"), None);
}

#[test]
fn the_floor_keeps_its_highest_entry_through_every_wrap() {
    let records = records(Features::NONE);
    let mut flash = Flash::new();
    for sequence in 1..u64::from(APPENDS) {
        records.append_floor(&mut flash, Floor { count: 0, sequence }).expect("power stays");
        let floor = records.floor(&mut flash).expect("it can be read").expect("one was written");
        assert_eq!(floor.sequence, sequence);
    }
}
