//! A report as somebody meets it who was not there: written, checked, changed, and checked again.
//!
//! Changes are made to bytes on the disk, as a forger would make them.

#[path = "../cli/bench.rs"]
mod bench;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::bench::{Bench, Said, checkout, run_in_checkout};

const SCENARIOS: [&str; 3] = ["downgrade", "unsigned", "wrong-vendor"];

/// A run of three scenarios, with its keys.
fn played() -> Bench {
    let bench = Bench::new();
    let arguments: Vec<&str> = ["scenario", "--keys", "keys", "--out", "run"].into_iter().chain(SCENARIOS).collect();
    let said = bench.run(&arguments);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    bench
}

/// Runs the program where it has to succeed.
fn good(bench: &Bench, arguments: &[&str]) -> Said {
    let said = bench.run(arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
    said
}

/// Every file below a folder, with what it holds.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a report's folders can be listed") {
            let path = entry.expect("a report's folders can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it lies below").to_owned();
                files.insert(name, fs::read(path).expect("a report's files can be read"));
            }
        }
    }
    files
}

/// Flips one bit in the middle of a file.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("it was just written");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("it can be changed");
}

#[test]
fn a_report_is_written_and_says_what_it_holds() {
    let bench = played();
    good(&bench, &["report", "run"]).matches("report/written.txt");
    let files = content(&bench.path("run/report"));
    for name in ["report.html", "report.json", "report.md", "junit.xml", "statement.intoto.json"] {
        assert!(files.contains_key(Path::new(name)), "{name}");
    }
    assert!(!files.contains_key(Path::new("report.sarif.json")), "nobody asked for it");
    good(&bench, &["verify-report", "run/report"]).matches("report/verified.txt");
    bench.run(&["report", "run"]).matches("report/taken.txt");
}

#[test]
fn the_same_records_give_the_same_bytes() {
    let bench = played();
    let formats = ["--oscal", "--cyclonedx", "--sarif", "--key", "keys/release.pem"];
    let one = ["report", "run", "--out", "one"];
    let other =
        ["report", "run/unsigned.sim", "run/wrong-vendor.sim/record.jsonl", "run/downgrade.sim", "--out", "two"];
    good(&bench, &[one.as_slice(), &formats].concat());
    good(&bench, &[other.as_slice(), &formats].concat());
    let (one, two) = (content(&bench.path("one")), content(&bench.path("two")));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, bytes) in one {
        assert!(two[&name] == bytes, "{} differs", name.display());
    }
    good(&bench, &["verify-report", "two"]);
}

#[test]
fn every_changed_file_is_named() {
    let bench = played();
    bench.put("product.toml", "[product]\nname = \"Mast Gateway 4\"\nmanufacturer = \"Example Instruments\"\n");
    good(&bench, &["report", "run", "--out", "first"]);
    let key = ["--key", "keys/release.pem", "--oscal", "--cyclonedx", "--sarif"];
    let from = ["--declaration", "product.toml", "--previous", "first/report.json"];
    good(&bench, &[["report", "run"].as_slice(), &key, &from].concat());
    let whole = content(&bench.path("run/report"));
    let mut tried = 0;
    for (name, bytes) in &whole {
        let path = bench.path("run/report").join(name);
        flip(&path);
        let said = bench.run(&["verify-report", "run/report"]);
        assert_eq!(said.code, 3, "{}: {}{}", name.display(), said.out, said.err);
        assert!(said.out.contains("WRONG"), "{}: {}", name.display(), said.out);
        assert!(names(&said, name), "{}: {}", name.display(), said.out);
        fs::write(&path, bytes).expect("it can be put back");
        tried += 1;
    }
    assert!(tried > 30, "{tried} files");
    good(&bench, &["verify-report", "run/report"]);
}

/// Whether a file is named: a record by its folder, signature and key as such, the rest by its name.
fn names(said: &Said, file: &Path) -> bool {
    let name = file.display().to_string();
    match file.strip_prefix("records") {
        Ok(below) => below.iter().next().is_some_and(|run| said.out.contains(&run.display().to_string())),
        Err(_) if name == "signer.pem" || name == "report.dsse.json" => said.out.contains("the signature is"),
        Err(_) => said.out.contains(&name),
    }
}

#[test]
fn a_lost_or_foreign_record_is_named() {
    let bench = played();
    good(&bench, &["report", "run"]);
    let (record, aside) = (bench.path("run/report/records/unsigned.sim"), bench.path("aside"));
    fs::rename(&record, &aside).expect("it can be moved");
    let lost = bench.run(&["verify-report", "run/report"]);
    assert_eq!(lost.code, 3);
    assert!(lost.out.contains("record unsigned.sim"), "{}", lost.out);
    fs::rename(&aside, &record).expect("it can be moved back");
    fs::create_dir(bench.path("run/report/records/foreign.sim")).expect("a folder can be made");
    let foreign = bench.run(&["verify-report", "run/report"]);
    assert_eq!(foreign.code, 3);
    assert!(foreign.out.contains("foreign.sim"), "{}", foreign.out);
}

#[test]
fn a_signed_report_is_verified_with_the_key_one_trusts() {
    let bench = played();
    good(&bench, &["report", "run", "--out", "ours", "--key", "keys/release.pem"]);
    good(&bench, &["report", "run", "--out", "theirs", "--key", "keys/attacker.pem"]);
    good(&bench, &["report", "run", "--out", "nobodys"]);
    let trusted = good(&bench, &["verify-report", "ours", "--key", "ours/signer.pem"]);
    assert!(trusted.out.contains("valid, by the key you gave"), "{}", trusted.out);
    let unknown = good(&bench, &["verify-report", "theirs"]);
    assert!(unknown.out.contains("by a key that lies beside it"), "{}", unknown.out);
    for folder in ["theirs", "nobodys"] {
        let said = bench.run(&["verify-report", folder, "--key", "ours/signer.pem"]);
        assert_eq!(said.code, 3, "{folder}: {}", said.out);
        assert!(said.out.contains("missing or not valid"), "{folder}: {}", said.out);
    }
}

#[test]
fn a_record_that_cannot_be_read_is_shown_and_hides_no_other() {
    let bench = played();
    flip(&bench.path("run/unsigned.sim/record.jsonl"));
    let said = good(&bench, &["report", "run"]);
    assert!(said.out.contains("not read    unsigned.sim: the record is damaged"), "{}", said.out);
    assert!(said.out.contains("2 held"), "{}", said.out);
    let page = fs::read_to_string(bench.path("run/report/report.html")).expect("it was written");
    assert!(page.contains("unsigned.sim"), "the page names the record");
    let none = bench.run(&["report", "run/unsigned.sim"]);
    assert_eq!(none.code, 2, "{}", none.out);
}

#[test]
fn what_is_stated_stands_in_the_report() {
    let bench = played();
    bench.put(
        "product.toml",
        "[product]\nname = \"Mast Gateway 4\"\nmanufacturer = \"Example Instruments\"\n\n\
         [[claim]]\nstatements = [\"NTIA-CHECK-9\"]\n",
    );
    good(&bench, &["report", "run", "--out", "first"]);
    let stated = ["--operator", "R. Example", "--time", "2026-11-25T19:00:00Z", "--time-source", "a wall"];
    let from = ["--declaration", "product.toml", "--previous", "first/report.json"];
    good(&bench, &[["report", "run", "--out", "second"].as_slice(), &stated, &from].concat());
    let bytes = fs::read(bench.path("second/report.json")).expect("it was written");
    let report: Value = serde_json::from_slice(&bytes).expect("it is JSON");
    assert_eq!(report["meta"]["operator"], "R. Example");
    assert_eq!(report["meta"]["time"]["utc"], "2026-11-25T19:00:00Z");
    assert_eq!(report["meta"]["time"]["source"], "a wall");
    assert_eq!(report["declaration"]["product"]["name"], "Mast Gateway 4");
    assert_eq!(report["change"]["unchanged-runs"], 3);
    good(&bench, &["verify-report", "second"]);
}

#[test]
fn wrong_arguments_and_files_have_code_2() {
    let bench = played();
    bench.put("typo.toml", "[product]\nnam = \"x\"\n");
    bench.put("no.json", "{}");
    let table: &[&[&str]] = &[
        &["report"],
        &["report", "nowhere"],
        &["report", "keys"],
        &["report", "run/unsigned.sim", "run/downgrade.sim"],
        &["report", "run", "--key", "keys"],
        &["report", "run", "--key", "no.json"],
        &["report", "run", "--declaration", "typo.toml"],
        &["report", "run", "--previous", "no.json"],
        &["report", "run", "--time", "yesterday"],
        &["report", "run", "--time-source", "a wall"],
        &["verify-report"],
        &["verify-report", "nowhere"],
        &["verify-report", "run", "--key", "keys/release.pem"],
        &["coverage", "--format", "yaml"],
    ];
    for arguments in table {
        let said = bench.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}{}", said.out, said.err);
        assert_eq!(said.out, "", "{arguments:?}");
        assert_ne!(said.err, "", "{arguments:?}");
    }
    assert!(!bench.path("run/report").exists(), "nothing is written where something is wrong");
    bench.run(&["report", "run", "--declaration", "typo.toml"]).matches("report/wrong-declaration.txt");
}

#[test]
fn the_newest_run_is_taken() {
    let bench = Bench::new();
    bench.put("target/otabench/attach-20991231-235959/update.suit", "");
    bench.put("target/otabench/20991231-235959/README", "a run that left no record");
    for (scenario, run) in [("unsigned", "20261122-110131-2"), ("downgrade", "20261122-110131-10")] {
        good(&bench, &["scenario", scenario, "--out", &format!("target/otabench/{run}")]);
    }
    let said = good(&bench, &["report"]);
    assert!(said.out.contains("target/otabench/20261122-110131-10/report/report.html"), "{}", said.out);
}

/// The command that the report gives for the first of its findings.
fn repeat_of_worst(bench: &Bench, folder: &str) -> Vec<String> {
    let report = fs::read(bench.path(folder).join("report.json")).expect("it was just written");
    let report: Value = serde_json::from_slice(&report).expect("it is JSON");
    let command = report["findings"][0]["repeat"].as_str().expect("a finding has a command");
    command.split(' ').map(str::to_owned).collect()
}

#[test]
fn a_finding_is_repeated_from_the_folder_of_the_report_alone() {
    let bench = Bench::new();
    let scenario = fs::read(checkout().join("bench/tests/scenarios/broken-claim.toml")).expect("it is in the checkout");
    bench.put("mine/broken-claim.toml", scenario);
    assert_eq!(bench.run(&["scenario", "mine/broken-claim.toml", "--out", "run"]).code, 10);
    good(&bench, &["report", "run", "--out", "report"]);
    for gone in ["mine", "run"] {
        fs::remove_dir_all(bench.path(gone)).expect("it is ours");
    }
    let command = repeat_of_worst(&bench, "report");
    assert_eq!(command, ["otabench", "repeat", "records/broken-claim.sim"]);
    let mut again = bench.command(&[&command[1], &command[2], "--out", "again"]);
    let said = bench.finish(again.current_dir(bench.path("report")).output().expect("the program was built"));
    assert_eq!(said.code, 10, "{}{}", said.out, said.err);
    assert!(said.err.contains("the record came out the same, byte by byte"), "{}", said.err);
}

#[test]
fn keys_that_somebody_keeps_are_asked_for() {
    let bench = played();
    let without = bench.run(&["repeat", "run/downgrade.sim", "--out", "again"]);
    assert_eq!(without.code, 2);
    assert!(without.err.contains("name their folder with `--keys`"), "{}", without.err);
    let with = good(&bench, &["repeat", "run/downgrade.sim", "--keys", "keys", "--out", "again"]);
    assert!(with.err.contains("the record came out the same, byte by byte"), "{}", with.err);
    good(&bench, &["report", "run", "--out", "report"]);
    let report = fs::read_to_string(bench.path("report/report.md")).expect("it was just written");
    assert!(report.contains("otabench repeat records/downgrade.sim --keys DIR"), "{report}");
}

#[test]
fn the_report_takes_its_provenance_from_beside_the_records() {
    let bench = played();
    let stated = fs::read(bench.path("run/downgrade.sim/circumstances.json")).expect("the bench stated them");
    let stated: Value = serde_json::from_slice(&stated).expect("it is JSON");
    good(&bench, &["report", "run", "--out", "report"]);
    let report = fs::read(bench.path("report/report.json")).expect("it was just written");
    let report: Value = serde_json::from_slice(&report).expect("it is JSON");
    let provenance = &report["provenance"];
    assert_eq!(provenance["silent"], 0);
    assert_eq!(provenance["ended"]["source"], "clock of the machine that played it, not checked");
    assert!(provenance["began"]["utc"].as_str() <= stated["began"].as_str(), "the earliest counts: {provenance}");
    let compiler = stated["tools"][0]["version"].as_str().expect("a version is text");
    let tools = provenance["tools"].as_array().expect("they are listed");
    assert!(tools.iter().any(|tool| tool["value"] == format!("rustc, for the bench: {compiler}")), "{tools:?}");
    let commit = stated["sources"]["commit"].as_str().expect("the tests run in a checkout");
    assert!(provenance["commits"].to_string().contains(commit), "{provenance}");
}

/// A small matrix with its records, in a report.
fn with_matrix() -> Bench {
    let bench = played();
    let cells = ["matrix", "--scenario", "downgrade", "--profile", "bare", "--profile", "resilient"];
    good(&bench, &[cells.as_slice(), &["--records", "kept", "--format", "json", "--out", "matrix.json"]].concat());
    let from = ["--matrix", "matrix.json", "--matrix-records", "kept"];
    good(&bench, &[["report", "run", "--out", "report"].as_slice(), &from].concat());
    bench
}

#[test]
fn the_matrix_is_judged_again_from_its_records() {
    let bench = with_matrix();
    let said = good(&bench, &["verify-report", "report"]);
    assert!(said.out.contains("cells of the matrix were judged again"), "{}", said.out);
    let page = fs::read_to_string(bench.path("report/report.html")).expect("it was written");
    assert!(page.contains("The records of its cells lie beside this report"), "the page says so");
    for (name, bytes) in content(&bench.path("report/cells")) {
        let path = bench.path("report/cells").join(&name);
        flip(&path);
        let said = bench.run(&["verify-report", "report"]);
        assert_eq!(said.code, 3, "{}: {}", name.display(), said.out);
        assert!(said.out.contains("the matrix, "), "{}: {}", name.display(), said.out);
        fs::write(&path, bytes).expect("it can be put back");
    }
    fs::write(bench.path("report/cells/guest"), "hello").expect("there is room");
    let said = bench.run(&["verify-report", "report"]);
    assert!(said.out.contains("cells/guest is no part of the report"), "{}", said.out);
}

#[test]
fn a_matrix_that_its_records_do_not_bear_out_is_refused() {
    let bench = with_matrix();
    let matrix = fs::read_to_string(bench.path("matrix.json")).expect("it was written");
    assert!(matrix.contains("BROKEN"), "a bare device loses");
    bench.put("typed.json", matrix.replace("\"BROKEN\"", "\"HELD\""));
    let typed = ["report", "run", "--out", "typed", "--matrix", "typed.json", "--matrix-records", "kept"];
    let said = bench.run(&typed);
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("downgrade on bare: its record judges BROKEN"), "{}", said.err);
    let report = fs::read_to_string(bench.path("report/report.json")).expect("it was written");
    fs::write(bench.path("report/report.json"), report.replace("\"verdict\":\"BROKEN\"", "\"verdict\":\"HELD\""))
        .expect("it can be changed");
    let said = bench.run(&["verify-report", "report"]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("downgrade on bare: its record judges BROKEN"), "{}", said.out);
}

#[test]
fn circumstances_of_another_record_are_refused() {
    let bench = played();
    let theirs = bench.path("run/unsigned.sim/circumstances.json");
    fs::copy(theirs, bench.path("run/downgrade.sim/circumstances.json")).expect("it can be changed");
    let said = good(&bench, &["report", "run"]);
    assert!(said.out.contains("not read    downgrade.sim: circumstances.json belongs to the record"), "{}", said.out);
}

#[test]
fn every_id_that_a_bundled_scenario_names_counts() {
    let said = run_in_checkout(&["coverage", "--format", "json"]);
    let coverage: Value = serde_json::from_str(&said.out).expect("it is JSON");
    let rows = coverage["rows"].as_array().expect("it has rows");
    let named_only: Vec<&Value> =
        rows.iter().filter(|row| row["state"] == "named-only").map(|row| &row["id"]).collect();
    assert!(named_only.is_empty(), "no scenario that names these shows anything for them: {named_only:?}");
    assert_eq!(coverage["unknown"], Value::Array(Vec::new()));
    assert_eq!(coverage["copies"], Value::Array(Vec::new()));
}

#[test]
fn coverage_names_what_is_missing() {
    let said = run_in_checkout(&["coverage", "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let coverage: Value = serde_json::from_str(&said.out).expect("it is JSON");
    assert_eq!(coverage["schema"], "otabench.coverage/1");
    let rows = coverage["rows"].as_array().expect("it has rows");
    let missing: Vec<&str> =
        rows.iter().filter(|row| row["state"] == "missing").filter_map(|row| row["id"].as_str()).collect();
    assert!(missing.iter().any(|id| id.starts_with("NTIA-")), "{missing:?}");
    assert!(rows.iter().any(|row| row["id"] == "NTIA-CHECK-12" && row["state"] != "missing"));
    let text = run_in_checkout(&["coverage"]);
    for id in missing {
        assert!(text.out.contains(&format!("no scenario yet: {id} ")), "{id}");
    }
    let markdown = run_in_checkout(&["coverage", "--format", "markdown"]);
    assert!(markdown.out.starts_with("# Coverage\n"), "{}", markdown.out);
}

#[test]
fn a_statement_that_no_catalogue_has_is_refused() {
    let bench = Bench::new();
    let good_file = fs::read_to_string(checkout().join("scenarios/downgrade.toml")).expect("it is bundled");
    bench.put("mine.toml", good_file.replace("NTIA-CHECK-12", "NTIA-CHECK-112"));
    let said = bench.run(&["check", "mine.toml"]);
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("NTIA-CHECK-112"), "{}", said.err);
}
