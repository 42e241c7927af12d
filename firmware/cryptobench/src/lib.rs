//! Cryptographic operations behind a small protocol, so that a bench can measure them anywhere.
//!
//! The crates choose their backend when they are compiled, so one program holds one choice and a
//! comparison takes two builds of it. The host is treated like a board: the bench talks to the
//! program over a pipe as it talks to a chip over a UART, sends inputs, compares outputs, and only
//! then asks for counts. A chip brings three things: a [`Port`], a [`Meter`] and memory.
//!
//! This is never part of the update firmware: firmware does not know that it is measured.
#![no_std]

mod block_cipher;
mod footprint;
mod frame;
mod identity;
mod inputs;
mod message;
mod operation;
mod paint;
mod perform;
mod server;

pub use block_cipher::{Aes, CratesAes};
pub use footprint::chosen;
pub use frame::{FrameError, GREETING, Port, read_frame, write_frame};
pub use identity::IDENTITY;
pub use inputs::{Inputs, fill_with_pattern};
pub use message::{Answer, MessageError, Ran, Refused, Request, Unit};
pub use operation::Operation;
pub use paint::{Words, painted};
pub use perform::{perform, perform_with};
pub use server::{Memory, Meter, serve};
