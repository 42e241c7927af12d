//! What programs read: JSON with its schema, and JUnit.
//!
//! Both are promises to programs nobody here knows, so names and types are pinned one by one.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bench::{Bench, checkout, run_in_checkout};

const FIELDS: &[&str] = &[
    "schema",
    "otabench",
    "scenario",
    "claim",
    "covers",
    "threat",
    "profile",
    "rig",
    "method",
    "seed",
    "verdict",
    "exit_code",
    "steps",
    "cases",
    "teeth",
    "breach",
    "mistake",
    "missing",
    "elapsed_ms",
    "record",
    "repeat",
];

fn test_scenario(name: &str) -> String {
    checkout().join(format!("bench/tests/scenarios/{name}.toml")).display().to_string()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

#[test]
fn there_is_one_object_per_claim_and_rig() {
    let bench = Bench::new();
    let (broken, wrong) = (test_scenario("broken-in-a-sweep"), test_scenario("teeth-that-do-not-bite"));
    let said = bench.run(&["scenario", "downgrade", &broken, &wrong, "--out", "out", "--format", "json"]);
    assert_eq!(said.code, 10);
    assert_eq!(said.err, "");
    let objects = lines(&said.out);
    assert_eq!(objects.len(), 3);
    for object in &objects {
        let keys: BTreeSet<&str> = object.as_object().expect("it is an object").keys().map(String::as_str).collect();
        assert_eq!(keys, FIELDS.iter().copied().collect());
        assert_eq!(object["schema"], "otabench.verdict/1");
        assert_eq!(object["seed"], "0x5eed");
        assert_eq!(object["method"], "simulated");
        let record = object["record"].as_str().expect("it was recorded");
        assert!(bench.path(record).is_file(), "{record}");
    }
}

#[test]
fn the_object_of_a_claim_that_holds_says_what_was_seen() {
    let said = Bench::new().run(&["scenario", "downgrade", "--out", "out", "--format", "json"]);
    let held = &lines(&said.out)[0];
    assert_eq!(held["verdict"], "HELD");
    assert_eq!(held["exit_code"], 0);
    assert_eq!(held["covers"][1], "NTIA-CHECK-9");
    assert_eq!(held["steps"][0]["outcome"], "HELD");
    assert_eq!(held["steps"][0]["expected"], "refused: version-too-old, runs 2.1.0, untouched: flash");
    assert_eq!(held["teeth"]["outcome"], "bit");
    assert_eq!(held["teeth"]["weakness"], "without `sequence`");
    assert!(held["breach"].is_null());
    assert!(held["elapsed_ms"].is_u64());
}

#[test]
fn the_object_of_a_broken_claim_says_where_it_broke() {
    let broken = test_scenario("broken-in-a-sweep");
    let said = Bench::new().run(&["scenario", &broken, "--out", "out", "--format", "json"]);
    let object = &lines(&said.out)[0];
    assert_eq!(object["verdict"], "BROKEN");
    assert_eq!(object["cases"], 64);
    assert_eq!(object["breach"]["step"], "one byte of the signature changed");
    assert_eq!(object["breach"]["case"], "byte 0 of 64 changed");
    assert_eq!(object["breach"]["expected"], "refused: unsigned, runs 2.1.0");
}

#[test]
fn the_object_of_an_error_says_what_to_do() {
    let wrong = test_scenario("teeth-that-do-not-bite");
    let said = Bench::new().run(&["scenario", &wrong, "--out", "out", "--format", "json"]);
    let object = &lines(&said.out)[0];
    assert_eq!((&object["verdict"], &object["exit_code"]), (&"ERROR".into(), &3.into()));
    assert_eq!(object["teeth"]["outcome"], "did-not-bite");
    assert_eq!(object["mistake"]["blame"], "bench");
    assert!(object["mistake"]["message"].as_str().is_some_and(|text| text.starts_with("toothless")));
}

#[test]
fn judging_a_record_gives_the_same_object() {
    let bench = Bench::new();
    let played = lines(&bench.run(&["scenario", "downgrade", "--out", "out", "--format", "json"]).out);
    let judged = lines(&bench.run(&["judge", "out", "--format", "json"]).out);
    let mut expected = played[0].clone();
    expected["elapsed_ms"] = Value::Null;
    // Whoever judges a record has the record, and need not have the scenario's file.
    assert!(judged[0]["repeat"].as_str().is_some_and(|command| command.ends_with(" repeat out/downgrade.sim")));
    expected["repeat"] = judged[0]["repeat"].clone();
    assert_eq!(judged, [expected]);
}

#[test]
fn the_list_is_there_for_programs_too() {
    let said = run_in_checkout(&["list", "--format", "json"]);
    let objects = lines(&said.out);
    let downgrade = objects.iter().find(|object| object["name"] == "downgrade").expect("it is bundled");
    assert_eq!(downgrade["schema"], "otabench.scenario/1");
    assert_eq!(downgrade["step"], "Check");
    assert_eq!(downgrade["rigs"][0], "sim");
    assert_eq!(downgrade["sweep"], false);
    let power_loss = objects.iter().find(|object| object["name"] == "power-loss").expect("it is bundled");
    assert_eq!(power_loss["sweep"], true);
    assert_eq!(downgrade["file"], "scenarios/downgrade.toml");
}

#[test]
fn junit_tells_failures_from_errors() {
    let (broken, wrong) = (test_scenario("broken-claim"), test_scenario("teeth-that-do-not-bite"));
    let arguments = ["scenario", "wrong-vendor", &broken, &wrong, "--out", "out", "--format", "junit"];
    let said = Bench::new().run(&arguments);
    assert_eq!(said.code, 10);
    assert!(said.out.contains("\n<testsuites>\n"), "{}", said.out);
    let report = quick_junit::Report::deserialize_from_str(&without_timestamps(&said.out)).expect("it is JUnit");
    let suites: Vec<_> =
        report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.failures, suite.errors)).collect();
    assert_eq!(suites, [("wrong-vendor", 0, 0), ("broken-claim", 1, 0), ("teeth-that-do-not-bite", 0, 1)]);
    for suite in &report.test_suites {
        assert_eq!(suite.test_cases[0].name.as_str(), "sim");
        assert_eq!(suite.tests, 1);
    }
    assert!(said.out.contains("message=\"step `a genuine update`: expected refused"), "{}", said.out);
}

/// The zone that Ant's schema forbids is what this reader insists on.
fn without_timestamps(xml: &str) -> String {
    let mut parts = xml.split(" timestamp=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').expect("an attribute ends").1)
}
