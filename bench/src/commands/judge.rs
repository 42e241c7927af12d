//! `otabench judge`: judges archived records again.
//!
//! A record carries its scenario and its profile among the artefacts, so a verdict can be checked by
//! anybody who has the folder, without the checkout it came from.

use std::path::{Path, PathBuf};

use clap::Args;
use record::{ARTEFACTS_FOLDER, Artefact, Event, Opened, Reader, Record};
use scenario::{Context, Profile, Scenario};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::outcome::{Finding, Outcome, Setting, Unusable};
use crate::play::{judge_file, read_record, undecided};
use crate::records;
use crate::repeat::Repeat;
use crate::report::{self, Closing, DataFormat, Format};
use crate::rigs::Registry;
use crate::words;

const EXAMPLES: &str = "\
Examples:
  otabench judge target/otabench/20261122-110131                  all records of a run
  otabench judge archive/downgrade.sim/record.jsonl --format json";

/// Judge archived records again
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Judge {
    /// Records: `record.jsonl` files, folders that hold one, or folders of such folders
    #[arg(value_name = "RECORD", required = true)]
    records: Vec<PathBuf>,

    /// Form of the output: for people, or one JSON object per record and line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: DataFormat,
}

/// The scenario a record was made with.
struct Definition {
    scenario: Scenario,
    setting: Setting,
    sha256: String,
}

impl Judge {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut paths = Vec::new();
        for given in &self.records {
            paths.extend(records::below(given)?);
        }
        let mut report = report::on_stdout(match self.format {
            DataFormat::Text => Format::Text,
            DataFormat::Json => Format::Json,
        });
        let subject = words::counted(paths.len(), "record", "records");
        let mut closing = Closing { subject, ..Closing::default() };
        let mut exits = Vec::new();
        let mutants = Registry::built_in().mutants();
        for path in &paths {
            let outcome = judge(path, &mutants);
            closing.tally.count(&outcome);
            exits.push(outcome.exit());
            report.outcome(&outcome)?;
        }
        report.close(&closing)?;
        Ok(Exit::strongest(exits))
    }
}

fn judge(path: &Path, mutants: &[&str]) -> Outcome {
    let blank = |finding| Outcome {
        scenario: None,
        setting: None,
        finding,
        times: None,
        record: Some(path.to_owned()),
        repeat: None,
    };
    match define(path, mutants) {
        Err(finding) => blank(finding),
        Ok(definition) => {
            let finding = judge_file(path, &definition.scenario, &definition.sha256);
            let rig = [("--rig", definition.setting.rig.as_str())];
            let repeat =
                Repeat::new(definition.setting.seed).command(std::slice::from_ref(&definition.scenario.name), &rig);
            Outcome {
                scenario: Some(definition.scenario),
                setting: Some(definition.setting),
                repeat: Some(repeat),
                ..blank(finding)
            }
        }
    }
}

/// Finds the scenario that a record was made with, among its artefacts.
fn define(path: &Path, mutants: &[&str]) -> Result<Definition, Finding> {
    let bytes = read_record(path).map_err(Finding::Unusable)?;
    let record = Reader::read(&bytes).map_err(|error| undecided(record::Mistake::RecordDamaged(error)))?;
    let Some(Event::Opened(opened)) = record.events().first() else {
        return Err(Finding::Unusable(Unusable::NotOpened));
    };
    if let Some(cell) = &opened.cell {
        return Err(undecided(record::Mistake::IsCell { profile: cell.profile.clone() }));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    record::verify_artefacts(folder, &record).map_err(|error| Finding::Unusable(error.into()))?;
    let scenario = parse(folder, opened, &record, mutants).map_err(Finding::Unusable)?;
    let setting = Setting { rig: opened.rig.clone(), method: opened.method, seed: opened.seed };
    Ok(Definition { scenario, setting, sha256: opened.scenario_file.sha256.clone() })
}

fn parse(folder: &Path, opened: &Opened, record: &Record, mutants: &[&str]) -> Result<Scenario, Unusable> {
    let scenario_bytes = artefact(folder, &opened.scenario_file)?;
    let profiles = [profile(folder, opened, &scenario_bytes)?];
    // Mutants come and go with versions of the bench; those that ran here were known then.
    let ran = record.events().iter().filter_map(|event| match event {
        Event::RunBegun(begun) => begun.mutant.as_deref(),
        Event::Opened(_)
        | Event::Skipped(_)
        | Event::StepBegun(_)
        | Event::Deliverable(_)
        | Event::Traffic(_)
        | Event::Attacked(_)
        | Event::Caused(_)
        | Event::Cut(_)
        | Event::DeviceSteps(_)
        | Event::Observed(_)
        | Event::RunEnded(_)
        | Event::Failed(_)
        | Event::Closed(_) => None,
    });
    let mutants: Vec<&str> = mutants.iter().copied().chain(ran).collect();
    let statements: Vec<&str> = standards::standards().ids().collect();
    let context = Context { profiles: &profiles, mutants: &mutants, statements: &statements };
    let label = format!("{}.toml", opened.scenario);
    scenario::parse(&label, &scenario_bytes, &context)
        .map_err(|problems| Unusable::Definition { what: "scenario", problems: Box::new(problems) })
}

/// The profile; its name stands in the scenario.
fn profile(folder: &Path, opened: &Opened, scenario_bytes: &[u8]) -> Result<Profile, Unusable> {
    let bytes = artefact(folder, &opened.profile_file)?;
    let label = format!("{}.toml", profile_name(scenario_bytes).unwrap_or_else(|| "unnamed".to_owned()));
    scenario::parse_profile(&label, &bytes)
        .map_err(|problems| Unusable::Definition { what: "profile", problems: Box::new(problems) })
}

/// The profile a scenario names, before it can be checked. What is wrong with it, the check will say.
fn profile_name(scenario_bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(scenario_bytes).ok()?;
    let table: toml::Table = text.parse().ok()?;
    Some(table.get("device")?.get("profile")?.as_str()?.to_owned())
}

fn artefact(folder: &Path, artefact: &Artefact) -> Result<Vec<u8>, Unusable> {
    let path = folder.join(ARTEFACTS_FOLDER).join(&artefact.sha256);
    files::read(&path, &files::label(&path))
        .map_err(|problems| Unusable::Definition { what: "file", problems: Box::new(problems) })
}
