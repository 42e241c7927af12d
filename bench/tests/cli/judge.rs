//! A record can be judged by anybody who has it, and any damage is an ERROR.
//!
//! A verdict that survives a lost line would be worth nothing, so each line is lost, doubled and moved
//! once.

use std::fs;

use record::{Blame, Event, Failed, KeySource, Method, Opened, SCHEMA, Writer};
use serde_json::Value;

use crate::bench::Bench;
use crate::damage::Damaged;

/// The verdicts on all records in a folder.
fn verdicts(bench: &Bench, folder: &str) -> Vec<(String, u64, String)> {
    let said = bench.run(&["judge", folder, "--format", "json"]);
    let verdict = |line: &str| {
        let object: Value = serde_json::from_str(line).expect("every line is JSON");
        let text = |field: &Value| field.as_str().unwrap_or_default().to_owned();
        let code = object["exit_code"].as_u64().expect("it has a code");
        (text(&object["verdict"]), code, text(&object["mistake"]["message"]))
    };
    said.out.lines().map(verdict).collect()
}

#[test]
fn a_good_record_is_judged_as_when_it_was_played() {
    Damaged::new().bench.run(&["judge", "good"]).matches("judge/good.txt");
}

#[test]
fn a_record_is_found_by_its_file_its_folder_and_the_folder_above() {
    let damaged = Damaged::new();
    for path in ["good", "good/wrong-vendor.sim", "good/wrong-vendor.sim/record.jsonl"] {
        assert_eq!(damaged.bench.run(&["judge", path]).code, 0, "{path}");
    }
}

#[test]
fn every_lost_doubled_or_moved_line_is_noticed() {
    let damaged = Damaged::new();
    let lines = damaged.lines();
    assert!(lines.len() > 20, "a record of {} lines", lines.len());
    for (index, line) in lines.iter().enumerate() {
        let (before, after) = (lines[..index].concat(), lines[index + 1..].concat());
        damaged.copy(&format!("bad/{index}-lost"), format!("{before}{after}"));
        damaged.copy(&format!("bad/{index}-doubled"), format!("{before}{line}{line}{after}"));
        if let [next, rest @ ..] = &lines[index + 1..] {
            damaged.copy(&format!("bad/{index}-moved"), format!("{before}{next}{line}{}", rest.concat()));
        }
    }
    let verdicts = verdicts(&damaged.bench, "bad");
    assert_eq!(verdicts.len(), lines.len() * 3 - 1);
    for (verdict, code, mistake) in verdicts {
        assert_eq!((verdict.as_str(), code), ("ERROR", 3), "{mistake}");
    }
}

#[test]
fn a_record_that_ends_too_early_is_noticed() {
    let damaged = Damaged::new();
    let whole = damaged.lines().concat();
    for part in 0..50 {
        let end = whole.len() * part / 50;
        damaged.copy(&format!("bad/{part}"), &whole.as_bytes()[..end]);
    }
    let verdicts = verdicts(&damaged.bench, "bad");
    assert_eq!(verdicts.len(), 50);
    assert!(verdicts.iter().all(|(verdict, code, _)| verdict == "ERROR" && *code == 3), "{verdicts:?}");
}

#[test]
fn every_kind_of_damage_has_its_message() {
    let damaged = Damaged::new();
    let lines = damaged.lines();
    let whole = lines.concat();
    damaged.copy("bad/a-lost-line", [&lines[..5], &lines[6..]].concat().concat());
    damaged.copy("bad/b-cut-short", &whole[..whole.len() / 2]);
    damaged.copy("bad/c-empty", "");
    damaged.copy("bad/d-not-json", "hello\n");
    damaged.copy("bad/e-word-changed", whole.replace("wrong-vendor", "wrong-render"));
    damaged.copy("bad/f-artefact-gone", &whole);
    fs::remove_file(damaged.artefact("bad/f-artefact-gone")).expect("it is there");
    damaged.copy("bad/g-artefact-changed", &whole);
    let artefact = damaged.artefact("bad/g-artefact-changed");
    let mut bytes = fs::read(&artefact).expect("it is there");
    bytes[0] ^= 1;
    fs::write(&artefact, bytes).expect("it can be changed");
    let said = damaged.bench.run(&["judge", "bad"]);
    assert_eq!(said.code, 3);
    let digest = artefact.file_name().expect("a file has a name").display().to_string();
    assert!(said.out.contains("its content was changed"), "{}", said.out);
    assert!(said.out.contains(&digest), "{}", said.out);
    assert_eq!(said.out.matches("  = help: ").count(), 7, "{}", said.out);
    assert!(said.out.ends_with("7 records: 0 held, 0 broken, 0 skipped, 7 errors\n"), "{}", said.out);
}

#[test]
fn one_damaged_record_does_not_hide_behind_a_good_one() {
    let damaged = Damaged::new();
    damaged.copy("both/bad", damaged.lines()[1..].concat());
    damaged.copy("both/good", damaged.lines().concat());
    let said = damaged.bench.run(&["judge", "both"]);
    assert_eq!(said.code, 3);
    assert!(said.out.contains("1 held, 0 broken, 0 skipped, 1 error\n"), "{}", said.out);
}

#[test]
fn nothing_in_a_record_gives_orders_to_a_terminal_or_a_ci_system() {
    let damaged = Damaged::new();
    hostile_record(&damaged.bench);
    for format in ["text", "json"] {
        let said = damaged.bench.run(&["judge", "hostile", "--format", format]);
        assert_ne!(said.code, 0);
        let orders: &[char] = &['\u{1b}', '\r', '\u{7}', '\u{202e}'];
        assert!(!said.out.contains(orders), "{:?}", said.out);
        assert!(!said.out.contains("##"), "{:?}", said.out);
        assert!(!said.out.lines().any(|line| line.trim_start().starts_with("::")), "{:?}", said.out);
    }
}

/// A whole record in which everything that can be a text is an order.
fn hostile_record(bench: &Bench) {
    const ORDER: &str = "\u{1b}[2J\r\n::error::gone\u{7} ##[error]gone \u{202e}";
    let mut writer = Writer::create(&bench.path("hostile")).expect("a record can be begun");
    let scenario_file = writer.store(include_bytes!("../../../scenarios/downgrade.toml")).expect("it can be stored");
    let profile_file =
        writer.store(include_bytes!("../../../firmware/profiles/resilient.toml")).expect("it can be stored");
    let opened = Opened {
        schema: SCHEMA.to_owned(),
        otabench: ORDER.to_owned(),
        scenario: "downgrade".to_owned(),
        scenario_file,
        profile_file,
        rig: ORDER.to_owned(),
        method: Method::Simulated,
        seed: 1,
        keys: KeySource::Seed,
        first_stage_sha256: None,
        cell: None,
    };
    let failed = Failed { reason: ORDER.to_owned(), remedy: ORDER.to_owned(), fault: Blame::Infrastructure };
    for event in [Event::Opened(opened), Event::Failed(failed), Event::Closed(record::Closed { runs: 0 })] {
        writer.append(&event).expect("it can be written");
    }
}
