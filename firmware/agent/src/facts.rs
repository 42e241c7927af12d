//! What the agent knows about its device: provisioning, what runs, and how low it may not go.
//!
//! It is read once per boot: nothing in it changes while an image runs, except the boot record that the
//! agent itself writes.

use boot::slot;
use boot::store::{self, Records, StoreError};
use embedded_storage::nor_flash::NorFlash;
use menu::{BootRecord, Feature, Layout, MAX_HEAD_BYTES, Provision, Refusal, Slot};

/// The device as this boot found it.
pub(crate) struct Facts {
    pub(crate) layout: Layout,
    pub(crate) provision: Provision,
    pub(crate) records: Records,
    pub(crate) record: BootRecord,
    /// The slot this image was loaded from.
    pub(crate) running: Slot,
    /// Sequence number of the running image.
    pub(crate) sequence: u64,
    /// The security floor.
    pub(crate) floor: u64,
}

impl Facts {
    pub(crate) fn read<F: NorFlash>(flash: &mut F, layout: &Layout, running: Slot) -> Result<Self, Refusal> {
        let provision = store::provision(flash, layout).map_err(refusal)?;
        let records = Records::new(layout, &provision);
        let record = records.boot(flash).map_err(refusal)?.ok_or(Refusal::StorageFailed)?;
        let floor = records.floor(flash).map_err(refusal)?.map_or(0, |floor| floor.sequence);
        let mut head = [0; MAX_HEAD_BYTES];
        let held = slot::read(flash, layout, running, &mut head).map_err(|_| Refusal::StorageFailed)?;
        let sequence = slot::claimed_sequence(held.head).unwrap_or(0);
        Ok(Self { layout: *layout, provision, records, record, running, sequence, floor })
    }

    /// Whether the running image has still to confirm itself.
    pub(crate) fn on_trial(&self) -> bool {
        self.record.trial.is_some_and(|trial| trial.slot == self.running)
    }

    /// Whether the running image has an attempt to lose.
    pub(crate) fn has_attempts(&self) -> bool {
        self.on_trial() && self.provision.features.has(Feature::AttemptLimit)
    }

    /// The slot a new image goes to.
    pub(crate) fn target(&self) -> Slot {
        if self.provision.features.has(Feature::AbSlots) { self.running.other() } else { self.running }
    }

    /// The highest sequence number that is too old.
    pub(crate) fn newest_refused(&self) -> u64 {
        self.floor.max(self.sequence)
    }
}

pub(crate) fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::Flash => Refusal::StorageFailed,
        StoreError::NotProvisioned => Refusal::NotProvisioned,
    }
}
