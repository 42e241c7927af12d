//! `otabench judge`: judges archived records again.
//!
//! A record carries its scenario and its profile among the artefacts, so a verdict can be checked by
//! anybody who has the folder, without the checkout it came from.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::archive::Definition;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::play::judge_file;
use crate::records;
use crate::repeat;
use crate::report::{self, Closing, DataFormat, Format};
use crate::rigs::Registry;
use crate::words;

const EXAMPLES: &str = "\
Examples:
  otabench judge target/otabench/20261122-110131                  all records of a run
  otabench judge archive/downgrade.sim/record.jsonl --format json";

/// Judge archived records again
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Judge {
    /// Records: `record.jsonl` files, folders that hold one, or folders of such folders
    #[arg(value_name = "RECORD", required = true)]
    records: Vec<PathBuf>,

    /// Form of the output: for people, or one JSON object per record and line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: DataFormat,
}

impl Judge {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut paths = Vec::new();
        for given in &self.records {
            paths.extend(records::below(given)?);
        }
        let mut report = report::on_stdout(match self.format {
            DataFormat::Text => Format::Text,
            DataFormat::Json => Format::Json,
        });
        let subject = words::counted(paths.len(), "record", "records");
        let mut closing = Closing { subject, ..Closing::default() };
        let mut exits = Vec::new();
        let mutants = Registry::built_in().mutants();
        for path in &paths {
            let outcome = judge(path, &mutants);
            closing.tally.count(&outcome);
            exits.push(outcome.exit());
            report.outcome(&outcome)?;
        }
        report.close(&closing)?;
        Ok(Exit::strongest(exits))
    }
}

fn judge(path: &Path, mutants: &[&str]) -> Outcome {
    let blank = |finding| Outcome {
        scenario: None,
        setting: None,
        finding,
        times: None,
        record: Some(path.to_owned()),
        repeat: None,
    };
    match Definition::of(path, mutants) {
        Err(finding) => blank(finding),
        Ok(definition) => {
            let finding = judge_file(path, &definition.file.scenario, &definition.sha256);
            Outcome {
                scenario: Some(definition.file.scenario),
                setting: Some(definition.setting),
                repeat: Some(repeat::of_record(path, definition.keys)),
                ..blank(finding)
            }
        }
    }
}
