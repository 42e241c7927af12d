//! The codes that scripts rely on, each produced by what it stands for.
//!
//! Code 4 for a rig that cannot be had, and 20 for a required one, are tested where a rig can be
//! made that is not there: in the unit tests of `play`.

use crate::bench::{Bench, checkout};

#[test]
fn every_verdict_has_its_code() {
    let scenarios = checkout().join("bench/tests/scenarios");
    let path = |name: &str| scenarios.join(format!("{name}.toml")).display().to_string();
    let (held, broken) = ("wrong-vendor".to_owned(), path("broken-claim"));
    let wrong = path("teeth-that-do-not-bite");
    let table: &[(&[&str], i32)] =
        &[(&[&held], 0), (&[&broken], 10), (&[&wrong], 3), (&[&held, &wrong], 3), (&[&wrong, &broken, &held], 10)];
    for (index, (names, code)) in table.iter().enumerate() {
        let out = format!("out{index}");
        let arguments: Vec<&str> = ["scenario", "--out", &out].into_iter().chain(names.iter().copied()).collect();
        assert_eq!(Bench::new().run(&arguments).code, *code, "{names:?}");
    }
}

#[test]
fn nothing_to_play_is_not_a_success() {
    let bench = Bench::new();
    bench.put("none/README.md", "");
    assert_eq!(bench.run(&["scenario", "--all", "--scenarios", "none", "--out", "out"]).code, 4);
    assert_eq!(bench.run(&["list", "--scenarios", "none"]).code, 4);
}

#[test]
fn wrong_arguments_have_code_2() {
    let bench = Bench::new();
    bench.put("file", "");
    bench.put("keys/release.pem", "this is no key");
    let table: &[&[&str]] = &[
        &[],
        &["scenari"],
        &["scenario", "--all", "downgrade"],
        &["scenario", "downgrade", "--seed", "-1"],
        &["scenario", "downgrade", "--format", "yaml"],
        &["scenario", "downgrade", "--require-rig", "simulator"],
        &["scenario", "downgrade", "--out", "file"],
        &["scenario", "downgrade", "--out", "file/below"],
        &["scenario", "downgrade", "--keys", "keys"],
        &["scenario", "../downgrade"],
        &["judge"],
        &["judge", "nowhere"],
        &["judge", "keys"],
        &["show", "nothing"],
        &["setup", "--rig", "nothing"],
    ];
    for arguments in table {
        let said = bench.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}{}", said.out, said.err);
        assert_eq!(said.out, "", "{arguments:?}");
        assert_ne!(said.err, "", "{arguments:?}");
    }
}

#[test]
fn a_record_is_never_written_over() {
    let bench = Bench::new();
    let arguments = ["scenario", "wrong-vendor", "--out", "out"];
    assert_eq!(bench.run(&arguments).code, 0);
    bench.run(&arguments).matches("scenario/record-is-there.txt");
}

/// A file that cannot grow stands for a full disk.
#[cfg(unix)]
#[test]
fn a_record_that_cannot_be_written_is_no_verdict() {
    let bench = Bench::new();
    let script =
        format!("trap '' XFSZ; ulimit -f 8; exec '{}' scenario downgrade --out out", env!("CARGO_BIN_EXE_otabench"));
    let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(bench.path("")).output();
    let said = bench.finish(output.expect("there is a shell"));
    assert_eq!(said.code, 20, "{}{}", said.out, said.err);
    assert!(said.out.contains("ERROR"), "{}", said.out);
    assert!(!said.out.contains("HELD"), "{}", said.out);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_success() {
    let bench = Bench::new();
    let full = std::fs::File::create("/dev/full").expect("Linux has this device");
    let output = bench.command(&["list"]).stdout(full).output().expect("the program was built");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "));
}
