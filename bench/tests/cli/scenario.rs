//! What a run says: the lines of a verdict, and where it went wrong the way to repeat it.
//!
//! The scenarios under `tests/scenarios` are wrong on purpose, one mistake each: a bench that would
//! not notice them could not be believed when it says HELD.

use crate::bench::{Bench, Said, run_in_checkout};

/// Plays one of the scenarios beside these tests.
fn play(name: &str) -> Said {
    let bench = Bench::new();
    let scenarios = crate::bench::checkout().join("bench/tests/scenarios");
    bench.run(&["scenario", name, "--out", "out", "--scenarios", &scenarios.display().to_string()])
}

#[test]
fn a_claim_that_holds() {
    let bench = Bench::new();
    bench.run(&["scenario", "downgrade", "--out", "out"]).matches("scenario/downgrade.txt");
}

#[test]
fn a_sweep_that_holds() {
    let said = Bench::new().run(&["scenario", "tampered-manifest", "--out", "out"]);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains(" cases "), "{}", said.out);
    assert!(said.out.contains("in every byte of the manifest in turn"), "{}", said.out);
}

#[test]
fn a_claim_that_is_broken() {
    play("broken-claim").matches("scenario/broken-claim.txt");
}

#[test]
fn a_claim_that_is_broken_in_one_case_of_a_sweep() {
    play("broken-in-a-sweep").matches("scenario/broken-in-a-sweep.txt");
}

#[test]
fn an_attack_that_hits_nothing_is_an_error() {
    play("attack-that-hits-nothing").matches("scenario/attack-that-hits-nothing.txt");
}

#[test]
fn a_fault_that_never_fires_is_an_error() {
    play("fault-that-never-fires").matches("scenario/fault-that-never-fires.txt");
}

#[test]
fn a_sweep_under_its_floor_is_an_error() {
    play("sweep-under-its-floor").matches("scenario/sweep-under-its-floor.txt");
}

#[test]
fn teeth_that_do_not_bite_are_an_error() {
    play("teeth-that-do-not-bite").matches("scenario/teeth-that-do-not-bite.txt");
}

#[test]
fn the_command_that_is_printed_repeats_the_verdict() {
    let bench = Bench::new();
    let said = bench.run(&["scenario", "wrong-vendor", "--out", "one", "--seed", "16", "--keys", "my keys"]);
    let (_, command) = said.out.rsplit_once("      repeat ").expect("the command is printed");
    assert!(command.trim_end().ends_with("scenario wrong-vendor --rig sim --seed 0x10 --keys 'my keys'"), "{command}");
    let again = bench.run(&["scenario", "wrong-vendor", "--seed", "0x10", "--keys", "my keys", "--out", "two"]);
    assert_eq!((said.code, again.code), (0, 0));
}

#[test]
fn without_a_folder_the_record_gets_one_of_this_moment() {
    let bench = Bench::new();
    for _ in 0..2 {
        assert_eq!(bench.run(&["scenario", "wrong-vendor"]).code, 0);
    }
    let runs = std::fs::read_dir(bench.path("target/otabench")).expect("the runs have folders").count();
    assert_eq!(runs, 2);
}

#[test]
fn nothing_but_the_verdict_goes_to_standard_output_and_nothing_is_coloured() {
    let said = Bench::new().run(&["scenario", "wrong-vendor", "--out", "out"]);
    assert_eq!(said.err, "");
    assert!(!said.out.contains('\u{1b}'), "{:?}", said.out);
    assert!(!said.out.contains('\r'), "{:?}", said.out);
}

#[test]
fn a_name_that_does_not_exist_is_explained() {
    run_in_checkout(&["scenario", "downgrad"]).matches("scenario/unknown-name.txt");
    run_in_checkout(&["scenario", "quantum-supremacy"]).matches("scenario/far-name.txt");
    run_in_checkout(&["scenario", "downgrade", "--rig", "simm"]).matches("scenario/unknown-rig.txt");
    run_in_checkout(&["scenario", "downgrade", "--seed", "5eed"]).matches("scenario/bare-seed.txt");
    run_in_checkout(&["scenario"]).matches("scenario/no-name.txt");
}
