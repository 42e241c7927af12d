//! A record's events, sorted into runs and steps for looking things up.
//!
//! Whether the record is evidence is decided by `record::judge`. This only finds again what the
//! judgement speaks of: which line, which packets, which flash. It therefore takes any row of events
//! and never fails.

use record::{Attacked, Cut, Deliverable, DeviceSteps, Event, Flipped, Observed, Opened, Record, RunBegun, Traffic};

/// One run.
pub(crate) struct Played<'a> {
    pub(crate) begun: &'a RunBegun,
    pub(crate) cut: Option<&'a Cut>,
    pub(crate) steps: Vec<PlayedStep<'a>>,
}

/// One step of a run.
#[derive(Default)]
pub(crate) struct PlayedStep<'a> {
    pub(crate) name: &'a str,
    pub(crate) deliverable: Option<&'a Deliverable>,
    pub(crate) traffic: Option<&'a Traffic>,
    pub(crate) attacked: Vec<&'a Attacked>,
    pub(crate) flipped: Option<&'a Flipped>,
    pub(crate) device_steps: Option<&'a DeviceSteps>,
    pub(crate) observed: Option<Seen<'a>>,
}

/// What was seen, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) observed: &'a Observed,
    /// Line of the record, from 1.
    pub(crate) line: usize,
}

/// The first event, if it is what it should be.
pub(crate) fn opened(record: &Record) -> Option<&Opened> {
    match record.events().first() {
        Some(Event::Opened(opened)) => Some(opened),
        Some(_) | None => None,
    }
}

/// All runs, in order.
pub(crate) fn runs(record: &Record) -> Vec<Played<'_>> {
    let mut runs: Vec<Played<'_>> = Vec::new();
    for (index, event) in record.events().iter().enumerate() {
        if let Event::RunBegun(begun) = event {
            runs.push(Played { begun, cut: None, steps: Vec::new() });
        } else if let Some(run) = runs.last_mut() {
            run.take(event, index + 1);
        }
    }
    runs
}

impl<'a> Played<'a> {
    fn take(&mut self, event: &'a Event, line: usize) {
        if let Event::Cut(cut) = event {
            self.cut = Some(cut);
        }
        if let Event::StepBegun(begun) = event {
            self.steps.push(PlayedStep { name: &begun.step, ..PlayedStep::default() });
        }
        if let Some(step) = self.steps.last_mut() {
            step.take(event, line);
        }
    }

    /// The step of this name.
    pub(crate) fn step(&self, name: &str) -> Option<&PlayedStep<'a>> {
        self.steps.iter().find(|step| step.name == name)
    }
}

impl<'a> PlayedStep<'a> {
    fn take(&mut self, event: &'a Event, line: usize) {
        match event {
            Event::Deliverable(deliverable) => self.deliverable = Some(deliverable),
            Event::Traffic(traffic) => self.traffic = Some(traffic),
            Event::Attacked(attacked) => self.attacked.push(attacked),
            Event::Flipped(flipped) => self.flipped = Some(flipped),
            Event::DeviceSteps(steps) => self.device_steps = Some(steps),
            Event::Observed(observed) => self.observed = Some(Seen { observed, line }),
            Event::Opened(_)
            | Event::Skipped(_)
            | Event::RunBegun(_)
            | Event::StepBegun(_)
            | Event::Caused(_)
            | Event::Spent(_)
            | Event::Cut(_)
            | Event::Written(_)
            | Event::RunEnded(_)
            | Event::Failed(_)
            | Event::Closed(_) => {}
        }
    }
}
