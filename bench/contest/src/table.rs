//! The results as a table for people and as JSON for everything else.
//!
//! No ratio stands without its interval, and no row without what made it fast. What was not measured
//! is listed with the reason: an absent row must not look like an operation that nobody thought of.

use std::fmt::Write;

use measure::{BreakEven, CostAt, Interval, Warning, break_even};
use serde::Serialize;

/// One operation over one size.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was done.
    pub operation: &'static str,
    /// Bytes worked on.
    pub size_bytes: usize,
    /// Median cost of one iteration in software, in `unit`.
    pub software: f64,
    /// Median cost of one iteration with the accelerator, in `unit`.
    pub accelerated: f64,
    /// What was counted.
    pub unit: &'static str,
    /// Software over accelerator: above 1 the accelerator wins.
    pub ratio: Interval,
    /// How many pairs the ratio comes from.
    pub pairs: usize,
    /// Whether an accelerator takes part at all.
    pub role: Role,
    /// What makes the one side fast.
    pub backend: String,
    /// The crates that did the work, with versions.
    pub crates: String,
    /// Reasons to doubt the row.
    pub warnings: Vec<Warning>,
}

/// Whether an accelerator takes part in a row at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Role {
    /// It does: the ratio is its merit.
    Contest,
    /// It does not, both sides run the same code: a ratio away from 1 is the bench's own error.
    Control,
}

/// Something that was not measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// What.
    pub what: String,
    /// Why, and what to do about it where something can be done.
    pub reason: String,
}

/// Everything that a run found.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// The processor, and what is known about the machine around it.
    pub machine: String,
    /// Each side in its own words, and what was found in its binary.
    pub proofs: Vec<String>,
    /// What was measured.
    pub rows: Vec<Row>,
    /// What was not.
    pub skipped: Vec<Skipped>,
    /// Reasons to doubt all rows.
    pub warnings: Vec<Warning>,
}

/// The results as text.
pub fn text(results: &Results) -> String {
    let mut text = String::new();
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        text.write_fmt(arguments).and_then(|()| text.write_char('\n')).expect("a string takes everything");
    };
    line(format_args!("{}", results.machine));
    for proof in &results.proofs {
        line(format_args!("{proof}"));
    }
    line(format_args!(
        "\n{:<18} {:>9} {:>11} {:>11}   {:<17} {:<14} backend",
        "operation", "size", "software", "accelerated", "ratio (95 %)", "break-even"
    ));
    let mut last = "";
    for row in &results.rows {
        let first = row.operation != last;
        last = row.operation;
        let even = if first { worth_it(&results.rows, row.operation) } else { String::new() };
        line(format_args!(
            "{:<18} {:>9} {:>11} {:>11}   {:<17} {:<14} {}",
            if first { row.operation } else { "" },
            size(row.size_bytes),
            cost(row.software, row.unit),
            cost(row.accelerated, row.unit),
            ratio(row),
            even,
            if first { format!("{} · {}", row.backend, row.crates) } else { String::new() },
        ));
    }
    line(format_args!(
        "the bench's own error, as far as the controls are from 1: {:.1} %; smaller differences are none",
        own_error(&results.rows) * 100.0
    ));
    for (row, warning) in results.rows.iter().flat_map(|row| row.warnings.iter().map(move |warning| (row, warning))) {
        line(format_args!("! {} {}: {warning}", row.operation, size(row.size_bytes)));
    }
    for warning in &results.warnings {
        line(format_args!("! all rows: {warning}"));
    }
    for skipped in &results.skipped {
        line(format_args!("SKIPPED {}: {}", skipped.what, skipped.reason));
    }
    text
}

/// A ratio with its interval, marked where there are reasons to doubt it.
fn ratio(row: &Row) -> String {
    let doubt = if row.warnings.is_empty() { "" } else { " !" };
    format!("{:.2} ± {:.1} %{doubt}", row.ratio.estimate, row.ratio.relative_half_width() * 100.0)
}

/// From which size on the accelerator is worth it. What is no larger than the bench's own error is no
/// advantage, whichever side happened to be ahead.
pub fn worth_it(rows: &[Row], operation: &str) -> String {
    let error = own_error(rows);
    let rows: Vec<&Row> = rows.iter().filter(|row| row.operation == operation).collect();
    if rows.iter().all(|row| row.role == Role::Control) {
        return "control".to_owned();
    }
    if rows.iter().all(|row| (row.ratio.estimate - 1.0).abs() <= error) {
        return "no difference".to_owned();
    }
    let costs: Vec<CostAt> = rows
        .iter()
        .map(|row| CostAt { size_bytes: row.size_bytes as u64, baseline: row.ratio.estimate, contender: 1.0 + error })
        .collect();
    break_even(&costs).map_or_else(String::new, |even: BreakEven| even.to_string())
}

/// How far the controls are away from 1, as a share. Both their sides run the same code, compiled
/// twice: where it comes to lie in memory differs, and no number of samples helps against that.
pub fn own_error(rows: &[Row]) -> f64 {
    let controls = rows.iter().filter(|row| row.role == Role::Control);
    controls.map(|row| (row.ratio.estimate - 1.0).abs()).fold(LEAST_ERROR, f64::max)
}

/// Assumed even where no control was measured.
const LEAST_ERROR: f64 = 0.02;

/// Bytes, in the largest unit that leaves a whole number.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

/// Three significant digits of a cost.
pub fn cost(value: f64, unit: &str) -> String {
    let (scaled, prefix) = match value {
        value if value < 1e3 => (value, ["ns", ""]),
        value if value < 1e6 => (value / 1e3, ["µs", "k"]),
        value if value < 1e9 => (value / 1e6, ["ms", "M"]),
        value => (value / 1e9, ["s", "G"]),
    };
    let [time, count] = prefix;
    let digits = if scaled < 10.0 { 2 } else { usize::from(scaled < 100.0) };
    let suffix = if unit == "ns" { time } else { count };
    format!("{scaled:.digits$} {suffix}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(operation: &'static str, size_bytes: usize, software: f64, accelerated: f64) -> Row {
        let estimate = software / accelerated;
        Row {
            operation,
            size_bytes,
            software,
            accelerated,
            unit: "ns",
            ratio: Interval { low: estimate * 0.99, estimate, high: estimate * 1.01, confidence: 0.95 },
            pairs: 24,
            role: if operation.starts_with("mldsa") { Role::Control } else { Role::Contest },
            backend: "SHA-NI".to_owned(),
            crates: "sha2 0.11.1".to_owned(),
            warnings: Vec::new(),
        }
    }

    fn results() -> Results {
        let mut doubtful = row("sha256", 1 << 20, 4_600_000.0, 560_000.0);
        doubtful.warnings.push(Warning::TooFew { have: 3, want: 8 });
        Results {
            machine: "a processor, 2 cores".to_owned(),
            proofs: vec!["software: no sha256rnds2".to_owned()],
            rows: vec![
                row("sha256", 64, 312.4, 71.2),
                doubtful,
                row("mldsa44-verify", 64, 80_100.0, 80_000.0),
                row("p256-verify", 64, 80_100.0, 80_000.0),
                row("toy", 64, 10.0, 20.0),
                row("toy", 1024, 200.0, 100.0),
            ],
            skipped: vec![Skipped { what: "chip".to_owned(), reason: "no emulator: install one".to_owned() }],
            warnings: vec![Warning::Turbo],
        }
    }

    #[test]
    fn the_table_reads_like_this() {
        let expected = "\
a processor, 2 cores
software: no sha256rnds2

operation               size    software accelerated   ratio (95 %)      break-even     backend
sha256                  64 B      312 ns     71.2 ns   4.39 ± 1.0 %      always         SHA-NI · sha2 0.11.1
                       1 MiB     4.60 ms      560 µs   8.21 ± 1.0 % !
mldsa44-verify          64 B     80.1 µs     80.0 µs   1.00 ± 1.0 %      control        SHA-NI · sha2 0.11.1
p256-verify             64 B     80.1 µs     80.0 µs   1.00 ± 1.0 %      no difference  SHA-NI · sha2 0.11.1
toy                     64 B     10.0 ns     20.0 ns   0.50 ± 1.0 %      from 266 B     SHA-NI · sha2 0.11.1
                       1 KiB      200 ns      100 ns   2.00 ± 1.0 %
the bench's own error, as far as the controls are from 1: 2.0 %; smaller differences are none
! sha256 1 MiB: only 3 pairs, 8 are wanted: allow a longer measurement time
! all rows: the processor may raise its clock for short times: switch turbo off for steady absolute times
SKIPPED chip: no emulator: install one
";
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&text(&results())), trimmed(expected));
    }

    #[test]
    fn what_the_controls_get_wrong_is_no_advantage() {
        let mut rows =
            vec![row("mldsa44-verify", 64, 104.0, 100.0), row("sign", 64, 103.0, 100.0), row("hash", 64, 110.0, 100.0)];
        assert_eq!(worth_it(&rows, "sign"), "no difference");
        assert_eq!(worth_it(&rows, "hash"), "always");
        rows.remove(0);
        assert_eq!(worth_it(&rows, "sign"), "always");
    }

    #[test]
    fn costs_keep_three_digits_and_their_unit() {
        assert_eq!(cost(312.4, "ns"), "312 ns");
        assert_eq!(cost(71.23, "ns"), "71.2 ns");
        assert_eq!(cost(1_234.0, "ns"), "1.23 µs");
        assert_eq!(cost(10_134_000.0, "instructions"), "10.1 M");
        assert_eq!(cost(950.0, "instructions"), "950");
    }
}
