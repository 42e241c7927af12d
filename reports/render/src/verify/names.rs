//! The names in a report's folder: what must be there, and what may.
//!
//! A view that was deleted and a file that was slipped in say as much as a changed byte: whoever gets
//! the folder takes all of it for the report. So each name is accounted for, and others are refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use record::{ARTEFACTS_FOLDER, CIRCUMSTANCES_FILE, RECORD_FILE};

use super::{Problem, Stated};
use crate::bundle::{
    CELLS_FOLDER, DECLARATION_FILE, ENVELOPE_FILE, Format, KEY_FILE, PREVIOUS_FILE, RECORDS_FOLDER, REPORT_FILE,
};
use crate::input::Run;
use crate::words;

/// What is missing from the top of the folder, and what does not belong there.
pub(super) fn of_report(folder: &Path, stated: &Stated) -> Vec<Problem> {
    let missing = Format::USUAL
        .into_iter()
        .map(Format::file)
        .filter(|file| !folder.join(file).exists())
        .map(|file| Problem::Missing { file: file.to_owned() });
    let mut known: BTreeSet<&str> = Format::ALL.into_iter().map(Format::file).collect();
    known.extend([REPORT_FILE, RECORDS_FOLDER]);
    known.extend(stated.declaration.as_ref().map(|_| DECLARATION_FILE));
    known.extend(stated.cell_records.map(|_| CELLS_FOLDER));
    known.extend(stated.change.as_ref().map(|_| PREVIOUS_FILE));
    // An envelope nobody speaks of is no stranger here: the signature's own check refuses it.
    known.insert(ENVELOPE_FILE);
    known.extend(stated.meta.signed_by.as_ref().map(|_| KEY_FILE));
    missing.chain(foreign(folder, "", &known)).collect()
}

/// What does not belong into the folder of a record.
pub(super) fn of_record(folder: &Path, id: &str, run: &Run) -> Vec<Problem> {
    let at = format!("{RECORDS_FOLDER}/{}/", words::harmless(id));
    let artefacts: BTreeSet<&str> = run.record.artefacts().map(|artefact| artefact.sha256.as_str()).collect();
    let beside = foreign(folder, &at, &BTreeSet::from([RECORD_FILE, ARTEFACTS_FOLDER, CIRCUMSTANCES_FILE]));
    let among = foreign(&folder.join(ARTEFACTS_FOLDER), &format!("{at}{ARTEFACTS_FOLDER}/"), &artefacts);
    beside.into_iter().chain(among).collect()
}

/// Names that are not known, in order. A folder that cannot be listed is a problem of its own.
fn foreign(folder: &Path, at: &str, known: &BTreeSet<&str>) -> Vec<Problem> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let file = if at.is_empty() { "the folder".to_owned() } else { at.to_owned() };
            return vec![Problem::Unreadable { file, detail: error.to_string() }];
        }
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.retain(|name| !known.contains(name.as_str()));
    names.iter().map(|name| Problem::Foreign { file: format!("{at}{}", words::harmless(name)) }).collect()
}
