//! `otabench bench`: software cryptography against accelerators, measured, and what it is evidence for.
//!
//! The measuring is `cargo bench`'s, because what is measured must not be built for those who only
//! play scenarios. This command runs it, shows what it found, and judges the files that it left.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::measured::{Bench, Newest};
use crate::places::checkout;
use crate::terminal::{self, harmless};

const EXAMPLES: &str = "\
Examples:
  otabench bench                       measure all that this machine can, then show it
  otabench bench --read                show the newest results again
  otabench bench --only riscv --format json

Exit codes: 4 there are no results, 3 results that contradict themselves, 20 `cargo bench` failed";

/// Measure software cryptography against accelerators
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Measure {
    /// Only these benches
    #[arg(long, value_name = "BENCH")]
    only: Vec<Bench>,

    /// Measure nothing; show the newest results
    #[arg(long)]
    read: bool,

    /// Form of the output: for people, or one JSON object (schema `otabench.bench/1`)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Form,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
}

impl Measure {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let benches = if self.only.is_empty() { Bench::ALL.to_vec() } else { self.only.clone() };
        let checkout = checkout();
        if !self.read && !measure(&benches, &checkout)? {
            return Ok(Exit::Infrastructure);
        }
        let mut shown = Vec::new();
        for bench in benches {
            shown.extend(Newest::of(bench, &checkout)?);
        }
        let mut out = terminal::stdout();
        match self.format {
            Form::Text => shown.iter().try_for_each(|results| results.print(&mut out))?,
            Form::Json => {
                let benches: Vec<Value> = shown.iter().map(Newest::json).collect();
                writeln!(out, "{}", json!({ "schema": "otabench.bench/1", "benches": benches }))?;
            }
        }
        out.flush()?;
        if shown.is_empty() {
            writeln!(terminal::stderr(), "no results; `otabench bench` makes some")?;
        }
        let sound = |results: &Newest| if results.findings.is_ok() { Exit::Held } else { Exit::BenchWrong };
        Ok(Exit::strongest(shown.iter().map(sound)))
    }
}

/// Runs the benches; what they say on the way goes to standard error. Whether all went well.
fn measure(benches: &[Bench], checkout: &Path) -> Result<bool, Failure> {
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut command = Command::new(cargo);
    command.current_dir(checkout).args(["bench", "--package", "otabench-benches"]);
    for bench in benches {
        command.args(["--bench", bench.name()]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::from(std::io::stderr()));
    Ok(command.status().context("cargo cannot be started")?.success())
}

impl Newest {
    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        self.text.lines().try_for_each(|line| writeln!(out, "{}", harmless(line)))?;
        match &self.findings {
            Err(fault) => writeln!(out, "NO EVIDENCE {}: {}", self.bench.name(), harmless(fault))?,
            Ok(findings) => {
                for finding in findings {
                    let word = finding.standing.words().to_uppercase();
                    writeln!(out, "{word:<13} {:<16} {}", finding.statement, harmless(&finding.saw))?;
                }
            }
        }
        writeln!(out, "results of {}: {} (SHA-256 {})\n", self.bench.name(), self.file.display(), self.sha256)
    }

    fn json(&self) -> Value {
        let (findings, fault) = match &self.findings {
            Ok(findings) => (json!(findings), Value::Null),
            Err(fault) => (json!([]), json!(fault)),
        };
        json!({
            "name": self.bench.name(),
            "method": self.bench.method(),
            "machine": self.machine(),
            "sha256": self.sha256,
            "findings": findings,
            "fault": fault,
            "results": self.results,
        })
    }
}
