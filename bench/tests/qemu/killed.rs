//! A bench that is killed leaves no emulator behind, and no record that says HELD without being whole.
//!
//! The moments come from a seed, so that a failure can be repeated as far as time can be. In CI a few
//! kills are made; `OTABENCH_KILLS=200` makes as many as a night has room for.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::bench::{RIG, checkout, end, has_qemu, new_checkout, pause, program, run, say, within};

/// How many benches are killed.
const KILLS: &str = "OTABENCH_KILLS";
const USUAL_KILLS: u32 = 10;
/// Marks the processes of one bench.
const MARK: &str = "OTABENCH_TEST_KILLED";
const SEED: u64 = 0x5eed;
/// Latest moment of a kill. By then the first scenario is over on most machines and the sweep is on.
const LATEST_MS: u64 = 8_000;
/// How long processes may take to be gone.
const GONE: Duration = Duration::from_secs(2);
/// How long a compiler may take for the crate it is at.
const ONE_CRATE: Duration = Duration::from_secs(20);
const BUILD: Duration = Duration::from_secs(600);

/// What the killed benches left, and how they were met.
#[derive(Debug, Default)]
struct Tally {
    /// Benches that had an emulator running when they were killed.
    with_qemu: u32,
    /// Records that had no end.
    cut_short: u32,
    /// Records that had one.
    whole: u32,
}

#[test]
fn a_killed_bench_leaves_no_qemu_and_no_record_that_lies() {
    if !has_qemu() {
        return;
    }
    let kills = env::var(KILLS).map_or(USUAL_KILLS, |text| text.parse().expect("OTABENCH_KILLS is a number"));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let first = folder.path().join("first").display().to_string();
    // Builds the firmware, the same for both scenarios, which no kill should spend its time on.
    run(&mut program(&checkout(), &["scenario", "downgrade", "--rig", RIG, "--out", &first]), BUILD).ended_with(0);
    let mut tally = Tally::default();
    let mut random = SEED;
    for round in 0..kills {
        let moment = Duration::from_millis(next(&mut random) % LATEST_MS);
        kill_one(round, moment, &folder.path().join(round.to_string()), &mut tally);
    }
    say(&format!("{kills} benches killed: {tally:?}"));
    assert!(tally.with_qemu >= kills / 5, "{tally:?}");
    assert!(tally.cut_short >= kills / 5, "{tally:?}");
}

#[test]
fn a_bench_that_is_killed_while_it_builds_leaves_no_build_behind() {
    if !has_qemu() {
        return;
    }
    let checkout = new_checkout();
    let mark = format!("{}-build", std::process::id());
    let mut command = program(checkout.path(), &["scenario", "downgrade", "--rig", RIG]);
    let mut bench =
        command.env(MARK, &mark).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program was built");
    let output = checkout.path().join("target").join(RIG).join("cargo/thumbv7em-none-eabihf/release/deps");
    let builds = within(BUILD, || output.is_dir().then_some(()));
    assert!(builds.is_some(), "nothing was built");
    assert!(marked(&mark).len() > 1, "the build was over too soon");
    end(&mut bench);
    let gone = within(ONE_CRATE, || marked(&mark).is_empty().then_some(()));
    assert!(gone.is_some(), "{:?} outlived its bench", marked(&mark));
}

fn kill_one(round: u32, moment: Duration, out: &Path, tally: &mut Tally) {
    let mark = format!("{}-{round}", std::process::id());
    let arguments = ["scenario", "downgrade", "power-loss", "--rig", RIG, "--out", &out.display().to_string()];
    let mut command = program(&checkout(), &arguments);
    let mut bench =
        command.env(MARK, &mark).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program was built");
    pause::<()>(moment);
    let runs_qemu = |names: &[String]| names.iter().any(|name| name.starts_with("qemu"));
    tally.with_qemu += u32::from(runs_qemu(&marked(&mark)));
    end(&mut bench);
    let gone = within(GONE, || (!runs_qemu(&marked(&mark))).then_some(()));
    assert!(gone.is_some(), "a QEMU outlived its bench, killed after {moment:?} in round {round}");
    // Somebody may have changed the firmware meanwhile, so that it was being built again.
    let gone = within(ONE_CRATE, || marked(&mark).is_empty().then_some(()));
    assert!(gone.is_some(), "{:?} outlived its bench, killed after {moment:?} in round {round}", marked(&mark));
    for record in records(out) {
        let is_whole = is_whole(&record);
        tally.whole += u32::from(is_whole);
        tally.cut_short += u32::from(!is_whole);
        let judged = run(&mut program(&checkout(), &["judge", &record.display().to_string()]), GONE * 30);
        let says_held = judged.code == 0 || judged.out.lines().any(|line| line.trim_start().starts_with("HELD"));
        assert!(is_whole || !says_held, "killed after {moment:?} in round {round}:\n{}", judged.out);
    }
    if out.exists() {
        fs::remove_dir_all(out).expect("it is ours");
    }
}

/// The records in this folder.
fn records(out: &Path) -> Vec<PathBuf> {
    let runs = fs::read_dir(out).into_iter().flatten().flatten();
    runs.map(|run| run.path().join("record.jsonl")).filter(|record| record.is_file()).collect()
}

/// Whether a record has its end. Read here without the judge, whose word is what is tested.
fn is_whole(record: &Path) -> bool {
    let text = fs::read_to_string(record).unwrap_or_default();
    text.ends_with('\n') && text.lines().last().is_some_and(|line| line.contains("\"closed\""))
}

/// The names of the living processes that carry this mark in their environment.
fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}");
    let has_mark = |environment: Vec<u8>| environment.split(|byte| *byte == 0).any(|word| word == wanted.as_bytes());
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|process| process.path());
    // Of a dead process that nobody has collected yet, the environment is empty.
    let marked = processes.filter(|process| fs::read(process.join("environ")).is_ok_and(has_mark));
    marked.map(|process| fs::read_to_string(process.join("comm")).unwrap_or_default().trim().to_owned()).collect()
}

/// The next number of `SplitMix64`.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
