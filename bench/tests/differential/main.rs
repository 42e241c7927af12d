//! The same scenarios on the simulator and on the real binaries under QEMU, one for each architecture:
//! the same verdicts, step by step.
//!
//! A simulator that is kinder or stricter than the machine would make its exhaustive sweeps worthless,
//! so whatever all can play must look the same on all. Every change plays each scenario on one of the
//! emulated boards, in turn; with `OTABENCH_DIFFERENTIAL=all`, as the nightly lane has it, on each of
//! them. Sweeps are left to `scenario --all`, which the nightly lane plays on every rig and in which any
//! verdict but HELD fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_otabench");
const SIMULATOR: &str = "sim";
const EMULATED: [&str; 2] = ["qemu-ast1030", "qemu-riscv"];
/// Parts that not every board has, and what no emulated one does: work that takes something, and flash that
/// fails.
const PARTS: [&str; 5] = ["battery", "button", "toll", "flash-faults", "open-memory"];
/// Exit code of a required rig that cannot be had.
const INFRASTRUCTURE: i32 = 20;

/// A scenario that is no sweep, and the rigs that have what it needs.
struct Listed {
    name: String,
    rigs: Vec<String>,
}

fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout")
}

fn otabench(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(checkout()).stdin(Stdio::null());
    command.output().expect("the program was built")
}

/// The bundled scenarios but the sweeps, which play hundreds of cases.
fn listed() -> Vec<Listed> {
    let output = otabench(&["list", "--format", "json"]).stdout;
    let output = String::from_utf8(output).expect("the program writes UTF-8");
    let entries = output.lines().map(|line| -> Value { serde_json::from_str(line).expect("each line is an object") });
    let entries = entries.inspect(|entry| {
        let lacking = entry["lacking"].as_object().expect("it is a table");
        // What a board has no part for is not played there; anything else must be playable everywhere.
        assert!(lacking.values().all(|what| PARTS.contains(&text(what).as_str())), "{entry}");
    });
    let once = entries.filter(|entry| !entry["sweep"].as_bool().expect("each says whether it is a sweep"));
    once.map(|entry| Listed { name: text(&entry["name"]), rigs: texts(&entry["rigs"]) }).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().expect("it is a list").iter().map(text).collect()
}

/// What each emulated board plays: all that it can, or its share of it.
fn shares(listed: &[Listed]) -> BTreeMap<&'static str, Vec<String>> {
    let everything = std::env::var("OTABENCH_DIFFERENTIAL").is_ok_and(|what| what == "all");
    let mut shares: BTreeMap<&str, Vec<String>> = EMULATED.iter().map(|rig| (*rig, Vec::new())).collect();
    for scenario in listed.iter().filter(|scenario| scenario.rigs.iter().any(|rig| rig == SIMULATOR)) {
        let mut able: Vec<&str> = EMULATED.into_iter().filter(|rig| scenario.rigs.iter().any(|it| it == rig)).collect();
        if !everything {
            // The board that has the least to do so far.
            able.sort_by_key(|rig| shares[rig].len());
            able.truncate(1);
        }
        for rig in able {
            shares.entry(rig).or_default().push(scenario.name.clone());
        }
    }
    shares
}

/// What a verdict says, without what must differ between rigs: the digests of their images.
fn essence(verdict: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = verdict["steps"].as_array().expect("a verdict has steps");
    let step = |step: &Value| {
        let saw = text(&step["saw"]);
        let saw = saw.split(" (measured").next().unwrap_or_default().to_owned();
        format!("{}: {} {saw}", text(&step["name"]), text(&step["outcome"]))
    };
    let teeth = format!("teeth: {}", text(&verdict["teeth"]["outcome"]));
    [text(&verdict["verdict"]), teeth].into_iter().chain(steps.iter().map(step)).collect()
}

/// Plays scenarios on the simulator and on a board: what each said, by rig and scenario. `None` where
/// the board cannot be had and nobody insists.
fn played(rig: &str, names: &[String]) -> Option<BTreeMap<String, BTreeMap<String, Vec<String>>>> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("records").display().to_string();
    let mut arguments = vec!["scenario", "--format", "json", "--out", &out, "--rig", SIMULATOR, "--require-rig", rig];
    arguments.extend(names.iter().map(String::as_str));
    let played = otabench(&arguments);
    let said = String::from_utf8_lossy(&played.stdout);
    if played.status.code() == Some(INFRASTRUCTURE) && said.contains("is required") && std::env::var_os("CI").is_none()
    {
        eprintln!("SKIPPED: {rig} cannot be had here; `cargo run -- setup` installs it");
        return None;
    }
    assert_eq!(played.status.code(), Some(0), "{said}\n{}", String::from_utf8_lossy(&played.stderr));
    let mut by_rig: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for line in said.lines() {
        let verdict: Value = serde_json::from_str(line).expect("each line is an object");
        by_rig.entry(text(&verdict["rig"])).or_default().insert(text(&verdict["scenario"]), essence(&verdict));
    }
    Some(by_rig)
}

#[test]
fn the_simulator_and_the_emulated_chips_give_the_same_verdicts() {
    let listed = listed();
    assert!(listed.len() >= 24, "only {} scenarios were found", listed.len());
    for (rig, names) in shares(&listed) {
        assert!(names.len() >= 8, "only {} scenarios for {rig}", names.len());
        let Some(by_rig) = played(rig, &names) else { continue };
        let board = &by_rig[rig];
        for name in &names {
            assert_eq!(by_rig[SIMULATOR][name], board[name], "{name} on {rig}");
            // A rig that is listed for a scenario can play it.
            assert_eq!(board[name][0], "HELD", "{name} on {rig}");
        }
    }
}
