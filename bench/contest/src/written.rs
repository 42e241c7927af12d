//! The files that every bench leaves behind: its results for programs, and as they were printed.
//!
//! `otabench bench` reads them back by name, so all benches write them in one place.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

/// Writes `results.json` and `results.txt` into a folder, which is made where it is missing.
///
/// # Errors
/// The folder or a file cannot be written.
pub fn write(folder: &Path, results: &impl Serialize, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("results.json"), serde_json::to_string_pretty(results)?)?;
    fs::write(folder.join("results.txt"), text)
}
