//! What `cargo bench` left behind, and which statements of the framework it is evidence for.
//!
//! A pure function of the files: no clock, no machine. A figure is evidence only where both sides were
//! proved to be what they say and computed the same; whatever contradicts that is a fault, and a file
//! with a fault is evidence for nothing. A statement that the figures do not bear out stays without
//! evidence, and the sentence says what was seen instead.

mod budget;
mod newest;

pub(crate) use newest::Newest;

use serde::Serialize;
use serde_json::Value;

/// One of the benches, by the name of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Bench {
    /// This machine's processor
    Crypto,
    /// The emulated AST1030
    Chip,
    /// The emulated RISC-V hart
    Riscv,
}

impl Bench {
    pub(crate) const ALL: [Self; 3] = [Self::Crypto, Self::Chip, Self::Riscv];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Crypto => "crypto",
            Self::Chip => "chip",
            Self::Riscv => "riscv",
        }
    }
}

/// A statement, and what a bench saw of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    pub(crate) statement: &'static str,
    pub(crate) standing: Standing,
    pub(crate) saw: String,
}

/// What the figures say about a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Standing {
    /// They bear it out.
    Evidenced,
    /// They do not.
    NotBorneOut,
}

/// The findings of one bench.
///
/// # Errors
/// Why its results are evidence for nothing.
pub(crate) fn findings(bench: Bench, results: &Value) -> Result<Vec<Finding>, String> {
    proved(results)?;
    match bench {
        Bench::Crypto => of_ratios(results),
        Bench::Chip => of_chip(results),
        Bench::Riscv => of_sides(results),
    }
}

/// A run without the proof that it was checked first is no evidence.
fn proved(results: &Value) -> Result<(), String> {
    let proofs = results["proofs"].as_array().map_or(&[][..], Vec::as_slice);
    let checked = proofs.iter().filter_map(Value::as_str).any(|proof| proof.starts_with("checked before "));
    if checked { Ok(()) } else { Err("no proof that the vectors were played before anything was measured".to_owned()) }
}

fn of_ratios(results: &Value) -> Result<Vec<Finding>, String> {
    let rows = list(&results["rows"], "rows")?;
    if rows.is_empty() {
        return Err("nothing was measured".to_owned());
    }
    let (mut best, mut wins, mut contests) = ((1.0, String::new()), 0, 0);
    for row in rows {
        let ratio = &row["ratio"];
        let (Some(low), Some(estimate), Some(high)) =
            (ratio["low"].as_f64(), ratio["estimate"].as_f64(), ratio["high"].as_f64())
        else {
            return Err("a ratio without its interval".to_owned());
        };
        if !(0.0 < low && low <= estimate && estimate <= high) {
            return Err(format!("a ratio outside of its own interval: {low}, {estimate}, {high}"));
        }
        if row["role"] == "Contest" {
            contests += 1;
            wins += u32::from(low > 1.0);
            if low > best.0 {
                best = (low, format!("{} over {} bytes", text(&row["operation"]), row["size_bytes"]));
            }
        }
    }
    let software_slow =
        format!("the processor's instructions are faster in {wins} of {contests} rows, beyond the interval");
    let tenfold = format!("at least {:.1} times faster, in {}", best.0, best.1);
    Ok(vec![
        finding("NTIA-HWCRYPTO-1", at_least(2.0 * f64::from(wins), f64::from(contests)), software_slow),
        finding("NTIA-HWCRYPTO-2", at_least(best.0, 10.0), tenfold),
    ])
}

fn of_chip(results: &Value) -> Result<Vec<Finding>, String> {
    let software = list(&results["software"]["s-compact"], "counts")?;
    let driver = list(&results["driver"], "the driver's counts")?;
    repeated(software.iter().chain(driver))?;
    let equal = equal_outputs(software, driver)?;
    let profile = budget::profile()?;
    let (in_time, verification) = budget::verification(software, &profile);
    let (covered, update) = budget::update(software, &profile);
    Ok(vec![
        finding(
            "NTIA-HWCRYPTO-4",
            at_least(equal as f64, 1.0),
            format!("engine and software gave the same {equal} digests"),
        ),
        finding(
            "NTIA-CHECK-11",
            in_time,
            format!("{verification}; the hungriest operation {}", largest_stack(software)),
        ),
        finding("NTIA-HWCRYPTO-7", at_least(equal as f64, 1.0), functions(software)),
        finding("NTIA-POWER-1", covered, update),
    ])
}

fn of_sides(results: &Value) -> Result<Vec<Finding>, String> {
    let sides = &results["counts"]["s"];
    let (software, accelerated) = (list(&sides["software"], "counts")?, list(&sides["accelerated"], "counts")?);
    repeated(software.iter().chain(accelerated))?;
    let equal = equal_outputs(software, accelerated)?;
    let flash = results["flash_bytes"]["s"].as_object().ok_or("no flash was measured")?;
    let bytes = |sides: &Value, side: &str| sides[side].as_u64().unwrap_or(0);
    let smaller: Vec<String> = flash
        .iter()
        .filter(|(_, sides)| 0 < bytes(sides, "accelerated") && bytes(sides, "accelerated") < bytes(sides, "software"))
        .map(|(name, sides)| {
            format!("{name} {} B instead of {} B", bytes(sides, "accelerated"), bytes(sides, "software"))
        })
        .collect();
    let slower = slower(software, accelerated);
    let (standing, preferred) = match slower.as_slice() {
        [] => (Standing::Evidenced, "the instructions lose nowhere".to_owned()),
        [_, ..] => (Standing::NotBorneOut, format!("the instructions lose in {}", slower.join(", "))),
    };
    Ok(vec![
        finding("NTIA-HWCRYPTO-3", at_least(smaller.len() as f64, 1.0), smaller.join(", ")),
        finding(
            "NTIA-HWCRYPTO-4",
            at_least(equal as f64, 1.0),
            format!("instructions and software gave the same {equal} outputs"),
        ),
        finding("NTIA-HWCRYPTO-5", standing, preferred),
    ])
}

fn finding(statement: &'static str, standing: Standing, saw: String) -> Finding {
    Finding { statement, standing, saw }
}

fn at_least(seen: f64, wanted: f64) -> Standing {
    if seen >= wanted { Standing::Evidenced } else { Standing::NotBorneOut }
}

/// A count is one only if two runs agree.
fn repeated<'v>(mut entries: impl Iterator<Item = &'v Value>) -> Result<(), String> {
    match entries.find(|entry| entry["count"]["runs"].as_u64().unwrap_or(0) < 2) {
        None => Ok(()),
        Some(entry) => Err(format!("{} was counted once only", text(&entry["operation"]))),
    }
}

/// How many outputs both sides have in common. One that differs spoils everything.
fn equal_outputs(software: &[Value], accelerated: &[Value]) -> Result<usize, String> {
    let mut equal = 0;
    for one in accelerated {
        let same = |other: &&Value| other["operation"] == one["operation"] && other["size_bytes"] == one["size_bytes"];
        let Some(other) = software.iter().find(same) else { continue };
        if one["checksum"] != other["checksum"] {
            return Err(format!(
                "{} over {} bytes: the sides computed different outputs",
                text(&one["operation"]),
                one["size_bytes"]
            ));
        }
        equal += 1;
    }
    Ok(equal)
}

fn slower(software: &[Value], accelerated: &[Value]) -> Vec<String> {
    let loses = |one: &&Value| {
        let (operation, size) = (text(&one["operation"]), one["size_bytes"].as_u64().unwrap_or(0));
        let count = one["count"]["value"].as_u64().unwrap_or(0);
        // What lies within two in a hundred is where the compiler put things, and no loss.
        count_of(software, operation, size).is_some_and(|other| count as f64 > other as f64 * 1.02)
    };
    accelerated
        .iter()
        .filter(loses)
        .map(|one| format!("{} over {} bytes", text(&one["operation"]), one["size_bytes"]))
        .collect()
}

fn count_of(entries: &[Value], operation: &str, size_bytes: u64) -> Option<u64> {
    let entry = entries.iter().find(|entry| entry["operation"] == operation && entry["size_bytes"] == size_bytes)?;
    entry["count"]["value"].as_u64()
}

fn largest_stack(entries: &[Value]) -> String {
    let most = entries.iter().max_by_key(|entry| entry["stack_bytes"].as_u64());
    most.map_or_else(String::new, |entry| format!("{} of stack ({})", entry["stack_bytes"], text(&entry["operation"])))
}

/// The functions that the statement names, as far as the bench has them.
fn functions(entries: &[Value]) -> String {
    let has = |wanted: &str| entries.iter().any(|entry| text(&entry["operation"]).starts_with(wanted));
    let named = ["aes128-gcm", "sha1", "sha256", "aes128-cmac", "chacha20-rng"];
    let (here, absent): (Vec<&str>, Vec<&str>) = named.into_iter().partition(|name| has(name));
    format!("counted: {}; not counted: {}; a PUF needs silicon", here.join(", "), absent.join(", "))
}

fn list<'v>(value: &'v Value, what: &str) -> Result<&'v [Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("no {what} in the file"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(operation: &str, count: u64, checksum: u64) -> Value {
        json!({ "operation": operation, "size_bytes": 64, "count": { "value": count, "runs": 2 }, "checksum": checksum })
    }

    fn sides() -> Value {
        json!({
            "proofs": ["checked before counting at s: 40 vectors"],
            "counts": { "s": { "software": [entry("sha256", 100, 7)], "accelerated": [entry("sha256", 50, 7)] } },
            "flash_bytes": { "s": { "sha256": { "software": 900, "accelerated": 200 } } },
        })
    }

    fn standing(results: &Value, statement: &str) -> Standing {
        let findings = findings(Bench::Riscv, results).expect("the file is sound");
        findings.iter().find(|finding| finding.statement == statement).expect("it is judged").standing
    }

    #[test]
    fn sound_results_are_evidence() {
        for statement in ["NTIA-HWCRYPTO-3", "NTIA-HWCRYPTO-4", "NTIA-HWCRYPTO-5"] {
            assert_eq!(standing(&sides(), statement), Standing::Evidenced, "{statement}");
        }
    }

    #[test]
    fn instructions_that_lose_do_not_bear_out_that_they_are_to_be_preferred() {
        let mut results = sides();
        results["counts"]["s"]["accelerated"][0]["count"]["value"] = json!(101 * 2);
        assert_eq!(standing(&results, "NTIA-HWCRYPTO-5"), Standing::NotBorneOut);
        assert_eq!(standing(&results, "NTIA-HWCRYPTO-4"), Standing::Evidenced);
    }

    #[test]
    fn sides_that_computed_different_things_are_evidence_for_nothing() {
        let mut results = sides();
        results["counts"]["s"]["accelerated"][0]["checksum"] = json!(8);
        let fault = findings(Bench::Riscv, &results).expect_err("the outputs differ");
        assert!(fault.contains("different outputs"), "{fault}");
    }

    #[test]
    fn what_was_not_checked_or_not_repeated_is_evidence_for_nothing() {
        let mut unchecked = sides();
        unchecked["proofs"] = json!([]);
        assert!(findings(Bench::Riscv, &unchecked).is_err());
        let mut once = sides();
        once["counts"]["s"]["software"][0]["count"]["runs"] = json!(1);
        assert!(findings(Bench::Riscv, &once).is_err());
        assert!(findings(Bench::Riscv, &json!({})).is_err());
    }

    #[test]
    fn a_ratio_counts_with_its_interval_and_not_by_its_estimate() {
        let row = |low: f64| {
            json!({ "operation": "aes128-ctr", "size_bytes": 64, "role": "Contest",
                "ratio": { "low": low, "estimate": 12.0, "high": 14.0 } })
        };
        let results = |low| json!({ "proofs": ["checked before timing: 9 vectors"], "rows": [row(low)] });
        let standing = |low: f64| findings(Bench::Crypto, &results(low)).expect("sound")[1].standing;
        assert_eq!(standing(10.5), Standing::Evidenced);
        assert_eq!(standing(9.5), Standing::NotBorneOut);
        assert!(findings(Bench::Crypto, &results(13.0)).is_err());
    }
}
