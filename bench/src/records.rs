//! Finds the records that a path stands for.
//!
//! People name a run, a record or its file, whichever they have at hand; the commands that read
//! records all understand the same.

use std::fs;
use std::path::{Path, PathBuf};

use record::RECORD_FILE;

use crate::failure::Failure;

/// Length of a moment in a folder's name: `20261122-110131`.
const STAMP_LEN: usize = 15;

/// The record files that a path stands for: a record's file, a folder that holds one, or a folder of
/// such folders. Never none.
pub(crate) fn below(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: std::io::Error| {
        let help = "name a record's file, or a folder that holds records";
        Failure::argument(format!("{} cannot be read: {error}", path.display()), help)
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let own = path.join(RECORD_FILE);
    if own.exists() {
        return Ok(vec![own]);
    }
    let mut records = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let record = entry.map_err(unreadable)?.path().join(RECORD_FILE);
        if record.exists() {
            records.push(record);
        }
    }
    records.sort();
    if records.is_empty() {
        let help = format!("a record is a folder with `{RECORD_FILE}`; `otabench scenario` makes them");
        return Err(Failure::argument(format!("{} holds no record", path.display()), help));
    }
    Ok(records)
}

/// The folder of the newest run that left a record.
pub(crate) fn newest_run(runs: &Path) -> Result<PathBuf, Failure> {
    let entries = fs::read_dir(runs).into_iter().flatten().flatten();
    let mut named: Vec<(RunName, PathBuf)> = entries
        .filter_map(|entry| Some((RunName::parse(entry.file_name().to_str()?)?, entry.path())))
        .filter(|(_, folder)| below(folder).is_ok())
        .collect();
    named.sort();
    named.pop().map(|(_, folder)| folder).ok_or_else(|| {
        let help = "play something first with `otabench scenario`, or name a record";
        Failure::argument(format!("no run has left a record in {}", runs.display()), help)
    })
}

/// The name of a run's folder: when it began, and which of that second's it is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RunName {
    stamp: String,
    number: u32,
}

impl RunName {
    fn parse(name: &str) -> Option<Self> {
        let (stamp, rest) = name.split_at_checked(STAMP_LEN)?;
        let is_stamp =
            stamp.bytes().enumerate().all(|(at, byte)| if at == 8 { byte == b'-' } else { byte.is_ascii_digit() });
        let number = if rest.is_empty() { 1 } else { rest.strip_prefix('-')?.parse().ok()? };
        is_stamp.then(|| Self { stamp: stamp.to_owned(), number })
    }
}

#[cfg(test)]
mod tests {
    use super::RunName;

    #[test]
    fn runs_are_ordered_by_when_they_began() {
        let ordered = ["20261121-235959", "20261122-110131", "20261122-110131-2", "20261122-110131-10"];
        let names: Vec<RunName> = ordered.iter().map(|name| RunName::parse(name).expect("it is a run's")).collect();
        assert!(names.is_sorted(), "{names:?}");
    }

    #[test]
    fn other_folders_are_no_runs() {
        for name in
            ["attach-20261122-110131", "20261122-11013", "20261122-110131-x", "20261122x110131", "fünfzehn-byte"]
        {
            assert_eq!(RunName::parse(name), None, "{name}");
        }
    }
}
