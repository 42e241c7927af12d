//! What the agent knows about its device: provisioning, what runs, and how low it may not go.
//!
//! It is read once per boot: nothing in it changes while an image runs, except the boot record that the
//! agent itself writes.

use boot::slot;
use boot::store::{self, Records, StoreError};
use embedded_storage::nor_flash::NorFlash;
use menu::{BootRecord, Feature, Layout, MAX_HEAD_BYTES, Origin, Provision, Refusal, Slot};

/// The device as this boot found it.
pub(crate) struct Facts {
    pub(crate) layout: Layout,
    pub(crate) provision: Provision,
    pub(crate) records: Records,
    pub(crate) record: BootRecord,
    /// Where this image was loaded from.
    pub(crate) origin: Origin,
    /// Sequence number of the running image; 0 for the recovery image.
    pub(crate) sequence: u64,
    /// The security floor.
    pub(crate) floor: u64,
}

impl Facts {
    pub(crate) fn read<F: NorFlash>(flash: &mut F, layout: &Layout, origin: Origin) -> Result<Self, Refusal> {
        let provision = store::provision(flash, layout).map_err(refusal)?;
        let records = Records::new(layout, &provision);
        let record = match (records.boot(flash).map_err(refusal)?, origin) {
            (Some(record), _) => record,
            (None, Origin::Recovery) => BootRecord { count: 0, active: Slot::A, trial: None },
            (None, Origin::Slot(_)) => return Err(Refusal::StorageFailed),
        };
        let floor = records.floor(flash).map_err(refusal)?.map_or(0, |floor| floor.sequence);
        let mut head = [0; MAX_HEAD_BYTES];
        let held = slot::read(flash, layout, origin, &mut head).map_err(|_| Refusal::StorageFailed)?;
        let sequence = match origin {
            Origin::Slot(_) => slot::claimed_sequence(held.head).unwrap_or(0),
            Origin::Recovery => 0,
        };
        Ok(Self { layout: *layout, provision, records, record, origin, sequence, floor })
    }

    /// Whether the running image has still to confirm itself.
    pub(crate) fn on_trial(&self) -> bool {
        self.record.trial.is_some_and(|trial| self.origin == Origin::Slot(trial.slot))
    }

    /// Whether the running image has an attempt to lose.
    pub(crate) fn has_attempts(&self) -> bool {
        self.on_trial() && self.provision.features.has(Feature::AttemptLimit)
    }

    /// The slot of the image that counts as good: the running one, or where the recovery runs, the one
    /// that was good once.
    pub(crate) fn good(&self) -> Slot {
        match self.origin {
            Origin::Slot(slot) => slot,
            Origin::Recovery => self.record.active,
        }
    }

    /// The slot a new image goes to.
    pub(crate) fn target(&self) -> Slot {
        if self.provision.features.has(Feature::AbSlots) { self.good().other() } else { self.good() }
    }

    /// Whether a release is too old. The recovery takes the one again that the device has lost.
    pub(crate) fn is_too_old(&self, sequence: u64) -> bool {
        match self.origin {
            Origin::Slot(_) => sequence <= self.floor.max(self.sequence),
            Origin::Recovery => sequence < self.floor,
        }
    }
}

pub(crate) fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::Flash => Refusal::StorageFailed,
        StoreError::NotProvisioned => Refusal::NotProvisioned,
    }
}
