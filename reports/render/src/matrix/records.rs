//! The records behind a matrix, and the matrix judged again from them.
//!
//! A matrix is a table of verdicts, and a table can be typed. So a report encloses the record of every
//! cell, by its digest, with the scenarios and profiles these were played with; packets stay with whoever
//! played them, because no verdict comes from them. Whatever a cell says must follow from its record.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use menu::Feature;
use record::{ARTEFACTS_FOLDER, CellDevice, Opened, RECORD_FILE, Reader, judge_cell, sha256_hex};
use scenario::{Profile, Scenario};

use super::{Cell, Matrix, MatrixRow};
use crate::facts;
use crate::input::{Named, read_scenario_with};
use crate::words;

/// The records of a matrix, and the files they were played with, each under its SHA-256.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellRecords {
    files: BTreeMap<String, Vec<u8>>,
}

/// What is wrong with a cell, or with a file it needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the matrix, {place}: {detail}")]
pub struct CellProblem {
    /// Which cell: `downgrade on bare`, `downgrade without sequence`.
    pub place: String,
    /// What is wrong.
    pub detail: String,
}

impl CellRecords {
    /// Reads the folder that `otabench matrix --records` wrote: a record's directory for each cell.
    ///
    /// # Errors
    /// Where the folder or a record in it cannot be read.
    pub fn gather(folder: &Path) -> io::Result<Self> {
        let mut records = Self::default();
        for entry in fs::read_dir(folder)? {
            let cell = entry?.path();
            let Ok(bytes) = fs::read(cell.join(RECORD_FILE)) else { continue };
            for name in Reader::read(&bytes).iter().filter_map(facts::opened).flat_map(named_files) {
                records.add(fs::read(cell.join(ARTEFACTS_FOLDER).join(name))?);
            }
            records.add(bytes);
        }
        Ok(records)
    }

    /// Reads the folder of a report in which each lies under its digest.
    ///
    /// # Errors
    /// Where the folder or a file in it cannot be read.
    pub fn load(folder: &Path) -> io::Result<Self> {
        let mut records = Self::default();
        let paths: io::Result<Vec<PathBuf>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
        for path in paths? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // Under the name it has, right or wrong: the digest is compared where it is used.
            records.files.insert(name, fs::read(path)?);
        }
        Ok(records)
    }

    /// The names of the files that this matrix needs, with what they hold.
    pub(crate) fn of<'r>(&'r self, matrix: &Matrix) -> BTreeMap<&'r str, &'r [u8]> {
        let mut needed = BTreeMap::new();
        for record in matrix.cells().filter_map(|cell| self.file(cell.record_sha256.as_deref()?)) {
            let files = Reader::read(record).iter().filter_map(facts::opened).flat_map(named_files).collect::<Vec<_>>();
            for name in files.into_iter().chain([sha256_hex(record)]) {
                needed.extend(self.files.get_key_value(&name).map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
            }
        }
        needed
    }

    /// How many of the matrix's cells have their record here.
    pub(crate) fn records_of(&self, matrix: &Matrix) -> usize {
        matrix
            .cells()
            .filter(|cell| cell.record_sha256.as_ref().is_some_and(|name| self.files.contains_key(name)))
            .count()
    }

    /// Names that this matrix does not need.
    pub(crate) fn strangers(&self, matrix: &Matrix) -> Vec<&str> {
        let needed = self.of(matrix);
        self.files.keys().map(String::as_str).filter(|name| !needed.contains_key(name)).collect()
    }

    /// Judges every cell again, and compares.
    pub fn judge_again(&self, matrix: &Matrix) -> Vec<CellProblem> {
        let profiles = self.profiles(matrix);
        let mut problems = Vec::new();
        for row in &matrix.rows {
            for (cell, column) in row.cells.iter().zip(&matrix.profiles) {
                let device = CellDevice { profile: column.name.clone(), without: None };
                problems.extend(self.cell(matrix, row, cell, &device, &profiles).err());
            }
            for (cell, feature) in row.without.iter().zip(&matrix.removed) {
                let device = CellDevice { profile: row.own.clone(), without: Some(feature.clone()) };
                problems.extend(self.cell(matrix, row, cell, &device, &profiles).err());
            }
        }
        for column in &matrix.profiles {
            let features = profiles.iter().find(|profile| profile.name == column.name).map(features);
            if features.as_ref() != Some(&column.features) {
                let place = format!("profile {}", words::harmless(&column.name));
                problems.push(CellProblem { place, detail: "its features are not those of its file".to_owned() });
            }
        }
        problems
    }

    fn cell(
        &self,
        matrix: &Matrix,
        row: &MatrixRow,
        cell: &Cell,
        device: &CellDevice,
        profiles: &[Profile],
    ) -> Result<(), CellProblem> {
        let wrong = |detail: String| CellProblem { place: place(row, device), detail };
        let again = match &cell.record_sha256 {
            Some(sha256) => self.judged(matrix, row, sha256, device, profiles),
            None => unplayed(device, profiles),
        };
        let again = again.map_err(wrong)?;
        if again == *cell {
            return Ok(());
        }
        let said = format!("{} ({})", cell.verdict.name(), words::harmless(&cell.detail));
        Err(wrong(format!("its record judges {} ({}), and the report says {said}", again.verdict.name(), again.detail)))
    }

    /// The cell that follows from the record of this digest.
    fn judged(
        &self,
        matrix: &Matrix,
        row: &MatrixRow,
        sha256: &str,
        device: &CellDevice,
        profiles: &[Profile],
    ) -> Result<Cell, String> {
        let bytes = self.file(sha256).ok_or_else(|| format!("its record {} is missing", words::harmless(sha256)))?;
        let record = Reader::read(bytes).map_err(|error| error.to_string())?;
        let opened = facts::opened(&record).ok_or("its record does not say what it is a record of")?;
        is_of(opened, matrix, row, device)?;
        let file = |sha256: &str| self.file(sha256).ok_or("a file it was played with is missing");
        let profile = scenario::parse_profile(&format!("{}.toml", device.profile), file(&opened.profile_file.sha256)?)
            .map_err(|problems| words::harmless(&problems.to_string()))?;
        let scenario = self.scenario(opened, file(&opened.scenario_file.sha256)?, profiles)?;
        if (scenario.claim.as_str(), scenario.device.profile.as_str()) != (row.claim.as_str(), row.own.as_str()) {
            return Err("its scenario has another claim or another profile".to_owned());
        }
        let profile = match device.without.as_deref() {
            None => profile,
            Some(name) => profile.without(Feature::from_name(name).ok_or("there is no such feature")?),
        };
        let judgement = judge_cell(&scenario.on(&profile), &opened.scenario_file.sha256, &record);
        Ok(Cell::of(&judgement, sha256.to_owned()))
    }

    fn scenario(&self, opened: &Opened, file: &[u8], profiles: &[Profile]) -> Result<Scenario, String> {
        read_scenario_with(&opened.scenario, file, &Named::of(file), profiles)
            .map_err(|problems| words::harmless(&problems.to_string()))
    }

    /// The profiles that whole devices of the matrix were provisioned with.
    fn profiles(&self, matrix: &Matrix) -> Vec<Profile> {
        let mut profiles: BTreeMap<String, Profile> = BTreeMap::new();
        for record in matrix.cells().filter_map(|cell| self.file(cell.record_sha256.as_deref()?)) {
            let Ok(record) = Reader::read(record) else { continue };
            let Some(opened) = facts::opened(&record) else { continue };
            let (Some(cell), Some(file)) = (&opened.cell, self.file(&opened.profile_file.sha256)) else { continue };
            if let Ok(profile) = scenario::parse_profile(&format!("{}.toml", cell.profile), file) {
                profiles.insert(cell.profile.clone(), profile);
            }
        }
        profiles.into_values().collect()
    }

    /// A file, if it is what its name says.
    fn file(&self, sha256: &str) -> Option<&[u8]> {
        self.files.get(sha256).map(Vec::as_slice).filter(|bytes| sha256_hex(bytes) == sha256)
    }

    fn add(&mut self, bytes: Vec<u8>) {
        self.files.insert(sha256_hex(&bytes), bytes);
    }
}

fn named_files(opened: &Opened) -> [String; 2] {
    [opened.scenario_file.sha256.clone(), opened.profile_file.sha256.clone()]
}

fn features(profile: &Profile) -> Vec<String> {
    profile.features.iter().map(|feature| feature.name().to_owned()).collect()
}

fn place(row: &MatrixRow, device: &CellDevice) -> String {
    let where_ = match &device.without {
        None => format!("on {}", device.profile),
        Some(feature) => format!("without {feature}"),
    };
    words::harmless(&format!("{} {where_}", row.scenario))
}

/// Whether a record is of this scenario on this device, and played as the matrix says.
fn is_of(opened: &Opened, matrix: &Matrix, row: &MatrixRow, device: &CellDevice) -> Result<(), String> {
    let is_so = opened.cell.as_ref() == Some(device)
        && opened.scenario == row.scenario
        && opened.rig == matrix.rig
        && opened.method == matrix.method
        && format!("{:#x}", opened.seed) == matrix.seed
        && opened.otabench == matrix.otabench;
    if is_so { Ok(()) } else { Err("its record is one of something else".to_owned()) }
}

/// The one cell that needs no record: a feature cannot be taken from a profile that has none.
fn unplayed(device: &CellDevice, profiles: &[Profile]) -> Result<Cell, String> {
    let feature = device.without.as_deref().and_then(Feature::from_name).ok_or("it has no record")?;
    let own = profiles.iter().find(|profile| profile.name == device.profile).ok_or("its profile is missing")?;
    if own.features.has(feature) { Err("it has no record".to_owned()) } else { Ok(Cell::no_such_feature(feature)) }
}
