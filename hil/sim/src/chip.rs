//! The flash of the simulated device. Its physics stands at the top of the crate.
//!
//! The rules are assertions here and not errors, because a firmware that meets one has a bug that no
//! verdict may cover.

use std::sync::Arc;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};
use rig::{FlashOp, Layout, OperationLog, Region};

use crate::fault::{Faults, Outcome};
use crate::meter::{Shared, Work};

/// A program never crosses a page of this many bytes.
const PAGE_BYTES: usize = 256;

/// Who is executing, and so which regions may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    FirstStage,
    Image,
}

/// The flash chip, with a log of everything that changed it.
pub(crate) struct Chip {
    bytes: Vec<u8>,
    initial: Arc<[u8]>,
    operations: Vec<FlashOp>,
    layout: Layout,
    pub(crate) owner: Owner,
    pub(crate) faults: Faults,
    meter: Shared,
}

/// The chip says that an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OperationFailed;

impl NorFlashError for OperationFailed {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Chip {
    pub(crate) fn new(bytes: Vec<u8>, layout: Layout) -> Self {
        let initial = bytes.as_slice().into();
        let (faults, meter) = (Faults::default(), Shared::default());
        Self { bytes, initial, operations: Vec::new(), layout, owner: Owner::FirstStage, faults, meter }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn log(&self) -> OperationLog {
        OperationLog { initial: self.initial.clone(), operations: self.operations.clone() }
    }

    /// The meter that everything on this chip works against.
    pub(crate) fn meter(&self) -> Shared {
        self.meter.clone()
    }

    /// Carries out an operation, unless the device has stopped, or what a fault makes of it.
    fn carry_out(&mut self, operation: FlashOp) -> Result<(), OperationFailed> {
        let work = match operation {
            FlashOp::Erase { .. } => Work::Erase,
            FlashOp::Program { .. } => Work::Program,
        };
        if self.meter.borrow_mut().works(work).is_err() {
            return Ok(());
        }
        self.must_be_legal(&operation);
        let range = operation.range();
        let outcome = match &operation {
            FlashOp::Erase { offset_bytes, .. } => self.faults.erase(*offset_bytes, &self.bytes[range]),
            FlashOp::Program { offset_bytes, data } => self.faults.program(*offset_bytes, data),
        };
        let Outcome::Done(operations) = outcome else { return Err(OperationFailed) };
        for operation in operations {
            operation.apply(&mut self.bytes);
            self.operations.push(operation);
        }
        Ok(())
    }

    /// The first stage writes floor and journal, the agent journal and slots, and a program sets no bit: unless
    /// the flash deceived the firmware about an erase.
    fn must_be_legal(&self, operation: &FlashOp) {
        if let FlashOp::Program { data, .. } = operation {
            let old = &self.bytes[operation.range()];
            let lost = old.iter().zip(data).any(|(old, new)| new & !old != 0);
            let at = operation.range().start;
            // Within the flash, whose size is a u32.
            let sector = at as u32 - at as u32 % self.layout.sector_bytes;
            let is_deceived = self.faults.is_unclean(sector);
            assert!(!lost || is_deceived, "program at {at:#x} sets bits that only an erase can set");
        }
        let Layout { floor, journal, slots: [a, b], .. } = self.layout;
        let owned: &[Region] = match self.owner {
            Owner::FirstStage => &[floor, journal],
            Owner::Image => &[journal, a, b],
        };
        let range = operation.range();
        let inside =
            |region: &Region| region.offset_bytes as usize <= range.start && range.end <= region.end_bytes() as usize;
        assert!(owned.iter().any(inside), "{:?} changes flash it does not own at {range:#x?}", self.owner);
    }
}

impl ErrorType for Chip {
    type Error = OperationFailed;
}

impl ReadNorFlash for Chip {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), OperationFailed> {
        let from = offset as usize;
        let source = self.bytes.get(from..from + bytes.len());
        bytes.copy_from_slice(source.expect("the firmware reads inside its flash"));
        self.faults.read(from, bytes);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), OperationFailed> {
        let sector = self.layout.sector_bytes;
        assert!(
            from.is_multiple_of(sector) && to.is_multiple_of(sector),
            "erase of {from:#x}..{to:#x} splits a sector"
        );
        for offset_bytes in (from..to).step_by(sector as usize) {
            self.carry_out(FlashOp::Erase { offset_bytes, size_bytes: sector })?;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), OperationFailed> {
        let mut at = offset as usize;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.len().min(PAGE_BYTES - at % PAGE_BYTES));
            self.carry_out(FlashOp::Program { offset_bytes: at as u32, data: piece.to_vec() })?;
            at += piece.len();
            rest = later;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn chip(owner: Owner) -> Chip {
        let mut chip = Chip::new(vec![0xff; crate::LAYOUT.flash_bytes as usize], crate::LAYOUT);
        chip.owner = owner;
        chip
    }

    fn breaks_a_rule(owner: Owner, act: impl FnOnce(&mut Chip)) -> bool {
        let mut chip = chip(owner);
        catch_unwind(AssertUnwindSafe(|| act(&mut chip))).is_err()
    }

    #[test]
    fn the_chip_panics_on_firmware_that_breaks_the_rules_of_nor() {
        let slot = crate::LAYOUT.slots[0].offset_bytes;
        assert!(breaks_a_rule(Owner::Image, |chip| chip.erase(slot + 1, slot + 4097).expect("the chip works")));
        assert!(breaks_a_rule(Owner::Image, |chip| {
            chip.write(slot, &[0x0f]).expect("the chip works");
            chip.write(slot, &[0xf0]).expect("the chip works");
        }));
    }

    #[test]
    fn each_stage_may_change_only_what_it_owns() {
        let layout = crate::LAYOUT;
        let write = |owner, region: Region| {
            breaks_a_rule(owner, |chip| chip.write(region.offset_bytes, &[0]).expect("the chip works"))
        };
        assert!(write(Owner::Image, layout.provision));
        assert!(write(Owner::Image, layout.floor));
        assert!(write(Owner::FirstStage, layout.provision));
        assert!(write(Owner::FirstStage, layout.slots[1]));
        assert!(!write(Owner::FirstStage, layout.floor));
        assert!(!write(Owner::Image, layout.journal));
    }

    #[test]
    fn a_long_write_is_one_operation_for_each_page() {
        let mut chip = chip(Owner::Image);
        let at = crate::LAYOUT.slots[0].offset_bytes + 200;
        chip.write(at, &[0; 400]).expect("the chip works");
        let sizes: Vec<usize> = chip.log().operations.iter().map(|operation| operation.range().len()).collect();
        assert_eq!(sizes, [56, 256, 88]);
        assert_eq!(chip.log().replay(), chip.bytes());
    }
}
