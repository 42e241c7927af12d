//! The report as SARIF 2.1.0, for tools that show findings beside code.
//!
//! One run per method. A claim that held is a `pass`, one that broke a `fail` and an error, an ERROR is
//! `open`, and what could not be played is `notApplicable`. Each result points at the scenario's file,
//! which is what a person can change, and at the line of the record that shows it.

use record::Method;
use serde_json::{Value, json};

use crate::json::canonical;
use crate::report::{Report, RunPart, Word};
use crate::words;

/// Lays a report out as SARIF.
pub fn sarif(report: &Report) -> String {
    let runs: Vec<Value> = report.methods_played().into_iter().map(|method| run(report, method)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    });
    canonical(&document) + "\n"
}

fn run(report: &Report, method: Method) -> Value {
    let runs: Vec<&RunPart> = report.runs.iter().filter(|run| run.method == method).collect();
    let mut rules: Vec<&RunPart> = runs.clone();
    rules.dedup_by(|a, b| a.scenario == b.scenario);
    let index = |run: &RunPart| rules.iter().position(|rule| rule.scenario == run.scenario).unwrap_or(0);
    json!({
        "tool": {"driver": {
            "name": "otabench",
            "version": report.meta.otabench,
            "rules": rules.iter().map(|run| rule(run)).collect::<Vec<_>>(),
        }},
        "automationDetails": {"id": format!("otabench/{}/", words::method(method))},
        "artifacts": runs.iter().map(|run| artefact(run)).collect::<Vec<_>>(),
        "results": runs.iter().enumerate().map(|(at, run)| result(report, run, index(run), at)).collect::<Vec<_>>(),
        "properties": {"method": words::method(method), "signedBy": report.meta.signed_by},
    })
}

fn rule(run: &RunPart) -> Value {
    json!({
        "id": run.scenario,
        "shortDescription": {"text": run.claim},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": run.covers, "threat": run.threat},
    })
}

fn record_file(run: &RunPart) -> String {
    format!("records/{}/record.jsonl", run.id)
}

fn artefact(run: &RunPart) -> Value {
    json!({"location": {"uri": record_file(run)}, "hashes": {"sha-256": run.record_sha256}})
}

fn result(report: &Report, run: &RunPart, rule_index: usize, artefact_index: usize) -> Value {
    let (kind, level) = match run.verdict {
        Word::Held => ("pass", "none"),
        Word::Broken => ("fail", "error"),
        Word::Error => ("open", "none"),
        Word::Skipped => ("notApplicable", "none"),
    };
    let detail = run.detail.as_deref().unwrap_or("the claim held, and the teeth bit");
    let finding = report.findings.iter().find(|finding| finding.run == run.id);
    let line = finding.and_then(|finding| finding.line).unwrap_or(1);
    json!({
        "ruleId": run.scenario,
        "ruleIndex": rule_index,
        "kind": kind,
        "level": level,
        "message": {"text": format!("{}: {detail}. Repeat: {}", run.verdict.name(), run.repeat)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": format!("scenarios/{}.toml", run.scenario)},
            "region": {"startLine": 1},
        }}],
        "relatedLocations": [{"id": 1, "message": {"text": "The record"}, "physicalLocation": {
            "artifactLocation": {"uri": record_file(run), "index": artefact_index},
            "region": {"startLine": line},
        }}],
        "partialFingerprints": {"scenarioAndRig/v1": format!("{}.{}", run.scenario, run.rig)},
        "properties": {"record": run.record_sha256, "seed": run.seed},
    })
}
