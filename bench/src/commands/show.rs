//! `otabench show`: one scenario in words.
//!
//! For a reader who wants to know what a verdict rests on without learning the notation first.

use std::io::{self, Write};

use clap::Args;
use menu::Feature;
use scenario::model::Step;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::framework;
use crate::library::{Library, ScenarioFile};
use crate::places::{PlaceArgs, Places};
use crate::rigs::Registry;
use crate::terminal::{self, harmless};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  otabench show downgrade
  otabench show my/attack.toml";

/// Show a scenario in words: claim, steps, teeth
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Show {
    /// Scenarios to show: names, or paths of `.toml` files
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,

    #[command(flatten)]
    places: PlaceArgs,
}

impl Show {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let registry = Registry::built_in();
        let library = Library::open(&Places::find(&self.places), &registry)?;
        let mut out = terminal::stdout();
        for (index, file) in library.named(&self.names)?.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            show(&mut out, file, &registry)?;
        }
        Ok(Exit::Held)
    }
}

fn show(out: &mut dyn Write, file: &ScenarioFile, registry: &Registry) -> io::Result<()> {
    let scenario = &file.scenario;
    writeln!(out, "{}   {}", scenario.name, harmless(&file.path.display().to_string()))?;
    for line in story(&file.bytes) {
        writeln!(out, "  {}", harmless(&line))?;
    }
    writeln!(out)?;
    writeln!(out, "claim     {}", harmless(&scenario.claim))?;
    if !scenario.covers.is_empty() {
        let step = framework::group(framework::step_of(&scenario.covers, standards::standards()));
        writeln!(out, "covers    {} (step {step})", harmless(&scenario.covers.join(", ")))?;
    }
    if let Some(threat) = &scenario.threat {
        writeln!(out, "threat    {}", harmless(threat))?;
    }
    let features: Vec<&str> = scenario.device.features.iter().map(Feature::name).collect();
    writeln!(
        out,
        "device    runs {}, profile {} ({})",
        scenario.device.runs,
        scenario.device.profile,
        features.join(", ")
    )?;
    if let Some(attacker) = &scenario.attacker {
        writeln!(out, "attacker  {}", words::attacker(attacker))?;
    }
    if let Some(fault) = &scenario.fault {
        writeln!(out, "fault     {}; at least {} cases", words::fault(fault), fault.at_least)?;
    }
    if let Some(disturbance) = &scenario.disturbance {
        writeln!(out, "fault     {}", words::disturbance(disturbance))?;
    }
    writeln!(out, "rigs      {}", rigs(file, registry))?;
    writeln!(out, "\nsteps")?;
    for (index, step) in scenario.steps.iter().enumerate() {
        show_step(out, index + 1, step)?;
    }
    let teeth = &scenario.teeth;
    writeln!(out, "\nteeth")?;
    writeln!(out, "  {}: \"{}\" must show: {}", words::weakness(&teeth.weakness), harmless(&teeth.step), teeth.saw)?;
    out.flush()
}

fn show_step(out: &mut dyn Write, number: usize, step: &Step) -> io::Result<()> {
    writeln!(out, "  {number}. {}: {}", harmless(&step.name), harmless(&words::action(step)))?;
    match words::expectation(&step.expect) {
        Some(expected) => writeln!(out, "     must show: {expected}"),
        None => Ok(()),
    }
}

/// The comment at the top of the file, where its author says what it is about.
fn story(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let comment = text.lines().map_while(|line| line.trim_end().strip_prefix('#'));
    comment.map(|line| line.trim().to_owned()).collect()
}

fn rigs(file: &ScenarioFile, registry: &Registry) -> String {
    let words = |stand: &crate::rigs::Stand| match runner::lacking(stand.rig.as_ref(), &file.scenario) {
        None => stand.rig.name().to_owned(),
        Some(lacking) => format!("{} (no: it lacks {lacking})", stand.rig.name()),
    };
    registry.stands().iter().map(words).collect::<Vec<_>>().join(", ")
}
