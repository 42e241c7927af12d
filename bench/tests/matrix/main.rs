//! The matrix over everything there is: what it must show, and the drawing in the README.
//!
//! The drawing is committed, because a README has to show it without playing anything; so it is made
//! again here and compared. `SNAPSHOTS=overwrite cargo test -p otabench --test matrix` draws it anew.

#[path = "../cli/bench.rs"]
mod bench;

use std::fs;
use std::path::PathBuf;

use render::{CellWord, Matrix, MatrixRow};
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

use crate::bench::{Bench, checkout, run_in_checkout};

fn read(file: &str) -> toml::Table {
    let text = fs::read_to_string(checkout().join(file)).expect("it is bundled");
    text.parse().expect("bundled files are TOML")
}

/// The feature whose removal breaks the claim, if that is what its teeth are.
fn removed_by_teeth(row: &MatrixRow) -> Option<String> {
    let file = read(&format!("scenarios/{}.toml", row.scenario));
    Some(file["teeth"].get("without")?.as_str()?.to_owned())
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(checkout().join(folder)).expect("it is in the checkout");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let is_toml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let stem = |path: PathBuf| path.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let mut names: Vec<String> = paths.filter(is_toml).map(stem).collect();
    names.sort();
    names
}

fn every_cell_is_there(matrix: &Matrix) {
    let scenarios: Vec<&str> = matrix.rows.iter().map(|row| row.scenario.as_str()).collect();
    assert_eq!(scenarios, names("scenarios"));
    let mut profiles: Vec<&str> = matrix.profiles.iter().map(|profile| profile.name.as_str()).collect();
    profiles.sort_unstable();
    assert_eq!(profiles, names("firmware/profiles"));
    for row in &matrix.rows {
        for (cell, profile) in row.cells.iter().zip(&matrix.profiles) {
            assert_ne!(cell.verdict, CellWord::Error, "{} on {}: {}", row.scenario, profile.name, cell.detail);
        }
        for (cell, feature) in row.without.iter().zip(&matrix.removed) {
            assert_ne!(cell.verdict, CellWord::Error, "{} without {feature}: {}", row.scenario, cell.detail);
        }
    }
}

fn a_claim_holds_on_its_own_profile_and_breaks_without_what_its_teeth_remove(matrix: &Matrix) {
    for row in &matrix.rows {
        let own = matrix.profiles.iter().position(|profile| profile.name == row.own).expect("it is bundled");
        assert_eq!(row.cells[own].verdict, CellWord::Held, "{}: {}", row.scenario, row.cells[own].detail);
        let Some(feature) = removed_by_teeth(row) else { continue };
        let without = matrix.removed.iter().position(|removed| *removed == feature).expect("its profile has it");
        assert_eq!(row.without[without].verdict, CellWord::Broken, "{} without {feature}", row.scenario);
    }
}

/// A matrix in which the weakest profile does as well as the strongest shows no defence at work.
fn the_weakest_profile_loses_most(matrix: &Matrix) {
    let broken = |at: usize| matrix.rows.iter().filter(|row| row.cells[at].verdict == CellWord::Broken).count();
    let least = broken(matrix.profiles.len() - 1);
    assert!(broken(0) > least, "{} loses no more than the strongest", matrix.profiles[0].name);
}

#[test]
fn every_scenario_on_every_profile_is_what_the_readme_shows() {
    let bench = Bench::new();
    let (scenarios, profiles) = (checkout().join("scenarios"), checkout().join("firmware/profiles"));
    let (scenarios, profiles) = (scenarios.display().to_string(), profiles.display().to_string());
    let said = bench.run(&[
        "matrix",
        "--format",
        "json",
        "--out",
        "matrix.json",
        "--scenarios",
        &scenarios,
        "--profiles",
        &profiles,
    ]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let matrix = Matrix::parse(&fs::read(bench.path("matrix.json")).expect("it was just written"));
    let matrix = matrix.expect("it is what the command writes");
    every_cell_is_there(&matrix);
    a_claim_holds_on_its_own_profile_and_breaks_without_what_its_teeth_remove(&matrix);
    the_weakest_profile_loses_most(&matrix);
    let committed = Data::read_from(&checkout().join("reports/matrix.svg"), Some(DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(matrix.svg(), committed);
}

#[test]
fn a_few_cells_are_a_table_with_reasons() {
    let said =
        run_in_checkout(&["matrix", "--scenario", "downgrade", "--scenario", "wrong-key", "--profile", "signed"]);
    said.matches("matrix.txt");
}

#[test]
fn a_kept_cell_is_the_one_in_the_table_and_evidence_for_no_claim() {
    let bench = Bench::new();
    bench.put("downgrade.toml", fs::read(checkout().join("scenarios/downgrade.toml")).expect("it is bundled"));
    let arguments = ["matrix", "--scenario", "downgrade.toml", "--profile", "signed", "--format", "json"];
    let first = bench.run(&arguments);
    let kept = bench.run(&[&arguments[..], &["--records", "kept"]].concat());
    assert_eq!((first.code, &first.out), (0, &kept.out), "{}", kept.err);
    let record = fs::read(bench.path("kept/downgrade.signed.sim/record.jsonl")).expect("it was kept");
    let matrix = Matrix::parse(kept.out.as_bytes()).expect("it is what the command writes");
    assert_eq!(matrix.rows[0].cells[0].record_sha256.as_deref(), Some(record::sha256_hex(&record).as_str()));
    let judged = bench.run(&["judge", "kept/downgrade.signed.sim"]);
    assert_eq!(judged.code, 3);
    assert!(judged.out.contains("evidence for no claim"), "{}", judged.out);
    let again = bench.run(&[&arguments[..], &["--records", "kept"]].concat());
    assert_eq!(again.code, 1, "a record was written over");
}

#[test]
fn a_claim_that_is_broken_on_its_own_profile_ends_with_the_code_for_that() {
    let scenario = "bench/tests/scenarios/broken-claim.toml";
    assert_eq!(run_in_checkout(&["matrix", "--scenario", scenario]).code, 10);
}
