//! The file format: what is written can be read, and nothing else can.
//!
//! A reader that forgives would make the chain of hashes worthless.

use std::fs;
use std::path::Path;

use crate::lines::{Chaining, bytes_of, join, lines_of};
use crate::{PACKETS, PROFILE_FILE, SCENARIO_FILE, play, scenarios};
use record::{
    ARTEFACTS_FOLDER, ArtefactError, Closed, Event, Failed, MAX_LINE_BYTES, MAX_RECORD_BYTES, RECORD_FILE, Reader,
    Record, RecordError, WriteError, Writer, sha256_hex, verify_artefacts,
};

#[test]
fn what_is_written_is_read_again() {
    for scenario in scenarios::all() {
        let events = play::held(&scenario);
        let bytes = bytes_of(&events);
        assert_eq!(Reader::read(&bytes), Ok(Record::from_events(events.clone())), "{}", scenario.name);
        assert_eq!(bytes, bytes_of(&events), "{}", scenario.name);
    }
}

#[test]
fn a_line_looks_like_this() {
    let lines = lines_of(&bytes_of(&play::held(&scenarios::downgrade())));
    let zeros = "0".repeat(64);
    assert!(
        lines[0]
            .starts_with(&format!(r#"{{"n":0,"prev":"{zeros}","event":{{"opened":{{"schema":"otabench.record/3","#))
    );
    let digest = sha256_hex(lines[1].as_bytes());
    let second =
        format!(r#"{{"n":2,"prev":"{digest}","run":0,"step":"replay","event":{{"step-begun":{{"step":"replay"}}}}}}"#);
    assert_eq!(lines[2], second);
}

#[test]
fn every_way_to_be_no_record_is_told_apart() {
    let bytes = bytes_of(&play::held(&scenarios::downgrade()));
    let lines = lines_of(&bytes);
    let swap = |line: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        assert!(lines[line].contains(from), "{}", lines[line]);
        lines[line] = lines[line].replacen(from, to, 1);
        Reader::read(&join(&lines, Chaining::AsTheyWere))
    };
    assert_eq!(Reader::read(b""), Err(RecordError::Empty));
    assert!(matches!(Reader::read(b"\n"), Err(RecordError::NotJson { line: 1, .. })));
    assert!(matches!(Reader::read(b"\xff\xfe\n"), Err(RecordError::NotJson { line: 1, .. })));
    assert!(matches!(swap(2, "{", "\u{feff}{"), Err(RecordError::NotJson { line: 3, .. })));
    assert!(matches!(swap(2, "step-begun", "step-over"), Err(RecordError::Unknown { line: 3, .. })));
    assert!(matches!(swap(2, "\"run\"", "\"ran\""), Err(RecordError::Unknown { line: 3, .. })));
    assert!(matches!(swap(3, "\"version\"", "\"verison\""), Err(RecordError::Unknown { line: 4, .. })));
    assert_eq!(swap(2, "\"n\":2", "\"n\":3"), Err(RecordError::WrongNumber { line: 3, expected: 2, saw: 3 }));
    assert_eq!(swap(1, "journal", "jouznal"), Err(RecordError::BrokenChain { line: 3 }));
    assert_eq!(swap(2, "\"prev\":\"", "\"prev\":\"0"), Err(RecordError::BrokenChain { line: 3 }));
    assert_eq!(swap(2, ",\"event\"", ", \"event\""), Err(RecordError::NotCanonical { line: 3 }));
    assert_eq!(swap(2, "{\"n\":2,", "{\"n\":2,\"n\":2,").map_err(|error| line_of(&error)), Err(3));
    let (expected, saw) = ("step `replay` of run 0".to_owned(), "step `replay` of run 1".to_owned());
    assert_eq!(swap(2, "\"run\":0", "\"run\":1"), Err(RecordError::Misplaced { line: 3, expected, saw }));
    assert_eq!(swap(0, "record/3", "record/4"), Err(RecordError::Schema { saw: "otabench.record/4".to_owned() }));
}

#[test]
fn an_interrupted_record_is_told_from_one_that_goes_on_too_long() {
    let bytes = bytes_of(&play::held(&scenarios::downgrade()));
    let lines = lines_of(&bytes);
    let count = lines.len();
    let cut = Reader::read(&bytes[..bytes.len() - 1]);
    assert_eq!(cut, Err(RecordError::Interrupted { line: count }));
    let without_last = join(&lines[..count - 1], Chaining::AsTheyWere);
    assert_eq!(Reader::read(&without_last), Err(RecordError::Interrupted { line: count - 1 }));
    for tail in ["\n", "x", "{}\n", "\0"] {
        let longer = [&bytes, tail.as_bytes()].concat();
        assert_eq!(Reader::read(&longer), Err(RecordError::BehindClosed { line: count + 1 }), "{tail:?}");
    }
}

#[test]
fn what_is_too_large_is_not_even_parsed() {
    let long = [vec![b'['; MAX_LINE_BYTES + 1], vec![b'\n']].concat();
    assert_eq!(Reader::read(&long), Err(RecordError::LineTooLong { line: 1, limit_bytes: MAX_LINE_BYTES }));
    let nested = [vec![b'['; MAX_LINE_BYTES], vec![b'\n']].concat();
    assert_eq!(Reader::read(&nested).map_err(|error| line_of(&error)), Err(1));
    let large = vec![0; MAX_RECORD_BYTES + 1];
    let (size_bytes, limit_bytes) = (large.len(), MAX_RECORD_BYTES);
    assert_eq!(Reader::read(&large), Err(RecordError::TooLarge { size_bytes, limit_bytes }));
}

#[test]
fn nothing_is_written_that_could_not_be_read() {
    let mut writer = Writer::new(Vec::new());
    let opened = Event::Opened(play::opened(&scenarios::downgrade()));
    let refused = writer.append(&opened).expect_err("its artefacts are missing");
    assert!(matches!(refused, WriteError::NotStored { sha256 } if sha256 == sha256_hex(SCENARIO_FILE)));
    let reason = "x".repeat(MAX_LINE_BYTES);
    let failed = Failed { reason, remedy: String::new(), fault: record::Blame::Bench };
    let refused = writer.append(&Event::Failed(failed)).expect_err("it is too long");
    assert!(matches!(refused, WriteError::LineTooLong { .. }));
    let closed = Event::Closed(Closed { runs: 0 });
    writer.append(&closed).expect("a vector takes everything");
    assert!(matches!(writer.append(&closed), Err(WriteError::Closed)));
    assert_eq!(Reader::read(&writer.into_inner()), Ok(Record::from_events(vec![closed])));
}

#[test]
fn a_full_disk_is_an_error_that_names_the_line() {
    let mut room = [0; 100];
    let mut writer = Writer::new(room.as_mut_slice());
    let refused = writer.append(&Event::Closed(Closed { runs: 0 })).expect_err("the line has more than 100 bytes");
    assert!(matches!(refused, WriteError::Line { line: 1, .. }));
}

#[test]
fn a_directory_holds_record_and_artefacts_once() {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let record = write_to(&dir.path().join("a/b"));
    let dir = dir.path().join("a/b");
    let mut names: Vec<String> = fs::read_dir(dir.join(ARTEFACTS_FOLDER))
        .expect("the writer made it")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut expected = [SCENARIO_FILE, PROFILE_FILE, PACKETS].map(sha256_hex);
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(Reader::read(&fs::read(dir.join(RECORD_FILE)).expect("it was written")), Ok(record.clone()));
    assert!(verify_artefacts(&dir, &record).is_ok());
    assert!(matches!(Writer::create(&dir), Err(WriteError::Begin { .. })));
}

#[test]
fn an_artefact_that_is_gone_or_changed_is_noticed() {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let record = write_to(dir.path());
    let path = dir.path().join(ARTEFACTS_FOLDER).join(sha256_hex(PACKETS));
    let put = |content: &[u8]| fs::write(&path, content).expect("the folder is ours");
    put(b"[]\n");
    assert!(matches!(verify_artefacts(dir.path(), &record), Err(ArtefactError::Content { .. })));
    put(b"{}\n\n");
    let size = verify_artefacts(dir.path(), &record);
    assert!(matches!(size, Err(ArtefactError::Size { expected_bytes: 3, saw_bytes: 4, .. })));
    fs::remove_file(&path).expect("it is there");
    assert!(matches!(verify_artefacts(dir.path(), &record), Err(ArtefactError::Unreadable { .. })));
    fs::create_dir(&path).expect("nothing is there");
    assert!(matches!(verify_artefacts(dir.path(), &record), Err(ArtefactError::NotAFile { .. })));
}

#[test]
fn the_name_of_an_artefact_cannot_lead_elsewhere() {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    for name in ["../record.jsonl", "/etc/passwd", "", &"A".repeat(64), &"a".repeat(63), &"ä".repeat(32)] {
        let mut opened = play::opened(&scenarios::downgrade());
        opened.scenario_file.sha256 = name.to_owned();
        let record = Record::from_events(vec![Event::Opened(opened)]);
        assert!(matches!(verify_artefacts(dir.path(), &record), Err(ArtefactError::Name { .. })), "{name}");
    }
}

fn write_to(dir: &Path) -> Record {
    let events = play::held(&scenarios::downgrade());
    let mut writer = Writer::create(dir).expect("the directory can be made");
    for content in [SCENARIO_FILE, PROFILE_FILE, PACKETS, PACKETS] {
        writer.store(content).expect("the folder is there");
    }
    for event in &events {
        writer.append(event).expect("the file is open");
    }
    Record::from_events(events)
}

fn line_of(error: &RecordError) -> usize {
    match error {
        RecordError::LineTooLong { line, .. }
        | RecordError::NotJson { line, .. }
        | RecordError::Unknown { line, .. }
        | RecordError::NotCanonical { line }
        | RecordError::WrongNumber { line, .. }
        | RecordError::BrokenChain { line }
        | RecordError::Misplaced { line, .. }
        | RecordError::Interrupted { line }
        | RecordError::BehindClosed { line } => *line,
        RecordError::Empty | RecordError::TooLarge { .. } | RecordError::Schema { .. } => 0,
    }
}
