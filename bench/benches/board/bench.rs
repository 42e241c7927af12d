//! Cryptography on a board of your own: `OTABENCH_BOARD=FILE cargo bench --bench board`.
//!
//! No board has ever been measured with it: it was tried on the measured program behind a pseudo-terminal.

use std::path::{Path, PathBuf};

use contest::BenchError;
use contest::board::{BoardFile, SerialBoard};
use contest::board_table::{Results, text};
use contest::check::{Outcome, built, check};
use contest::inputs::Maker;
use contest::program::Device;
use contest::table::Skipped;

#[path = "../counted/sizes.rs"]
mod sizes;

use sizes::{cases, one_line, sizes};

/// The variable that names the board file.
const BOARD: &str = "OTABENCH_BOARD";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("board: nothing measured; `cargo bench` measures");
        return Ok(());
    }
    let Some(path) = std::env::var_os(BOARD).map(PathBuf::from) else {
        println!("SKIPPED board: {BOARD} names no board file; bench/README.md tells what stands in one");
        return Ok(());
    };
    let results = measured(&path)?;
    let text = text(&results);
    println!("\n{text}");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo puts it into the target folder");
    let folder = target.join("otabench").join("board");
    contest::written::write(&folder, &results, &text)?;
    println!("written: {}", folder.display());
    Ok(())
}

/// Counts what the board's program has, once it has computed every vector right.
fn measured(path: &Path) -> Result<Results, BenchError> {
    let file = BoardFile::read(path)?;
    let mut board = SerialBoard::open(&file)?;
    let program = one_line("program", &board.identity()?);
    let mut results = Results::new(file, program);
    let maker = Maker::new();
    let (built, refusals) = built(&mut board, &maker)?;
    results.skipped.extend(refusals.into_iter().map(|(operation, refused)| Skipped {
        what: operation.name().to_owned(),
        reason: format!("the board refuses it: {refused:?}"),
    }));
    println!("checking {} operations before anything is counted", built.len());
    let outcomes = check(&mut [&mut board], &cases(&built), &maker, &built)?;
    for operation in built {
        if let Some(reason) = outcomes.get(&operation).and_then(Outcome::unsound) {
            results.skipped.push(Skipped { what: operation.name().to_owned(), reason });
            continue;
        }
        println!("counting {}", operation.name());
        for size_bytes in sizes(operation) {
            results.count(&mut board, &maker, operation, size_bytes)?;
        }
    }
    Ok(results)
}
