//! How a trial ends, and what runs where nothing else may.
//!
//! The bundled profiles give an image one attempt; a product may give it more, and then each has to
//! count once and no more than once.

use std::convert::Infallible;

use boot::{Woken, first_stage};
use crypto::Software;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use menu::{
    Battery, BootRecord, Entry, Feature, Features, Halt, Layout, Lifecycle, MAX_ANCHORS, MOST_TRIAL_BOOTS, Origin,
    Provision, Slot, SlotHeader, Trial,
};

const SECTOR_BYTES: u32 = 4096;
const LAYOUT: Layout = Layout::packed(SECTOR_BYTES, 11 * SECTOR_BYTES, 5 * SECTOR_BYTES, 2 * SECTOR_BYTES);
const IMAGE_BYTES: u32 = 16;

/// A device whose images nobody verifies: what is tested here is which of them is chosen.
struct Device {
    flash: Flash,
}

struct Flash(Vec<u8>);

impl Device {
    fn new(features: &[Feature], record: Option<BootRecord>) -> Self {
        let provision = Provision {
            lifecycle: Lifecycle::Lab,
            trial_attempts: 2,
            features: features.iter().copied().collect::<Features>(),
            vendor: [0; 16],
            class: [0; 16],
            watchdog_ms: 0,
            trial_ms: 1_000,
            anchors: [None; MAX_ANCHORS],
            battery: Battery::default(),
        };
        let mut flash = Flash(vec![0xff; LAYOUT.flash_bytes as usize]);
        flash.put(LAYOUT.provision.offset_bytes, &provision.to_bytes());
        if let Some(record) = record {
            flash.put(LAYOUT.journal.offset_bytes, &record.to_bytes());
        }
        for origin in [Origin::Slot(Slot::A), Origin::Slot(Slot::B), Origin::Recovery] {
            let header = SlotHeader { head_bytes: 0, image_bytes: IMAGE_BYTES };
            flash.put(LAYOUT.origin(origin).offset_bytes, &header.to_bytes());
        }
        Self { flash }
    }

    /// One whose image in slot B is on trial, with two attempts.
    fn on_trial(features: &[Feature]) -> Self {
        let trial = Some(Trial { slot: Slot::B, attempts_left: 2, boots_left: MOST_TRIAL_BOOTS });
        Self::new(features, Some(BootRecord { count: 1, active: Slot::A, trial }))
    }

    fn boot(&mut self, woken: Woken) -> Result<Origin, Halt> {
        let mut ram = [0; IMAGE_BYTES as usize];
        first_stage(&mut self.flash, &mut Software::new(), &LAYOUT, woken, &mut ram).map(|launch| launch.origin)
    }
}

impl Flash {
    fn put(&mut self, at: u32, bytes: &[u8]) {
        self.0[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
    }
}

impl ErrorType for Flash {
    type Error = Infallible;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0[offset as usize..offset as usize + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = SECTOR_BYTES as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        let stretch = &mut self.0[offset as usize..offset as usize + bytes.len()];
        stretch.iter_mut().zip(bytes).for_each(|(old, new)| *old &= new);
        Ok(())
    }
}

const LIMITED: [Feature; 3] = [Feature::AbSlots, Feature::TrialBoot, Feature::AttemptLimit];
const OLD: Result<Origin, Halt> = Ok(Origin::Slot(Slot::A));
const NEW: Result<Origin, Halt> = Ok(Origin::Slot(Slot::B));

#[test]
fn every_reset_of_the_image_on_trial_costs_it_one_attempt() {
    let mut device = Device::on_trial(&LIMITED);
    assert_eq!(device.boot(Woken::ByReset(Slot::A)), NEW);
    assert_eq!(device.boot(Woken::ByReset(Slot::B)), NEW);
    assert_eq!(device.boot(Woken::ByReset(Slot::B)), OLD);
    assert_eq!(device.boot(Woken::ByReset(Slot::A)), OLD);
}

#[test]
fn power_that_goes_away_costs_no_attempt_and_gives_none_back() {
    let mut device = Device::on_trial(&LIMITED);
    for _ in 0..5 {
        assert_eq!(device.boot(Woken::ByPower), NEW);
    }
    assert_eq!(device.boot(Woken::ByReset(Slot::B)), NEW);
    assert_eq!(device.boot(Woken::ByPower), NEW);
    assert_eq!(device.boot(Woken::ByReset(Slot::B)), OLD);
}

#[test]
fn an_image_that_hides_its_resets_has_so_many_boots_and_no_more() {
    let mut device = Device::on_trial(&LIMITED);
    for _ in 0..MOST_TRIAL_BOOTS {
        assert_eq!(device.boot(Woken::ByPower), NEW);
    }
    assert_eq!(device.boot(Woken::ByPower), OLD);
}

#[test]
fn without_a_limit_a_trial_goes_on_for_ever() {
    let mut device = Device::on_trial(&[Feature::AbSlots, Feature::TrialBoot]);
    for _ in 0..20 {
        assert_eq!(device.boot(Woken::ByReset(Slot::B)), NEW);
    }
}

#[test]
fn without_a_boot_record_the_recovery_runs_where_there_is_one() {
    assert_eq!(Device::new(&LIMITED, None).boot(Woken::ByPower), Err(Halt::NoBootRecord));
    assert_eq!(Device::new(&[Feature::Recovery], None).boot(Woken::ByPower), Ok(Origin::Recovery));
}
