//! The device's records in flash: provisioning, boot records, security floor.
//!
//! Boot records and floor are logs of two sectors. An entry is appended to erased flash and carries
//! a CRC, so a cut leaves either the old state or the new one: a torn entry is skipped, the highest
//! whole one counts. When a sector is full the *other* one is erased, so the current entry is never
//! in danger. A device without the feature `journal` rewrites its boot record in place instead,
//! which is what makes it lose its record in a cut between erase and program.

use core::ops::Range;

use embedded_storage::nor_flash::NorFlash;
use menu::{BootRecord, ENTRY_BYTES, Entry, Feature, Floor, Layout, PROVISION_BYTES, Provision, Region};

/// Why a record could not be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The flash failed.
    Flash,
    /// The provisioning record is missing or damaged.
    NotProvisioned,
}

/// Reads the provisioning record.
///
/// # Errors
/// [`StoreError::NotProvisioned`] where there is none this firmware can follow.
pub fn provision<F: NorFlash>(flash: &mut F, layout: &Layout) -> Result<Provision, StoreError> {
    let mut bytes = [0; PROVISION_BYTES];
    flash.read(layout.provision.offset_bytes, &mut bytes).map_err(|_| StoreError::Flash)?;
    Provision::from_bytes(&bytes).map_err(|_| StoreError::NotProvisioned)
}

/// The logs of one device.
#[derive(Clone, Copy, Debug)]
pub struct Records {
    boot: Log,
    floor: Log,
}

impl Records {
    /// The logs as layout and profile have them.
    pub fn new(layout: &Layout, provision: &Provision) -> Self {
        let upkeep = if provision.features.has(Feature::Journal) { Upkeep::Append } else { Upkeep::InPlace };
        Self {
            boot: Log { region: layout.journal, sector_bytes: layout.sector_bytes, upkeep },
            floor: Log { region: layout.floor, sector_bytes: layout.sector_bytes, upkeep: Upkeep::Append },
        }
    }

    /// The current boot record, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Flash`] where the flash cannot be read.
    pub fn boot<F: NorFlash>(&self, flash: &mut F) -> Result<Option<BootRecord>, StoreError> {
        self.boot.latest(flash)
    }

    /// Writes a new boot record and returns it with its place in history.
    ///
    /// # Errors
    /// [`StoreError::Flash`] where the flash cannot be written; the old record still counts.
    pub fn append_boot<F: NorFlash>(&self, flash: &mut F, record: BootRecord) -> Result<BootRecord, StoreError> {
        self.boot.append(flash, record)
    }

    /// The current security floor, if one was ever written.
    ///
    /// # Errors
    /// [`StoreError::Flash`] where the flash cannot be read.
    pub fn floor<F: NorFlash>(&self, flash: &mut F) -> Result<Option<Floor>, StoreError> {
        self.floor.latest(flash)
    }

    /// Writes a new security floor.
    ///
    /// # Errors
    /// [`StoreError::Flash`] where the flash cannot be written; the old floor still counts.
    pub fn append_floor<F: NorFlash>(&self, flash: &mut F, floor: Floor) -> Result<Floor, StoreError> {
        self.floor.append(flash, floor)
    }
}

#[derive(Clone, Copy, Debug)]
enum Upkeep {
    Append,
    InPlace,
}

#[derive(Clone, Copy, Debug)]
struct Log {
    region: Region,
    sector_bytes: u32,
    upkeep: Upkeep,
}

/// The current entry and where it stands.
struct Found<E> {
    entry: E,
    at_bytes: u32,
}

impl Log {
    fn latest<F: NorFlash, E: Entry>(&self, flash: &mut F) -> Result<Option<E>, StoreError> {
        Ok(self.find(flash)?.map(|found| found.entry))
    }

    fn append<F: NorFlash, E: Entry>(&self, flash: &mut F, entry: E) -> Result<E, StoreError> {
        let found = self.find::<F, E>(flash)?;
        let count = found.as_ref().map_or(1, |found| found.entry.count().wrapping_add(1));
        let entry = entry.at(count);
        let at = match self.upkeep {
            Upkeep::Append => self.room(flash, found.map(|found| found.at_bytes))?,
            Upkeep::InPlace => {
                self.erase(flash, self.region.offset_bytes)?;
                self.region.offset_bytes
            }
        };
        flash.write(at, &entry.to_bytes()).map_err(|_| StoreError::Flash)?;
        Ok(entry)
    }

    /// The whole entry with the highest count.
    fn find<F: NorFlash, E: Entry>(&self, flash: &mut F) -> Result<Option<Found<E>>, StoreError> {
        let mut best: Option<Found<E>> = None;
        for at_bytes in places(self.region.offset_bytes..self.region.end_bytes()) {
            let Some(entry) = E::from_bytes(&read_entry(flash, at_bytes)?) else { continue };
            if best.as_ref().is_none_or(|best| best.entry.count() < entry.count()) {
                best = Some(Found { entry, at_bytes });
            }
        }
        Ok(best)
    }

    /// A place for the next entry: erased, and behind everything that was ever written in its
    /// sector, so that a torn entry is never written over.
    fn room<F: NorFlash>(&self, flash: &mut F, current: Option<u32>) -> Result<u32, StoreError> {
        let sector = match current {
            Some(at) => at - (at - self.region.offset_bytes) % self.sector_bytes,
            None => self.region.offset_bytes,
        };
        if let Some(at) = self.first_erased(flash, sector)? {
            return Ok(at);
        }
        let other =
            if sector == self.region.offset_bytes { sector + self.sector_bytes } else { self.region.offset_bytes };
        self.erase(flash, other)?;
        Ok(other)
    }

    fn first_erased<F: NorFlash>(&self, flash: &mut F, sector: u32) -> Result<Option<u32>, StoreError> {
        let mut free = None;
        for at in places(sector..sector + self.sector_bytes) {
            let erased = read_entry(flash, at)? == [0xff; ENTRY_BYTES];
            free = if erased { free.or(Some(at)) } else { None };
        }
        Ok(free)
    }

    fn erase<F: NorFlash>(&self, flash: &mut F, sector: u32) -> Result<(), StoreError> {
        flash.erase(sector, sector + self.sector_bytes).map_err(|_| StoreError::Flash)
    }
}

fn places(range: Range<u32>) -> impl Iterator<Item = u32> {
    range.step_by(ENTRY_BYTES)
}

fn read_entry<F: NorFlash>(flash: &mut F, at: u32) -> Result<[u8; ENTRY_BYTES], StoreError> {
    let mut bytes = [0; ENTRY_BYTES];
    flash.read(at, &mut bytes).map_err(|_| StoreError::Flash)?;
    Ok(bytes)
}
