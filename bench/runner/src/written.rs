//! What a step writes to flash, counted by the parts of the flash's layout.
//!
//! The operations are counted and not the difference they make: what is erased and written back again is
//! a risk that was taken, and shows in no comparison of before and after.

use menu::{Layout, Region, Slot};
use record::{Running, Written, WrittenPart, WrittenRegion};
use rig::{Device, FlashOp, RigError};

use crate::flip;

/// The flash as a step finds it.
pub(crate) struct Before {
    /// Operations of this device so far.
    count: usize,
    running_slot: Option<WrittenRegion>,
}

impl Before {
    /// Looks at a device on which `running` was measured.
    pub(crate) fn of(device: &mut dyn Device, layout: &Layout, running: &Running) -> Result<Self, RigError> {
        let log = device.operations()?;
        let sha256 = match running {
            Running::Image { sha256, .. } => Some(sha256.as_str()),
            Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => None,
        };
        let running_slot = sha256.and_then(|sha256| slot_of(&log.replay(), layout, sha256));
        Ok(Self { count: log.operations.len(), running_slot })
    }

    /// The same step, on a device that took this one's place and has written nothing yet.
    pub(crate) fn begin_anew(&mut self) {
        self.count = 0;
    }

    /// What was written since.
    pub(crate) fn written(&self, device: &mut dyn Device, layout: &Layout) -> Result<Written, RigError> {
        let log = device.operations()?;
        let parts = parts(layout, log.operations.get(self.count..).unwrap_or_default());
        Ok(Written { running_slot: self.running_slot, parts })
    }
}

/// The slot that holds the image of this digest.
fn slot_of(flash: &[u8], layout: &Layout, sha256: &str) -> Option<WrittenRegion> {
    let holds = |slot: &Slot| {
        let size = flip::header(flash, layout, *slot).map(|header| header.image_bytes as usize);
        let at = layout.image(*slot).offset_bytes as usize;
        let image = size.and_then(|size| flash.get(at..at + size));
        image.is_some_and(|image| record::sha256_hex(image) == sha256)
    };
    Slot::ALL.iter().copied().find(holds).map(|slot| match slot {
        Slot::A => WrittenRegion::SlotA,
        Slot::B => WrittenRegion::SlotB,
    })
}

fn parts(layout: &Layout, operations: &[FlashOp]) -> Vec<WrittenPart> {
    let mut parts: Vec<WrittenPart> = Vec::new();
    for operation in operations {
        let region = region_of(layout, operation);
        let at = parts.iter().position(|part| part.region == region).unwrap_or_else(|| {
            parts.push(WrittenPart { region, erased_sectors: 0, programmed_bytes: 0 });
            parts.len() - 1
        });
        match operation {
            FlashOp::Erase { size_bytes, .. } => parts[at].erased_sectors += size_bytes / layout.sector_bytes,
            // A page at most.
            FlashOp::Program { data, .. } => parts[at].programmed_bytes += data.len() as u32,
        }
    }
    parts.sort_by_key(|part| part.region);
    parts
}

/// The part of flash in which an operation lies.
fn region_of(layout: &Layout, operation: &FlashOp) -> WrittenRegion {
    let range = operation.range();
    let inside =
        |region: &Region| region.offset_bytes as usize <= range.start && range.end <= region.end_bytes() as usize;
    let named = [
        (layout.provision, WrittenRegion::Provisioning),
        (layout.floor, WrittenRegion::Floor),
        (layout.journal, WrittenRegion::BootRecords),
        (layout.slot(Slot::A), WrittenRegion::SlotA),
        (layout.slot(Slot::B), WrittenRegion::SlotB),
    ];
    named.iter().find(|(region, _)| inside(region)).map_or(WrittenRegion::Elsewhere, |(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout::packed(4096, 20 * 4096, 5 * 4096, 4 * 4096);

    fn program(offset_bytes: u32, size: usize) -> FlashOp {
        FlashOp::Program { offset_bytes, data: vec![0; size] }
    }

    #[test]
    fn operations_are_counted_where_they_lie() {
        let slot = LAYOUT.slot(Slot::B).offset_bytes;
        let operations = [
            program(LAYOUT.journal.offset_bytes + 32, 32),
            FlashOp::Erase { offset_bytes: slot, size_bytes: 8192 },
            program(slot, 100),
            program(LAYOUT.journal.end_bytes() - 1, 1),
            program(LAYOUT.flash_bytes - 4, 4),
        ];
        let part = |region, erased_sectors, programmed_bytes| WrittenPart { region, erased_sectors, programmed_bytes };
        let want = [
            part(WrittenRegion::BootRecords, 0, 33),
            part(WrittenRegion::SlotB, 2, 100),
            part(WrittenRegion::Elsewhere, 0, 4),
        ];
        assert_eq!(parts(&LAYOUT, &operations), want);
    }

    #[test]
    fn what_crosses_a_border_belongs_to_neither_side() {
        let operation = program(LAYOUT.floor.offset_bytes - 1, 2);
        assert_eq!(region_of(&LAYOUT, &operation), WrittenRegion::Elsewhere);
    }
}
