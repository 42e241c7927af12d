//! A board on a serial port, as a device: whatever chip runs the measured program and speaks its frames.
//!
//! A board file says what the program cannot know about itself: what it runs on, at which clock, how it was
//! built. The bench repeats it beside every figure and believes none of it; what was counted, and in
//! which unit, the program says.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use cryptobench::{FrameError, Port, Request};
use serde::{Deserialize, Serialize};
use serialport::{ClearBuffer, SerialPort};

use crate::BenchError;
use crate::chip::LARGEST_ANSWER_BYTES;
use crate::program::{Device, converse};

/// What stands in a board file, TOML.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BoardFile {
    /// Its name in tables, such as `NUCLEO-H753ZI`.
    pub name: String,
    /// What its program executes on.
    pub runs_on: RunsOn,
    /// The serial port, such as `/dev/ttyACM0` or `COM3`.
    pub port: String,
    /// Bits per second.
    pub baud: u32,
    /// The processor's clock in hertz.
    pub clock_hz: u64,
    /// Wait states of the flash that the program runs from.
    pub wait_states: u32,
    /// The compiler of the program, such as `rustc 1.95.0`.
    pub compiler: String,
    /// What it was told, such as `opt-level s, fat LTO`.
    pub flags: String,
}

/// What a program executes on. The two are never shown in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunsOn {
    /// A chip.
    Silicon,
    /// An emulator, or a process of this machine.
    Emulator,
}

impl RunsOn {
    /// The words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Silicon => "silicon",
            Self::Emulator => "an emulator",
        }
    }
}

impl BoardFile {
    /// Reads a board file.
    ///
    /// # Errors
    /// It cannot be read, or says something else than a board file does: with line, column and reason.
    pub fn read(path: &Path) -> Result<Self, BenchError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| BenchError::File { path: path.to_owned(), source })?;
        toml::from_str(&text)
            .map_err(|error| BenchError::BoardFile { path: path.to_owned(), reason: error.to_string() })
    }
}

/// A board that answers.
pub struct SerialBoard {
    line: Line,
    answer: Vec<u8>,
}

impl SerialBoard {
    /// Opens the port, and waits until the program on the board says what it is.
    ///
    /// # Errors
    /// The port does not open, or nothing answers that speaks the frames.
    pub fn open(file: &BoardFile) -> Result<Self, BenchError> {
        let opened = serialport::new(&file.port, file.baud).timeout(PATIENCE).open();
        let port = opened.map_err(|error| BenchError::Port { port: file.port.clone(), reason: error.to_string() })?;
        let mut board = Self { line: Line { port, silent: false }, answer: vec![0; LARGEST_ANSWER_BYTES] };
        board.meet()?;
        Ok(board)
    }

    /// A board that was in the middle of a frame, or just resets, is asked once more: its program resets
    /// it when the line has been silent for long enough.
    fn meet(&mut self) -> Result<(), BenchError> {
        let mut last = BenchError::Line { side: SIDE, frame: FrameError::Closed };
        for _ in 0..TRIES {
            // What has arrived belongs to nobody's question, such as the greeting after a reset.
            let _nothing_to_clear = self.line.port.clear(ClearBuffer::Input);
            match self.identity() {
                Ok(_) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

impl Device for SerialBoard {
    fn side(&self) -> &'static str {
        SIDE
    }

    fn ask(&mut self, request: &Request<'_>) -> Result<Vec<u8>, BenchError> {
        converse(&mut self.line, request, &mut self.answer).map_err(|frame| match self.line.silent {
            true => BenchError::Mute { waited_s: PATIENCE.as_secs() },
            false => BenchError::Line { side: SIDE, frame },
        })
    }
}

/// Its name in messages.
const SIDE: &str = "board's";
/// A signature on a small core takes seconds; what takes longer than this is no answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a board is asked what it is.
const TRIES: usize = 3;

struct Line {
    port: Box<dyn SerialPort>,
    silent: bool,
}

impl Port for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        self.port.read_exact(buffer).map_err(|error| {
            self.silent = error.kind() == ErrorKind::TimedOut;
            FrameError::Closed
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.port.write_all(bytes).map_err(|_| FrameError::Closed)
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        self.port.flush().map_err(|_| FrameError::Closed)
    }
}
