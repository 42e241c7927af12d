//! Writes a record: one line at a time, artefacts before the line that names them.
//!
//! A bench can be killed at any moment. Each line is flushed before the next thing happens and an
//! artefact appears under its name only when it is whole, so what is left behind is always a record
//! that ends too early, never one that claims what is not there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::event::{Artefact, Event};
use crate::file::{Chain, MAX_LINE_BYTES, artefacts_of};
use crate::sha256_hex;

/// Name of the file with the events, in a record's directory.
pub const RECORD_FILE: &str = "record.jsonl";

/// Name of the folder with the artefacts, in a record's directory.
pub const ARTEFACTS_FOLDER: &str = "artefacts";

/// Writes the events of one run.
#[derive(Debug)]
pub struct Writer<W: Write> {
    lines: W,
    store: Store,
    stored: BTreeSet<String>,
    chain: Chain,
    is_closed: bool,
}

/// Where artefacts go.
#[derive(Debug)]
enum Store {
    /// Into this folder.
    Folder(PathBuf),
    /// Nowhere: only their digests are kept.
    Nowhere,
}

/// Why something could not be recorded.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The record's directory could not be made or already holds a record.
    #[error("cannot begin a record in {}", dir.display())]
    Begin {
        /// The directory.
        dir: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A line could not be written.
    #[error("cannot write line {line} of the record")]
    Line {
        /// Which line, from 1.
        line: u64,
        /// What the operating system says.
        source: io::Error,
    },
    /// An artefact could not be written.
    #[error("cannot write the artefact {}", path.display())]
    Artefact {
        /// Where it was to go.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The event names an artefact that was never stored.
    #[error("an event names the artefact {sha256}, which was not stored before")]
    NotStored {
        /// The artefact's digest.
        sha256: String,
    },
    /// The event is too long for a line.
    #[error("an event needs a line of {size_bytes} bytes, more than {limit_bytes}")]
    LineTooLong {
        /// The length it would have.
        size_bytes: usize,
        /// [`MAX_LINE_BYTES`].
        limit_bytes: usize,
    },
    /// Nothing may follow `closed`.
    #[error("the record is already closed")]
    Closed,
}

impl Writer<File> {
    /// Begins a record in a directory, which is made if need be. A directory that already holds a
    /// record is an error: nothing is ever overwritten.
    pub fn create(dir: &Path) -> Result<Self, WriteError> {
        let begin = |source| WriteError::Begin { dir: dir.to_owned(), source };
        let artefacts = dir.join(ARTEFACTS_FOLDER);
        fs::create_dir_all(&artefacts).map_err(begin)?;
        let lines = File::create_new(dir.join(RECORD_FILE)).map_err(begin)?;
        Ok(Self::with_store(lines, Store::Folder(artefacts)))
    }
}

impl<W: Write> Writer<W> {
    /// Writes lines to `lines`; of artefacts only the digests are kept.
    pub fn new(lines: W) -> Self {
        Self::with_store(lines, Store::Nowhere)
    }

    fn with_store(lines: W, store: Store) -> Self {
        Self { lines, store, stored: BTreeSet::new(), chain: Chain::default(), is_closed: false }
    }

    /// Stores content under its digest, once, and says how an event names it.
    pub fn store(&mut self, content: &[u8]) -> Result<Artefact, WriteError> {
        let artefact = Artefact { sha256: sha256_hex(content), size_bytes: content.len() as u64 };
        if self.stored.contains(&artefact.sha256) {
            return Ok(artefact);
        }
        if let Store::Folder(folder) = &self.store {
            put(folder, &artefact.sha256, content)?;
        }
        self.stored.insert(artefact.sha256.clone());
        Ok(artefact)
    }

    /// Appends an event and flushes it.
    pub fn append(&mut self, event: &Event) -> Result<(), WriteError> {
        if self.is_closed {
            return Err(WriteError::Closed);
        }
        if let Some(missing) = artefacts_of(event).into_iter().find(|named| !self.stored.contains(&named.sha256)) {
            return Err(WriteError::NotStored { sha256: missing.sha256.clone() });
        }
        let mut line = self.chain.encode(&self.chain.place_of(event), event);
        if line.len() > MAX_LINE_BYTES {
            return Err(WriteError::LineTooLong { size_bytes: line.len(), limit_bytes: MAX_LINE_BYTES });
        }
        let number = self.chain.next_line();
        self.chain.advance(event, &line);
        self.is_closed = matches!(event, Event::Closed(_));
        line.push(b'\n');
        let written = self.lines.write_all(&line).and_then(|()| self.lines.flush());
        written.map_err(|source| WriteError::Line { line: number, source })
    }

    /// Gives back what the lines were written to.
    pub fn into_inner(self) -> W {
        self.lines
    }
}

/// Writes beside and renames, so that the name never stands for half a file.
fn put(folder: &Path, name: &str, content: &[u8]) -> Result<(), WriteError> {
    let path = folder.join(name);
    let beside = folder.join(format!("{name}.part"));
    let written = fs::write(&beside, content).and_then(|()| fs::rename(&beside, &path));
    written.map_err(|source| WriteError::Artefact { path, source })
}
