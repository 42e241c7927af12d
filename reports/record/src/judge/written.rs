//! What a step wrote to flash, held against what it was to leave untouched.
//!
//! The record has places, the scenario has roles: the slot whose image ran when the step began is never
//! the same one for long. Where nothing was measured to run, no slot may have been written: that is what
//! can be said without knowing which one mattered.

use scenario::model::{FlashRegion, Step};

use super::grammar::{Facts, Run};
use super::shape::mistaken;
use crate::event::{Written, WrittenPart, WrittenRegion};
use crate::mistake::Mistake;

/// Either every step of a run tells what it wrote, or none does; a step that is to leave something
/// untouched must.
pub(super) fn check(step: &Step, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    let others_tell = run.steps.iter().any(|facts| facts.written.is_some());
    if facts.written.is_none() && (others_tell || !step.expect.untouched.is_empty()) {
        return Err(mistaken(run, facts, "`written`", "none"));
    }
    Ok(())
}

/// The first of these parts of flash that was written after all, and what was.
pub(super) fn touched<'a>(
    untouched: &[FlashRegion],
    written: Option<&'a Written>,
) -> Option<(FlashRegion, &'a WrittenPart)> {
    untouched.iter().find_map(|region| Some((*region, part(*region, written?)?)))
}

/// What was written to this part of flash first, if anything.
pub(super) fn part(region: FlashRegion, written: &Written) -> Option<&WrittenPart> {
    written.parts.iter().find(|part| belongs(part.region, region, written.running_slot))
}

fn belongs(place: WrittenRegion, region: FlashRegion, running: Option<WrittenRegion>) -> bool {
    let is_slot = matches!(place, WrittenRegion::SlotA | WrittenRegion::SlotB);
    match region {
        FlashRegion::Flash => true,
        FlashRegion::Slots => is_slot,
        FlashRegion::RunningSlot => is_slot && running.is_none_or(|running| running == place),
        FlashRegion::Floor => place == WrittenRegion::Floor,
        FlashRegion::BootRecords => place == WrittenRegion::BootRecords,
        FlashRegion::Provisioning => place == WrittenRegion::Provisioning,
    }
}
