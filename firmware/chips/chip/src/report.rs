//! The first stage's report, at a fixed place in memory.
//!
//! The image learns from it where it came from, and a rig can say why a device stopped. It is
//! the device's word and never evidence.

use boot::Launch;
use menu::{Halt, Origin, Report, Stage};

use crate::register::Register;

/// The place of the report.
#[derive(Clone, Copy, Debug)]
pub struct ReportAt(u32);

impl ReportAt {
    /// The report at an address.
    ///
    /// # Safety
    /// The address is a multiple of four, and [`Report::BYTES`] bytes of memory from there on belong to
    /// no Rust value.
    pub const unsafe fn address(address: u32) -> Self {
        Self(address)
    }

    /// Says that the first stage has begun, so that nobody believes what an earlier boot has left.
    pub(crate) fn begun(self) {
        self.write(Report { stage: Stage::First, halt: None, slot: None, image_bytes: 0 });
    }

    /// Says that the first stage runs no image.
    pub(crate) fn halted(self, halt: Halt) {
        self.write(Report { stage: Stage::First, halt: Some(halt), slot: None, image_bytes: 0 });
    }

    /// Says which image is entered next.
    pub(crate) fn launched(self, launch: &Launch) {
        let (stage, slot) = match launch.origin {
            Origin::Slot(slot) => (Stage::Image, Some(slot)),
            Origin::Recovery => (Stage::Recovery, None),
        };
        self.write(Report { stage, halt: None, slot, image_bytes: launch.image_bytes });
    }

    /// Where the image was loaded from that executes, or did until the reset before this boot;
    /// `None` where no first stage has handed over.
    pub(crate) fn origin(self) -> Option<Origin> {
        let mut bytes = [0; Report::BYTES];
        for (word, place) in self.words().zip(bytes.as_chunks_mut::<4>().0) {
            *place = word.read().to_le_bytes();
        }
        let report = Report::from_bytes(&bytes)?;
        match report.stage {
            Stage::First => None,
            Stage::Image => report.slot.map(Origin::Slot),
            Stage::Recovery => Some(Origin::Recovery),
        }
    }

    /// What an image does that writes where it should not.
    pub(crate) fn destroy(self) {
        self.word(0).write(0);
    }

    /// The magic goes first out and last in: a report is whole or none.
    fn write(self, report: Report) {
        let bytes = report.to_bytes();
        let (words, _) = bytes.as_chunks::<4>();
        self.word(0).write(0);
        for (word, bytes) in self.words().zip(words).rev() {
            word.write(u32::from_le_bytes(*bytes));
        }
    }

    fn words(self) -> impl ExactSizeIterator<Item = Register> + DoubleEndedIterator {
        (0..Report::BYTES as u32 / 4).map(move |index| self.word(index))
    }

    const fn word(self, index: u32) -> Register {
        // SAFETY: whoever made this value promised the memory.
        unsafe { Register::at(self.0 + 4 * index) }
    }
}
