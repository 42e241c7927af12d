//! Checks a report's folder: nothing was changed, and everything follows from the records.
//!
//! The records are judged again and the report is put together again from them; what stands in the
//! folder must be the same bytes, page and all. So there is nothing to trust but the records, the
//! bench that judges them, and the key that vouches for them.

mod names;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use record::{CIRCUMSTANCES_FILE, Circumstances};
use serde::Deserialize;
use standards::Standards;

use crate::bundle::{
    CELLS_FOLDER, DECLARATION_FILE, ENVELOPE_FILE, Format, KEY_FILE, PREVIOUS_FILE, RECORDS_FOLDER, REPORT_FILE,
};
use crate::declaration::Declaration;
use crate::input::{Inputs, Meta, Run, Unreadable};
use crate::key::PublicKey;
use crate::matrix::{CellProblem, CellRecords, Matrix};
use crate::previous::Previous;
use crate::report::{REPORT_SCHEMA, Report, Word};
use crate::{intoto, words};

/// What checking found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// What was checked and found right, in sentences.
    pub checked: Vec<String>,
    /// What could not be checked, and why.
    pub unchecked: Vec<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Who vouches for it.
    pub signature: SignatureState,
}

/// Who vouches for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureState {
    /// Nobody.
    Unsigned,
    /// A key that whoever checks said to trust.
    Trusted {
        /// Its id.
        id: String,
    },
    /// A key that lies beside the report. Whether to trust it is for the reader to know.
    Unknown {
        /// Its id.
        id: String,
    },
    /// The signature is not valid.
    Invalid,
}

/// Something that is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A file cannot be read.
    #[error("cannot read {file}: {detail}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Why.
        detail: String,
    },
    /// The report is none, or one this bench does not know.
    #[error("{REPORT_FILE} is no report: {detail}")]
    NotAReport {
        /// Why.
        detail: String,
    },
    /// A record is damaged, or one of its artefacts is missing or changed.
    #[error("record {id}: {detail}")]
    Record {
        /// Id of the run.
        id: String,
        /// What is wrong.
        detail: String,
    },
    /// A record is whole, but not the one the report speaks of.
    #[error("record {id} has the digest {saw}, and the report speaks of {expected}")]
    OtherRecord {
        /// Id of the run.
        id: String,
        /// The digest in the report.
        expected: String,
        /// The digest of what is there.
        saw: String,
    },
    /// What is stated beside a record is not what the report speaks of.
    #[error("record {id}: {CIRCUMSTANCES_FILE} is not the one the report speaks of")]
    OtherCircumstances {
        /// Id of the run.
        id: String,
    },
    /// The report states another verdict than follows from the record.
    #[error("record {id} judges {judged}, and the report says {reported}")]
    Verdict {
        /// Id of the run.
        id: String,
        /// The verdict in the report.
        reported: &'static str,
        /// The verdict that follows.
        judged: &'static str,
    },
    /// A cell of the matrix says something else than its record.
    #[error(transparent)]
    Cell(CellProblem),
    /// A record lies in the folder that the report does not speak of.
    #[error("record {id} lies in the folder, and the report does not speak of it")]
    ExtraRecord {
        /// Name of its folder.
        id: String,
    },
    /// A file is not what follows from the records.
    #[error(
        "{file} is not what follows from the records (and from declaration.toml and previous.json, where it has them)"
    )]
    Changed {
        /// Which file.
        file: String,
    },
    /// A file that every report has is not there.
    #[error("{file} is missing; every report has it")]
    Missing {
        /// Which file.
        file: String,
    },
    /// A file lies in the folder that is no part of a report.
    #[error("{file} is no part of the report")]
    Foreign {
        /// Which file.
        file: String,
    },
    /// The report says that it is signed, and nothing valid says so too.
    #[error("the signature is missing or not valid for this report")]
    Signature,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// What is read of a report before it is put together again.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Stated {
    schema: String,
    meta: Meta,
    unreadable: Vec<Unreadable>,
    matrix: Option<Matrix>,
    cell_records: Option<usize>,
    declaration: Option<serde::de::IgnoredAny>,
    change: Option<serde::de::IgnoredAny>,
    runs: Vec<StatedRun>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct StatedRun {
    id: String,
    verdict: Word,
    record_sha256: String,
    circumstances_sha256: Option<String>,
}

/// Checks a report's folder. `otabench` is the version of this bench; `trusted` is the key that the
/// report has to be signed with, if there is one.
pub fn verify_report(
    folder: &Path,
    otabench: &str,
    trusted: Option<&PublicKey>,
    standards: &Standards,
) -> Verification {
    let mut check = Check { folder, checked: Vec::new(), unchecked: Vec::new(), problems: Vec::new() };
    let signature = match check.stated() {
        Some((stated, bytes)) => check.all(&stated, &bytes, otabench, trusted, standards),
        None => SignatureState::Unsigned,
    };
    Verification { checked: check.checked, unchecked: check.unchecked, problems: check.problems, signature }
}

struct Check<'a> {
    folder: &'a Path,
    checked: Vec<String>,
    unchecked: Vec<String>,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn read(&mut self, file: &str) -> Option<Vec<u8>> {
        match fs::read(self.folder.join(file)) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.problems.push(Problem::Unreadable { file: file.to_owned(), detail: error.to_string() });
                None
            }
        }
    }

    fn stated(&mut self) -> Option<(Stated, Vec<u8>)> {
        let bytes = self.read(REPORT_FILE)?;
        let detail = match serde_json::from_slice::<Stated>(&bytes) {
            Ok(stated) if stated.schema == REPORT_SCHEMA => return Some((stated, bytes)),
            Ok(stated) => format!("its schema is `{}`", words::harmless(&stated.schema)),
            Err(error) => words::harmless(&error.to_string()),
        };
        self.problems.push(Problem::NotAReport { detail });
        None
    }

    fn all(
        &mut self,
        stated: &Stated,
        bytes: &[u8],
        otabench: &str,
        trusted: Option<&PublicKey>,
        standards: &Standards,
    ) -> SignatureState {
        let runs = self.runs(stated);
        self.extra_records(stated);
        self.problems.extend(names::of_report(self.folder, stated));
        if stated.meta.otabench != otabench {
            let other = words::harmless(&stated.meta.otabench);
            self.unchecked.push(format!(
                "The report was written by otabench {other}; this is {otabench}, which words things otherwise. \
                 Records, verdicts and signature were checked, the files that lay them out were not."
            ));
            return self.signature(stated, None, bytes, trusted);
        }
        let Some(report) = self.again(stated, runs, standards) else {
            return self.signature(stated, None, bytes, trusted);
        };
        self.same(REPORT_FILE, bytes, &report.json());
        for format in Format::ALL {
            if self.folder.join(format.file()).exists()
                && let Some(bytes) = self.read(format.file())
            {
                self.same(format.file(), &bytes, &format.lay_out(&report));
            }
        }
        self.signature(stated, Some(&report), bytes, trusted)
    }

    /// Every record, judged again.
    fn runs(&mut self, stated: &Stated) -> Vec<Run> {
        let mut runs = Vec::new();
        for run in &stated.runs {
            match self.run(run) {
                Ok(judged) => {
                    let folder = self.folder.join(RECORDS_FOLDER).join(&run.id);
                    self.problems.extend(names::of_record(&folder, &run.id, &judged));
                    runs.push(judged);
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        self.checked.push(format!(
            "{} judged again, with every artefact: {} as the report says.",
            words::count(stated.runs.len(), "record was", "records were"),
            runs.len()
        ));
        runs
    }

    fn run(&self, stated: &StatedRun) -> Result<Run, Problem> {
        let id = words::harmless(&stated.id);
        let is_name = stated.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_name || stated.id.starts_with('.') {
            return Err(Problem::Record { id, detail: "its name cannot be that of a folder".to_owned() });
        }
        let folder = self.folder.join(RECORDS_FOLDER).join(&stated.id);
        let run = Run::load(&folder).map_err(|error| Problem::Record { id: id.clone(), detail: error.to_string() })?;
        if run.record_sha256 != stated.record_sha256 {
            let expected = words::harmless(&stated.record_sha256);
            return Err(Problem::OtherRecord { id, expected, saw: run.record_sha256 });
        }
        if run.circumstances.as_ref().map(Circumstances::sha256) != stated.circumstances_sha256 {
            return Err(Problem::OtherCircumstances { id });
        }
        let judged = Word::of(&run.judgement.verdict);
        if judged != stated.verdict {
            return Err(Problem::Verdict { id, reported: stated.verdict.name(), judged: judged.name() });
        }
        Ok(run)
    }

    fn extra_records(&mut self, stated: &Stated) {
        let known: BTreeSet<&str> = stated.runs.iter().map(|run| run.id.as_str()).collect();
        let Ok(entries) = fs::read_dir(self.folder.join(RECORDS_FOLDER)) else { return };
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        for name in names.into_iter().filter(|name| !known.contains(name.as_str())) {
            self.problems.push(Problem::ExtraRecord { id: words::harmless(&name) });
        }
    }

    /// The report, put together again; `None` where a part of it is missing.
    fn again(&mut self, stated: &Stated, runs: Vec<Run>, standards: &Standards) -> Option<Report> {
        let is_complete = runs.len() == stated.runs.len();
        let declaration = match stated.declaration {
            Some(_) => {
                let bytes = self.read(DECLARATION_FILE)?;
                let parsed = Declaration::parse(DECLARATION_FILE, &bytes, standards);
                Some(self.usable(DECLARATION_FILE, parsed)?)
            }
            None => None,
        };
        let previous = match stated.change {
            Some(_) => {
                let bytes = self.read(PREVIOUS_FILE)?;
                Some(self.usable(PREVIOUS_FILE, Previous::parse(&bytes))?)
            }
            None => None,
        };
        if !stated.unreadable.is_empty() {
            self.unchecked.push("Records that could not be read are not in the folder.".to_owned());
        }
        let cells = match &stated.matrix {
            Some(matrix) => self.cells(matrix, stated.cell_records)?,
            None => None,
        };
        let (unreadable, matrix, meta) = (stated.unreadable.clone(), stated.matrix.clone(), stated.meta.clone());
        let inputs = Inputs { runs, unreadable, declaration, previous, matrix, cells, meta };
        is_complete.then(|| Report::assemble(&inputs, standards))
    }

    /// The records of the matrix, judged again where there are any; `None` where they cannot be read.
    fn cells(&mut self, matrix: &Matrix, enclosed: Option<usize>) -> Option<Option<CellRecords>> {
        if enclosed.is_none() {
            let sentence = "The records behind the matrix of attacks against profiles are not in the folder.";
            self.unchecked.push(sentence.to_owned());
            return Some(None);
        }
        let cells = self.usable(CELLS_FOLDER, CellRecords::load(&self.folder.join(CELLS_FOLDER)))?;
        let strangers = cells.strangers(matrix).into_iter().map(words::harmless);
        let foreign = strangers.map(|name| Problem::Foreign { file: format!("{CELLS_FOLDER}/{name}") });
        let foreign: Vec<Problem> = foreign.collect();
        let wrong = cells.judge_again(matrix);
        let all = matrix.cells().count();
        self.checked.push(format!(
            "{all} cells of the matrix were judged again: {} as the report says.",
            all - wrong.len().min(all)
        ));
        self.problems.extend(foreign.into_iter().chain(wrong.into_iter().map(Problem::Cell)));
        Some(Some(cells))
    }

    fn usable<T, E: std::fmt::Display>(&mut self, file: &str, parsed: Result<T, E>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.push(Problem::Unreadable { file: file.to_owned(), detail: error.to_string() });
                None
            }
        }
    }

    fn same(&mut self, file: &str, bytes: &[u8], expected: &str) {
        if bytes == expected.as_bytes() {
            self.checked.push(format!("{file} follows from the records, byte by byte."));
        } else {
            self.problems.push(Problem::Changed { file: file.to_owned() });
        }
    }

    /// The signature. It must be over the statement that follows from this report; where the report
    /// cannot be put together again, at least over one that names its digest.
    fn signature(
        &mut self,
        stated: &Stated,
        report: Option<&Report>,
        bytes: &[u8],
        trusted: Option<&PublicKey>,
    ) -> SignatureState {
        if stated.meta.signed_by.is_none() && trusted.is_none() && !self.folder.join(ENVELOPE_FILE).exists() {
            self.unchecked.push("Nobody signed the report.".to_owned());
            return SignatureState::Unsigned;
        }
        let signed = self.signed(stated, trusted).filter(|(payload, _)| match report {
            Some(report) => *payload == intoto::statement(report).into_bytes(),
            None => intoto::names_report(payload, &record::sha256_hex(bytes)),
        });
        match signed {
            Some((_, id)) if trusted.is_some() => {
                self.checked.push(format!("The signature is valid, by the trusted key {id}."));
                SignatureState::Trusted { id }
            }
            Some((_, id)) => {
                self.checked.push(format!("The signature is valid, by the key {id} that lies beside the report."));
                SignatureState::Unknown { id }
            }
            None => {
                self.problems.push(Problem::Signature);
                SignatureState::Invalid
            }
        }
    }

    fn signed(&self, stated: &Stated, trusted: Option<&PublicKey>) -> Option<(Vec<u8>, String)> {
        let envelope = fs::read(self.folder.join(ENVELOPE_FILE)).ok()?;
        let beside = || PublicKey::from_pem(&fs::read_to_string(self.folder.join(KEY_FILE)).ok()?).ok();
        let key = trusted.cloned().or_else(beside)?;
        if stated.meta.signed_by.as_deref() != Some(key.id()) {
            return None;
        }
        Some((intoto::open(&envelope, &key)?, key.id().to_owned()))
    }
}
