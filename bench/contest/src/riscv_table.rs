//! Software against instructions on the RISC-V hart, as text.
//!
//! Both sides are counts of the same processor, so their ratio is exact and needs no interval. It is a
//! ratio of instructions: that each of them takes one cycle is an assumption that no emulator makes
//! true.

use std::collections::BTreeMap;
use std::fmt::Write;

use cryptobench::Operation;
use measure::{CostAt, break_even};
use serde::Serialize;

use crate::census::Entry;
use crate::firmware::Level;
use crate::plot::Footprint;
use crate::table::{Skipped, cost, size};
use crate::twin::Side;

/// Everything that a run on the hart found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    /// The emulator, how each program says it was built, and what was found in it.
    pub proofs: Vec<String>,
    /// Counts by level, of software and of the instructions.
    pub counts: BTreeMap<&'static str, Sides<Vec<Entry>>>,
    /// Bytes of flash, by level and operation.
    pub flash_bytes: BTreeMap<&'static str, BTreeMap<&'static str, Sides<u64>>>,
    /// What was not measured.
    pub skipped: Vec<Skipped>,
}

/// One of each.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sides<T> {
    /// In software.
    pub software: T,
    /// By the instructions.
    pub accelerated: T,
}

impl<T> Sides<T> {
    /// That of one side.
    pub fn of(&mut self, side: Side) -> &mut T {
        match side {
            Side::Software => &mut self.software,
            Side::Accelerated => &mut self.accelerated,
        }
    }
}

impl Results {
    /// Notes what was not measured, and why.
    pub fn skip(&mut self, what: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Skipped { what: what.into(), reason: reason.into() });
    }
}

/// What each operation takes in flash and instructions, over 1 KiB, by level and on both sides where the
/// instructions serve the operation itself.
pub fn footprints(results: &Results) -> Vec<Footprint> {
    let served = |name: &str| name.starts_with("sha") || name.starts_with("aes");
    let mut points = Vec::new();
    for operation in Operation::ALL.map(Operation::name) {
        for level in Level::ALL.map(Level::name) {
            let sides = || Some((results.counts.get(level)?, results.flash_bytes.get(level)?.get(operation)?));
            let Some((counts, flash)) = sides() else { continue };
            let mut add = |name: String, entries: &[Entry], flash_bytes: u64| {
                let Some(entry) = find(entries, operation, 1024) else { return };
                let cost = entry.count.value as f64;
                points.push(Footprint { operation: name, way: level.to_owned(), flash_bytes, cost });
            };
            add(operation.to_owned(), &counts.software, flash.software);
            if served(operation) {
                add(format!("{operation}, Zkn"), &counts.accelerated, flash.accelerated);
            }
        }
    }
    points
}

/// The results as text.
pub fn text(results: &Results) -> String {
    let mut lines = results.proofs.clone();
    if let Some(counts) = results.counts.get(Level::Small.name()) {
        lines.push(
            "\noptimised for size (`s`); instructions, the same in two runs, so a ratio has no interval".to_owned(),
        );
        lines.push(format!(
            "{:<18} {:>8} {:>11} {:>11} {:>7}  {:<12} {:>9} {:>9}",
            "operation", "size", "software", "Zkn", "ratio", "break-even", "stack", "stack Zkn"
        ));
        lines.extend(rows(counts));
    }
    if !results.flash_bytes.is_empty() {
        lines.push("\nflash, and instructions for 1 KiB: software, then Zkn, by optimisation level".to_owned());
        let mut head = format!("{:<18}", "operation");
        Level::ALL.iter().for_each(|level| append(&mut head, &format!(" {:>38}", level.name())));
        lines.push(head);
        lines.extend(Operation::ALL.iter().filter_map(|operation| level_row(results, *operation)));
    }
    lines.extend(results.skipped.iter().map(|skipped| format!("SKIPPED {}: {}", skipped.what, skipped.reason)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn rows(counts: &Sides<Vec<Entry>>) -> Vec<String> {
    let mut last = "";
    let row = |software: &Entry| {
        let accelerated = find(&counts.accelerated, software.operation, software.size_bytes)?;
        let first = software.operation != last;
        last = software.operation;
        let stack = |entry: &Entry| entry.stack_bytes.map_or_else(String::new, |bytes| format!("{bytes} B"));
        Some(format!(
            "{:<18} {:>8} {:>11} {:>11} {:>7.2}  {:<12} {:>9} {:>9}",
            if first { software.operation } else { "" },
            size(software.size_bytes),
            software.count.value,
            accelerated.count.value,
            software.count.value as f64 / accelerated.count.value as f64,
            if first { worth_it(counts, software.operation) } else { String::new() },
            stack(software),
            stack(accelerated),
        ))
    };
    counts.software.iter().filter_map(row).collect()
}

/// From which size on the instructions are worth it. Whatever does not use them differs by where the
/// compiler put things, and that is no difference.
fn worth_it(counts: &Sides<Vec<Entry>>, operation: &str) -> String {
    const NO_DIFFERENCE: f64 = 0.02;
    let of = |software: &Entry| {
        let accelerated = find(&counts.accelerated, operation, software.size_bytes)?;
        let (baseline, contender) = (software.count.value as f64, accelerated.count.value as f64);
        Some(CostAt { size_bytes: software.size_bytes as u64, baseline, contender })
    };
    let costs: Vec<CostAt> =
        counts.software.iter().filter(|entry| entry.operation == operation).filter_map(of).collect();
    if costs.iter().all(|cost| (cost.baseline / cost.contender - 1.0).abs() < NO_DIFFERENCE) {
        return "no difference".to_owned();
    }
    break_even(&costs).map_or_else(String::new, |even| even.to_string())
}

fn level_row(results: &Results, operation: Operation) -> Option<String> {
    let name = operation.name();
    results.flash_bytes.values().any(|operations| operations.contains_key(name)).then(|| {
        let mut row = format!("{name:<18}");
        for level in Level::ALL {
            let cell = cell(results, level, name).unwrap_or_else(|| "-".to_owned());
            append(&mut row, &format!(" {cell:>38}"));
        }
        row
    })
}

fn cell(results: &Results, level: Level, name: &str) -> Option<String> {
    let flash = results.flash_bytes.get(level.name())?.get(name)?;
    let counts = results.counts.get(level.name())?;
    let each = |entries: &[Entry], bytes: u64| {
        let entry = find(entries, name, 1024)?;
        Some(format!("{bytes} B {:>7}", cost(entry.count.value as f64, "instructions")))
    };
    Some(format!("{}; {}", each(&counts.software, flash.software)?, each(&counts.accelerated, flash.accelerated)?))
}

fn find<'e>(entries: &'e [Entry], operation: &str, size_bytes: usize) -> Option<&'e Entry> {
    entries.iter().find(|entry| entry.operation == operation && entry.size_bytes == size_bytes)
}

fn append(text: &mut String, more: &str) {
    text.write_str(more).expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Count;

    fn entry(operation: &'static str, size_bytes: usize, value: u64, stack_bytes: Option<u32>) -> Entry {
        Entry { operation, size_bytes, count: Count { value, runs: 2 }, stack_bytes, checksum: 1 }
    }

    #[test]
    fn the_report_reads_like_this() {
        let mut results = Results { proofs: vec!["an emulator".to_owned()], ..Results::default() };
        let software = vec![
            entry("sha256", 64, 4000, Some(500)),
            entry("sha256", 1024, 70_000, None),
            entry("p256-verify", 64, 7_800_000, Some(5000)),
        ];
        let accelerated = vec![
            entry("sha256", 64, 5000, Some(400)),
            entry("sha256", 1024, 35_000, None),
            entry("p256-verify", 64, 7_790_000, Some(5000)),
        ];
        results.counts.insert("s", Sides { software, accelerated });
        let flash = BTreeMap::from([("sha256", Sides { software: 9000, accelerated: 2000 })]);
        results.flash_bytes.insert("s", flash);
        results.skip("rsa2048-verify", "no heap");
        let expected = "\
an emulator

optimised for size (`s`); instructions, the same in two runs, so a ratio has no interval
operation              size    software         Zkn   ratio  break-even       stack stack Zkn
sha256                 64 B        4000        5000    0.80  from 126 B       500 B     400 B
                      1 KiB       70000       35000    2.00
p256-verify            64 B     7800000     7790000    1.00  no difference    5000 B    5000 B

flash, and instructions for 1 KiB: software, then Zkn, by optimisation level
operation                                               s                                      z                                      3
sha256                     9000 B  70.0 k; 2000 B  35.0 k                                      -                                      -
SKIPPED rsa2048-verify: no heap
";
        assert_eq!(text(&results), expected);
    }
}
