//! Checks the artefacts beside a record against the events that name them.
//!
//! A record proves something only together with its artefacts: a missing or changed capture must be
//! noticed before anybody builds a report on it. Names come from the record, so they are checked
//! before they touch the file system.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::event::Artefact;
use crate::file::Record;
use crate::words::plain;
use crate::writer::ARTEFACTS_FOLDER;

/// What is wrong with an artefact.
#[derive(Debug, Error)]
pub enum ArtefactError {
    /// Its name is not a SHA-256 in lower-case hex.
    #[error("`{}` is not the name of an artefact", plain(name))]
    Name {
        /// The name in the record.
        name: String,
    },
    /// It cannot be read.
    #[error("cannot read the artefact {}", path.display())]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// It is a directory, a link or something else that is not a plain file.
    #[error("the artefact {} is not a plain file", path.display())]
    NotAFile {
        /// Where it is.
        path: PathBuf,
    },
    /// Its size is not the one in the record.
    #[error("the artefact {} has {saw_bytes} bytes instead of {expected_bytes}", path.display())]
    Size {
        /// Where it is.
        path: PathBuf,
        /// The size in the record.
        expected_bytes: u64,
        /// The size on disk.
        saw_bytes: u64,
    },
    /// Its content is not what its name says.
    #[error("the artefact {} has the digest {saw}: its content was changed", path.display())]
    Content {
        /// Where it is.
        path: PathBuf,
        /// The digest of what is there.
        saw: String,
    },
}

/// Checks that every artefact the record names lies in `dir`, with its size and digest.
pub fn verify_artefacts(dir: &Path, record: &Record) -> Result<(), ArtefactError> {
    let folder = dir.join(ARTEFACTS_FOLDER);
    let mut seen = BTreeSet::new();
    for artefact in record.artefacts() {
        if seen.insert((&artefact.sha256, artefact.size_bytes)) {
            verify(&folder, artefact)?;
        }
    }
    Ok(())
}

fn verify(folder: &Path, artefact: &Artefact) -> Result<(), ArtefactError> {
    if !is_digest(&artefact.sha256) {
        return Err(ArtefactError::Name { name: artefact.sha256.clone() });
    }
    let path = folder.join(&artefact.sha256);
    let about = match fs::symlink_metadata(&path) {
        Ok(about) => about,
        Err(source) => return Err(ArtefactError::Unreadable { path, source }),
    };
    if !about.is_file() {
        return Err(ArtefactError::NotAFile { path });
    }
    if about.len() != artefact.size_bytes {
        let (expected_bytes, saw_bytes) = (artefact.size_bytes, about.len());
        return Err(ArtefactError::Size { path, expected_bytes, saw_bytes });
    }
    match digest_of(&path) {
        Ok(saw) if saw == artefact.sha256 => Ok(()),
        Ok(saw) => Err(ArtefactError::Content { path, saw }),
        Err(source) => Err(ArtefactError::Unreadable { path, source }),
    }
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = [0; 1 << 14];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(&buffer[..count]);
    }
}

fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
