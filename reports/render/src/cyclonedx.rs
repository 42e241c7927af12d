//! The report as CycloneDX 1.6 declarations: claims, counter-claims and their evidence.
//!
//! A requirement here is a statement of the framework. Claims that held stand for it, claims that broke
//! against it, with no score between them: the format's field for one stays empty.

use serde_json::{Value, json};

use crate::json::canonical;
use crate::report::{Report, RunPart, Standing, StatementRow, Word};
use crate::texts;
use crate::uuid::{Namer, time};
use crate::words;

/// Lays a report out as CycloneDX.
pub fn cyclonedx(report: &Report) -> String {
    let namer = Namer::new(report);
    let product = report.declaration.as_ref().map(|declaration| &declaration.product);
    let name = product.map_or("Device under test", |product| product.name.as_str());
    let mut device = json!({"type": "device", "bom-ref": DEVICE, "name": name});
    if let Some(version) = product.and_then(|product| product.firmware.as_ref()) {
        device["version"] = json!(version);
    }
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", namer.uuid("bom")),
        "version": 1,
        "metadata": {
            "timestamp": time(report),
            "component": device,
            "tools": {"components": [{"type": "application", "name": "otabench", "version": report.meta.otabench}]},
        },
        "declarations": declarations(report),
        "definitions": {"standards": [standard(report)]},
    });
    canonical(&document) + "\n"
}

const DEVICE: &str = "device-under-test";
const ASSESSOR: &str = "assessor";

fn declarations(report: &Report) -> Value {
    let told: Vec<&RunPart> = report.runs.iter().filter(|run| tells(run)).collect();
    json!({
        "assessors": [{
            "bom-ref": ASSESSOR,
            "thirdParty": false,
            "organization": {"name": report.operator().unwrap_or("not stated")},
        }],
        "attestations": [{
            "summary": format!("Evidence supports, contradicts or is silent on a statement. {}", texts::NO_CONFORMITY),
            "assessor": ASSESSOR,
            "map": judged(report).map(|row| mapped(report, row)).collect::<Vec<_>>(),
        }],
        "claims": told.iter().map(|run| claim(run)).collect::<Vec<_>>(),
        "evidence": told.iter().map(|run| evidence(report, run)).collect::<Vec<_>>(),
    })
}

/// Only a claim that held or broke says something.
fn tells(run: &RunPart) -> bool {
    match run.verdict {
        Word::Held | Word::Broken => true,
        Word::Error | Word::Skipped => false,
    }
}

fn judged(report: &Report) -> impl Iterator<Item = &StatementRow> {
    let is_judged = |row: &&StatementRow| {
        row.standings.iter().any(|found| match found.standing {
            Standing::Held | Standing::Broken => true,
            Standing::Error | Standing::Skipped | Standing::Shared => false,
        })
    };
    report.statements.iter().filter(is_judged)
}

fn mapped(report: &Report, row: &StatementRow) -> Value {
    let runs = || {
        row.standings
            .iter()
            .filter(|found| found.standing != Standing::Shared)
            .flat_map(|found| &found.runs)
            .filter_map(|id| report.run(id))
    };
    let of = |word: Word| -> Vec<String> {
        runs().filter(|run| run.verdict == word).map(|run| format!("claim-{}", run.id)).collect()
    };
    json!({
        "requirement": row.id,
        "claims": of(Word::Held),
        "counterClaims": of(Word::Broken),
    })
}

fn claim(run: &RunPart) -> Value {
    let evidence = format!("evidence-{}", run.id);
    let mut claim = json!({
        "bom-ref": format!("claim-{}", run.id),
        "target": DEVICE,
        "predicate": run.claim,
        "reasoning": format!("{}, {} evidence on {}.", run.verdict.name(), words::method(run.method), run.rig),
    });
    let side = if run.verdict == Word::Held { "evidence" } else { "counterEvidence" };
    claim[side] = json!([evidence]);
    claim
}

fn evidence(report: &Report, run: &RunPart) -> Value {
    let description = match &run.detail {
        Some(detail) => format!("{}: {detail}", run.verdict.name()),
        None => run.verdict.name().to_owned(),
    };
    json!({
        "bom-ref": format!("evidence-{}", run.id),
        "propertyName": "otabench:record",
        "description": description,
        "created": time(report),
        "data": [{
            "name": format!("records/{}/record.jsonl", run.id),
            "contents": {"url": format!("records/{}/record.jsonl", run.id)},
            "classification": "test record",
            "governance": {},
        }, {
            "name": "SHA-256 of the record",
            "contents": {"attachment": {"contentType": "text/plain", "content": run.record_sha256}},
            "classification": "digest",
            "governance": {},
        }],
    })
}

/// The framework, with the statements that have evidence.
fn standard(report: &Report) -> Value {
    let requirements: Vec<Value> =
        judged(report).map(|row| json!({"bom-ref": row.id, "identifier": row.id, "text": row.text})).collect();
    json!({
        "bom-ref": "framework",
        "name": "Voluntary Framework for Enhancing Update Process Security",
        "version": "2017-10-31",
        "owner": "NTIA multistakeholder process",
        "requirements": requirements,
    })
}
