//! The first stage: decides which slot runs, verifies it, and loads it into the executing memory.
//!
//! It is immutable and small. What it runs it has verified in the very memory that will execute, so
//! nothing can change between check and use. It also owns what it shares with the agent: the
//! records in flash ([`store`]), what a slot holds ([`slot`]), and what makes a manifest
//! trustworthy ([`trust`]).
#![no_std]

pub mod slot;
pub mod store;
pub mod trust;

use crypto::Crypto;
use embedded_storage::nor_flash::NorFlash;
use menu::{BootRecord, Crc32, Feature, Floor, Halt, Layout, Origin, Provision, Slot, Trial};

use slot::Fault;
use store::{Records, StoreError};

/// What the first stage hands over to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Where the image in the executing memory comes from.
    pub origin: Origin,
    /// Length of the image in bytes.
    pub image_bytes: u32,
    /// Period of the watchdog to arm before the jump, if the profile wants one.
    pub watchdog_ms: Option<u32>,
}

/// What this boot comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// There was no power, or nobody knows what there was.
    ByPower,
    /// A reset, while the image from this slot executed.
    ByReset(Slot),
}

/// Decides, verifies and loads.
///
/// `ram` is the executing memory; its first `image_bytes` hold the image afterwards.
///
/// # Errors
/// A [`Halt`] where no image may run.
pub fn first_stage<F: NorFlash, C: Crypto>(
    flash: &mut F,
    crypto: &mut C,
    layout: &Layout,
    woken: Woken,
    ram: &mut [u8],
) -> Result<Launch, Halt> {
    let provision = store::provision(flash, layout)?;
    let records = Records::new(layout, &provision);
    let record = records.boot(flash)?;
    let mut stage = Stage { flash, crypto, layout, provision: &provision, records, woken, ram };
    let Some(record) = record else { return stage.recover(Halt::NoBootRecord) };
    match record.trial {
        Some(trial) => stage.try_out(record, trial),
        None => stage.run_active(record),
    }
}

struct Stage<'a, F, C> {
    flash: &'a mut F,
    crypto: &'a mut C,
    layout: &'a Layout,
    provision: &'a Provision,
    records: Records,
    woken: Woken,
    ram: &'a mut [u8],
}

impl<F: NorFlash, C: Crypto> Stage<'_, F, C> {
    /// Runs the image on trial, or goes back to the old one once it has failed in all of its attempts.
    fn try_out(&mut self, record: BootRecord, trial: Trial) -> Result<Launch, Halt> {
        let record = if self.provision.features.has(Feature::AttemptLimit) {
            let Some(spent) = self.spent(trial) else { return self.go_back(record) };
            self.records.append_boot(self.flash, BootRecord { trial: Some(spent), ..record })?
        } else {
            record
        };
        match self.load(trial.slot.into()) {
            Ok((launch, _)) => Ok(launch),
            Err(Fault::Storage) => Err(Halt::StorageFailed),
            Err(Fault::NotBootable) => self.go_back(record),
        }
    }

    /// What is left of a trial once it has had this boot, which is spent before it is used; `None` where
    /// nothing is left to spend.
    fn spent(&self, trial: Trial) -> Option<Trial> {
        let attempts_left = trial.attempts_left.checked_sub(u8::from(self.has_failed(trial)))?;
        let boots_left = trial.boots_left.checked_sub(1)?;
        (attempts_left > 0).then_some(Trial { attempts_left, boots_left, ..trial })
    }

    /// Whether the image on trial has failed in an attempt: it was reset before it had confirmed itself.
    /// Power that went away says nothing about an image, so nobody takes its attempts with a switch.
    fn has_failed(&self, trial: Trial) -> bool {
        self.woken == Woken::ByReset(trial.slot)
    }

    fn go_back(&mut self, record: BootRecord) -> Result<Launch, Halt> {
        let record = self.records.append_boot(self.flash, BootRecord { trial: None, ..record })?;
        self.run_active(record)
    }

    /// Runs the image that is known to work, and raises the security floor to it: it has confirmed
    /// itself, so nothing older need ever run again.
    fn run_active(&mut self, record: BootRecord) -> Result<Launch, Halt> {
        let (launch, sequence) = match self.load(record.active.into()) {
            Ok(loaded) => loaded,
            Err(Fault::Storage) => return Err(Halt::StorageFailed),
            Err(Fault::NotBootable) => return self.run_other(record),
        };
        self.raise_floor(sequence)?;
        Ok(launch)
    }

    fn raise_floor(&mut self, sequence: u64) -> Result<(), Halt> {
        let floor = self.records.floor(self.flash)?;
        if self.provision.features.has(Feature::Sequence) && floor.is_none_or(|floor| floor.sequence < sequence) {
            self.records.append_floor(self.flash, Floor { count: 0, sequence })?;
        }
        Ok(())
    }

    /// The image that was to run is damaged. What stands in the other slot runs if it is authentic and
    /// not below the security floor, which stays where it is: nobody said that this image works.
    fn run_other(&mut self, record: BootRecord) -> Result<Launch, Halt> {
        if !self.provision.features.has(Feature::BootVerify) {
            return Err(Halt::NoBootableSlot);
        }
        match self.load(record.active.other().into()) {
            Ok((launch, _)) => Ok(launch),
            Err(Fault::Storage) => Err(Halt::StorageFailed),
            Err(Fault::NotBootable) => self.recover(Halt::NoBootableSlot),
        }
    }

    /// No image of the device's own may run. The recovery image does, where there is one, to take a good
    /// one in; else the device stops for this reason.
    fn recover(&mut self, halt: Halt) -> Result<Launch, Halt> {
        if !self.provision.features.has(Feature::Recovery) {
            return Err(halt);
        }
        match self.load(Origin::Recovery) {
            Ok((launch, _)) => Ok(launch),
            Err(Fault::Storage) => Err(Halt::StorageFailed),
            Err(Fault::NotBootable) => Err(halt),
        }
    }

    /// Loads an image and verifies what was loaded. Returns its sequence number too. The floor does not
    /// bind the recovery image, which is as old as the device.
    fn load(&mut self, origin: Origin) -> Result<(Launch, u64), Fault> {
        let floor = match origin {
            Origin::Slot(_) => self.records.floor(self.flash)?.map_or(0, |floor| floor.sequence),
            Origin::Recovery => 0,
        };
        let mut head = [0; menu::MAX_HEAD_BYTES];
        let held = slot::read(self.flash, self.layout, origin, &mut head)?;
        let image = self.ram.get_mut(..held.image_bytes as usize).ok_or(Fault::NotBootable)?;
        slot::read_image(self.flash, self.layout, origin, 0, image)?;
        if self.provision.features.has(Feature::Crc) && !is_sealed(image) {
            return Err(Fault::NotBootable);
        }
        let sequence = if self.provision.features.has(Feature::BootVerify) {
            slot::verify(self.crypto, self.provision, origin, held.head, image, floor)?
        } else {
            slot::claimed_sequence(held.head).unwrap_or(0)
        };
        let watchdog = self.provision.features.has(Feature::Watchdog);
        let launch = Launch {
            origin,
            image_bytes: held.image_bytes,
            watchdog_ms: watchdog.then_some(self.provision.watchdog_ms),
        };
        Ok((launch, sequence))
    }
}

fn is_sealed(image: &[u8]) -> bool {
    let mut checksum = Crc32::new();
    checksum.update(image);
    checksum.is_sealed()
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Flash => Halt::StorageFailed,
            StoreError::NotProvisioned => Halt::NotProvisioned,
        }
    }
}
