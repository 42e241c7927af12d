//! Every format, read by tools that nobody of this project wrote.
//!
//! The tools live in a virtual environment under the workspace's `target`, made on first use. Where
//! Python or the package index cannot be reached the test prints SKIPPED and proves nothing; where `CI`
//! is set that is a failure. `validate.py` observes; what it must have observed stands here. Where these
//! tools are blind, `blind_spots.rs` looks.

#[path = "../../../../bench/tests/shared/python.rs"]
mod python;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use render::{Extras, Format, files};
use serde_json::{Value, json};

use crate::samples::{key, mixed, report};

const REQUIREMENTS: &str = include_str!("requirements.txt");

#[test]
fn independent_tools_see_what_the_report_says() {
    let python = match environment() {
        Ok(python) => python,
        Err(reason) => return skip(&reason),
    };
    let folder = tempfile::tempdir().expect("a temporary directory can be made");
    let mut inputs = mixed();
    inputs.meta.signed_by = Some(key(7).public().id().to_owned());
    for file in files(&report(&inputs), &Extras { formats: &Format::ALL, key: Some(&key(7)), ..Extras::default() }) {
        fs::write(folder.path().join(file.name), file.content).expect("the folder is ours");
    }
    assert_eq!(observe(&python, folder.path()), expected());
}

/// Eight runs: on `sim` four held; on QEMU two broke; on the board one is an ERROR, one was skipped.
/// Their statements are 10, 6 and 5. The subjects are the report and the flash of two devices; the
/// board was never reached.
fn expected() -> Value {
    json!({
        "junit": {"suites": 3, "cases": 8, "declared": [8, 2, 1, 1], "failures": 2, "errors": 1, "skipped": 1},
        "statement": {"subjects": 3, "result": "FAILED", "passed": 4, "warned": 1, "failed": 3},
        "envelope": {"verified": true, "forgery_caught": true, "payload_is_the_statement": true},
        "oscal": {"version": "1.2.1", "results": 3, "observations": 8, "findings": 21},
        "cyclonedx": {"error": null},
        "sarif": {"runs": 3, "kinds": {"fail": 2, "notApplicable": 1, "open": 1, "pass": 4}},
        "notices_damage": {
            "junit": true, "statement": true, "envelope": true, "oscal": true, "cyclonedx": true, "sarif": true,
        },
    })
}

fn observe(python: &Path, folder: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/validate.py");
    let output = Command::new(python).arg(script).arg(folder).output().expect("the environment has a Python");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "validate.py failed:\n{stderr}");
    serde_json::from_slice(&output.stdout).expect("validate.py prints JSON")
}

/// The Python of an environment with the required packages, or why there is none.
fn environment() -> Result<PathBuf, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders above this crate");
    python::environment(&workspace.join("target/venv-reports"), REQUIREMENTS)
}

fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI must not skip: {reason}");
    writeln!(io::stderr(), "SKIPPED: no third-party validation of reports: {reason}").expect("stderr is open");
}
