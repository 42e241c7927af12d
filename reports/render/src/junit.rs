//! The report as JUnit XML, for continuous integration.
//!
//! There is no one schema; this is what the strict ones agree on: no attributes on `testsuites`, all
//! of them on `testsuite`, and only name, class and time on `testcase`. Records hold no times, so every
//! time is 0. A statement that nobody tested is no test case: it could only stand there as passed or
//! skipped, and it was neither.

use crate::report::{Report, RunPart, Tally, Word};
use crate::uuid;
use crate::words;

/// Lays a report out as JUnit XML.
pub fn junit(report: &Report) -> String {
    let mut rigs: Vec<&str> = report.runs.iter().map(|run| run.rig.as_str()).collect();
    rigs.sort_unstable();
    rigs.dedup();
    let suites: Vec<String> = rigs.iter().enumerate().map(|(id, rig)| suite(report, id, rig)).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n{}</testsuites>\n", suites.concat())
}

fn suite(report: &Report, id: usize, rig: &str) -> String {
    let runs: Vec<&RunPart> = report.runs.iter().filter(|run| run.rig == rig).collect();
    let tally = Tally::of(runs.iter().map(|run| run.verdict));
    let cases: String = runs.iter().map(|run| case(run)).collect();
    format!(
        "  <testsuite name=\"{name}\" package=\"otabench\" id=\"{id}\" hostname=\"localhost\" timestamp=\"{time}\" \
         tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"0\">\n\
         {properties}{cases}    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n",
        name = escaped(rig),
        time = timestamp(report),
        tests = runs.len(),
        failures = tally.broken,
        errors = tally.error,
        skipped = tally.skipped,
        properties = properties(report, &runs),
    )
}

/// Without a zone, which the schemas do not allow; the property `time` has it in full.
fn timestamp(report: &Report) -> String {
    uuid::time(report).trim_end_matches('Z').to_owned()
}

fn properties(report: &Report, runs: &[&RunPart]) -> String {
    let mut properties = vec![
        ("schema", report.schema.to_owned()),
        ("otabench", report.meta.otabench.clone()),
        ("signed-by", report.meta.signed_by.clone().unwrap_or_else(|| "nobody".to_owned())),
    ];
    properties.extend(runs.first().map(|run| ("method", words::method(run.method).to_owned())));
    if let Some(time) = report.time() {
        properties.push(("time", format!("{}, {}", time.utc, time.source)));
    }
    for place in &report.summary.statements {
        properties.push(("statements", format!("{} {}", place.statements, place.place.name())));
    }
    let lines = properties
        .iter()
        .map(|(name, value)| format!("      <property name=\"{name}\" value=\"{}\"/>\n", escaped(value)));
    format!("    <properties>\n{}    </properties>\n", lines.collect::<String>())
}

fn case(run: &RunPart) -> String {
    let head =
        format!("    <testcase name=\"{}\" classname=\"otabench.{}\" time=\"0\"", escaped(&run.id), escaped(&run.rig));
    let detail = run.detail.as_deref().unwrap_or_default();
    let body = format!(
        "claim: {}\n{detail}\n{}\nrepeat: {}\nrecord: SHA-256 {}",
        run.claim,
        run.remedy.as_deref().unwrap_or_default(),
        run.repeat,
        run.record_sha256
    );
    let element = match run.verdict {
        Word::Held => return format!("{head}/>\n"),
        Word::Broken => "failure",
        Word::Error => "error",
        Word::Skipped => {
            return format!("{head}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", escaped(detail));
        }
    };
    let (message, word) = (escaped(detail), run.verdict.name());
    format!(
        "{head}>\n      <{element} message=\"{message}\" type=\"{word}\">{}</{element}>\n    </testcase>\n",
        escaped(&body)
    )
}

/// A text as XML can hold it: some characters cannot stand in it at all, not even escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in words::harmless_lines(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            other => escaped.push(other),
        }
    }
    escaped
}
