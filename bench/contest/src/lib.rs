//! What the benches share: the program built twice, driven alternately, checked, and told about.
//!
//! A bench here never times code of its own process. It talks to a program that says how it was
//! built, is looked at from outside to see that it tells the truth, passes the vectors, and only then
//! is asked for counts. The same holds for a chip behind a UART.

pub mod accelerator;
pub mod board;
pub mod board_table;
pub mod census;
pub mod check;
pub mod chip;
pub mod count_table;
pub mod duel;
pub mod error;
pub mod firmware;
pub mod inputs;
pub mod known;
pub mod machine;
pub mod plot;
pub mod probe;
pub mod program;
pub mod riscv;
pub mod riscv_table;
pub mod table;
pub mod twin;
pub mod vectors;
pub mod written;

pub use error::BenchError;
