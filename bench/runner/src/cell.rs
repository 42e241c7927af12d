//! Cells of the matrix: a scenario on a device that is not its own.
//!
//! A cell needs no teeth, because it is evidence for no claim; it needs a genuine update, or a device
//! that refuses everything would look like a fortress. A sweep is played in part, and ends with
//! the first case that breaks: there are many cells, and one break is enough.

use std::io::Write;

use record::{Answer, CellDevice, Closed, Event, Purpose, Running, Skipped, Writer};
use scenario::model::{Act, Action, Offer, Step, Tamper};

use crate::campaign::{Campaign, Played};
use crate::lacking::{OTHER_RIG, lacking_capability};
use crate::maker::Maker;
use crate::play::{Play, Subject, Watch};
use crate::trouble::{RunnerError, Trouble};
use crate::words;

/// How much of a scenario is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every case of a sweep.
    Whole,
    /// At most so many, and none after the first that breaks.
    Sample(u32),
}

impl Play<'_> {
    /// Plays the scenario as a cell of the matrix, with at most `cases` cases of a sweep, and records
    /// it. The scenario is [on](scenario::Scenario::on) the profile it is played with, and `device`
    /// says which that is.
    ///
    /// # Errors
    /// As for [`Play::record`].
    pub fn record_cell<W: Write>(
        &self,
        device: &CellDevice,
        cases: u32,
        writer: &mut Writer<W>,
        watch: &dyn Watch,
    ) -> Result<(), RunnerError> {
        self.open(writer, Some(device.clone()))?;
        let maker = Maker::new(self.rig, self.keys);
        let runs = match self.missing_for_cell(&maker) {
            Ok(Some(skipped)) => {
                writer.append(&Event::Skipped(skipped))?;
                0
            }
            Ok(None) => {
                let genuine = Subject { purpose: Purpose::Genuine, ..self.claim() };
                let mut campaign = Campaign::new(self, &maker, watch).of(Extent::Sample(cases));
                let played = campaign.play(&[self.claim(), genuine], writer);
                campaign.ended(played, writer)?
            }
            Err(trouble) => {
                writer.append(&Event::Failed(trouble.failed()))?;
                0
            }
        };
        writer.append(&Event::Closed(Closed { runs }))?;
        Ok(())
    }

    /// What rig or device lack for this cell.
    fn missing_for_cell(&self, maker: &Maker<'_>) -> Result<Option<Skipped>, Trouble> {
        if let Err(missing) = self.rig.ready() {
            return Ok(Some(Skipped { missing: missing.what, remedy: missing.remedy }));
        }
        if let Some(capability) = lacking_capability(self.rig, self.scenario) {
            return Ok(Some(Skipped { missing: capability.name().to_owned(), remedy: OTHER_RIG.to_owned() }));
        }
        let subject = self.claim();
        for (offer, tamper) in self.tampers() {
            let part = words::part(tamper.what);
            if publisher::part_len(&maker.deliverable(offer, &subject)?, part) == 0 {
                let missing = format!("a deliverable for this device has no {part} that could be changed");
                let remedy = "none: the profile does without it".to_owned();
                return Ok(Some(Skipped { missing, remedy }));
            }
        }
        Ok(None)
    }

    /// Every change to a deliverable, with an offer it is made to.
    fn tampers(&self) -> Vec<(&Offer, &Tamper)> {
        let offers = || {
            self.scenario.steps.iter().filter_map(|step| match &step.action {
                Action::Offer(offer) => Some(offer),
                Action::PowerCycle
                | Action::FlipBits(_)
                | Action::Wait { .. }
                | Action::Replay { .. }
                | Action::Continue { .. }
                | Action::Rig(_) => None,
            })
        };
        let at_rest = offers().filter_map(|offer| Some((offer, offer.tamper.as_ref()?)));
        let edits = self.scenario.attacker.iter().flat_map(|attacker| &attacker.acts).filter_map(|act| match act {
            Act::Edit(tamper) => Some(tamper),
            Act::Drop { .. } | Act::Duplicate { .. } | Act::Truncate { .. } => None,
        });
        let on_the_way = edits.filter_map(|tamper| Some((offers().next()?, tamper)));
        at_rest.chain(on_the_way).collect()
    }
}

/// The cases that are played of these: half of them are the first, the other half is evenly spread
/// over the rest, with the last among them. The first ones are those that break most easily: cuts are
/// listed from the last operation of an update backwards.
pub(crate) fn sample<T: Copy>(cases: &[T], extent: Extent) -> Vec<T> {
    let most = match extent {
        Extent::Whole => cases.len(),
        Extent::Sample(most) => most.max(2) as usize,
    };
    if cases.len() <= most {
        return cases.to_vec();
    }
    let (first, rest) = cases.split_at(most / 2);
    let spread = most - first.len();
    let spread_out = (1..=spread).map(|nth| rest[nth * rest.len() / spread - 1]);
    first.iter().copied().chain(spread_out).collect()
}

/// Whether these steps showed what the scenario forbids on any device. It only decides when to stop
/// looking; what became of the cell is the judge's to say.
pub(crate) fn breaks(steps: &[Step], played: &Played) -> bool {
    steps.iter().zip(&played.shown).any(|(step, shown)| {
        let runs_other = match &shown.observed.running {
            Running::Image { version, .. } => !step.expect.runs.iter().any(|allowed| allowed.to_string() == *version),
            Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => true,
        };
        let halts_not = match &shown.observed.running {
            Running::Image { .. } | Running::Recovery { .. } | Running::Unknown { .. } => step.expect.halted.is_some(),
            Running::Nothing { .. } => false,
        };
        let was_taken = shown.observed.answer == Some(Answer::Accepted);
        halts_not || (runs_other && !step.expect.runs.is_empty()) || (was_taken && step.expect.refused.is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::{Extent, sample};

    #[test]
    fn a_sample_has_the_first_cases_and_is_spread_over_the_rest() {
        let cases: Vec<u32> = (0..399).collect();
        let some = sample(&cases, Extent::Sample(100));
        assert_eq!(some.len(), 100);
        assert_eq!(some[..50], cases[..50]);
        assert_eq!(some.last(), Some(&398));
        assert!(some[50..].windows(2).all(|pair| (6..=7).contains(&(pair[1] - pair[0]))), "{some:?}");
        assert_eq!(sample(&cases, Extent::Sample(2)), [0, 398]);
        assert_eq!(sample(&cases, Extent::Sample(3)), [0, 199, 398]);
        assert_eq!(sample(&cases, Extent::Sample(399)), cases);
        assert_eq!(sample(&cases, Extent::Whole), cases);
    }
}
