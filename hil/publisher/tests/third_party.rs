//! Envelopes from the publisher, read and verified by Python tools that nobody of this project wrote.
//!
//! The tools live in a virtual environment under the workspace's `target`, made on first use. Where
//! Python or the package index cannot be reached the test prints SKIPPED and proves nothing; where
//! `CI` is set that is a failure, so it cannot go unnoticed for long. `verify.py` observes, and what it
//! must have observed stands here: an envelope that was tampered with has expectations too.

#[path = "../../../bench/tests/shared/python.rs"]
mod python;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use publisher::{
    Algorithm, Authentication, Deliverable, FixUp, Image, Keyring, Part, Release, Role, flip_bits, strip_signature,
};
use serde_json::{Value, json};

const REQUIREMENTS: &str = include_str!("requirements.txt");
const VENDOR: [u8; 16] = *b"vendor-identity!";

/// An envelope, and in which ways it differs from a sound one.
struct Case {
    name: String,
    deliverable: Deliverable,
    sequence: u64,
    algorithm: Option<i64>,
    differences: Value,
}

#[test]
fn independent_tools_see_what_the_publisher_meant() {
    let python = match environment() {
        Ok(python) => python,
        Err(reason) => return skip(&reason),
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keys = Keyring::load_or_create(folder.path(), 0x5eed).expect("a fresh folder");
    let point = hex::encode(keys.signer(Role::Release).public_sec1());
    fs::write(folder.path().join("release.sec1"), point).expect("a writable folder");

    let cases = cases(&keys);
    for case in &cases {
        let file = folder.path().join(&case.name).with_extension("suit");
        fs::write(file, &case.deliverable.bytes).expect("a writable folder");
    }
    let observed = observe(&python, folder.path());
    assert_eq!(observed.as_object().map(|o| o.len()), Some(cases.len()));
    for case in &cases {
        assert_eq!(observed[format!("{}.suit", case.name)], expected(case), "{}", case.name);
    }
}

fn cases(keys: &Keyring) -> Vec<Case> {
    let mut cases = genuine_cases(keys);
    cases.extend(tampered_cases(keys));
    cases
}

fn genuine_cases(keys: &Keyring) -> Vec<Case> {
    let release = keys.signer(Role::Release);
    let es256 = Authentication::Signed { signer: release, algorithm: Algorithm::Es256 };
    let esp256 = Authentication::Signed { signer: release, algorithm: Algorithm::Esp256 };
    let attacker = Authentication::Signed { signer: keys.signer(Role::Attacker), algorithm: Algorithm::Es256 };
    let case = |name: &str, sequence, sizes, authentication, differences| Case {
        name: name.into(),
        deliverable: build(sequence, sizes, authentication),
        sequence,
        algorithm: number_of(authentication),
        differences,
    };
    vec![
        case("es256", 7, &[1000], es256, json!({})),
        case("esp256", 7, &[1000], esp256, json!({})),
        case("two-components-es256", 300, &[70_000, 1], es256, json!({})),
        case("two-components-esp256", 0, &[24, 300], esp256, json!({})),
        case("highest-sequence", u64::MAX, &[23], es256, json!({})),
        case("signed-by-nobody", 7, &[1000], Authentication::DigestOnly, json!({"signature": "absent"})),
        case("signed-by-attacker", 7, &[1000], attacker, json!({"signature": "invalid"})),
    ]
}

fn tampered_cases(keys: &Keyring) -> Vec<Case> {
    let mut cases = Vec::new();
    for algorithm in [Algorithm::Es256, Algorithm::Esp256] {
        let authentication = Authentication::Signed { signer: keys.signer(Role::Release), algorithm };
        let genuine = build(7, &[500, 100], authentication);
        let flip = |part, offset, fix_up| flip_bits(&genuine, part, offset, 1, fix_up).expect("inside, and not undone");
        let manifest = &genuine.bytes[genuine.map.manifest.clone()];
        let vendor = manifest.windows(16).position(|w| w == VENDOR).expect("the manifest names the vendor");
        let forged = json!({"signature": "invalid"});
        let attacks = [
            ("payload", flip(Part::Payload, 550, FixUp::None), json!({"image_digests_hold": [true, false]})),
            ("payload-fixed-up", flip(Part::Payload, 0, FixUp::UnkeyedDigests), forged.clone()),
            ("vendor-fixed-up", flip(Part::Manifest, vendor, FixUp::UnkeyedDigests), forged.clone()),
            ("vendor", flip(Part::Manifest, vendor, FixUp::None), json!({"manifest_digest_holds": false})),
            ("signature", flip(Part::Signature, 63, FixUp::None), forged),
            (
                "digest",
                flip(Part::Digest, 31, FixUp::None),
                json!({"signature": "invalid", "manifest_digest_holds": false}),
            ),
            (
                "stripped",
                strip_signature(&genuine).expect("it is signed"),
                json!({"signature": "absent", "algorithm": null}),
            ),
        ];
        for (attack, deliverable, differences) in attacks {
            let name = format!("tampered-{attack}-{algorithm:?}");
            cases.push(Case { name, deliverable, sequence: 7, algorithm: number_of(authentication), differences });
        }
    }
    cases
}

/// The numbers of the registry, not asked of the publisher.
fn number_of(authentication: Authentication<'_>) -> Option<i64> {
    match authentication {
        Authentication::Signed { algorithm: Algorithm::Es256, .. } => Some(-7),
        Authentication::Signed { algorithm: Algorithm::Esp256, .. } => Some(-9),
        Authentication::DigestOnly => None,
    }
}

/// A release of one component per size.
fn build(sequence: u64, sizes_bytes: &[usize], authentication: Authentication<'_>) -> Deliverable {
    let names = ["app", "radio"];
    let images = names.into_iter().zip(sizes_bytes);
    let images = images.map(|(name, &size)| Image { component: name.into(), payload: vec![0xA5; size] }).collect();
    let release = Release { sequence, vendor: VENDOR, class: *b"class-identity-!", images, authentication };
    release.build().expect("a sound release")
}

/// What is seen in a sound envelope, with the differences of the case.
fn expected(case: &Case) -> Value {
    let components: Vec<_> = case.deliverable.map.components.iter().map(|c| c.name.as_str()).collect();
    let all_hold = vec![true; components.len()];
    let mut expected = json!({
        "tag": 107,
        "sequence": case.sequence,
        "components": components,
        "sizes_hold": all_hold,
        "manifest_digest_holds": true,
        "image_digests_hold": all_hold,
        "algorithm": case.algorithm,
        "signature": "valid",
        "deterministic": true,
    });
    for (key, value) in case.differences.as_object().expect("written as an object above") {
        expected[key] = value.clone();
    }
    expected
}

fn observe(python: &Path, folder: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify.py");
    let output = Command::new(python).arg(script).arg(folder).output().expect("the environment has a Python");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "verify.py failed:\n{stderr}");
    serde_json::from_slice(&output.stdout).expect("verify.py prints JSON")
}

/// The Python of an environment with the required packages, or why there is none.
fn environment() -> Result<PathBuf, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders above this crate");
    python::environment(&workspace.join("target/venv-publisher"), REQUIREMENTS)
}

fn skip(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI must not skip: {reason}");
    // Written past the test harness, which would keep the output of a test that did not fail.
    writeln!(io::stderr(), "SKIPPED: no third-party verification of envelopes: {reason}").expect("stderr is open");
}
