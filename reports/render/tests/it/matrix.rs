//! The matrix: what was played, in words and as a drawing.
//!
//! It is shown outside of reports too, so it must stand without one.

use record::{Breach, Case, CellJudgement, CellVerdict, Method, Mistake};
use render::{Cell, MATRIX_SCHEMA, Matrix, MatrixError, MatrixRow, ProfileColumn};

fn cell(verdict: CellVerdict, cases: u32, of: u32) -> Cell {
    Cell::of(&CellJudgement { verdict, cases, of }, record::sha256_hex(b"a record"))
}

fn held() -> Cell {
    cell(CellVerdict::Held { otherwise: Vec::new() }, 0, 0)
}

fn broken(saw: &str) -> Cell {
    let breach =
        Breach { step: "replay".to_owned(), case: None, expected: "runs 2.1.0".to_owned(), saw: saw.to_owned() };
    cell(CellVerdict::Broken(breach), 0, 0)
}

fn broken_in_a_case() -> Cell {
    let case = Some(Case::Byte { byte: 7, of: 9 });
    let step = "power is back".to_owned();
    cell(
        CellVerdict::Broken(Breach { step, case, expected: "runs 2.1.0".to_owned(), saw: "nothing runs".to_owned() }),
        5,
        9,
    )
}

/// A matrix with a cell of every kind.
pub(crate) fn sample() -> Matrix {
    let absent = || Cell::not_applicable("its profile has no such feature".to_owned());
    let row = |scenario: &str, cells: Vec<Cell>, without: Vec<Cell>| MatrixRow {
        scenario: scenario.to_owned(),
        claim: "Nothing older runs.".to_owned(),
        own: "resilient".to_owned(),
        cells,
        without,
    };
    let column = |name: &str, features: &[&str]| ProfileColumn {
        name: name.to_owned(),
        features: features.iter().map(|feature| (*feature).to_owned()).collect(),
    };
    let other = || cell(CellVerdict::Held { otherwise: vec!["refused: bad-crc".to_owned()] }, 0, 0);
    let some = || cell(CellVerdict::Held { otherwise: Vec::new() }, 150, 399);
    let not_here =
        || cell(CellVerdict::NotApplicable { reason: "no signature that could be changed".to_owned() }, 0, 0);
    let lost = || cell(CellVerdict::Error(Mistake::TwoSweeps), 0, 0);
    Matrix {
        schema: MATRIX_SCHEMA.to_owned(),
        otabench: "0.1.0".to_owned(),
        rig: "sim".to_owned(),
        method: Method::Simulated,
        seed: "0x5eed".to_owned(),
        cases_at_most: 150,
        profiles: vec![
            column("bare", &["crc"]),
            column("signed", &["signature"]),
            column("resilient", &["signature", "sequence", "journal"]),
        ],
        removed: ["sequence", "journal", "watchdog"].map(str::to_owned).to_vec(),
        rows: vec![
            row(
                "downgrade",
                vec![broken("accepted, runs 1.4.0"), broken("accepted, runs 1.4.0"), held()],
                vec![broken("accepted, runs 1.4.0"), held(), absent()],
            ),
            row("power-loss", vec![broken_in_a_case(), lost(), some()], vec![some(), broken_in_a_case(), absent()]),
            row("wrong-key", vec![not_here(), other(), held()], vec![held(), held(), absent()]),
        ],
    }
}

#[test]
fn a_matrix_says_how_each_broken_cell_breaks() {
    snapbox::assert_data_eq!(sample().text(), snapbox::file!["golden/matrix.txt"]);
    snapbox::assert_data_eq!(sample().markdown(), snapbox::file!["golden/matrix.md"]);
}

#[test]
fn a_matrix_can_be_read_back() {
    assert_eq!(Matrix::parse(sample().json().as_bytes()).expect("it is a matrix"), sample());
}

#[test]
fn what_is_no_matrix_is_refused() {
    assert!(matches!(Matrix::parse(b"{}"), Err(MatrixError::NotAMatrix { .. })));
    let other = sample().json().replace("otabench.matrix/1", "otabench.matrix/2");
    assert!(matches!(Matrix::parse(other.as_bytes()), Err(MatrixError::OtherSchema { .. })));
    let mut ragged = sample();
    ragged.rows[1].cells.pop();
    assert!(matches!(Matrix::parse(ragged.json().as_bytes()), Err(MatrixError::Ragged { .. })));
}

#[test]
fn a_drawing_stands_on_its_own_and_shows_every_broken_cell() {
    let svg = sample().svg();
    assert!(svg.starts_with("<svg "), "{}", &svg[..40]);
    assert!(svg.contains("prefers-color-scheme:dark"));
    assert!(!svg.contains("#0102"), "no colour is left unnamed");
    assert_eq!(svg.matches("\nBROKEN\n").count(), sample().broken().len());
    assert_eq!(svg.matches("\n×\n").count(), sample().broken_without().len());
}

#[test]
fn what_succeeds_without_a_feature_is_found_by_its_name() {
    let matrix = sample();
    let names = |feature: &str| matrix.succeeds_without(feature).iter().map(|cell| cell.scenario).collect::<Vec<_>>();
    assert_eq!(names("sequence"), ["downgrade"]);
    assert_eq!(names("journal"), ["power-loss"]);
    assert!(names("watchdog").is_empty());
}
