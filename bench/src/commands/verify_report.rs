//! `otabench verify-report`: whether a report's folder is what its records make of it.
//!
//! Whoever gets a report did not see it being made. Everything in it follows from its records, so it
//! is put together again and compared; a signature says whose word the records are.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use render::{PublicKey, SignatureState, Verification};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::given;
use crate::terminal::{self, harmless};
use crate::words::counted;

const EXAMPLES: &str = "\
Examples:
  otabench verify-report target/otabench/20261122-110131/report
  otabench verify-report report --key trusted.pem    and it must be signed with this key

Exit codes:
   0  everything follows from the records
   3  something does not: it was changed, or is missing";

/// Check that nothing in a report was changed
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct VerifyReport {
    /// The report's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The public key (P-256, PEM) it must be signed with. Without one, a signature is checked with
    /// the key that lies beside it, which proves nothing about who signed
    #[arg(long, value_name = "PEM")]
    key: Option<PathBuf>,
}

impl VerifyReport {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        if !self.folder.is_dir() {
            let help = format!("name the folder with `{}`; `otabench report` makes it", render::REPORT_FILE);
            return Err(Failure::argument(format!("{} is no folder", self.folder.display()), help));
        }
        let trusted = self.key.as_deref().map(public_key).transpose()?;
        let found =
            render::verify_report(&self.folder, env!("CARGO_PKG_VERSION"), trusted.as_ref(), standards::standards());
        let mut out = terminal::stdout();
        tell(&mut out, &self.folder, &found)?;
        out.flush()?;
        Ok(if found.is_sound() { Exit::Held } else { Exit::BenchWrong })
    }
}

fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    let pem = given::text(path)?;
    PublicKey::from_pem(&pem).map_err(|error| {
        let help = "the public half of a key: `openssl pkey -in KEY -pubout`";
        Failure::argument(format!("{}: {error}", path.display()), help)
    })
}

fn tell(out: &mut dyn Write, folder: &Path, found: &Verification) -> io::Result<()> {
    for line in &found.checked {
        writeln!(out, "  {:12}{}", "checked", harmless(line))?;
    }
    for line in &found.unchecked {
        writeln!(out, "  {:12}{}", "not checked", harmless(line))?;
    }
    for problem in &found.problems {
        writeln!(out, "  {:12}{}", "WRONG", harmless(&problem.to_string()))?;
    }
    writeln!(out, "  {:12}{}", "signature", signature(&found.signature))?;
    let verdict = match found.problems.len() {
        0 => "everything that could be checked follows from the records".to_owned(),
        count => format!("{}; do not rely on this report", counted(count, "problem", "problems")),
    };
    writeln!(out, "{}: {verdict}", harmless(&folder.display().to_string()))
}

fn signature(state: &SignatureState) -> String {
    match state {
        SignatureState::Unsigned => "none".to_owned(),
        SignatureState::Trusted { id } => format!("valid, by the key you gave ({})", harmless(id)),
        SignatureState::Unknown { id } => {
            format!("valid, by a key that lies beside it ({}); give the key you trust with `--key`", harmless(id))
        }
        SignatureState::Invalid => "missing or not valid".to_owned(),
    }
}
