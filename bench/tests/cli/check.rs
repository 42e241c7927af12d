//! Files that are wrong are told so, with the place and what to do, and nothing is played.
//!
//! A person who writes a scenario meets these messages first, long before a verdict.

use crate::bench::{Bench, run_in_checkout};

const GOOD: &str = include_str!("../../../scenarios/downgrade.toml");

#[test]
fn the_bundled_files_have_no_problems() {
    let said = run_in_checkout(&["check"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.ends_with("profiles: no problems\n"), "{}", said.out);
}

#[test]
fn every_bad_file_has_its_message() {
    let bench = Bench::new();
    bench.put("unknown-key.toml", GOOD.replace("covers", "cover"));
    bench.put("empty.toml", "");
    bench.put(
        "latin-1.toml",
        GOOD.replace("security", "s\u{fffd}curity")
            .replace('\u{fffd}', "\u{e9}")
            .chars()
            .map(|c| c as u8)
            .collect::<Vec<u8>>(),
    );
    bench.put("folder/downgrade.toml", GOOD);
    bench.put("huge.toml", vec![b'#'; 50 << 20]);
    bench.put("Bad Name.toml", GOOD);
    for (name, file) in [
        ("unknown-key", "unknown-key.toml"),
        ("empty", "empty.toml"),
        ("not-utf8", "latin-1.toml"),
        ("directory", "folder"),
        ("missing", "missing.toml"),
        ("huge", "huge.toml"),
        ("bad-name", "Bad Name.toml"),
    ] {
        bench.run(&["check", file]).matches(&format!("check/{name}.txt"));
        assert_eq!(bench.run(&["scenario", &format!("./{file}"), "--out", "out"]).code, 2, "{name}");
    }
    assert!(!bench.path("out").exists(), "nothing is recorded where nothing can be played");
}

#[test]
fn good_and_bad_files_are_told_apart() {
    let bench = Bench::new();
    bench.put("one.toml", GOOD);
    bench.put("two.toml", GOOD.replace("sequence", "sequense"));
    bench.put("profiles/three.toml", "about = \"a test\"\nfeatures = [\"trial-boot\"]\n");
    bench.run(&["check", "one.toml", "two.toml", "profiles/three.toml"]).matches("check/several.txt");
    bench.run(&["check", "one.toml"]).matches("check/good.txt");
}

#[test]
fn a_broken_profile_is_not_blamed_on_the_scenarios() {
    let bench = Bench::new();
    bench.put("scenarios/downgrade.toml", GOOD);
    bench.put("firmware/profiles/resilient.toml", "features = 1\n");
    bench.run(&["check"]).matches("check/broken-profile.txt");
    assert_eq!(bench.run(&["scenario", "downgrade", "--out", "out"]).code, 2);
    assert_eq!(bench.run(&["list"]).code, 2);
}

#[test]
fn the_nearest_checkout_above_is_taken() {
    let bench = Bench::new();
    bench.put("scenarios/only-this-one.toml", GOOD);
    bench.put("firmware/profiles/resilient.toml", include_str!("../../../firmware/profiles/resilient.toml"));
    bench.put("deep/down/file", "");
    let mut command = bench.command(&["list", "--format", "json"]);
    let said = bench.finish(command.current_dir(bench.path("deep/down")).output().expect("the program was built"));
    assert_eq!(said.out.lines().count(), 1, "{}", said.out);
    assert!(said.out.contains("\"name\":\"only-this-one\""), "{}", said.out);
}

#[test]
fn missing_folders_are_explained() {
    let bench = Bench::new();
    bench.run(&["list", "--scenarios", "nowhere"]).matches("check/no-scenarios.txt");
    bench.run(&["list", "--profiles", "nowhere"]).matches("check/no-profiles.txt");
}
