//! A flash chip that fails, as [`rig::FlashFaultKind`] has it.
//!
//! What a faulty operation leaves behind goes into the operation log as the operations that would have left
//! the same, so the log still tells the whole truth about the flash.

use rig::{FlashFault, FlashFaultKind, FlashOp};

/// The bit that is stuck or unstable, in the last byte of a program.
const BAD_BIT: u8 = 1;

/// The present fault, and what faults have left behind.
#[derive(Default)]
pub(crate) struct Faults {
    fault: Option<FlashFault>,
    hit_count: u32,
    /// Sectors, by their first byte, whose last erase did not do what it was to.
    unclean: Vec<u32>,
    unstable: Option<Unstable>,
}

/// A byte with a bit that reads right and wrong in turn.
struct Unstable {
    at: usize,
    read_count: u32,
}

/// What becomes of an operation.
pub(crate) enum Outcome {
    /// These are carried out in its place, and the chip says that it was done.
    Done(Vec<FlashOp>),
    /// The chip says that it failed, and nothing has changed.
    Failed,
}

impl Faults {
    /// Lets the chip fail like this from now on, and returns how often the fault before has hit.
    pub(crate) fn set(&mut self, fault: Option<FlashFault>) -> u32 {
        self.fault = fault;
        std::mem::take(&mut self.hit_count)
    }

    /// What becomes of the erase of a sector that holds these bytes.
    pub(crate) fn erase(&mut self, offset_bytes: u32, standing: &[u8]) -> Outcome {
        self.unclean.retain(|unclean| *unclean != offset_bytes);
        let outcome = match self.kind_at(offset_bytes) {
            Some(FlashFaultKind::FailedErase) => Outcome::Failed,
            Some(FlashFaultKind::WornOutSector) if has_a_clear_bit(standing) => Outcome::Done(Vec::new()),
            Some(
                FlashFaultKind::WornOutSector
                | FlashFaultKind::SilentWrite
                | FlashFaultKind::StuckBits
                | FlashFaultKind::UnstableBits,
            )
            | None => {
                let sector = offset_bytes as usize..offset_bytes as usize + standing.len();
                self.unstable.take_if(|unstable| sector.contains(&unstable.at));
                // A sector's size is a u32.
                return Outcome::Done(vec![FlashOp::Erase { offset_bytes, size_bytes: standing.len() as u32 }]);
            }
        };
        self.hit_count += 1;
        self.unclean.push(offset_bytes);
        outcome
    }

    /// What becomes of a program within one page.
    pub(crate) fn program(&mut self, offset_bytes: u32, data: &[u8]) -> Outcome {
        let mut data = data.to_vec();
        let Some(last) = data.len().checked_sub(1) else { return Outcome::Done(Vec::new()) };
        match self.kind_at(offset_bytes) {
            None | Some(FlashFaultKind::FailedErase | FlashFaultKind::WornOutSector) => {}
            Some(FlashFaultKind::SilentWrite) => {
                self.hit_count += u32::from(has_a_clear_bit(&data));
                return Outcome::Done(Vec::new());
            }
            Some(FlashFaultKind::StuckBits) => {
                let is_changed = data[last] & BAD_BIT != 0;
                self.hit_count += u32::from(is_changed);
                data[last] &= !BAD_BIT;
            }
            Some(FlashFaultKind::UnstableBits) if self.unstable.is_none() => {
                self.hit_count += 1;
                self.unstable = Some(Unstable { at: offset_bytes as usize + last, read_count: 0 });
            }
            Some(FlashFaultKind::UnstableBits) => {}
        }
        Outcome::Done(vec![FlashOp::Program { offset_bytes, data }])
    }

    /// Whether the firmware may find this sector other than erased although it has erased it.
    pub(crate) fn is_unclean(&self, sector: u32) -> bool {
        self.unclean.contains(&sector)
    }

    /// What the firmware reads from `from` on, where the flash holds `bytes`.
    pub(crate) fn read(&mut self, from: usize, bytes: &mut [u8]) {
        let Some(unstable) = &mut self.unstable else { return };
        let Some(byte) = unstable.at.checked_sub(from).and_then(|index| bytes.get_mut(index)) else { return };
        if !unstable.read_count.is_multiple_of(2) {
            *byte ^= BAD_BIT;
        }
        unstable.read_count += 1;
    }

    fn kind_at(&self, offset_bytes: u32) -> Option<FlashFaultKind> {
        let FlashFault { kind, region } = self.fault?;
        (region.offset_bytes..region.end_bytes()).contains(&offset_bytes).then_some(kind)
    }
}

fn has_a_clear_bit(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte != 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rig::Region;

    fn failing(kind: FlashFaultKind) -> Faults {
        let region = Region { offset_bytes: 4096, size_bytes: 4096 };
        Faults { fault: Some(FlashFault { kind, region }), ..Faults::default() }
    }

    fn done(outcome: Outcome) -> Vec<FlashOp> {
        match outcome {
            Outcome::Done(operations) => operations,
            Outcome::Failed => panic!("the chip says that it failed"),
        }
    }

    fn program(offset_bytes: u32, data: &[u8]) -> FlashOp {
        FlashOp::Program { offset_bytes, data: data.to_vec() }
    }

    #[test]
    fn a_failed_erase_says_so_and_counts() {
        let mut faults = failing(FlashFaultKind::FailedErase);
        assert!(matches!(faults.erase(4096, &[0; 4096]), Outcome::Failed));
        assert!(faults.is_unclean(4096));
        assert_eq!(done(faults.erase(8192, &[0; 4096])).len(), 1);
        assert_eq!(faults.set(None), 1);
        assert_eq!(done(faults.erase(4096, &[0; 4096])).len(), 1);
        assert!(!faults.is_unclean(4096));
    }

    #[test]
    fn a_worn_out_sector_keeps_what_it_held_and_counts_only_then() {
        let mut faults = failing(FlashFaultKind::WornOutSector);
        assert_eq!(done(faults.erase(4096, &[0xff; 4096])).len(), 1);
        assert_eq!(done(faults.erase(4096, &[0xfe; 4096])), []);
        assert_eq!(faults.set(None), 1);
    }

    #[test]
    fn a_silent_write_leaves_nothing_and_a_stuck_bit_is_0() {
        let mut faults = failing(FlashFaultKind::SilentWrite);
        assert_eq!(done(faults.program(4096, &[7])), []);
        assert_eq!(faults.set(failing(FlashFaultKind::StuckBits).fault), 1);
        assert_eq!(done(faults.program(4096, &[7, 7])), [program(4096, &[7, 6])]);
        assert_eq!(done(faults.program(4097, &[6])), [program(4097, &[6])]);
        assert_eq!(faults.set(None), 1);
    }

    #[test]
    fn an_unstable_bit_reads_right_and_wrong_in_turn_until_it_is_erased() {
        let mut faults = failing(FlashFaultKind::UnstableBits);
        assert_eq!(done(faults.program(4999, &[8, 8])), [program(4999, &[8, 8])]);
        assert_eq!(faults.set(None), 1);
        let mut read = || {
            let mut bytes = [8; 4];
            faults.read(4999, &mut bytes);
            bytes
        };
        assert_eq!([read(), read(), read()], [[8; 4], [8, 9, 8, 8], [8; 4]]);
        faults.erase(4096, &[8; 4096]);
        let mut bytes = [8; 4];
        faults.read(4999, &mut bytes);
        assert_eq!(bytes, [8; 4]);
    }
}
