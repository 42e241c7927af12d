//! What `cargo bench` left is cited with its method, machine and file, and for nothing where it is unsound.
//!
//! The results are the test's own: what is tried is the citing, not the measuring.

use crate::bench::Bench;

const RESULTS: &str = r#"{
    "proofs": ["QEMU emulator version 10.0.2", "checked before counting: 9 vectors"],
    "software": { "s-compact": [
        { "operation": "sha256", "size_bytes": 131072, "count": { "value": 8753760, "runs": 2 }, "checksum": 1, "stack_bytes": 516 },
        { "operation": "p256-verify", "size_bytes": 64, "count": { "value": 13277755, "runs": 2 }, "checksum": 2, "stack_bytes": 5944 }
    ] },
    "driver": [
        { "operation": "sha256", "size_bytes": 131072, "count": { "value": 230, "runs": 2 }, "checksum": 1, "stack_bytes": 0 }
    ]
}"#;

/// What `coverage --measured` cites of these results.
fn cited(results: &str) -> Vec<String> {
    let bench = Bench::new();
    bench.put("otabench/chip/results.json", results);
    bench.put("otabench/chip/results.txt", "");
    let mut command = bench.command(&["coverage", "--measured"]);
    command.env("CARGO_TARGET_DIR", bench.path(""));
    let said = bench.finish(command.output().expect("the program was built"));
    assert_eq!(said.code, 0, "{}", said.err);
    let (_, cited) = said.out.split_once("measured, by `otabench bench`:\n").expect("the citations have a head");
    cited.lines().map(str::to_owned).collect()
}

#[test]
fn figures_are_cited_with_method_machine_and_file() {
    let cited = cited(RESULTS);
    let of = |statement: &str| cited.iter().find(|line| line.contains(statement)).expect("it is cited");
    for part in ["evidenced", "bench chip, emulated: QEMU emulator version 10.0.2", "results SHA-256 "] {
        assert!(of("NTIA-CHECK-11").contains(part), "{part}: {cited:#?}");
    }
    assert!(of("NTIA-POWER-1").contains("evidenced"), "{cited:#?}");
}

#[test]
fn a_verification_that_takes_too_long_is_cited_as_not_borne_out() {
    let cited = cited(&RESULTS.replace("13277755", "113277755"));
    let line = cited.iter().find(|line| line.contains("NTIA-CHECK-11")).expect("it is cited");
    assert!(line.contains("not borne out"), "{line}");
}

#[test]
fn figures_that_contradict_themselves_are_cited_for_nothing() {
    let cited = cited(&RESULTS.replacen("\"checksum\": 1", "\"checksum\": 3", 1));
    let [only] = cited.as_slice() else { panic!("{cited:#?}") };
    assert!(only.contains("evidence for nothing"), "{only}");
}
