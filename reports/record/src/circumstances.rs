//! What stood around a record: who played it, when, from which sources, with which tools.
//!
//! A record holds no time, so that the same play gives the same bytes; but who reads a report asks for
//! the day. So the bench states it in a file of its own, beside the record and outside its chain. It
//! is the word of whoever ran the bench, and evidence for nothing.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::sha256_hex;
use crate::words::plain;

/// Name of the file with the circumstances, in a record's directory.
pub const CIRCUMSTANCES_FILE: &str = "circumstances.json";

/// Schema of that file; the number rises with every change a reader must know of.
pub const CIRCUMSTANCES_SCHEMA: &str = "otabench.circumstances/1";

/// No bench states as much.
const MAX_BYTES: u64 = 64 << 10;

/// What stood around a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Circumstances {
    /// [`CIRCUMSTANCES_SCHEMA`].
    pub schema: String,
    /// SHA-256 of the record they belong to.
    pub record_sha256: String,
    /// Who ran the bench; absent where nobody said.
    pub operator: Option<String>,
    /// When the play began, RFC 3339 in UTC: `2026-11-25T19:00:00Z`.
    pub began: String,
    /// When it ended, likewise.
    pub ended: String,
    /// Whose word the two times are.
    pub time_source: String,
    /// The sources around the bench; absent where no version control tells.
    pub sources: Option<Sources>,
    /// What stands between the sources and the device: compilers, emulators, probes.
    pub tools: Vec<Tool>,
}

/// The sources that a rig builds firmware from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sources {
    /// The commit that was checked out, in hex.
    pub commit: String,
    /// Whether the files were still those of the commit.
    pub state: SourcesState,
}

/// Whether files are those of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourcesState {
    /// They are.
    AsCommitted,
    /// Some were changed since.
    Changed,
}

/// A program, by name and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tool {
    /// Its name, and what it is for: `rustc, for the firmware`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Why circumstances cannot be read.
#[derive(Debug, Error)]
pub enum CircumstancesError {
    /// The file cannot be read.
    #[error("{CIRCUMSTANCES_FILE} cannot be read")]
    Unreadable {
        /// What the operating system says.
        source: io::Error,
    },
    /// The file has another form.
    #[error("{CIRCUMSTANCES_FILE} is not what this bench writes: {detail}")]
    Unknown {
        /// What is wrong.
        detail: String,
    },
    /// The file belongs to another record.
    #[error("{CIRCUMSTANCES_FILE} belongs to the record {}, and this is {saw}", plain(named))]
    OtherRecord {
        /// Digest of the record it names.
        named: String,
        /// Digest of the record it lies beside.
        saw: String,
    },
}

impl Circumstances {
    /// Reads the circumstances beside a record with this digest; `None` where nobody stated any.
    ///
    /// # Errors
    /// Where there is such a file, and it cannot be read or belongs to another record.
    pub fn read(folder: &Path, record_sha256: &str) -> Result<Option<Self>, CircumstancesError> {
        let path = folder.join(CIRCUMSTANCES_FILE);
        let about = match fs::symlink_metadata(&path) {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CircumstancesError::Unreadable { source }),
        };
        if !about.is_file() {
            return Err(CircumstancesError::Unknown { detail: "it is not a plain file".to_owned() });
        }
        let mut bytes = Vec::new();
        // It may grow while it is read; one byte more tells that it is too long.
        let read = File::open(&path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(|source| CircumstancesError::Unreadable { source })?;
        Self::parse(&bytes, record_sha256).map(Some)
    }

    /// Reads circumstances from their bytes.
    ///
    /// # Errors
    /// Where they have another form or belong to another record.
    pub fn parse(bytes: &[u8], record_sha256: &str) -> Result<Self, CircumstancesError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(CircumstancesError::Unknown { detail: format!("it has more than {MAX_BYTES} bytes") });
        }
        let unknown = |error: serde_json::Error| CircumstancesError::Unknown { detail: plain(&error.to_string()) };
        let circumstances: Self = serde_json::from_slice(bytes).map_err(unknown)?;
        if circumstances.schema != CIRCUMSTANCES_SCHEMA {
            let detail = format!("its schema is `{}`", plain(&circumstances.schema));
            return Err(CircumstancesError::Unknown { detail });
        }
        if circumstances.record_sha256 != record_sha256 {
            let (named, saw) = (circumstances.record_sha256, record_sha256.to_owned());
            return Err(CircumstancesError::OtherRecord { named, saw });
        }
        if circumstances.bytes() != bytes {
            let detail = "it is spelled otherwise".to_owned();
            return Err(CircumstancesError::Unknown { detail });
        }
        Ok(circumstances)
    }

    /// The one way to write them: indented JSON in the order of the fields, and a line end.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("strings and lists have a JSON form");
        bytes.push(b'\n');
        bytes
    }

    /// SHA-256 of [`Self::bytes`].
    pub fn sha256(&self) -> String {
        sha256_hex(&self.bytes())
    }

    /// Writes them beside their record. Nothing is overwritten.
    ///
    /// # Errors
    /// Where there are some already, or nothing can be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        File::create_new(folder.join(CIRCUMSTANCES_FILE))?.write_all(&self.bytes())
    }
}
