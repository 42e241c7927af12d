//! What the tools of `third_party.rs` do not notice: references into the void, names that are there
//! twice, levels that contradict their kind.
//!
//! A validator that says yes to these makes a document look sound that a reader cannot follow.

use std::collections::BTreeSet;

use render::{Inputs, cyclonedx, oscal, sarif};
use serde_json::Value;

use crate::samples::{mixed, report};

/// Every value of a key, anywhere in a document.
fn values(document: &Value, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    match document {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    found.extend(strings(value));
                }
                found.extend(values(value, key));
            }
        }
        Value::Array(items) => found.extend(items.iter().flat_map(|item| values(item, key))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

fn unique(values: &[String]) -> BTreeSet<&String> {
    let unique: BTreeSet<&String> = values.iter().collect();
    assert_eq!(unique.len(), values.len(), "something is named twice");
    unique
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn oscal_refers_to_what_is_there() {
    for inputs in [mixed(), Inputs::default()] {
        let document = parsed(&oscal(&report(&inputs)));
        let uuids = values(&document, "uuid");
        let known = unique(&uuids);
        let referring = ["observation-uuid", "subject-uuid", "party-uuids"];
        let mut references: Vec<String> = referring.iter().flat_map(|key| values(&document, key)).collect();
        references
            .extend(values(&document, "href").iter().filter_map(|href| href.strip_prefix('#')).map(str::to_owned));
        assert!(!references.is_empty());
        for reference in &references {
            assert!(known.contains(reference), "{reference}");
        }
    }
}

#[test]
fn oscal_uuids_have_the_version_the_format_demands() {
    for uuid in values(&parsed(&oscal(&report(&mixed()))), "uuid") {
        let bytes = uuid.as_bytes();
        assert_eq!((uuid.len(), bytes[14]), (36, b'5'), "{uuid}");
        assert!(b"89ab".contains(&bytes[19]), "{uuid}");
    }
}

#[test]
fn oscal_calls_nothing_satisfied_that_did_not_hold() {
    let report = report(&mixed());
    let document = parsed(&oscal(&report));
    let held = report.statements.iter().flat_map(|row| &row.standings);
    let held = held.filter(|found| found.standing == render::report::Standing::Held).count();
    let satisfied = values(&document, "state").iter().filter(|state| *state == "satisfied").count();
    assert_eq!(satisfied, held);
}

#[test]
fn cyclonedx_refers_to_what_is_there() {
    for inputs in [mixed(), Inputs::default()] {
        let document = parsed(&cyclonedx(&report(&inputs)));
        let refs = values(&document, "bom-ref");
        let known = unique(&refs);
        let referring = ["requirement", "claims", "counterClaims", "evidence", "counterEvidence", "target", "assessor"];
        for reference in referring.iter().flat_map(|key| values(&document, key)) {
            assert!(known.contains(&reference), "{reference}");
        }
    }
}

#[test]
fn cyclonedx_gives_no_score() {
    let text = cyclonedx(&report(&mixed()));
    assert!(!text.contains("\"conformance\""));
    assert!(!text.contains("\"score\""));
}

#[test]
fn sarif_refers_to_what_is_there_and_contradicts_itself_nowhere() {
    let document = parsed(&sarif(&report(&mixed())));
    for run in document["runs"].as_array().expect("a list") {
        for result in run["results"].as_array().expect("a list") {
            let rule = result["ruleIndex"].as_u64().expect("a number") as usize;
            assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
            let place = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"];
            let artefact = place["index"].as_u64().expect("a number") as usize;
            assert_eq!(run["artifacts"][artefact]["location"]["uri"], place["uri"]);
            assert_eq!(result["level"] == "none", result["kind"] != "fail");
        }
    }
}

#[test]
fn every_digest_is_that_of_a_record() {
    let report = report(&mixed());
    let records: BTreeSet<&str> = report.runs.iter().map(|run| run.record_sha256.as_str()).collect();
    for digest in values(&parsed(&sarif(&report)), "sha-256") {
        assert!(records.contains(digest.as_str()));
    }
    for hash in values(&parsed(&oscal(&report))["assessment-results"]["back-matter"], "value") {
        assert!(records.contains(hash.as_str()));
    }
}
