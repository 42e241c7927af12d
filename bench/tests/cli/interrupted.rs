//! A bench that is stopped or killed leaves a record that proves nothing, and says so.
//!
//! No time is guessed: a run is interrupted once its record has begun to grow, and the run is long
//! enough not to be over by then.
#![cfg(unix)]

use std::fs;
use std::process::{Child, Command, Stdio};

use crate::bench::{Bench, Said};

const RECORD: &str = "out/power-loss.sim/record.jsonl";

/// Starts a long run and waits until some of it is recorded.
fn begin(bench: &Bench) -> Child {
    let mut command = bench.command(&["scenario", "power-loss", "wrong-vendor", "--out", "out"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program was built");
    while lines(bench) < 30 {
        let ended = child.try_wait().expect("the child can be asked");
        assert!(ended.is_none(), "the run was over before it could be interrupted");
        std::thread::yield_now();
    }
    child
}

fn lines(bench: &Bench) -> usize {
    fs::read(bench.path(RECORD)).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count()
}

fn judged(bench: &Bench) -> Said {
    bench.run(&["judge", RECORD])
}

#[test]
fn a_signal_ends_the_run_with_what_was_done() {
    let bench = Bench::new();
    let child = begin(&bench);
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.expect("every Unix has kill").success());
    let said = bench.finish(child.wait_with_output().expect("the child ends"));
    said.matches("interrupted/signal.txt");
    assert_eq!(judged(&bench).code, 3);
    assert!(!bench.path("out/wrong-vendor.sim").exists(), "nothing is begun after a signal");
}

#[test]
fn a_bench_that_is_killed_proves_nothing() {
    let bench = Bench::new();
    let mut child = begin(&bench);
    child.kill().expect("the child runs");
    child.wait().expect("the child has ended");
    let said = judged(&bench);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("the run was interrupted"), "{}", said.out);
    assert!(!said.out.contains("HELD"), "{}", said.out);
}
