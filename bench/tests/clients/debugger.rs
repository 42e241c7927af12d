//! A debugger finds the device, from the factory and out of a run that failed.
//!
//! The debugger here is its protocol, spoken by the test: GDB itself is not on every machine.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::attached::{Attached, RIGS, Told, has_qemu};

const ANSWER: Duration = Duration::from_secs(10);

/// Asks what the other side supports, and lets the processor go on.
fn is_debugged(device: &Attached) {
    let (_, port) = device.row("debugger").split_once("target remote 127.0.0.1:").expect("the command names a port");
    let port: String = port.chars().take_while(char::is_ascii_digit).collect();
    let mut stub = TcpStream::connect(format!("127.0.0.1:{port}")).expect("the port is open");
    stub.set_read_timeout(Some(ANSWER)).expect("a time is set");
    stub.write_all(b"+$qSupported#37").expect("it listens");
    let answer = until(&mut stub, "PacketSize=");
    assert!(answer.contains("PacketSize="), "{answer}");
    stub.write_all(b"+$D#44").expect("it listens");
    let answer = until(&mut stub, "$OK#9a");
    assert!(answer.contains("$OK#9a"), "{answer}");
}

/// What is said up to and including a text, or up to a bound.
fn until(stub: &mut TcpStream, text: &str) -> String {
    let mut said = String::new();
    let mut piece = [0; 256];
    while !said.contains(text) && said.len() < 10_000 {
        let size = stub.read(&mut piece).expect("it answers in time");
        said.push_str(&String::from_utf8_lossy(&piece[..size]));
        if size == 0 {
            break;
        }
    }
    said
}

#[test]
fn a_debugger_finds_an_attached_device() {
    for rig in RIGS.iter().filter(|rig| has_qemu(rig)) {
        let device = Attached::start(&["attach", rig, "--gdb"], Told::OnOutput);
        is_debugged(&device);
        is_debugged(&device);
        assert_eq!(device.interrupt().code(), Some(0), "{rig}");
    }
}

#[test]
fn a_debugger_finds_the_device_of_a_claim_that_broke() {
    let [rig, _] = RIGS;
    if !has_qemu(rig) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().join("out").display().to_string();
    let scenario = ["scenario", "bench/tests/scenarios/broken-claim.toml", "--rig", rig, "--out", &out];
    let device = Attached::start(&[&scenario[..], &["--at-failure", "--gdb"]].concat(), Told::OnErrors);
    is_debugged(&device);
    assert_eq!(device.interrupt().code(), Some(10));
}
