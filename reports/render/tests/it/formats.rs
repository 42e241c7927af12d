//! The formats hold the same facts, in the same bytes every time.
//!
//! What a person or a pipeline reads is compared with a file, so that a change of words is reviewed as prose.

use render::report::Word;
use render::{Extras, Format, Inputs, files, junit, markdown, statement};
use serde_json::Value;

use crate::samples::{key, mixed, report};

#[test]
fn the_same_records_give_the_same_bytes() {
    let all = || {
        let mut inputs = mixed();
        inputs.meta.signed_by = Some(key(7).public().id().to_owned());
        files(&report(&inputs), &Extras { formats: &Format::ALL, key: Some(&key(7)), ..Extras::default() })
    };
    assert_eq!(all(), all());
}

#[test]
fn the_json_is_canonical_and_says_its_schema() {
    let text = report(&mixed()).json();
    let value: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(value["schema"], "otabench.report/1");
    assert_eq!(value["runs"].as_array().map(Vec::len), Some(8));
    assert_eq!(text.matches("\n").count(), 1);
    assert!(text.starts_with("{\"attacks\":["));
}

#[test]
fn markdown_begins_with_what_matters() {
    let text = markdown(&report(&mixed()));
    let front: String = text.split("## Verdicts by step").next().unwrap_or_default().to_owned();
    snapbox::assert_data_eq!(without_digests(&front), snapbox::file!["golden/front.md"]);
}

/// The text with every SHA-256 hidden: those of records change with each new fact that records hold.
fn without_digests(text: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for character in text.chars().chain(['\n']) {
        if character.is_ascii_hexdigit() {
            digits.push(character);
            continue;
        }
        shown.push_str(if digits.len() == 64 { "(sha-256)" } else { &digits });
        digits.clear();
        shown.push(character);
    }
    shown.pop();
    shown
}

#[test]
fn markdown_has_every_section_of_the_page() {
    let text = markdown(&report(&Inputs::default()));
    let page = render::html(&report(&Inputs::default()));
    let titles = text.lines().filter_map(|line| line.strip_prefix("## "));
    let mut count = 0;
    for title in titles {
        count += 1;
        let shown = title.replace('\'', "\u{2019}");
        assert!(page.contains(&format!("{shown}</h2>")), "{title}");
    }
    assert_eq!(count, page.matches("<section id=").count());
}

#[test]
fn junit_looks_like_this() {
    snapbox::assert_data_eq!(without_digests(&junit(&report(&mixed()))), snapbox::file!["golden/junit.xml"]);
}

#[test]
fn junit_counts_what_it_holds() {
    let report = report(&mixed());
    let text = junit(&report);
    let count = |word| report.runs.iter().filter(|run| run.verdict == word).count();
    assert_eq!(text.matches("<testcase ").count(), report.runs.len());
    assert_eq!(text.matches("<failure ").count(), count(Word::Broken));
    assert_eq!(text.matches("<error ").count(), count(Word::Error));
    assert_eq!(text.matches("<skipped ").count(), count(Word::Skipped));
    assert!(text.contains("<testsuites>"), "no attributes");
    assert!(text.contains("timestamp=\"2026-11-25T19:00:00\""), "no zone");
}

#[test]
fn what_was_not_tested_passes_nowhere() {
    let report = report(&mixed());
    let value: Value = serde_json::from_str(&statement(&report)).expect("it is JSON");
    let names = |list: &str| value["predicate"][list].as_array().map_or(0, Vec::len);
    assert_eq!(names("passedTests"), 4);
    assert_eq!(names("warnedTests"), 1);
    assert_eq!(names("failedTests"), 3);
    assert_eq!(value["predicate"]["result"], "FAILED");
    let nothing: Value = serde_json::from_str(&statement(&crate::samples::report(&Inputs::default()))).expect("JSON");
    assert_eq!(nothing["predicate"]["result"], "WARNED");
}

#[test]
fn the_statement_names_the_report_and_only_whole_digests() {
    let report = report(&mixed());
    let value: Value = serde_json::from_str(&statement(&report)).expect("it is JSON");
    let subjects = value["subject"].as_array().expect("a list");
    let digest = record::sha256_hex(report.json().as_bytes());
    assert_eq!(subjects[0]["digest"]["sha256"], digest.as_str());
    let configuration = value["predicate"]["configuration"].as_array().expect("a list");
    for resource in subjects.iter().chain(configuration) {
        let digest = resource["digest"]["sha256"].as_str().unwrap_or_default();
        assert_eq!(digest.len(), 64, "{resource}");
        assert!(digest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}

#[test]
fn every_field_of_the_json_is_documented() {
    let mut inputs = mixed();
    let earlier = report(&Inputs::default()).json();
    inputs.previous = render::Previous::parse(earlier.as_bytes()).ok();
    inputs.unreadable.push(render::Unreadable { label: "x".to_owned(), reason: "y".to_owned() });
    let value: Value = serde_json::from_str(&report(&inputs).json()).expect("it is JSON");
    let page = include_str!("../../README.md");
    for field in fields(&value) {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }
}

/// The names of all fields, at any depth.
fn fields(value: &Value) -> std::collections::BTreeSet<String> {
    match value {
        Value::Object(object) => {
            object.iter().flat_map(|(name, value)| fields(value).into_iter().chain([name.clone()])).collect()
        }
        Value::Array(items) => items.iter().flat_map(fields).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => std::collections::BTreeSet::new(),
    }
}
