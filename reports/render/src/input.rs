//! What a report is made from.
//!
//! A [`Run`] is judged here, from the record's bytes: a verdict cannot be handed in. Nothing of the
//! machine gets into a report unless it stands in [`Meta`], so that the same records give the same
//! report anywhere.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use record::{
    ARTEFACTS_FOLDER, ArtefactError, Circumstances, CircumstancesError, Judgement, Opened, RECORD_FILE, Reader, Record,
    RecordError, judge, sha256_hex, verify_artefacts,
};
use scenario::{Context, Diagnostics, Profile, Scenario};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::declaration::Declaration;
use crate::facts;
use crate::matrix::{CellRecords, Matrix};
use crate::previous::Previous;

/// Everything a report is made from.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The runs. Their order does not matter; a record that is given twice counts once.
    pub runs: Vec<Run>,
    /// Records that could not be read, and why.
    pub unreadable: Vec<Unreadable>,
    /// What the manufacturer says.
    pub declaration: Option<Declaration>,
    /// An earlier report.
    pub previous: Option<Previous>,
    /// Attacks against profiles.
    pub matrix: Option<Matrix>,
    /// The records of its cells.
    pub cells: Option<CellRecords>,
    /// Where the report comes from.
    pub meta: Meta,
}

/// Where a report comes from. Whatever is absent is shown as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Meta {
    /// Version of the bench that writes the report.
    pub otabench: String,
    /// How the bench is called in commands: `otabench`, or `cargo run --`.
    pub program: String,
    /// Who wrote it.
    pub operator: Option<String>,
    /// When the report was written.
    pub time: Option<Time>,
    /// Id of the key that signs the report; absent for an unsigned one.
    pub signed_by: Option<String>,
}

/// A time, and whose word it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Time {
    /// RFC 3339, in UTC: `2026-11-25T19:00:00Z`.
    pub utc: String,
    /// Where it comes from: `clock of the bench, not checked`.
    pub source: String,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Unreadable {
    /// How the record is called.
    pub label: String,
    /// Why it could not be read.
    pub reason: String,
}

/// A record, judged.
#[derive(Clone, Debug)]
pub struct Run {
    /// The scenario it plays.
    pub scenario: Scenario,
    /// What happened.
    pub record: Record,
    /// What follows from it.
    pub judgement: Judgement,
    /// SHA-256 of the file with the events.
    pub record_sha256: String,
    /// Its first event.
    pub opened: Opened,
    /// What the bench states of the play, outside the record.
    pub circumstances: Option<Circumstances>,
    /// Where it was loaded from. Not part of a report.
    pub folder: Option<PathBuf>,
}

/// Why a record could not be read.
#[derive(Debug, Error)]
pub enum RunError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The record is damaged.
    #[error("the record is damaged: {0}")]
    Damaged(#[from] RecordError),
    /// The record does not begin with what it is a record of.
    #[error("the record does not say what it is a record of")]
    NotOpened,
    /// An artefact is missing or changed.
    #[error(transparent)]
    Artefact(#[from] ArtefactError),
    /// What stands beside it of its circumstances is not theirs.
    #[error(transparent)]
    Circumstances(#[from] CircumstancesError),
    /// A file it was made with is not the one it names.
    #[error("the {what} has the digest {saw} instead of {expected}")]
    WrongFile {
        /// Which file.
        what: &'static str,
        /// The digest in the record.
        expected: String,
        /// The digest of what is there.
        saw: String,
    },
    /// It is a cell of the matrix, played on another device than the scenario's own.
    #[error("it is a cell of the matrix, and evidence for no claim")]
    Cell,
    /// The scenario it was made with is none for this bench.
    #[error("the scenario of the record cannot be read: {detail}")]
    Scenario {
        /// What is wrong with it.
        detail: String,
    },
    /// The profile it was made with is none for this bench.
    #[error("the profile of the record cannot be read: {detail}")]
    Profile {
        /// What is wrong with it.
        detail: String,
    },
}

impl Run {
    /// Loads a record's directory: checks its artefacts, reads scenario and profile from them, and
    /// judges.
    ///
    /// # Errors
    /// Where anything is missing, changed or cannot be read. A record that is whole and says that the
    /// bench failed is no error; its verdict is ERROR.
    pub fn load(folder: &Path) -> Result<Self, RunError> {
        let bytes = read(&folder.join(RECORD_FILE))?;
        let record = Reader::read(&bytes)?;
        verify_artefacts(folder, &record)?;
        let opened = facts::opened(&record).ok_or(RunError::NotOpened)?;
        let artefacts = folder.join(ARTEFACTS_FOLDER);
        let scenario_file = read(&artefacts.join(&opened.scenario_file.sha256))?;
        let profile_file = read(&artefacts.join(&opened.profile_file.sha256))?;
        let run = Self::judge(&bytes, &scenario_file, &profile_file)?;
        let circumstances = Circumstances::read(folder, &run.record_sha256)?;
        Ok(Self { folder: Some(folder.to_owned()), circumstances, ..run })
    }

    /// Judges a record with the scenario and profile it was made with.
    ///
    /// # Errors
    /// Where the files are not those the record names, or cannot be read.
    pub fn judge(record_bytes: &[u8], scenario_file: &[u8], profile_file: &[u8]) -> Result<Self, RunError> {
        let record = Reader::read(record_bytes)?;
        let opened = facts::opened(&record).ok_or(RunError::NotOpened)?.clone();
        if opened.cell.is_some() {
            return Err(RunError::Cell);
        }
        same_file("scenario", &opened.scenario_file.sha256, scenario_file)?;
        same_file("profile", &opened.profile_file.sha256, profile_file)?;
        let scenario = read_scenario(&opened.scenario, scenario_file, profile_file)?;
        let judgement = judge(&scenario, &opened.scenario_file.sha256, &record);
        let record_sha256 = sha256_hex(record_bytes);
        Ok(Self { scenario, record, judgement, record_sha256, opened, circumstances: None, folder: None })
    }
}

fn same_file(what: &'static str, expected: &str, file: &[u8]) -> Result<(), RunError> {
    let saw = sha256_hex(file);
    if saw == expected { Ok(()) } else { Err(RunError::WrongFile { what, expected: expected.to_owned(), saw }) }
}

/// The profile's name and the mutant's stand in the scenario alone; both were checked when it was
/// played, so here they only have to be found again.
fn read_scenario(name: &str, scenario_file: &[u8], profile_file: &[u8]) -> Result<Scenario, RunError> {
    let named = Named::of(scenario_file);
    let profile = scenario::parse_profile(&format!("{}.toml", named.profile), profile_file)
        .map_err(|problems| RunError::Profile { detail: problems.to_string() })?;
    read_scenario_with(name, scenario_file, &named, &[profile])
        .map_err(|problems| RunError::Scenario { detail: problems.to_string() })
}

/// Reads a scenario that names one of these profiles.
pub(crate) fn read_scenario_with(
    name: &str,
    scenario_file: &[u8],
    named: &Named,
    profiles: &[Profile],
) -> Result<Scenario, Diagnostics> {
    let mutants: Vec<&str> = named.mutant.iter().map(String::as_str).collect();
    let context = Context { profiles, mutants: &mutants, statements: &[] };
    scenario::parse(&format!("{name}.toml"), scenario_file, &context)
}

/// What a scenario file names outside itself.
#[derive(Default)]
pub(crate) struct Named {
    profile: String,
    mutant: Option<String>,
}

impl Named {
    pub(crate) fn of(scenario_file: &[u8]) -> Self {
        let text = String::from_utf8_lossy(scenario_file);
        let Ok(table) = text.parse::<toml::Table>() else { return Self::default() };
        let word = |section: &str, key: &str| table.get(section)?.get(key)?.as_str().map(str::to_owned);
        Self { profile: word("device", "profile").unwrap_or_default(), mutant: word("teeth", "mutant") }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    fs::read(path).map_err(|source| RunError::Unreadable { path: path.to_owned(), source })
}
