//! The AST1030 as the update firmware needs it: flash, UART, watchdog, reset, and the report.
//!
//! Thin on purpose. What decides anything lives in `boot` and `agent` and runs unchanged in the
//! simulator; here is only what touches the chip. Every access to a register goes through
//! `register`, so the drivers themselves contain no unsafe code.
//!
//! Interrupts stay masked for good. A masked interrupt still ends the processor's sleep, and a
//! program without handlers has one thread of execution to reason about.
#![no_std]

pub mod flash;
pub mod image;
mod register;
pub mod report;
pub mod reset;
pub mod uart;
pub mod watchdog;
