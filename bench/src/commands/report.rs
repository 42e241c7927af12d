//! `otabench report`: what a run found, laid out for people who were not there.
//!
//! A report is a pure function of records and of what is stated about them. Nothing is taken from
//! this machine, not even the time, so that the same records give the same bytes anywhere.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use render::report::Place;
use render::{
    BundleError, CellRecords, Declaration, DeclarationErrors, Extras, Format, Inputs, Matrix, Meta, Previous,
    Report as Finished, ReportKey, Run, RunError, Time, Unreadable,
};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::given;
use crate::places::{PlaceArgs, Places};
use crate::records;
use crate::repeat::quoted;
use crate::terminal::{self, harmless};
use crate::words::counted;

const EXAMPLES: &str = "\
Examples:
  otabench report                                       on the newest run
  otabench report target/otabench/20261122-110131 --key report.pem
  otabench report archive/downgrade.sim archive/unsigned.sim --out report
  otabench report --declaration product.toml --previous last/report.json
  otabench report --matrix matrix.json --matrix-records kept     what `otabench matrix` wrote";

/// Write a report on records: one page, its data, and the records themselves
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Report {
    /// Records: `record.jsonl` files, folders that hold one, or folders of such folders [default: the
    /// newest run in `target/otabench`]
    #[arg(value_name = "RECORD")]
    records: Vec<PathBuf>,

    /// Folder for the report; nothing is overwritten [default: `report` in the folder of the run]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Sign with this private key (P-256, PKCS#8 PEM)
    #[arg(long, value_name = "PEM")]
    key: Option<PathBuf>,

    /// What the manufacturer says about the product (TOML)
    #[arg(long, value_name = "FILE")]
    declaration: Option<PathBuf>,

    /// An earlier `report.json` to compare with
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,

    /// What `otabench matrix --format json` wrote
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,

    /// What `otabench matrix --records` kept: with it the matrix is judged again, here and by everybody who
    /// gets the report
    #[arg(long, value_name = "DIR", requires = "matrix")]
    matrix_records: Option<PathBuf>,

    /// Who writes the report [default: who played its records, where that is stated beside all of them]
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,

    /// When the report is written, such as `2026-11-25T19:00:00Z`; no clock is read [default: when the
    /// last of its records ended]
    #[arg(long, value_name = "UTC", value_parser = utc)]
    time: Option<String>,

    /// Whose word the time is
    #[arg(long, value_name = "TEXT", requires = "time", default_value = "stated when the report was written")]
    time_source: String,

    /// Also as OSCAL assessment results
    #[arg(long)]
    oscal: bool,

    #[arg(long, help = "Also as CycloneDX declarations")]
    cyclonedx: bool,

    /// Also as SARIF
    #[arg(long)]
    sarif: bool,
}

impl Report {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let (records, folder) = self.records_and_folder()?;
        let key = self.key.as_deref().map(signing_key).transpose()?;
        let declaration = self.declaration.as_deref().map(given::bytes).transpose()?;
        let previous = self.previous.as_deref().map(given::bytes).transpose()?;
        let mut inputs = read(&records)?;
        inputs.declaration = self.declared(declaration.as_deref())?;
        inputs.previous = self.earlier(previous.as_deref())?;
        inputs.matrix = self.played_matrix()?;
        inputs.cells = self.cells(inputs.matrix.as_ref())?;
        inputs.meta = self.meta(key.as_ref());
        let formats = self.formats();
        let extras = Extras {
            formats: &formats,
            key: key.as_ref(),
            declaration: declaration.as_deref(),
            previous: previous.as_deref(),
        };
        let report = Finished::assemble(&inputs, standards::standards());
        render::write(&folder, &inputs, &report, &extras).map_err(unwritable)?;
        tell(&mut terminal::stdout(), &folder, &report)?;
        Ok(Exit::Held)
    }

    /// The record files, and where the report goes.
    fn records_and_folder(&self) -> Result<(Vec<PathBuf>, PathBuf), Failure> {
        let given = match self.records.as_slice() {
            [] => vec![records::newest_run(&Places::find(&PlaceArgs { scenarios: None, profiles: None }).records)?],
            [_, ..] => self.records.clone(),
        };
        let folder = match (&self.out, given.as_slice()) {
            (Some(out), _) => out.clone(),
            (None, [only]) if only.is_dir() => only.join("report"),
            (None, [only]) => only.with_file_name("report"),
            (None, _) => {
                let message = "several records belong to no one folder";
                return Err(Failure::argument(message, "say with `--out` where the report goes"));
            }
        };
        let mut found = Vec::new();
        for path in &given {
            found.extend(records::below(path)?);
        }
        Ok((found, folder))
    }

    fn declared(&self, bytes: Option<&[u8]>) -> Result<Option<Declaration>, Failure> {
        let (Some(path), Some(bytes)) = (&self.declaration, bytes) else { return Ok(None) };
        Declaration::parse(&path.display().to_string(), bytes, standards::standards())
            .map(Some)
            .map_err(|problems| written(&problems))
    }

    fn earlier(&self, bytes: Option<&[u8]>) -> Result<Option<Previous>, Failure> {
        let (Some(path), Some(bytes)) = (&self.previous, bytes) else { return Ok(None) };
        Previous::parse(bytes).map(Some).map_err(|error| {
            let help = format!("name the `{}` of an earlier report", render::REPORT_FILE);
            Failure::argument(format!("{}: {error}", path.display()), help)
        })
    }

    fn played_matrix(&self) -> Result<Option<Matrix>, Failure> {
        let Some(path) = &self.matrix else { return Ok(None) };
        Matrix::parse(&given::bytes(path)?).map(Some).map_err(|error| {
            let help = "`otabench matrix --format json --out FILE` writes one";
            Failure::argument(format!("{}: {error}", path.display()), help)
        })
    }

    /// The records of the matrix. Each of its cells must follow from one.
    fn cells(&self, matrix: Option<&Matrix>) -> Result<Option<CellRecords>, Failure> {
        let (Some(folder), Some(matrix)) = (&self.matrix_records, matrix) else { return Ok(None) };
        let help = "`otabench matrix --records DIR --format json --out FILE` keeps the records of the same play";
        let refused = |what: String| Failure::argument(format!("{}: {what}", folder.display()), help);
        let cells = CellRecords::gather(folder).map_err(|error| refused(error.to_string()))?;
        match cells.judge_again(matrix).as_slice() {
            [] => Ok(Some(cells)),
            [first, others @ ..] => Err(refused(match others.len() {
                0 => first.to_string(),
                count => format!("{first}; and {} likewise", counted(count, "cell", "cells")),
            })),
        }
    }

    /// The bench is called by its own name, however it was called here: the report is read elsewhere.
    fn meta(&self, key: Option<&ReportKey>) -> Meta {
        let time = self.time.clone().map(|utc| Time { utc, source: self.time_source.clone() });
        Meta {
            otabench: env!("CARGO_PKG_VERSION").to_owned(),
            program: "otabench".to_owned(),
            operator: self.operator.clone(),
            time,
            signed_by: key.map(|key| key.public().id().to_owned()),
        }
    }

    fn formats(&self) -> Vec<Format> {
        let asked = [(self.oscal, Format::Oscal), (self.cyclonedx, Format::CycloneDx), (self.sarif, Format::Sarif)];
        let asked = asked.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, format)| format);
        Format::USUAL.into_iter().chain(asked).collect()
    }
}

/// Reads and judges records. One that cannot be read does not hide the others, and is not hidden.
fn read(records: &[PathBuf]) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::default();
    for path in records {
        let folder = path.parent().unwrap_or(Path::new(""));
        match Run::load(folder) {
            Ok(run) => inputs.runs.push(run),
            Err(error) => inputs.unreadable.push(unreadable(folder, &error)),
        }
    }
    match (inputs.runs.as_slice(), inputs.unreadable.as_slice()) {
        ([], [first, ..]) => {
            let message = format!("no record can be read; the first, {}: {}", first.label, first.reason);
            Err(Failure::argument(message, "`otabench judge` says of each record what is wrong with it"))
        }
        ([], []) | ([_, ..], _) => Ok(inputs),
    }
}

/// What is wrong with a declaration. It is shown line by line, since each line may hold what somebody
/// else wrote.
fn written(problems: &DeclarationErrors) -> Failure {
    let shown = problems.rendered.iter().flat_map(|problem| problem.lines().map(harmless).chain([String::new()]));
    let told = shown.into_iter().try_for_each(|line| writeln!(terminal::stderr(), "{line}"));
    match told {
        Ok(()) => Failure::argument("the declaration cannot be used", "the README of `reports/render` shows one"),
        Err(error) => error.into(),
    }
}

/// A record that cannot be read, without the paths of this machine.
fn unreadable(folder: &Path, error: &RunError) -> Unreadable {
    let label = folder.file_name().map_or_else(|| "record".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut reasons = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        reasons.push(error.to_string());
        cause = error.source();
    }
    let here = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    Unreadable { label, reason: reasons.join(": ").replace(&here, "") }
}

fn signing_key(path: &Path) -> Result<ReportKey, Failure> {
    ReportKey::from_pem(&given::text(path)?).map_err(|error| {
        let help = "`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes one";
        Failure::argument(format!("{}: {error}", path.display()), help)
    })
}

fn unwritable(error: BundleError) -> Failure {
    match error {
        BundleError::Taken { .. } => {
            Failure::argument(error.to_string(), "name another folder with `--out`, or move this one away")
        }
        BundleError::Write { .. } | BundleError::Homeless { .. } | BundleError::OtherKey { .. } => {
            Failure::Unexpected(error.into())
        }
    }
}

/// A time in UTC to the second, as RFC 3339 has it.
fn utc(text: &str) -> Result<String, String> {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = text.len() == SHAPE.len()
        && text
            .bytes()
            .zip(SHAPE)
            .all(|(byte, shape)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == *shape });
    let number = |at: usize| text.get(at..at + 2).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(u32::MAX);
    let exists = fits
        && (1..=12).contains(&number(5))
        && (1..=31).contains(&number(8))
        && number(11) < 24
        && number(14) < 60
        && number(17) <= 60;
    if exists { Ok(text.to_owned()) } else { Err("a time is written `2026-11-25T19:00:00Z`, in UTC".to_owned()) }
}

fn tell(out: &mut dyn Write, folder: &Path, report: &Finished) -> io::Result<()> {
    let runs = report.summary.runs;
    let page = folder.join(Format::Html.file()).display().to_string();
    let signature = match &report.meta.signed_by {
        Some(id) => format!("signed by {id}"),
        None => "not signed; `--key` signs".to_owned(),
    };
    let time = match (&report.meta.time, &report.provenance.ended) {
        (Some(time), _) => format!("{} ({})", time.utc, time.source),
        (None, Some(time)) => format!("{}, the end of the last play ({})", time.utc, time.source),
        (None, None) => "none stated; `--time` states one".to_owned(),
    };
    let errors = counted(runs.error, "error", "errors");
    let verdicts = format!("{} held, {} broken, {} skipped, {errors}", runs.held, runs.broken, runs.skipped);
    let lines = [
        ("report", page),
        ("verdicts", verdicts),
        ("statements", statements(report)),
        ("signature", signature),
        ("time", time),
    ];
    for (name, line) in lines {
        writeln!(out, "  {name:12}{}", harmless(&line))?;
    }
    for record in &report.unreadable {
        writeln!(out, "  {:12}{}: {}", "not read", harmless(&record.label), harmless(&record.reason))?;
    }
    let verify = format!("otabench verify-report {}", quoted(&folder.display().to_string()));
    writeln!(out, "  {:12}{}", "check it", harmless(&verify))?;
    out.flush()
}

/// How many statements stand where. The words are the page's; `coverage` counts otherwise, and has others.
fn statements(report: &Finished) -> String {
    let counts = &report.summary.statements;
    let total: usize = counts.iter().map(|count| count.statements).sum();
    let judged: usize = counts.iter().filter(|count| count.place == Place::Judged).map(|count| count.statements).sum();
    let others: Vec<String> = counts
        .iter()
        .filter(|count| count.place != Place::Judged && count.statements > 0)
        .map(|count| format!("{} {}", count.statements, count.place.name()))
        .collect();
    format!("{judged} of {total} have a verdict, {} have none: {}", total - judged, others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn a_time_has_one_form() {
        assert_eq!(utc("2026-11-25T19:00:00Z"), Ok("2026-11-25T19:00:00Z".to_owned()));
        for wrong in [
            "2026-11-25",
            "2026-11-25T19:00:00+01:00",
            "2026-13-25T19:00:00Z",
            "2026-11-25T24:00:00Z",
            "é026-11-25T19:00:0Z",
        ] {
            assert!(utc(wrong).is_err(), "{wrong}");
        }
    }
}
