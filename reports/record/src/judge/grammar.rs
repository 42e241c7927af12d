//! From a row of events to runs and steps.
//!
//! The grammar knows nothing of scenarios:
//! `opened (skipped | run*) closed`, a run being `run-begun cut? step* run-ended`, a step
//! `step-begun deliverable? traffic? attacked* caused? flipped? spent? device-steps
//! written? observed`. The order within a
//! step is fixed, so that no two events can be exchanged unnoticed.

use crate::event::{
    Attacked, Caused, Closed, Cut, Deliverable, DeviceSteps, Event, Flipped, Observed, Opened, RunBegun, RunEnded,
    Skipped, Spent, StepBegun, Traffic, Written,
};
use crate::mistake::Mistake;

/// What a record holds between `opened` and `closed`.
pub(super) enum Content<'a> {
    /// Nothing was played.
    Skipped(&'a Skipped),
    /// These runs were played.
    Runs(Vec<Run<'a>>),
}

/// One run.
pub(super) struct Run<'a> {
    /// Its place among the runs, from 0.
    pub(super) number: u32,
    /// How it began.
    pub(super) begun: &'a RunBegun,
    /// The cut it begins after, if any.
    pub(super) cut: Option<&'a Cut>,
    /// Its steps.
    pub(super) steps: Vec<Facts<'a>>,
    /// How it ended.
    pub(super) ended: &'a RunEnded,
}

/// The facts of one step.
pub(super) struct Facts<'a> {
    /// The step's name.
    pub(super) name: &'a str,
    /// What was offered.
    pub(super) deliverable: Option<&'a Deliverable>,
    /// What passed on the link.
    pub(super) traffic: Option<&'a Traffic>,
    /// What the attacker did, verb by verb.
    pub(super) attacked: Vec<&'a Attacked>,
    /// What the rig did.
    pub(super) caused: Option<&'a Caused>,
    /// The bits of flash that flipped.
    pub(super) flipped: Option<&'a Flipped>,
    /// What the device has done by then, and what it took.
    pub(super) spent: Option<&'a Spent>,
    /// The device's account.
    pub(super) device_steps: &'a DeviceSteps,
    /// What was written to flash.
    pub(super) written: Option<&'a Written>,
    /// What was seen at the end.
    pub(super) observed: &'a Observed,
}

impl Run<'_> {
    /// How the run is called in messages.
    pub(super) fn title(&self) -> String {
        match &self.begun.case {
            Some(case) => format!("run {} ({}, {case})", self.number, self.begun.purpose),
            None => format!("run {} ({})", self.number, self.begun.purpose),
        }
    }
}

/// Parses a whole record.
pub(super) fn parse(events: &[Event]) -> Result<(&Opened, Content<'_>), Mistake> {
    let mut cursor = Cursor { events, at: 0 };
    let opened = cursor.opened().ok_or_else(|| cursor.unexpected("`opened`"))?;
    let content = match cursor.skipped() {
        Some(skipped) => Content::Skipped(skipped),
        None => Content::Runs(runs(&mut cursor)?),
    };
    let closed = cursor.closed().ok_or_else(|| cursor.unexpected("`run-begun` or `closed`"))?;
    if cursor.at < events.len() {
        return Err(cursor.unexpected("the end of the record"));
    }
    let saw = match &content {
        Content::Skipped(_) => 0,
        Content::Runs(runs) => runs.last().map_or(0, |run| run.number + 1),
    };
    if closed.runs != saw {
        return Err(Mistake::RunCount { expected: closed.runs, saw });
    }
    Ok((opened, content))
}

fn runs<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Run<'a>>, Mistake> {
    let mut runs = Vec::new();
    let mut number = 0;
    while let Some(begun) = cursor.run_begun() {
        let cut = cursor.cut();
        let steps = steps(cursor)?;
        let ended = cursor.run_ended().ok_or_else(|| cursor.unexpected("`step-begun` or `run-ended`"))?;
        runs.push(Run { number, begun, cut, steps, ended });
        number += 1;
    }
    Ok(runs)
}

fn steps<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Facts<'a>>, Mistake> {
    let mut steps = Vec::new();
    while let Some(begun) = cursor.step_begun() {
        let deliverable = cursor.deliverable();
        let traffic = cursor.traffic();
        let mut attacked = Vec::new();
        while let Some(act) = cursor.attacked() {
            attacked.push(act);
        }
        let caused = cursor.caused();
        let flipped = cursor.flipped();
        let spent = cursor.spent();
        let device_steps = cursor.device_steps().ok_or_else(|| cursor.unexpected("the next fact of the step"))?;
        let written = cursor.written();
        let observed = cursor.observed().ok_or_else(|| cursor.unexpected("`observed`"))?;
        steps.push(Facts {
            name: &begun.step,
            deliverable,
            traffic,
            attacked,
            caused,
            flipped,
            spent,
            device_steps,
            written,
            observed,
        });
    }
    Ok(steps)
}

struct Cursor<'a> {
    events: &'a [Event],
    at: usize,
}

/// One method per kind of event: takes the next event if it is of that kind.
macro_rules! takers {
    ($($name:ident: $kind:ident,)+) => {
        impl<'a> Cursor<'a> {
            $(fn $name(&mut self) -> Option<&'a $kind> {
                let Some(Event::$kind(event)) = self.events.get(self.at) else { return None };
                self.at += 1;
                Some(event)
            })+
        }
    };
}

takers! {
    opened: Opened,
    skipped: Skipped,
    run_begun: RunBegun,
    caused: Caused,
    cut: Cut,
    step_begun: StepBegun,
    deliverable: Deliverable,
    traffic: Traffic,
    attacked: Attacked,
    flipped: Flipped,
    spent: Spent,
    device_steps: DeviceSteps,
    written: Written,
    observed: Observed,
    run_ended: RunEnded,
    closed: Closed,
}

impl Cursor<'_> {
    fn unexpected(&self, expected: &'static str) -> Mistake {
        let saw = self.events.get(self.at).map_or("the end of the record", Event::kind);
        Mistake::EventOrder { event: self.at, expected, saw }
    }
}
