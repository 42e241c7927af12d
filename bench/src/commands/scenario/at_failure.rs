//! What `--at-failure` adds: the device of the case that broke a claim, left open for a person.
//!
//! The case is played again up to the step that broke it, on a device of its own. It is the same
//! device, seed and flash; an emulator keeps no exact time, though, so a person is told to look
//! whether it came out the same. Nothing that happens here changes the verdict.

use std::io::Write;

use anyhow::Context;
use record::Breach;

use crate::attended::Visit;
use crate::failure::Failure;
use crate::library::ScenarioFile;
use crate::play::Job;
use crate::rigs::{Attendable, Registry};
use crate::terminal::{self, harmless};

/// A claim that broke.
pub(super) struct Broken<'a> {
    pub(super) file: &'a ScenarioFile,
    pub(super) job: Job<'a>,
    pub(super) breach: Breach,
}

/// Leaves the device of the first claim that broke open. Where that cannot be done, says why.
pub(super) fn open(registry: &Registry, broken: &[Broken<'_>], port: Option<u16>) -> Result<(), Failure> {
    let mut out = terminal::stderr();
    let name_of = |broken: &Broken<'_>| broken.job.chosen.rig.name();
    let on_open_rig =
        |broken: &Broken<'_>| Some((registry.attendable(name_of(broken), port).ok()?, broken.breach.clone()));
    let Some((index, (stand, breach))) =
        broken.iter().enumerate().find_map(|(index, broken)| Some((index, on_open_rig(broken)?)))
    else {
        let rigs: Vec<&str> = broken.iter().map(name_of).collect();
        let why = match rigs.as_slice() {
            [] => "no claim is broken".to_owned(),
            [..] => format!("a device on {} cannot be left open for a person", rigs.join(" or ")),
        };
        return Ok(writeln!(out, "no device is left open: {why}")?);
    };
    let broken = &broken[index];
    writeln!(out, "\n{}", harmless(&heading(broken)))?;
    if let Err(error) = visit(stand.as_ref(), broken, &breach, &mut out) {
        writeln!(out, "no device is left open: {}", harmless(&format!("{error:#}")))?;
    }
    Ok(())
}

fn heading(broken: &Broken<'_>) -> String {
    let Broken { file, job, breach } = broken;
    let case = breach.case.map(|case| format!(", {case}")).unwrap_or_default();
    format!("{} on {}, played again up to \"{}\"{case}", file.scenario.name, job.chosen.rig.name(), breach.step)
}

fn visit(stand: &dyn Attendable, broken: &Broken<'_>, breach: &Breach, out: &mut dyn Write) -> anyhow::Result<()> {
    let again = broken.job.device_at(breach, stand.rig());
    let mut device = again.context("the step cannot be reached again")?;
    writeln!(out, "  {:10}  as it is after the step; look whether it shows this again:", "device")?;
    writeln!(out, "  {:10}  {}", "", harmless(&breach.saw))?;
    let runs = broken.file.scenario.device.runs;
    Visit { stand, runs, update: None }.serve(device.as_mut(), out)
}
