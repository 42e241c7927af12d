//! Whether bits of flash really flipped where the scenario orders it.
//!
//! A device that shrugs off a fault that never fired has shown nothing. So the record says which byte
//! became which, and what the whole flash was before and after, as read back from the device.

use scenario::model::Flip;

use super::grammar::{Facts, Run};
use super::shape::mistaken;
use crate::mistake::Mistake;
use crate::words::plain;

/// Checks the fact that a step leaves behind in which bits flip.
pub(super) fn check(flip: &Flip, run: &Run<'_>, facts: &Facts<'_>) -> Result<(), Mistake> {
    let never = || Mistake::FlipNeverFired { run: run.title(), step: plain(facts.name) };
    let flipped = facts.flipped.ok_or_else(never)?;
    let bits = (flipped.before ^ flipped.after).count_ones();
    if bits == 0 || flipped.before_sha256 == flipped.after_sha256 {
        return Err(never());
    }
    if flipped.place != flip.place.name() {
        let expected = format!("bits flipped in `{}`", flip.place.name());
        return Err(mistaken(run, facts, expected, format!("in `{}`", plain(&flipped.place))));
    }
    if bits != u32::from(flip.bits) {
        return Err(mistaken(run, facts, format!("{} bits flipped", flip.bits), bits.to_string()));
    }
    Ok(())
}
