//! The same seed gives the same record, to the byte, whatever the machine is busy with.
//!
//! Only then can a verdict be checked by playing it again, and a difference be blamed on the device.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::bench::Bench;

/// Every file of the records below a folder, by its path. What is stated beside them has a time.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("the folder is there") {
            let path = entry.expect("the folder can be listed").path();
            if path.ends_with("circumstances.json") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it lies below").display().to_string();
                found.insert(name, fs::read(&path).expect("it was just listed"));
            }
        }
    }
    found
}

fn played(bench: &Bench, out: &str, seed: &str) -> BTreeMap<String, Vec<u8>> {
    let said = bench.run(&["scenario", "downgrade", "tampered-manifest", "--seed", seed, "--out", out]);
    assert_eq!(said.code, 0, "{}", said.out);
    files(&bench.path(out))
}

#[test]
fn the_same_seed_gives_the_same_record() {
    let bench = Bench::new();
    let one = played(&bench, "one", "7");
    let two = played(&bench, "two", "7");
    assert!(one.contains_key("downgrade.sim/record.jsonl"), "{:?}", one.keys());
    assert!(one.len() > 6, "{:?}", one.keys());
    assert!(one == two, "two runs of one seed differ");
}

#[test]
fn another_seed_gives_another_record() {
    let bench = Bench::new();
    let name = "downgrade.sim/record.jsonl";
    assert_ne!(played(&bench, "one", "7").get(name), played(&bench, "two", "8").get(name));
}

#[test]
fn kept_keys_are_used_again() {
    let bench = Bench::new();
    let play = |out: &str, seed: &str| {
        bench.run(&["scenario", "wrong-vendor", "--keys", "keys", "--seed", seed, "--out", out]).code
    };
    assert_eq!(play("one", "7"), 0);
    let key = fs::read(bench.path("keys/release.pem")).expect("the key was kept");
    assert_eq!(play("two", "8"), 0);
    assert_eq!(fs::read(bench.path("keys/release.pem")).expect("it is still there"), key);
}
