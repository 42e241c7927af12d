//! A complete run on all rigs stays small and quick.
//!
//! A page that does not open is no report; the bound is that of a catalogue played everywhere.

use std::fmt::Write as _;

use render::{Extras, Format, Inputs, files};
use standards::standards;

use crate::play::Bench;
use crate::samples::{DOWNGRADE, meta, report};

/// As many scenarios as the catalogue has, naming every statement there is, on four rigs.
fn everything() -> Inputs {
    let ids: Vec<&str> = standards().ids().collect();
    let mut runs = Vec::new();
    for rig in ["sim", "qemu-ast1030", "qemu-riscv", "board-1"] {
        for number in 0..180 {
            let mut covers = String::new();
            for id in ids.iter().skip(number % 60).step_by(60) {
                write!(covers, "\"{id}\", ").expect("a string takes everything");
            }
            let text =
                DOWNGRADE.replace("\"NTIA-GEN-17\", \"NTIA-CHECK-9\", \"NTIA-CHECK-12\", \"TUF-ROLLBACK\"", &covers);
            runs.push(Bench::new(&format!("scenario-{number}"), &text).on(rig).run());
        }
    }
    Inputs { runs, meta: meta(), ..Inputs::default() }
}

#[test]
fn a_complete_run_gives_a_page_of_at_most_five_megabytes() {
    let inputs = everything();
    assert_eq!(inputs.runs.len(), 720);
    let files = files(&report(&inputs), &Extras { formats: &Format::ALL, ..Extras::default() });
    for file in &files {
        assert!(file.content.len() <= 5_000_000, "{} has {} bytes", file.name, file.content.len());
    }
}
