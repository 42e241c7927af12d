//! The report as OSCAL assessment results, version 1.2.1.
//!
//! One result per method, because OSCAL would otherwise add them up. A finding can be satisfied or not
//! satisfied and nothing else: what is undecided is not satisfied, with a remark, and what was not
//! tested is no finding at all. "Satisfied" is OSCAL's word for evidence that supports a statement; the
//! remarks say so.

use record::Method;
use serde_json::{Value, json};

use crate::json::canonical;
use crate::report::{DeviceSheet, Report, RunPart, Standing, StatementRow};
use crate::uuid::{NO_TIME, Namer, time};
use crate::words;

/// Version of OSCAL.
const OSCAL_VERSION: &str = "1.2.1";

/// Namespace of our properties.
const NAMESPACE: &str = "urn:otabench:report:1";

const WORDING: &str = "Evidence supports, contradicts or is silent on a statement. `satisfied` stands for evidence \
     that supports it, `not-satisfied` for evidence that contradicts it or for none that could be had. No conformity is \
     issued.";

/// Lays a report out as OSCAL assessment results.
pub fn oscal(report: &Report) -> String {
    let namer = Namer::new(report);
    let results: Vec<Value> =
        report.methods_played().into_iter().map(|method| result(report, method, &namer)).collect();
    let results = if results.is_empty() { vec![empty(report, &namer)] } else { results };
    let document = json!({
        "assessment-results": {
            "uuid": namer.uuid("assessment results"),
            "metadata": metadata(report, &namer),
            "import-ap": {
                "href": format!("#{}", namer.uuid("assessment plan")),
                "remarks": "The plan is the scenarios' files; each record carries the one it was made with.",
            },
            "results": results,
            "back-matter": {"resources": resources(report, &namer)},
        },
    });
    canonical(&document) + "\n"
}

fn metadata(report: &Report, namer: &Namer) -> Value {
    let mut metadata = json!({
        "title": "Update security test",
        "last-modified": time(report),
        "version": record::sha256_hex(report.json().as_bytes()),
        "oscal-version": OSCAL_VERSION,
        "remarks": match report.time() {
            Some(time) => format!("{WORDING} Time: {}.", time.source),
            None => format!("{WORDING} No time was stated; {NO_TIME} stands for none."),
        },
    });
    if let Some(operator) = report.operator().map(str::trim).filter(|name| !name.is_empty()) {
        let party = namer.uuid("operator");
        metadata["roles"] = json!([{"id": "assessor", "title": "Operator of the bench"}]);
        metadata["parties"] = json!([{"uuid": party, "type": "person", "name": operator}]);
        metadata["responsible-parties"] = json!([{"role-id": "assessor", "party-uuids": [party]}]);
    }
    metadata
}

fn result(report: &Report, method: Method, namer: &Namer) -> Value {
    let name = words::method(method);
    let judged: Vec<&StatementRow> =
        report.statements.iter().filter(|row| row.standings.iter().any(|found| found.method == method)).collect();
    let controls: Vec<Value> = judged.iter().map(|row| json!({"control-id": row.id})).collect();
    let runs: Vec<&RunPart> = report.runs.iter().filter(|run| run.method == method).collect();
    let devices: Vec<Value> =
        report.devices.iter().filter(|sheet| sheet.method == method).map(|sheet| component(sheet, namer)).collect();
    let selection = if controls.is_empty() {
        json!({"description": "No statement has evidence."})
    } else {
        json!({"description": "Statements that have evidence.", "include-controls": controls})
    };
    let mut result = json!({
        "uuid": namer.uuid(&format!("result {name}")),
        "title": format!("Results with {name} evidence"),
        "description": format!("Records of rigs whose evidence is {name}. {WORDING}"),
        "start": time(report),
        "local-definitions": {"components": devices},
        "reviewed-controls": {"control-selections": [selection]},
        "observations": runs.iter().map(|run| observation(report, run, namer)).collect::<Vec<_>>(),
    });
    let findings: Vec<Value> = judged.iter().filter_map(|row| finding(row, method, namer)).collect();
    if !findings.is_empty() {
        result["findings"] = Value::Array(findings);
    }
    result
}

/// OSCAL demands a result even where nothing was tested.
fn empty(report: &Report, namer: &Namer) -> Value {
    json!({
        "uuid": namer.uuid("result of nothing"),
        "title": "No results",
        "description": "No record was given, so nothing was tested.",
        "start": time(report),
        "reviewed-controls": {"control-selections": [{"description": "None."}]},
    })
}

fn device_label(rig: &str, profile: &str) -> String {
    format!("device {rig} {profile}")
}

fn component(sheet: &DeviceSheet, namer: &Namer) -> Value {
    json!({
        "uuid": namer.uuid(&device_label(&sheet.rig, &sheet.profile)),
        "type": "hardware",
        "title": format!("Profile {} on {}", sheet.profile, sheet.rig),
        "description": format!("The device under test, {}.", words::method(sheet.method)),
        "status": {"state": "operational"},
    })
}

fn observation(report: &Report, run: &RunPart, namer: &Namer) -> Value {
    let mut observation = json!({
        "uuid": namer.uuid(&format!("run {}", run.id)),
        "title": run.id,
        "description": run.claim,
        "props": [
            {"name": "verdict", "value": run.verdict.name(), "ns": NAMESPACE},
            {"name": "method", "value": words::method(run.method), "ns": NAMESPACE},
        ],
        "methods": ["TEST"],
        "subjects": [{"subject-uuid": namer.uuid(&device_label(&run.rig, &run.profile)), "type": "component"}],
        "relevant-evidence": [{
            "href": format!("#{}", namer.uuid(&format!("record {}", run.id))),
            "description": "The record, from which the verdict follows.",
        }],
        "collected": time(report),
    });
    if let Some(detail) = &run.detail {
        observation["remarks"] = json!(detail);
    }
    observation
}

fn finding(row: &StatementRow, method: Method, namer: &Namer) -> Option<Value> {
    let found = row.standings.iter().find(|found| found.method == method)?;
    let (state, reason, words) = match found.standing {
        Standing::Held => ("satisfied", "pass", "Evidence supports the statement."),
        Standing::Broken => ("not-satisfied", "fail", "Evidence contradicts the statement."),
        Standing::Shared => ("not-satisfied", "other", "Shared evidence: counted for another statement."),
        Standing::Error | Standing::Skipped => ("not-satisfied", "other", "Undecided: nothing can be said."),
    };
    let related: Vec<Value> =
        found.runs.iter().map(|run| json!({"observation-uuid": namer.uuid(&format!("run {run}"))})).collect();
    let mut finding = json!({
        "uuid": namer.uuid(&format!("finding {} {}", row.id, words::method(method))),
        "title": row.id,
        "description": row.text,
        "target": {
            "type": "objective-id",
            "target-id": row.id,
            "status": {"state": state, "reason": reason, "remarks": words},
        },
        "related-observations": related,
    });
    if let Some(partial) = &row.partial {
        finding["remarks"] = json!(format!("In part. {partial}"));
    }
    Some(finding)
}

/// The plan and every record, with digests.
fn resources(report: &Report, namer: &Namer) -> Vec<Value> {
    let plan = json!({
        "uuid": namer.uuid("assessment plan"),
        "title": "Scenarios",
        "description": "The scenarios' files, as artefacts of the records.",
    });
    let records = report.runs.iter().map(|run| {
        json!({
            "uuid": namer.uuid(&format!("record {}", run.id)),
            "title": format!("Record {}", run.id),
            "rlinks": [{
                "href": format!("records/{}/record.jsonl", run.id),
                "hashes": [{"algorithm": "SHA-256", "value": run.record_sha256}],
            }],
        })
    });
    std::iter::once(plan).chain(records).collect()
}
