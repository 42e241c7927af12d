//! The matrices: what is played, in words and as a drawing.
//!
//! They are shown outside of reports too, so they must stand without one.

use render::{Cell, Matrix, MatrixRow, Removals};

use crate::samples::mixed_runs;

fn sample() -> Matrix {
    let row = |scenario: &str, cells: [Cell; 3]| MatrixRow { scenario: scenario.to_owned(), cells: cells.to_vec() };
    let broken = |how: &str| Cell::Broken(how.to_owned());
    Matrix {
        rig: "sim".to_owned(),
        profiles: ["bare", "signed", "resilient"].map(str::to_owned).to_vec(),
        rows: vec![
            row("downgrade", [broken("accepted, runs 1.4.0"), broken("accepted, runs 1.4.0"), Cell::Held]),
            row("power-loss", [broken("nothing runs"), Cell::NotApplicable("no `journal`".to_owned()), Cell::Held]),
            row("wrong-key", [broken("runs 6.6.6"), Cell::Held, Cell::Error("the rig was lost".to_owned())]),
        ],
    }
}

#[test]
fn a_matrix_says_how_each_broken_cell_breaks() {
    snapbox::assert_data_eq!(sample().text(), snapbox::file!["golden/matrix.txt"]);
}

#[test]
fn a_matrix_can_be_read_back() {
    let read: Matrix = serde_json::from_str(&sample().json()).expect("it is JSON");
    assert_eq!(read, sample());
}

#[test]
fn a_drawing_stands_on_its_own() {
    for svg in [sample().svg(), Removals::of(&mixed_runs()).svg()] {
        assert!(svg.starts_with("<svg "), "{}", &svg[..40]);
        assert!(svg.contains("prefers-color-scheme:dark"));
        assert!(!svg.contains("#0102"), "no colour is left unnamed");
    }
    assert_eq!(sample().svg().matches("BROKEN").count(), 4);
}

#[test]
fn removed_features_are_taken_from_teeth_that_bit() {
    let removals = Removals::of(&mixed_runs());
    let features: Vec<&str> = removals.rows.iter().map(|row| row.feature.as_str()).collect();
    assert_eq!(features, ["journal", "sequence", "signature"]);
    assert_eq!(removals.attacks(), ["downgrade", "power-loss", "tampered-manifest"]);
    assert!(removals.text().contains("without sequence"));
}
