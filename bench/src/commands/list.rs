//! `otabench list`: what can be played, by the framework's steps, and on which rigs.
//!
//! A rig is listed if it has what the scenario needs; whether it can be had right now is what
//! `otabench doctor` tells.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use standards::Step;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::framework;
use crate::library::{Library, ScenarioFile};
use crate::places::{PlaceArgs, Places};
use crate::report::{DataFormat, json_line};
use crate::rigs::Registry;
use crate::terminal::{self, harmless};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  otabench list                             by the framework's steps
  otabench list --format json | jq .name    one object per scenario";

/// List the scenarios by the framework's steps
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// Form of the output: for people, or one JSON object per scenario and line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: DataFormat,

    #[command(flatten)]
    places: PlaceArgs,
}

/// One scenario, schema `otabench.scenario/1`.
#[derive(Serialize)]
struct Entry<'a> {
    schema: &'static str,
    name: &'a str,
    claim: &'a str,
    /// The framework's step it belongs to.
    step: &'static str,
    covers: &'a [String],
    threat: Option<&'a str>,
    profile: &'a str,
    /// The rigs that have what it needs.
    rigs: Vec<&'static str>,
    /// The other rigs, and the first thing that each of them lacks.
    lacking: BTreeMap<&'static str, String>,
    /// Whether it is played once for every case of a sweep: hundreds of boots.
    sweep: bool,
    file: String,
}

impl List {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let registry = Registry::built_in();
        let library = Library::open(&Places::find(&self.places), &registry)?;
        let mut files = library.all()?;
        files.sort_by_key(|file| framework::place(step_of(file)));
        let mut out = terminal::stdout();
        match self.format {
            DataFormat::Text => table(&mut out, &files, &registry)?,
            DataFormat::Json => {
                for file in &files {
                    json_line(&mut out, &entry(file, &registry))?;
                }
            }
        }
        Ok(if files.is_empty() { Exit::NothingRan } else { Exit::Held })
    }
}

fn step_of(file: &ScenarioFile) -> Option<Step> {
    framework::step_of(&file.scenario.covers, standards::standards())
}

fn table(out: &mut dyn Write, files: &[ScenarioFile], registry: &Registry) -> io::Result<()> {
    let rigs: Vec<String> = files.iter().map(|file| rigs_of(file, registry).join(", ")).collect();
    let name_width = files.iter().map(|file| file.scenario.name.chars().count()).max().unwrap_or(0);
    let rig_width = rigs.iter().map(|rigs| rigs.chars().count()).max().unwrap_or(0);
    let mut last = None;
    for (file, rigs) in files.iter().zip(&rigs) {
        let step = framework::group(step_of(file));
        if last != Some(step) {
            let gap = if last.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{step}")?;
            last = Some(step);
        }
        let claim = harmless(&file.scenario.claim);
        writeln!(out, "  {:name_width$}  {rigs:rig_width$}  {claim}", file.scenario.name)?;
    }
    out.flush()
}

fn entry<'a>(file: &'a ScenarioFile, registry: &Registry) -> Entry<'a> {
    Entry {
        schema: "otabench.scenario/1",
        name: &file.scenario.name,
        claim: &file.scenario.claim,
        step: framework::group(step_of(file)),
        covers: &file.scenario.covers,
        threat: file.scenario.threat.as_deref(),
        profile: &file.scenario.device.profile,
        rigs: rigs_of(file, registry),
        lacking: lacking_of(file, registry),
        sweep: words::sweep(&file.scenario).is_some(),
        file: file.path.display().to_string(),
    }
}

fn rigs_of(file: &ScenarioFile, registry: &Registry) -> Vec<&'static str> {
    let lacking = lacking_of(file, registry);
    registry.stands().iter().map(|stand| stand.rig.name()).filter(|name| !lacking.contains_key(name)).collect()
}

fn lacking_of(file: &ScenarioFile, registry: &Registry) -> BTreeMap<&'static str, String> {
    let lacks = |rig: &dyn rig::Rig| Some((rig.name(), runner::lacking(rig, &file.scenario)?));
    registry.stands().iter().filter_map(|stand| lacks(stand.rig.as_ref())).collect()
}
