//! A board on a serial port: here the measured program on the other end of a pseudo-terminal.
//!
//! It is the nearest that a machine without a board comes to one: the port, its speed and its silence are
//! real, only the wire is not.
#![cfg(unix)]

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use contest::BenchError;
use contest::board::{BoardFile, RunsOn, SerialBoard};
use contest::board_table::{Results, text};
use contest::inputs::Maker;
use cryptobench::{FrameError, Memory, Meter, Operation, Port, Unit, perform, serve};
use serialport::{SerialPort, TTYPort};

/// Counts 1,000 cycles for everything, and one more each time, as a chip with interrupts might.
struct Interrupted(u64);

impl Meter for Interrupted {
    fn unit(&self) -> Unit {
        Unit::Cycles
    }

    fn count(&mut self, work: &mut dyn FnMut()) -> u64 {
        work();
        self.0 += 1;
        999 + self.0
    }
}

struct Terminal(TTYPort);

impl Port for Terminal {
    /// Until somebody has opened the other end, reading fails.
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        for _ in 0..500 {
            if self.0.read_exact(buffer).is_ok() {
                return Ok(());
            }
            thread::park_timeout(Duration::from_millis(10));
        }
        Err(FrameError::Closed)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.0.write_all(bytes).map_err(|_| FrameError::Closed)
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        self.0.flush().map_err(|_| FrameError::Closed)
    }
}

/// Serves the program on one end of a pseudo-terminal, and returns a board file for the other.
fn board() -> BoardFile {
    let (mut device, host) = TTYPort::pair().expect("the system has pseudo-terminals");
    device.set_timeout(Duration::from_secs(30)).expect("a terminal takes a time-out");
    let port = host.name().expect("the other end has a name");
    // The bench wants the port to itself.
    drop(host);
    thread::spawn(move || {
        let (mut inputs, mut output) = (vec![0; 1 << 15], vec![0; 1 << 16]);
        let mut memory = Memory { inputs: &mut inputs, output: &mut output };
        // It ends with the terminal.
        let _ended = serve(&mut Terminal(device), &mut Interrupted(0), &mut memory, "a test's program", perform);
    });
    BoardFile {
        name: "pseudo".to_owned(),
        runs_on: RunsOn::Emulator,
        port,
        baud: 115_200,
        clock_hz: 1,
        wait_states: 0,
        compiler: "the test's".to_owned(),
        flags: "none".to_owned(),
    }
}

#[test]
fn what_a_board_counts_is_told_with_its_spread_and_unit() {
    let file = board();
    let mut device = SerialBoard::open(&file).expect("the program answers");
    let mut results = Results::new(file, "a test's program".to_owned());
    results.count(&mut device, &Maker::new(), Operation::Sha256, 1024).expect("the line holds");
    assert_eq!(results.unit, Some("cycles"));
    let [row] = results.rows.as_slice() else { panic!("{results:?}") };
    assert_eq!((row.count.least, row.count.median, row.count.most), (1000.0, 1004.0, 1008.0));
    let text = text(&results);
    assert!(text.contains("cycles on an emulator"), "{text}");
    assert!(text.contains("sha256"), "{text}");
}

#[test]
fn a_message_that_does_not_fit_the_board_is_left_out_with_the_reason() {
    let file = board();
    let mut device = SerialBoard::open(&file).expect("the program answers");
    let mut results = Results::new(file, String::new());
    results.count(&mut device, &Maker::new(), Operation::Sha256, 128 << 10).expect("the line holds");
    assert_eq!((results.rows.len(), results.skipped.len()), (0, 1), "{results:?}");
}

#[test]
fn a_port_that_is_not_there_is_named() {
    let file = BoardFile { port: "/dev/no-such-board".to_owned(), ..board() };
    let Err(BenchError::Port { port, .. }) = SerialBoard::open(&file) else { panic!("it opened") };
    assert_eq!(port, "/dev/no-such-board");
}

#[test]
fn a_mistake_in_a_board_file_is_shown_where_it_stands() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("board.toml");
    fs::write(&path, "name = \"x\"\nruns-on = \"sillicon\"\n").expect("the folder is cargo's");
    let Err(BenchError::BoardFile { reason, .. }) = BoardFile::read(&path) else { panic!("it was taken") };
    assert!(reason.contains("line 2"), "{reason}");
}
