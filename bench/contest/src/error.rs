//! What can go wrong before there is a figure.
//!
//! A broken pipe or a build that fails says nothing about an accelerator, so these are errors of the
//! bench; a wrong output is a finding, and lives in the outcome of a check.

use std::io;
use std::path::PathBuf;

use cryptobench::{FrameError, Refused};

/// Why there is no figure. None of these says anything about an accelerator.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The program did not build.
    #[error("the {side} program did not build:\n{diagnostics}")]
    Build {
        /// Which of the two.
        side: &'static str,
        /// What cargo said.
        diagnostics: String,
    },
    /// Cargo built, but named no program.
    #[error("cargo built the {side} program but did not say where it is")]
    NoProgram {
        /// Which of the two.
        side: &'static str,
    },
    /// A program could not be started or looked at.
    #[error("{path}: {source}")]
    File {
        /// The program.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file that is no program.
    #[error("{path} is no program that can be looked into: {source}")]
    Binary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: object::Error,
    },
    /// A device did not answer in time.
    #[error("the {side} program has not answered for {waited_s} s; its emulator was ended")]
    Silent {
        /// Which of the two.
        side: &'static str,
        /// How long the bench waited, in seconds.
        waited_s: u64,
    },
    /// The line to the program broke.
    #[error("the {side} program stopped talking ({frame:?}); run it by hand to see why")]
    Line {
        /// Which of the two.
        side: &'static str,
        /// How it broke.
        frame: FrameError,
    },
    /// The program answered something else than was asked.
    #[error("the {side} program answered something else than was asked: bench and program are of different versions")]
    Answer {
        /// Which of the two.
        side: &'static str,
    },
    /// The program refused.
    #[error("the {side} program refused {operation}: {refused:?}")]
    Refused {
        /// Which of the two.
        side: &'static str,
        /// What was to be done.
        operation: &'static str,
        /// Why not.
        refused: Refused,
    },
    /// The two sides computed different things.
    #[error("{operation}, {size_bytes} bytes: the two sides computed different outputs")]
    Disagree {
        /// What was to be done.
        operation: &'static str,
        /// Bytes worked on.
        size_bytes: usize,
    },
    /// A board file that says something else than a board file does.
    #[error("{path} is no board file: {reason}")]
    BoardFile {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        reason: String,
    },
    /// A serial port does not open.
    #[error("{port} does not open: {reason}; is the board plugged in, and may you use its port?")]
    Port {
        /// The port.
        port: String,
        /// What the operating system said.
        reason: String,
    },
    /// A board does not answer.
    #[error(
        "the board has not answered for {waited_s} s; does it run the measured program, at this speed, and is nobody \
         else on its port?"
    )]
    Mute {
        /// How long the bench waited, in seconds.
        waited_s: u64,
    },
    /// A plot could not be written.
    #[error("{path} could not be drawn: {reason}")]
    Plot {
        /// Where it was to be written.
        path: PathBuf,
        /// What the drawing said.
        reason: String,
    },
}
