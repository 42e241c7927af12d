//! Stage, Apply, Re-verify, Activate, and the confirmation that ends a trial.
//!
//! Order is what makes it power-fail-safe: the target slot loses its header first and gets the new
//! one last, and only then does a boot record point at it. Until that record is whole, every boot
//! runs what ran before.

use boot::slot;
use crypto::{Crypto, Sha256};
use embedded_storage::nor_flash::NorFlash;
use menu::{BootRecord, Crc32, Feature, MOST_TRIAL_BOOTS, Phase, Refusal, Slot, SlotHeader, Step, Trial};

use crate::energy::{self, Left};
use crate::facts::{self, Facts};
use crate::receive::Storage;

/// NOR flash is programmed in pages of this many bytes.
const PAGE_BYTES: usize = 256;

/// What a checked manifest orders.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) target: Slot,
    pub(crate) head_bytes: usize,
    pub(crate) image_bytes: u32,
    pub(crate) digest: [u8; 32],
}

/// Stage: makes room. The header's sector goes first, so a slot in the making is an empty slot.
pub(crate) fn stage<F: NorFlash, C: Crypto>(storage: &mut Storage<'_, F, C>, plan: &Plan) -> Result<(), Refusal> {
    storage.steps.note(Step::Stage, Phase::Begun);
    let outcome = ready(storage, plan).and_then(|()| make_room(storage, plan));
    let phase = if outcome.is_ok() { Phase::Done } else { Phase::Refused };
    storage.steps.note(Step::Stage, phase);
    outcome
}

/// Whether the update may begin. Everything is asked before the first write that destroys something.
fn ready<F: NorFlash, C: Crypto>(storage: &mut Storage<'_, F, C>, plan: &Plan) -> Result<(), Refusal> {
    let Facts { provision, layout, .. } = &*storage.facts;
    if provision.features.has(Feature::BatteryCheck) {
        // The header has a sector of its own.
        let sector_count = 1 + plan.image_bytes.div_ceil(layout.sector_bytes);
        energy::must_carry(storage.board, provision, Left { to_erase: sector_count, to_write: sector_count })?;
    }
    Ok(())
}

fn make_room<F: NorFlash, C: Crypto>(storage: &mut Storage<'_, F, C>, plan: &Plan) -> Result<(), Refusal> {
    let layout = storage.facts.layout;
    let from = layout.slot(plan.target).offset_bytes;
    let end = layout.image(plan.target).offset_bytes + plan.image_bytes.next_multiple_of(layout.sector_bytes);
    for sector in (from..end).step_by(layout.sector_bytes as usize) {
        // A worn sector takes 400 ms, and no watchdog waits for a slot of them.
        storage.board.feed_watchdog();
        storage.flash.erase(sector, sector + layout.sector_bytes).map_err(|_| Refusal::StorageFailed)?;
    }
    Ok(())
}

/// Apply: writes the payload to the target slot as it arrives, and hashes it.
pub(crate) struct Writer<C: Crypto> {
    plan: Plan,
    hash: C::Sha256,
    checksum: Crc32,
    written_bytes: u32,
    page: [u8; PAGE_BYTES],
    in_page: usize,
}

impl<C: Crypto> Writer<C> {
    pub(crate) fn begin<F: NorFlash>(storage: &mut Storage<'_, F, C>, plan: Plan) -> Result<Self, Refusal> {
        let hash = storage.crypto.sha256().map_err(|_| Refusal::CryptoFailed)?;
        Ok(Self { plan, hash, checksum: Crc32::new(), written_bytes: 0, page: [0xff; PAGE_BYTES], in_page: 0 })
    }

    /// Bytes of the payload that have not arrived yet.
    pub(crate) fn left_bytes(&self) -> usize {
        self.plan.image_bytes as usize - self.written_bytes as usize - self.in_page
    }

    /// Refuses to go on while the battery does not carry the rest.
    pub(crate) fn must_be_carried<F: NorFlash>(&self, storage: &mut Storage<'_, F, C>) -> Result<(), Refusal> {
        let Facts { provision, layout, .. } = &*storage.facts;
        if !provision.features.has(Feature::BatteryMonitor) {
            return Ok(());
        }
        // The header's sector has been erased like the others, and is written last.
        let to_write = 1 + (self.left_bytes() as u32).div_ceil(layout.sector_bytes);
        energy::must_carry(storage.board, provision, Left { to_erase: 0, to_write })
    }

    pub(crate) fn take<F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>, data: &[u8]) -> Result<(), Refusal> {
        self.hash.update(data).map_err(|_| Refusal::CryptoFailed)?;
        if storage.facts.provision.features.has(Feature::Crc) {
            self.checksum.update(data);
        }
        let mut rest = data;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.len().min(PAGE_BYTES - self.in_page));
            self.page[self.in_page..self.in_page + piece.len()].copy_from_slice(piece);
            self.in_page += piece.len();
            rest = later;
            if self.in_page == PAGE_BYTES {
                self.write_page(storage)?;
            }
        }
        Ok(())
    }

    /// Writes what is left, and compares checksum and digest as far as the profile has them.
    pub(crate) fn finish<F: NorFlash>(mut self, storage: &mut Storage<'_, F, C>) -> Result<Plan, Refusal> {
        let outcome = self.compare(storage);
        let phase = if outcome.is_ok() { Phase::Done } else { Phase::Refused };
        storage.steps.note(Step::Apply, phase);
        outcome
    }

    fn compare<F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>) -> Result<Plan, Refusal> {
        if self.left_bytes() != 0 {
            return Err(Refusal::PayloadSizeMismatch);
        }
        if self.in_page > 0 {
            self.write_page(storage)?;
        }
        let features = storage.facts.provision.features;
        if features.has(Feature::Crc) && !self.checksum.is_sealed() {
            return Err(Refusal::ChecksumMismatch);
        }
        if !features.has(Feature::Signature) {
            // A digest that nobody signed is one more checksum.
            return Ok(self.plan);
        }
        let fresh = storage.crypto.sha256().map_err(|_| Refusal::CryptoFailed)?;
        let hash = core::mem::replace(&mut self.hash, fresh);
        let digest = hash.finish().map_err(|_| Refusal::CryptoFailed)?;
        if digest != self.plan.digest {
            return Err(Refusal::PayloadDigestMismatch);
        }
        Ok(self.plan)
    }

    fn write_page<F: NorFlash>(&mut self, storage: &mut Storage<'_, F, C>) -> Result<(), Refusal> {
        let at = storage.facts.layout.image(self.plan.target).offset_bytes + self.written_bytes;
        let size = self.in_page.next_multiple_of(F::WRITE_SIZE);
        storage.flash.write(at, &self.page[..size]).map_err(|_| Refusal::StorageFailed)?;
        self.written_bytes += self.in_page as u32;
        self.page = [0xff; PAGE_BYTES];
        self.in_page = 0;
        Ok(())
    }
}

/// Re-verify what stands in flash, make the slot whole, and point the next boot at it.
pub(crate) fn commit<F: NorFlash, C: Crypto>(
    storage: &mut Storage<'_, F, C>,
    plan: &Plan,
    head: &[u8],
) -> Result<(), Refusal> {
    if storage.facts.provision.features.has(Feature::ReVerify) {
        storage.steps.note(Step::ReVerify, Phase::Begun);
        let outcome = re_verify(storage, plan);
        let phase = if outcome.is_ok() { Phase::Done } else { Phase::Refused };
        storage.steps.note(Step::ReVerify, phase);
        outcome?;
    }
    storage.steps.note(Step::Activate, Phase::Begun);
    write_header(storage, plan, head)?;
    activate(storage.flash, storage.facts, plan.target)?;
    storage.steps.note(Step::Activate, Phase::Done);
    Ok(())
}

fn re_verify<F: NorFlash, C: Crypto>(storage: &mut Storage<'_, F, C>, plan: &Plan) -> Result<(), Refusal> {
    let mut hash = storage.crypto.sha256().map_err(|_| Refusal::CryptoFailed)?;
    let mut page = [0; PAGE_BYTES];
    let mut read_bytes = 0;
    while read_bytes < plan.image_bytes {
        storage.board.feed_watchdog();
        let size = (plan.image_bytes - read_bytes).min(PAGE_BYTES as u32);
        let piece = &mut page[..size as usize];
        slot::read_image(storage.flash, &storage.facts.layout, plan.target.into(), read_bytes, piece)
            .map_err(|_| Refusal::StorageFailed)?;
        hash.update(piece).map_err(|_| Refusal::CryptoFailed)?;
        read_bytes += size;
    }
    let digest = hash.finish().map_err(|_| Refusal::CryptoFailed)?;
    if digest != plan.digest { Err(Refusal::ReVerifyFailed) } else { Ok(()) }
}

/// Head first, header last: the header is what makes the slot a slot.
fn write_header<F: NorFlash, C: Crypto>(
    storage: &mut Storage<'_, F, C>,
    plan: &Plan,
    head: &[u8],
) -> Result<(), Refusal> {
    let at = storage.facts.layout.slot(plan.target).offset_bytes;
    let head_at = at + SlotHeader::BYTES as u32;
    let (whole, tail) = head.split_at(head.len() - head.len() % SlotHeader::BYTES);
    storage.flash.write(head_at, whole).map_err(|_| Refusal::StorageFailed)?;
    if !tail.is_empty() {
        let mut last = [0xff; SlotHeader::BYTES];
        last[..tail.len()].copy_from_slice(tail);
        storage.flash.write(head_at + whole.len() as u32, &last).map_err(|_| Refusal::StorageFailed)?;
    }
    // The head was collected in a buffer of MAX_HEAD_BYTES, so its length fits.
    let header = SlotHeader { head_bytes: head.len() as u32, image_bytes: plan.image_bytes };
    storage.flash.write(at, &header.to_bytes()).map_err(|_| Refusal::StorageFailed)
}

fn activate<F: NorFlash>(flash: &mut F, facts: &mut Facts, target: Slot) -> Result<(), Refusal> {
    let record = if facts.provision.features.has(Feature::TrialBoot) {
        let attempts_left = facts.provision.trial_attempts;
        let trial = Trial { slot: target, attempts_left, boots_left: MOST_TRIAL_BOOTS };
        BootRecord { active: facts.good(), trial: Some(trial), ..facts.record }
    } else {
        BootRecord { active: target, trial: None, ..facts.record }
    };
    facts.record = facts.records.append_boot(flash, record).map_err(facts::refusal)?;
    Ok(())
}

/// Ends the trial of the running image: it is healthy, so it is the one to boot from now on.
pub(crate) fn confirm<F: NorFlash>(flash: &mut F, facts: &mut Facts) -> Result<(), Refusal> {
    let record = BootRecord { active: facts.good(), trial: None, ..facts.record };
    facts.record = facts.records.append_boot(flash, record).map_err(facts::refusal)?;
    Ok(())
}
