//! Help is prose that people read when they are stuck, so it is reviewed as prose.
//!
//! It is compared with golden files as a whole, so that a change of an option shows in the review.

use crate::bench::run_in_checkout;

const COMMANDS: &[&str] = &[
    "scenario",
    "check",
    "list",
    "show",
    "judge",
    "repeat",
    "report",
    "verify-report",
    "coverage",
    "matrix",
    "attach",
    "bench",
    "doctor",
    "setup",
    "completions",
];

#[test]
fn the_program_explains_itself() {
    run_in_checkout(&["--help"]).matches("help/otabench.txt");
}

#[test]
fn every_command_explains_itself_with_examples() {
    for command in COMMANDS {
        let said = run_in_checkout(&[command, "--help"]);
        assert!(said.out.contains("Examples:"), "{command}");
        said.matches(&format!("help/{command}.txt"));
    }
}

#[test]
fn no_command_is_missing_here() {
    let help = run_in_checkout(&["--help"]).out;
    let (_, commands) = help.split_once("Commands:\n").expect("the help lists the commands");
    let listed: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, COMMANDS);
}

#[test]
fn a_shell_gets_its_completions() {
    let bash = run_in_checkout(&["completions", "bash"]);
    assert_eq!(bash.code, 0);
    assert!(bash.out.contains("--require-rig"), "{}", bash.out);
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        assert_eq!(run_in_checkout(&["completions", shell]).code, 0, "{shell}");
    }
    assert_eq!(run_in_checkout(&["completions", "basic"]).code, 2);
}

#[test]
fn the_simulator_needs_no_setup() {
    run_in_checkout(&["setup"]).matches("setup.txt");
}

#[test]
fn the_doctor_finds_the_simulator_ready() {
    let said = run_in_checkout(&["doctor"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("  sim           ready    can: operation-log"), "{}", said.out);
    assert!(said.out.contains(" in firmware/profiles\n"), "{}", said.out);
}

#[test]
fn scenarios_are_listed_by_the_frameworks_steps() {
    let said = run_in_checkout(&["list"]);
    assert_eq!(said.code, 0);
    let (_, check) = said.out.split_once("\nCheck\n").expect("some scenarios belong to this step");
    assert!(check.contains("\n  downgrade  ") || check.starts_with("  downgrade  "), "{}", said.out);
}

#[test]
fn a_list_of_few_scenarios_is_a_table() {
    run_in_checkout(&["list", "--scenarios", "bench/tests/scenarios"]).matches("list.txt");
}

#[test]
fn a_scenario_is_shown_in_words() {
    run_in_checkout(&["show", "downgrade"]).matches("show/downgrade.txt");
    run_in_checkout(&["show", "power-loss"]).matches("show/power-loss.txt");
    run_in_checkout(&["show", "man-in-the-middle-edit"]).matches("show/man-in-the-middle-edit.txt");
}
