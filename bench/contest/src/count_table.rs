//! The chip's results as text: counts and stack, then flash against speed.
//!
//! The engine's column says "driver", never "time". Instructions are exact and have no interval.

use std::collections::BTreeMap;
use std::fmt::Write;

use cryptobench::Operation;
use serde::Serialize;

use crate::census::Entry;
use crate::firmware::Variant;
use crate::plot::Footprint;
use crate::table::{Skipped, cost, size};

/// Everything that a run on a chip found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    /// The emulator, and how each program says it was built.
    pub proofs: Vec<String>,
    /// Counts of all operations in software, by variant.
    pub software: BTreeMap<&'static str, Vec<Entry>>,
    /// Counts of the driver alone, where the engine does the operation; the firmware's variant.
    pub driver: Vec<Entry>,
    /// Bytes of flash, by variant and operation.
    pub flash_bytes: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// Crates, by operation.
    pub crates: BTreeMap<&'static str, String>,
    /// What was not measured.
    pub skipped: Vec<Skipped>,
}

impl Results {
    /// Notes what was not measured, and why.
    pub fn skip(&mut self, what: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Skipped { what: what.into(), reason: reason.into() });
    }
}

/// The operations worth a look in the plot: those that verify and decrypt an update.
pub const PLOTTED: [Operation; 7] = [
    Operation::Sha256,
    Operation::Aes128Ctr,
    Operation::Aes128GcmOpen,
    Operation::P256Verify,
    Operation::LmsVerify,
    Operation::MlDsa44Verify,
    Operation::MlDsa87Verify,
];

/// The results as text.
pub fn text(results: &Results) -> String {
    let mut text = String::new();
    for proof in &results.proofs {
        line(&mut text, proof);
    }
    if let Some(entries) = results.software.get(Variant::Firmware.name()) {
        counts(&mut text, results, entries);
        variants(&mut text, results);
    }
    for skipped in &results.skipped {
        line(&mut text, &format!("SKIPPED {}: {}", skipped.what, skipped.reason));
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.write_str(line.trim_end()).and_then(|()| text.write_char('\n')).expect("a string takes everything");
}

fn counts(text: &mut String, results: &Results, entries: &[Entry]) {
    line(
        text,
        "\nas the firmware is compiled; instructions, the same in two runs; HACE: the driver's, without the engine's time",
    );
    let head = format!(
        "{:<18} {:>8} {:>12} {:>9} {:>9} {:>12}   crates",
        "operation", "size", "software", "per byte", "stack", "HACE driver"
    );
    line(text, &head);
    let mut last = "";
    for entry in entries {
        let first = entry.operation != last;
        last = entry.operation;
        let driver = find(&results.driver, entry.operation, entry.size_bytes);
        line(
            text,
            &format!(
                "{:<18} {:>8} {:>12} {:>9.1} {:>9} {:>12}   {}",
                if first { entry.operation } else { "" },
                size(entry.size_bytes),
                entry.count.value,
                entry.count.per_byte(entry.size_bytes as u64),
                entry.stack_bytes.map_or_else(String::new, |bytes| format!("{bytes} B")),
                driver.map_or_else(String::new, |driver| driver.count.value.to_string()),
                if first { results.crates.get(entry.operation).map_or("", String::as_str) } else { "" },
            ),
        );
    }
}

/// What each way of compiling costs in flash and instructions, over 1 KiB.
fn variants(text: &mut String, results: &Results) {
    line(text, "\nflash, and instructions for 1 KiB, by optimisation level");
    let mut head = format!("{:<18}", "operation");
    for variant in Variant::ALL {
        write!(head, " {:>20}", variant.name()).expect("a string takes everything");
    }
    line(text, &head);
    for operation in Operation::ALL {
        let points: Vec<Option<Footprint>> = Variant::ALL.map(|variant| point(results, operation, variant)).into();
        if points.iter().all(Option::is_none) {
            continue;
        }
        let mut row = format!("{:<18}", operation.name());
        for point in points {
            let cell = point.map_or_else(
                || "-".to_owned(),
                |point| format!("{} B {:>8}", point.flash_bytes, cost(point.cost, "instructions")),
            );
            write!(row, " {cell:>20}").expect("a string takes everything");
        }
        line(text, &row);
    }
}

/// What an operation takes in flash and instructions, over 1 KiB.
pub fn point(results: &Results, operation: Operation, variant: Variant) -> Option<Footprint> {
    let entry = find(results.software.get(variant.name())?, operation.name(), 1024)?;
    let flash_bytes = *results.flash_bytes.get(variant.name())?.get(operation.name())?;
    let way = match variant {
        Variant::Firmware => "firmware",
        Variant::Smallest | Variant::Small | Variant::Fast => variant.name(),
    };
    Some(Footprint {
        operation: operation.name().to_owned(),
        way: way.to_owned(),
        flash_bytes,
        cost: entry.count.value as f64,
    })
}

fn find<'e>(entries: &'e [Entry], operation: &str, size_bytes: usize) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.operation == operation && entry.size_bytes == size_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Count;

    fn entry(size_bytes: usize, value: u64, stack_bytes: Option<u32>) -> Entry {
        Entry { operation: "sha256", size_bytes, count: Count { value, runs: 2 }, stack_bytes, checksum: 1 }
    }

    #[test]
    fn the_report_reads_like_this() {
        let mut results = Results {
            proofs: vec!["an emulator".to_owned()],
            driver: vec![entry(64, 230, Some(396))],
            ..Results::default()
        };
        results.software.insert("s-compact", vec![entry(64, 8975, Some(516)), entry(1024, 73_055, None)]);
        results.flash_bytes.insert("s-compact", BTreeMap::from([("sha256", 2384)]));
        results.crates.insert("sha256", "sha2 0.11.1".to_owned());
        results.skip("1 MiB", "too large");
        let expected = "\
an emulator

as the firmware is compiled; instructions, the same in two runs; HACE: the driver's, without the engine's time
operation              size     software  per byte     stack  HACE driver   crates
sha256                 64 B         8975     140.2     516 B          230   sha2 0.11.1
                      1 KiB        73055      71.3

flash, and instructions for 1 KiB, by optimisation level
operation                     s-compact                    z                    s                    3
sha256                  2384 B   73.1 k                    -                    -                    -
SKIPPED 1 MiB: too large
";
        assert_eq!(text(&results), expected);
    }
}
