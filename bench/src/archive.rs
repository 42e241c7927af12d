//! What an archived record was made of: scenario, profile, rig and seed.
//!
//! A record carries its scenario and its profile among the artefacts, so it can be judged and played
//! again by anybody who has the folder, without the checkout it came from.

use std::path::Path;

use record::{ARTEFACTS_FOLDER, Artefact, Event, KeySource, Opened, Reader, Record};
use scenario::{Context, Scenario};

use crate::files;
use crate::library::{ProfileFile, ScenarioFile};
use crate::outcome::{Finding, Setting, Unusable};
use crate::play::{read_record, undecided};

/// What a record was made of.
pub(crate) struct Definition {
    /// The scenario; its path is that of the record.
    pub(crate) file: ScenarioFile,
    pub(crate) profile: ProfileFile,
    pub(crate) setting: Setting,
    pub(crate) keys: KeySource,
    /// Digest of the scenario's file.
    pub(crate) sha256: String,
}

impl Definition {
    /// Finds what the record in this file was made of, among its artefacts. `mutants` are the known-bad
    /// firmwares of this bench.
    pub(crate) fn of(path: &Path, mutants: &[&str]) -> Result<Self, Finding> {
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
        let bytes = artefact(folder, &opened.scenario_file).map_err(Finding::Unusable)?;
        let profile = profile(folder, opened, &bytes).map_err(Finding::Unusable)?;
        let scenario = parse(opened, &bytes, &profile, &record, mutants).map_err(Finding::Unusable)?;
        Ok(Self {
            file: ScenarioFile { path: path.to_owned(), bytes, scenario },
            profile,
            setting: Setting { rig: opened.rig.clone(), method: opened.method, seed: opened.seed },
            keys: opened.keys,
            sha256: opened.scenario_file.sha256.clone(),
        })
    }
}

fn parse(
    opened: &Opened,
    scenario_bytes: &[u8],
    profile: &ProfileFile,
    record: &Record,
    mutants: &[&str],
) -> Result<Scenario, Unusable> {
    let profiles = std::slice::from_ref(&profile.profile);
    // Mutants come and go with versions of the bench; those that ran here were known then.
    let ran = record
        .events()
        .iter()
        .filter_map(|event| if let Event::RunBegun(begun) = event { begun.mutant.as_deref() } else { None });
    let mutants: Vec<&str> = mutants.iter().copied().chain(ran).collect();
    let statements: Vec<&str> = standards::standards().ids().collect();
    let context = Context { profiles, mutants: &mutants, statements: &statements };
    let label = format!("{}.toml", opened.scenario);
    scenario::parse(&label, scenario_bytes, &context)
        .map_err(|problems| Unusable::Definition { what: "scenario", problems: Box::new(problems) })
}

/// The profile; its name stands in the scenario.
fn profile(folder: &Path, opened: &Opened, scenario_bytes: &[u8]) -> Result<ProfileFile, Unusable> {
    let bytes = artefact(folder, &opened.profile_file)?;
    let label = format!("{}.toml", profile_name(scenario_bytes).unwrap_or_else(|| "unnamed".to_owned()));
    let profile = scenario::parse_profile(&label, &bytes)
        .map_err(|problems| Unusable::Definition { what: "profile", problems: Box::new(problems) })?;
    Ok(ProfileFile { bytes, profile })
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
