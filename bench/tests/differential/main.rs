//! The same scenarios on the simulator and on the real binaries under QEMU, one for each architecture:
//! the same verdicts, step by step.
//!
//! A simulator that is kinder or stricter than the machine would make its exhaustive sweeps worthless,
//! so whatever all can play must look the same on all. Sweeps are left to `scenario --all`, which the
//! nightly lane plays on every rig and in which any verdict but HELD fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_otabench");
const EMULATED: [&str; 2] = ["qemu-ast1030", "qemu-riscv"];
/// Every bundled scenario but the sweeps, which play hundreds of cases.
const SWEEPS: [&str; 2] = ["power-loss", "tampered-manifest"];
/// Parts that not every board has, and what no emulated one does: work that takes something, a flash that
/// fails.
const PARTS: [&str; 4] = ["battery", "button", "toll", "flash-faults"];
/// Exit code of a required rig that cannot be had.
const INFRASTRUCTURE: i32 = 20;

fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout")
}

fn otabench(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(checkout()).stdin(Stdio::null());
    command.output().expect("the program was built")
}

/// The bundled scenarios that are played here.
fn names() -> Vec<String> {
    let listed = otabench(&["list", "--format", "json"]).stdout;
    let listed = String::from_utf8(listed).expect("the program writes UTF-8");
    let name = |line: &str| -> String {
        let entry: Value = serde_json::from_str(line).expect("each line is an object");
        entry["name"].as_str().expect("each scenario has a name").to_owned()
    };
    listed.lines().map(name).filter(|name| !SWEEPS.contains(&name.as_str())).collect()
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

#[test]
fn the_simulator_and_the_emulated_chips_give_the_same_verdicts() {
    let names = names();
    assert!(names.len() >= 12, "only {} scenarios were found", names.len());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("records").display().to_string();
    let mut arguments = vec!["scenario", "--format", "json", "--out", &out, "--rig", "sim"];
    arguments.extend(EMULATED.iter().flat_map(|rig| ["--require-rig", rig]));
    arguments.extend(names.iter().map(String::as_str));
    let played = otabench(&arguments);
    let said = String::from_utf8_lossy(&played.stdout);
    if played.status.code() == Some(INFRASTRUCTURE) && said.contains("is required") && std::env::var_os("CI").is_none()
    {
        eprintln!("SKIPPED: {EMULATED:?} cannot be had here; `cargo run -- setup` installs them");
        return;
    }
    assert_eq!(played.status.code(), Some(0), "{said}\n{}", String::from_utf8_lossy(&played.stderr));
    let mut by_rig: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let mut without_part: BTreeMap<String, usize> = BTreeMap::new();
    for line in said.lines() {
        let verdict: Value = serde_json::from_str(line).expect("each line is an object");
        let field = |name: &str| verdict[name].as_str().expect("every verdict names it").to_owned();
        if verdict["verdict"] == "SKIPPED" {
            // A board without the part has nothing to say; anything else must be playable everywhere.
            let missing = verdict["missing"]["what"].as_str().expect("a skipped verdict says what is missing");
            assert!(PARTS.contains(&missing), "{line}");
            *without_part.entry(field("rig")).or_default() += 1;
            continue;
        }
        by_rig.entry(field("rig")).or_default().insert(field("scenario"), essence(&verdict));
    }
    assert_eq!(by_rig["sim"].len(), names.len());
    for rig in EMULATED {
        let played = &by_rig[rig];
        let skipped = without_part.get(rig).copied().unwrap_or_default();
        assert_eq!(played.len() + skipped, names.len(), "{rig}");
        for (name, verdict) in played {
            assert_eq!(by_rig["sim"][name], *verdict, "{name} on {rig}");
        }
    }
}
