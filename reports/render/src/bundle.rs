//! The folder of a report: the page, its twins, and the records it speaks of.
//!
//! A report without its records is a claim; with them it can be judged again by anybody. So they are
//! copied, with exactly the artefacts they name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use record::{ARTEFACTS_FOLDER, CIRCUMSTANCES_FILE, RECORD_FILE};
use thiserror::Error;

use crate::cyclonedx::cyclonedx;
use crate::html::html;
use crate::input::{Inputs, Run};
use crate::intoto;
use crate::junit::junit;
use crate::key::ReportKey;
use crate::markdown::markdown;
use crate::oscal::oscal;
use crate::report::Report;
use crate::sarif::sarif;

/// The report itself; the other files are views of it.
pub const REPORT_FILE: &str = "report.json";

/// The public key that a signed report is signed with.
pub const KEY_FILE: &str = "signer.pem";

/// The signed statement.
pub const ENVELOPE_FILE: &str = "report.dsse.json";

/// The product declaration, as it was given.
pub const DECLARATION_FILE: &str = "declaration.toml";

/// The earlier report that this one is compared with.
pub const PREVIOUS_FILE: &str = "previous.json";

/// The folder with the records.
pub const RECORDS_FOLDER: &str = "records";

/// The folder with the records behind the matrix, each under its digest.
pub const CELLS_FOLDER: &str = "cells";

/// One of the files that lay a report out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One page.
    Html,
    /// Its twin in Markdown.
    Markdown,
    /// JUnit XML.
    Junit,
    /// An in-toto statement, unsigned.
    Statement,
    /// OSCAL assessment results 1.2.1.
    Oscal,
    /// CycloneDX 1.6 declarations.
    CycloneDx,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 7] = [
        Format::Html,
        Format::Markdown,
        Format::Junit,
        Format::Statement,
        Format::Oscal,
        Format::CycloneDx,
        Format::Sarif,
    ];

    /// The formats of every report.
    pub const USUAL: [Format; 4] = [Format::Html, Format::Markdown, Format::Junit, Format::Statement];

    /// Name of its file.
    pub const fn file(self) -> &'static str {
        match self {
            Format::Html => "report.html",
            Format::Markdown => "report.md",
            Format::Junit => "junit.xml",
            Format::Statement => "statement.intoto.json",
            Format::Oscal => "oscal-assessment-results.json",
            Format::CycloneDx => "report.cdx.json",
            Format::Sarif => "report.sarif.json",
        }
    }

    /// Lays a report out.
    pub fn lay_out(self, report: &Report) -> String {
        match self {
            Format::Html => html(report),
            Format::Markdown => markdown(report),
            Format::Junit => junit(report),
            Format::Statement => intoto::statement(report) + "\n",
            Format::Oscal => oscal(report),
            Format::CycloneDx => cyclonedx(report),
            Format::Sarif => sarif(report),
        }
    }
}

/// What goes into the folder besides the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'a> {
    /// Formats to lay out.
    pub formats: &'a [Format],
    /// The key that signs. Its id must stand in [`crate::Meta::signed_by`].
    pub key: Option<&'a ReportKey>,
    /// The bytes of the product declaration, if one was given.
    pub declaration: Option<&'a [u8]>,
    /// The bytes of the earlier report, if one was given.
    pub previous: Option<&'a [u8]>,
}

/// Why a report's folder could not be written.
#[derive(Debug, Error)]
pub enum BundleError {
    /// There is a report already.
    #[error("{} already holds a report; nothing is overwritten", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// A file could not be written or copied.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A run was not loaded from a folder, so its record cannot be copied.
    #[error("the record of {id} has no folder to be copied from")]
    Homeless {
        /// Id of the run.
        id: String,
    },
    /// The report names another signer than the key.
    #[error("the report says it is signed by {expected}, and the key is {saw}")]
    OtherKey {
        /// The key in the report, or `nobody`.
        expected: String,
        /// The key that was given, or `nobody`.
        saw: String,
    },
}

/// Writes a report and its records into a folder, which is made if need be.
///
/// # Errors
/// Where the folder already holds a report, or something cannot be written.
pub fn write(folder: &Path, inputs: &Inputs, report: &Report, extras: &Extras<'_>) -> Result<(), BundleError> {
    same_key(report, extras)?;
    let records = folder.join(RECORDS_FOLDER);
    if folder.join(REPORT_FILE).exists() || records.exists() {
        return Err(BundleError::Taken { folder: folder.to_owned() });
    }
    make_folder(&records)?;
    for part in &report.runs {
        let run = inputs.runs.iter().find(|run| run.record_sha256 == part.record_sha256);
        let from = run.and_then(|run| run.folder.as_deref().map(|folder| (run, folder)));
        let (run, from) = from.ok_or_else(|| BundleError::Homeless { id: part.id.clone() })?;
        copy_record(run, from, &records.join(&part.id))?;
    }
    if let (Some(matrix), Some(cells)) = (&report.matrix, &inputs.cells) {
        let folder = folder.join(CELLS_FOLDER);
        make_folder(&folder)?;
        for (name, bytes) in cells.of(matrix) {
            put(&folder.join(name), bytes)?;
        }
    }
    for file in files(report, extras) {
        put(&folder.join(file.name), file.content.as_bytes())?;
    }
    if let Some(declaration) = extras.declaration {
        put(&folder.join(DECLARATION_FILE), declaration)?;
    }
    if let Some(previous) = extras.previous {
        put(&folder.join(PREVIOUS_FILE), previous)?;
    }
    Ok(())
}

/// A file of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub content: String,
}

/// The files of a report, without its records.
pub fn files(report: &Report, extras: &Extras<'_>) -> Vec<ReportFile> {
    let mut files = vec![ReportFile { name: REPORT_FILE, content: report.json() }];
    let laid_out = |format: &Format| ReportFile { name: format.file(), content: format.lay_out(report) };
    files.extend(extras.formats.iter().map(laid_out));
    if let Some(key) = extras.key {
        files.push(ReportFile { name: ENVELOPE_FILE, content: intoto::envelope(report, key) });
        files.push(ReportFile { name: KEY_FILE, content: key.public().pem().to_owned() });
    }
    files
}

fn same_key(report: &Report, extras: &Extras<'_>) -> Result<(), BundleError> {
    let (expected, saw) = (report.meta.signed_by.as_deref(), extras.key.map(|key| key.public().id()));
    if expected == saw {
        return Ok(());
    }
    let word = |key: Option<&str>| key.unwrap_or("nobody").to_owned();
    Err(BundleError::OtherKey { expected: word(expected), saw: word(saw) })
}

fn copy_record(run: &Run, from: &Path, to: &Path) -> Result<(), BundleError> {
    make_folder(&to.join(ARTEFACTS_FOLDER))?;
    copy(&from.join(RECORD_FILE), &to.join(RECORD_FILE))?;
    if run.circumstances.is_some() {
        copy(&from.join(CIRCUMSTANCES_FILE), &to.join(CIRCUMSTANCES_FILE))?;
    }
    let names: std::collections::BTreeSet<&str> =
        run.record.artefacts().map(|artefact| artefact.sha256.as_str()).collect();
    for name in names {
        let place = Path::new(ARTEFACTS_FOLDER).join(name);
        copy(&from.join(&place), &to.join(&place))?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), BundleError> {
    fs::create_dir_all(path).map_err(|source| BundleError::Write { path: path.to_owned(), source })
}

fn copy(from: &Path, to: &Path) -> Result<(), BundleError> {
    fs::copy(from, to).map(|_| ()).map_err(|source| BundleError::Write { path: to.to_owned(), source })
}

fn put(path: &Path, content: &[u8]) -> Result<(), BundleError> {
    fs::write(path, content).map_err(|source| BundleError::Write { path: path.to_owned(), source })
}
