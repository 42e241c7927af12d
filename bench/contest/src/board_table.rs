//! What was counted on a board, for people and for programs.
//!
//! A board's counts differ from run to run, by interrupts and by refreshes of its memory, so each figure is
//! the median of several runs and comes with its spread.

use std::fmt::Write as _;

use cryptobench::{Operation, Refused, Unit};
use measure::Summary;
use serde::Serialize;

use crate::BenchError;
use crate::board::BoardFile;
use crate::census::SIZES;
use crate::inputs::Maker;
use crate::program::Device;
use crate::table::{Skipped, size};

/// How often each row is run.
pub const RUNS: usize = 9;

/// Everything that was counted on one board. Schema `otabench.board-bench/1`.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// Name and version of this form.
    pub schema: &'static str,
    /// What the board file says: claimed, and not measured.
    pub board: BoardFile,
    /// What the program says about itself.
    pub program: String,
    /// What was counted.
    pub unit: Option<&'static str>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What was not measured, and why.
    pub skipped: Vec<Skipped>,
}

/// One operation over one size.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What was done.
    pub operation: &'static str,
    /// Bytes worked on.
    pub size_bytes: usize,
    /// The counts of all runs.
    pub count: Summary,
    /// Bytes of stack; where the program can see it.
    pub stack_bytes: Option<u32>,
}

impl Results {
    /// Nothing counted yet on this board.
    pub fn new(board: BoardFile, program: String) -> Self {
        Self { schema: "otabench.board-bench/1", board, program, unit: None, rows: Vec::new(), skipped: Vec::new() }
    }

    /// Counts one operation over one size, and keeps the row, or the reason why there is none.
    ///
    /// # Errors
    /// The line broke, or the program counts in two units.
    pub fn count(
        &mut self,
        device: &mut dyn Device,
        maker: &Maker,
        operation: Operation,
        size_bytes: usize,
    ) -> Result<(), BenchError> {
        let counted = match counts(device, maker, operation, size_bytes)? {
            Ok(counted) => counted,
            Err(refused) => {
                let what = format!("{} {}", operation.name(), size(size_bytes));
                self.skipped.push(Skipped { what, reason: format!("the board refuses it: {refused:?}") });
                return Ok(());
            }
        };
        if *self.unit.get_or_insert(counted.unit.name()) != counted.unit.name() {
            return Err(BenchError::Answer { side: device.side() });
        }
        if let Some(count) = Summary::of(&counted.counts) {
            let stack_bytes = counted.stack_bytes;
            self.rows.push(Row { operation: operation.name(), size_bytes, count, stack_bytes });
        }
        Ok(())
    }
}

struct Counted {
    counts: Vec<f64>,
    unit: Unit,
    stack_bytes: Option<u32>,
}

fn counts(
    device: &mut dyn Device,
    maker: &Maker,
    operation: Operation,
    size_bytes: usize,
) -> Result<Result<Counted, Refused>, BenchError> {
    if let Err(refused) = device.load(operation, &maker.inputs(operation, size_bytes))? {
        return Ok(Err(refused));
    }
    let mut counted = Counted { counts: Vec::with_capacity(RUNS), unit: Unit::Cycles, stack_bytes: None };
    for _ in 0..RUNS {
        match device.run(1)? {
            Ok(ran) => {
                counted.counts.push(ran.count as f64);
                counted.unit = ran.unit;
            }
            Err(refused) => return Ok(Err(refused)),
        }
    }
    // The stack is the same for every size.
    if size_bytes == SIZES[0] {
        counted.stack_bytes = device.stack()?.ok();
    }
    Ok(Ok(counted))
}

/// The table, what the board is said to be, and what was left out.
pub fn text(results: &Results) -> String {
    let board = &results.board;
    let unit = results.unit.unwrap_or("nothing");
    let mut text = format!(
        "{}: {unit} on {}; {} Hz, {} wait states, {}, {} (as the board file says)\nprogram: {}\n\n",
        board.name,
        board.runs_on.words(),
        board.clock_hz,
        board.wait_states,
        board.compiler,
        board.flags,
        results.program
    );
    for row in &results.rows {
        let per_byte = row.count.median / row.size_bytes as f64;
        let stack = row.stack_bytes.map_or_else(String::new, |bytes| format!("  stack {bytes} B"));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:18} {:>8} {:>14.0} {unit} ± {:.1} %  {per_byte:>10.1} per byte{stack}",
            row.operation,
            size(row.size_bytes),
            row.count.median,
            row.count.relative_spread() * 100.0
        );
    }
    for skipped in &results.skipped {
        let _ = writeln!(text, "SKIPPED {}: {}", skipped.what, skipped.reason);
    }
    text
}
