//! The newest results of a bench, with what they are evidence for and where they come from.
//!
//! Whoever cites a figure has to say which file it stands in, which machine it was counted on, and how: an
//! emulator's instructions are no cycles, and a host's processor is no device.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use super::{Bench, Finding, Standing, findings};
use crate::failure::Failure;
use crate::terminal::harmless;

/// The results of one bench.
pub(crate) struct Newest {
    pub(crate) bench: Bench,
    pub(crate) file: PathBuf,
    pub(crate) sha256: String,
    /// The tables, for people.
    pub(crate) text: String,
    pub(crate) results: Value,
    pub(crate) findings: Result<Vec<Finding>, String>,
}

impl Newest {
    /// Reads what a bench left in the checkout's build folder, if it left anything.
    ///
    /// # Errors
    /// Where a file cannot be read, or is no JSON.
    pub(crate) fn of(bench: Bench, checkout: &Path) -> Result<Option<Self>, Failure> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| checkout.join("target"), PathBuf::from);
        let folder = target.join("otabench").join(bench.name());
        let file = folder.join("results.json");
        if !file.exists() {
            return Ok(None);
        }
        let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
        let bytes = read(&file)?;
        let text = String::from_utf8_lossy(&read(&folder.join("results.txt"))?).into_owned();
        let results = serde_json::from_slice(&bytes).with_context(|| file.display().to_string())?;
        let findings = findings(bench, &results);
        Ok(Some(Self { bench, sha256: record::sha256_hex(&bytes), file, text, results, findings }))
    }

    /// What the figures were counted on: the host's processor, or the emulator by its version.
    pub(crate) fn machine(&self) -> String {
        let emulator = || self.results["proofs"].as_array().and_then(|proofs| proofs.first());
        let name = match self.bench {
            Bench::Crypto => self.results["machine"].as_str(),
            Bench::Chip | Bench::Riscv => emulator().and_then(Value::as_str),
        };
        name.unwrap_or("an unknown machine").to_owned()
    }

    /// One line for each statement: what these results say about it, and where that stands.
    pub(crate) fn citations(&self) -> Vec<String> {
        let source = format!(
            "bench {}, {}: {}; results SHA-256 {}",
            self.bench.name(),
            self.bench.method(),
            harmless(&self.machine()),
            self.sha256
        );
        match &self.findings {
            Err(fault) => vec![format!("evidence for nothing: {} · {source}", harmless(fault))],
            Ok(findings) => findings
                .iter()
                .map(|finding| {
                    let standing = finding.standing.words();
                    format!("{:<28} {standing:<13} {} · {source}", finding.statement, harmless(&finding.saw))
                })
                .collect(),
        }
    }
}

impl Bench {
    /// How its figures come about; never merged with those of another method.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Crypto => "host",
            Self::Chip | Self::Riscv => "emulated",
        }
    }
}

impl Standing {
    /// The word for people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Evidenced => "evidenced",
            Self::NotBorneOut => "not borne out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn newest(bench: Bench, results: Value) -> Newest {
        let findings = findings(bench, &results);
        Newest { bench, file: PathBuf::new(), sha256: "5eed".to_owned(), text: String::new(), results, findings }
    }

    #[test]
    fn a_citation_names_statement_method_machine_and_file() {
        let row = json!({ "operation": "aes128-ctr", "size_bytes": 64, "role": "Contest",
            "ratio": { "low": 11.0, "estimate": 12.0, "high": 14.0 } });
        let results =
            json!({ "machine": "A processor, 2 cores", "proofs": ["checked before timing: 9"], "rows": [row] });
        let citations = newest(Bench::Crypto, results).citations();
        assert_eq!(citations.len(), 2);
        for part in ["NTIA-HWCRYPTO-2", "evidenced", "bench crypto, host: A processor, 2 cores", "SHA-256 5eed"] {
            assert!(citations[1].contains(part), "{part}: {}", citations[1]);
        }
    }

    #[test]
    fn results_that_contradict_themselves_are_cited_for_nothing() {
        let results = json!({ "proofs": ["QEMU emulator version 10.0.2\u{1b}[2J"] });
        let citations = newest(Bench::Riscv, results).citations();
        let [only] = citations.as_slice() else { panic!("{citations:?}") };
        assert!(only.starts_with("evidence for nothing") && only.contains("emulated"), "{only}");
        assert!(!only.contains('\u{1b}'), "{only}");
    }
}
