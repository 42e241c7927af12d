//! The scenarios and profiles of this repository, read as the command line reads them.
//!
//! What holds for all of them is checked here: the notation cannot ask for it, since a scenario
//! somebody writes for another device may have good reasons to differ.

use std::fs;
use std::path::{Path, PathBuf};

use menu::{Feature, Features};
use scenario::model::{Action, Scenario, Signer, Weakness};
use scenario::{Context, Profile, Style, parse, parse_profile};

const MUTANTS: &[&str] = &[
    "believes-its-provisioning",
    "counts-no-boots",
    "counts-power-cycles",
    "forgets-the-revert",
    "raises-floor-early",
    "refuses-everything",
    "remembers-the-failed",
    "skips-payload-digest",
    "starves-the-watchdog",
    "verifies-twice",
    "trusts-its-flash",
    "waits-for-ever",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Name and bytes of every TOML file in a folder of the repository.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(repository().join(folder)).expect("the folder is part of the repository");
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let toml = paths.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let read = |path: PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (format!("{folder}/{name}"), fs::read(&path).expect("the file was just listed"))
    };
    let mut files: Vec<(String, Vec<u8>)> = toml.map(read).collect();
    files.sort();
    files
}

fn profiles() -> Vec<Profile> {
    let read = |(file, bytes): (String, Vec<u8>)| {
        parse_profile(&file, &bytes).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(Style::Plain)))
    };
    files("firmware/profiles").into_iter().map(read).collect()
}

fn scenarios() -> Vec<Scenario> {
    let profiles = profiles();
    let statements: Vec<&str> = standards::standards().ids().collect();
    let context = Context { profiles: &profiles, mutants: MUTANTS, statements: &statements };
    let read = |(file, bytes): (String, Vec<u8>)| {
        parse(&file, &bytes, &context).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(Style::Plain)))
    };
    files("scenarios").into_iter().map(read).collect()
}

#[test]
fn every_bundled_profile_makes_sense() {
    let names: Vec<String> = profiles().into_iter().map(|profile| profile.name).collect();
    assert_eq!(names, ["attended", "bare", "current", "portable", "resilient", "signed"]);
}

#[test]
fn every_item_of_the_menu_is_in_a_bundled_profile() {
    let profiles = profiles();
    let served: Features = profiles.iter().flat_map(|profile| profile.features.iter()).collect();
    assert_eq!(served, Feature::ALL.iter().copied().collect());
    let resilient = profiles.iter().find(|profile| profile.name == "resilient").expect("listed in the test above");
    assert_eq!((resilient.trial_attempts, resilient.trial_ms, resilient.watchdog_ms), (1, 10_000, 2_000));
}

#[test]
fn every_bundled_scenario_makes_sense() {
    assert!(scenarios().len() >= 14);
}

#[test]
fn every_bundled_scenario_opens_with_its_story() {
    for (file, bytes) in files("scenarios") {
        assert!(bytes.starts_with(b"# "), "{file} does not open with a comment");
    }
}

#[test]
fn every_bundled_scenario_ends_with_a_genuine_update_that_installs_or_a_halt() {
    for scenario in scenarios() {
        let last = scenario.steps.last().expect("a scenario has steps");
        if last.expect.halted.is_some() {
            // A device that rightly runs nothing takes no update.
            continue;
        }
        let Action::Offer(offer) = &last.action else { panic!("{} does not end with an offer", scenario.name) };
        assert_eq!(offer.signed_by, Signer::Release, "{}", scenario.name);
        assert_eq!(offer.tamper, None, "{}", scenario.name);
        assert_eq!(last.expect.refused, None, "{}", scenario.name);
        assert_eq!(last.expect.runs, [offer.version], "{}", scenario.name);
        let attacker_is_there = scenario.attacker.is_some_and(|attacker| attacker.during.contains(&last.name));
        assert!(!attacker_is_there, "{}", scenario.name);
    }
}

#[test]
fn every_bundled_mutant_is_caught_by_a_scenario() {
    let weaknesses: Vec<Weakness> = scenarios().into_iter().map(|scenario| scenario.teeth.weakness).collect();
    for mutant in MUTANTS {
        assert!(weaknesses.contains(&Weakness::Mutant((*mutant).to_owned())), "{mutant}");
    }
}
