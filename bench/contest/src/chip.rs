//! A chip on QEMU, as a device: its program started afresh, its UART on a pipe.
//!
//! With `-icount shift=0` virtual time is the count of instructions, so counts repeat to the last one
//! however busy the host is. The program resets the chip when its bench has gone silent, and
//! `-no-reboot` turns that into the end of the emulator.

use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use cryptobench::{FrameError, GREETING, Port, Request};

use crate::BenchError;
use crate::program::{Device, converse};

/// The emulator, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emulator {
    /// What it emulates.
    pub board: Board,
    /// The program.
    pub path: PathBuf,
    /// What it says about itself in its first line.
    pub version: String,
    /// Major version: the engine is mapped from 10 on.
    pub major: u32,
}

/// A board that QEMU emulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// ASPEED's AST1030: a Cortex-M4F and a hash and crypto engine.
    Ast1030,
    /// QEMU's `virt` with a 32-bit hart that has the scalar instructions for cryptography.
    Riscv,
}

impl Board {
    /// Name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ast1030 => "ast1030",
            Self::Riscv => "riscv",
        }
    }

    const fn emulator(self) -> &'static str {
        match self {
            Self::Ast1030 => "qemu-system-arm",
            Self::Riscv => "qemu-system-riscv32",
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::Ast1030 => "qemu-system-arm",
            Self::Riscv => "qemu-system-misc",
        }
    }

    const fn machine(self) -> &'static [&'static str] {
        match self {
            Self::Ast1030 => &["-M", "ast1030-evb"],
            Self::Riscv => &["-M", "virt", "-bios", "none", "-cpu", "rv32,zkne=true,zknd=true,zknh=true,zbkb=true"],
        }
    }
}

/// Looks for a board's emulator.
///
/// # Errors
/// A sentence that says what to install.
pub fn find_emulator(board: Board) -> Result<Emulator, String> {
    let (program, package) = (board.emulator(), board.package());
    let remedy = format!("install QEMU 10 or newer (Debian 12: apt-get install -t bookworm-backports {package})");
    let path = PathBuf::from(program);
    let output = Command::new(&path)
        .arg("--version")
        .output()
        .map_err(|error| format!("{program} does not start ({error}): {remedy}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.lines().next().unwrap_or_default().to_owned();
    let major = version
        .split(' ')
        .find_map(|word| word.split('.').next()?.parse().ok())
        .ok_or_else(|| format!("{program} does not tell its version: {remedy}"))?;
    Ok(Emulator { board, path, version, major })
}

/// A running chip.
pub struct Chip {
    side: &'static str,
    line: Line,
    child: Child,
    answer: Vec<u8>,
}

impl Chip {
    /// Starts a program for the emulator's board.
    ///
    /// # Errors
    /// The emulator does not start, or the program does not greet.
    pub fn start(emulator: &Emulator, side: &'static str, program: &Path) -> Result<Self, BenchError> {
        let mut child = Command::new(&emulator.path)
            .args(emulator.board.machine())
            .args(["-icount", "shift=0", "-display", "none", "-monitor", "none"])
            .args(["-serial", "stdio", "-no-reboot", "-kernel"])
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| BenchError::File { path: emulator.path.clone(), source })?;
        let input = BufWriter::new(child.stdin.take().expect("standard input was asked for as a pipe"));
        let mut output = child.stdout.take().expect("standard output was asked for as a pipe");
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(size @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..size].to_vec()).is_err() {
                    break;
                }
            }
        });
        let line = Line { input, receiver, arrived: Vec::new(), taken: 0, silent: false };
        let mut chip = Self { side, line, child, answer: vec![0; LARGEST_ANSWER_BYTES] };
        let mut greeting = [0];
        match chip.line.read(&mut greeting) {
            Ok(()) if greeting == [GREETING] => Ok(chip),
            Ok(()) => Err(BenchError::Line { side, frame: FrameError::NoMark }),
            Err(frame) => Err(chip.broken(frame)),
        }
    }

    fn broken(&self, frame: FrameError) -> BenchError {
        match self.line.silent {
            true => BenchError::Silent { side: self.side, waited_s: PATIENCE.as_secs() },
            false => BenchError::Line { side: self.side, frame },
        }
    }
}

impl Device for Chip {
    fn side(&self) -> &'static str {
        self.side
    }

    fn ask(&mut self, request: &Request<'_>) -> Result<Vec<u8>, BenchError> {
        converse(&mut self.line, request, &mut self.answer).map_err(|frame| self.broken(frame))
    }
}

impl Drop for Chip {
    fn drop(&mut self) {
        // It is ours, and holds nothing that needs an orderly end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The longest run of a bench takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// An output of 128 KiB and what stands around it.
pub(crate) const LARGEST_ANSWER_BYTES: usize = (128 << 10) + 4096;

struct Line {
    input: BufWriter<ChildStdin>,
    receiver: Receiver<Vec<u8>>,
    arrived: Vec<u8>,
    taken: usize,
    silent: bool,
}

impl Port for Line {
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), FrameError> {
        for place in buffer {
            while self.taken == self.arrived.len() {
                self.taken = 0;
                self.arrived = self.receiver.recv_timeout(PATIENCE).map_err(|error| {
                    self.silent = error == RecvTimeoutError::Timeout;
                    FrameError::Closed
                })?;
            }
            *place = self.arrived[self.taken];
            self.taken += 1;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        self.input.write_all(bytes).map_err(|_| FrameError::Closed)
    }

    fn flush(&mut self) -> Result<(), FrameError> {
        self.input.flush().map_err(|_| FrameError::Closed)
    }
}
