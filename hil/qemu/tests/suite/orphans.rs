//! No QEMU survives its bench, however the bench ends.
//!
//! A bench that is killed can clean up nothing, so this is shown from outside: the test starts itself
//! again, kills that, and looks through the processes of this machine.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rig::{Firmware, Rig};

use crate::factory::{device, rig};

/// Marks the processes of one round, and tells the other half of this test to start devices.
const MARK: &str = "OTABENCH_TEST_ORPHANS";
/// What the other half says about each device that it started.
const IS_ON: &str = "a device is on";
const ROUNDS: u32 = 20;

#[test]
fn a_bench_that_is_killed_leaves_no_qemu_behind() {
    if env::var_os(MARK).is_some() {
        return;
    }
    let Some(rig) = rig() else { return };
    // The first device builds the firmware, and no round should spend its time on that.
    drop(device(rig, vec![0xff; rig.layout().flash_bytes as usize], Firmware::Genuine));
    let this = env::current_exe().expect("a test is a program");
    let mut seen_alive = 0;
    for round in 0..ROUNDS {
        let mark = format!("{}-{round}", std::process::id());
        let mut bench = Command::new(&this);
        bench.args(["--exact", "orphans::devices_to_be_killed", "--nocapture"]).env(MARK, &mark);
        let mut bench = bench.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        wait_for_a_device(&mut bench);
        pause(Duration::from_millis(u64::from(round * 7)));
        seen_alive += u32::from(marked(&mark) > 1);
        bench.kill().expect("it is ours");
        bench.wait().expect("it is ours");
        let gone = (0..500).any(|_| {
            pause(Duration::from_millis(2));
            marked(&mark) == 0
        });
        assert!(gone, "a process outlived its bench in round {round}");
    }
    assert!(seen_alive > ROUNDS / 5, "only {seen_alive} of {ROUNDS} rounds had a QEMU to kill");
}

fn wait_for_a_device(bench: &mut Child) {
    let said = BufReader::new(bench.stdout.as_mut().expect("it is piped"));
    let is_on = said.lines().map_while(Result::ok).any(|line| line.contains(IS_ON));
    assert!(is_on, "the other half started no device");
}

/// The other half: starts devices until it is killed.
#[test]
fn devices_to_be_killed() {
    if env::var_os(MARK).is_none() {
        return;
    }
    let Some(rig) = rig() else { return };
    loop {
        let mut device = device(rig, vec![0xff; rig.layout().flash_bytes as usize], Firmware::Genuine);
        device.on().expect("the rig works");
        println!("{IS_ON}");
        device.wait(5).expect("the rig works");
        device.off().expect("the rig works");
    }
}

/// How many living processes carry this mark in their environment.
fn marked(mark: &str) -> usize {
    let wanted = format!("{MARK}={mark}");
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let has_mark = |environment: Vec<u8>| environment.split(|byte| *byte == 0).any(|word| word == wanted.as_bytes());
    // Of a dead process that nobody has collected yet, the environment is empty.
    processes.filter(|process| fs::read(process.path().join("environ")).is_ok_and(has_mark)).count()
}

#[expect(clippy::disallowed_methods, reason = "a bench is killed at a moment that it does not choose")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
