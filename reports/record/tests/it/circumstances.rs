//! What is stated beside a record.
//!
//! It is of foreign origin like the record, and not even chained: whatever is wrong with it is an error
//! and never a guess.

use std::fs;

use record::{
    CIRCUMSTANCES_FILE, CIRCUMSTANCES_SCHEMA, Circumstances, CircumstancesError, Sources, SourcesState, Tool,
};

fn circumstances() -> Circumstances {
    Circumstances {
        schema: CIRCUMSTANCES_SCHEMA.to_owned(),
        record_sha256: "ab".repeat(32),
        operator: Some("R. Example".to_owned()),
        began: "2026-11-25T19:00:00Z".to_owned(),
        ended: "2026-11-25T19:00:07Z".to_owned(),
        time_source: "a wall".to_owned(),
        sources: Some(Sources { commit: "0123abc".to_owned(), state: SourcesState::Changed }),
        tools: vec![Tool { name: "rustc".to_owned(), version: "1.95.0".to_owned() }],
    }
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let stated = circumstances();
    assert_eq!(Circumstances::read(folder.path(), &stated.record_sha256).expect("none is no error"), None);
    stated.write(folder.path()).expect("there is room");
    let read = Circumstances::read(folder.path(), &stated.record_sha256).expect("it was just written");
    assert_eq!(read, Some(stated.clone()));
    assert!(stated.write(folder.path()).is_err(), "nothing is overwritten");
}

#[test]
fn those_of_another_record_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    circumstances().write(folder.path()).expect("there is room");
    let error = Circumstances::read(folder.path(), &"cd".repeat(32)).expect_err("it is another record");
    assert!(matches!(error, CircumstancesError::OtherRecord { .. }), "{error}");
}

#[test]
fn other_forms_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let good = String::from_utf8(circumstances().bytes()).expect("it is text");
    let forms = [
        String::new(),
        "{}".to_owned(),
        good.replace("circumstances/1", "circumstances/2"),
        good.replacen('{', "{\"verdict\":\"HELD\",", 1),
        good.replace("a wall", &"x".repeat(70_000)),
        good.trim().to_owned(),
        good.replace("  ", " "),
    ];
    for form in forms {
        fs::write(folder.path().join(CIRCUMSTANCES_FILE), &form).expect("there is room");
        let error = Circumstances::read(folder.path(), &"ab".repeat(32)).expect_err("it has another form");
        assert!(matches!(error, CircumstancesError::Unknown { .. }), "{error}");
    }
}

#[test]
fn a_folder_in_its_place_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::create_dir(folder.path().join(CIRCUMSTANCES_FILE)).expect("there is room");
    assert!(Circumstances::read(folder.path(), &"ab".repeat(32)).is_err());
}
