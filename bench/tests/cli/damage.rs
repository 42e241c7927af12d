//! Makes records, and damages them.
//!
//! Damage is done to bytes on the disk, as an accident or a forger would do it, never through our own
//! writer: that one would refuse.

use std::fs;
use std::path::PathBuf;

use crate::bench::Bench;

/// A good record of a claim that holds, and copies of it with one thing changed.
pub(crate) struct Damaged {
    pub(crate) bench: Bench,
    lines: Vec<String>,
}

impl Damaged {
    pub(crate) fn new() -> Self {
        let bench = Bench::new();
        assert_eq!(bench.run(&["scenario", "wrong-vendor", "--out", "good"]).code, 0);
        let text = fs::read_to_string(bench.path("good/wrong-vendor.sim/record.jsonl")).expect("it was recorded");
        Self { bench, lines: text.lines().map(|line| format!("{line}\n")).collect() }
    }

    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// A copy of the record with these bytes for its lines.
    pub(crate) fn copy(&self, name: &str, record: impl AsRef<[u8]>) {
        let from = self.bench.path("good/wrong-vendor.sim/artefacts");
        self.bench.put(&format!("{name}/record.jsonl"), record);
        for artefact in fs::read_dir(from).expect("it has artefacts") {
            let path = artefact.expect("the folder can be listed").path();
            let file = path.file_name().expect("a file has a name").display().to_string();
            self.bench.put(&format!("{name}/artefacts/{file}"), fs::read(&path).expect("it was just listed"));
        }
    }

    /// Some artefact of a copy.
    pub(crate) fn artefact(&self, copy: &str) -> PathBuf {
        let folder = self.bench.path(&format!("{copy}/artefacts"));
        let mut entries = fs::read_dir(folder).expect("it has artefacts");
        entries.next().expect("there is at least one").expect("the folder can be listed").path()
    }
}
