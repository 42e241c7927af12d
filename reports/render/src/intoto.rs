//! The report as an in-toto statement, and the envelope that signs it.
//!
//! The statement names what was tested by digest: the report itself, and the flash of every device at
//! the start. Its predicate is `test-result/v0.1`, which knows passed, warned and failed and no more:
//! ERROR goes to failed, SKIPPED to warned, and what was not tested goes nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::json::canonical;
use crate::key::{PublicKey, ReportKey};
use crate::report::{Report, RunPart, Word};

/// Type of the statement (in-toto attestation framework, v1).
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// Type of the predicate.
const PREDICATE_TYPE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// Type of the payload of the envelope (DSSE v1).
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// An envelope as DSSE v1 describes it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeSignature {
    keyid: String,
    sig: String,
}

/// The statement, as canonical JSON.
pub fn statement(report: &Report) -> String {
    let of = |words: &[Word]| -> Vec<&str> {
        report.runs.iter().filter(|run| words.contains(&run.verdict)).map(|run| run.id.as_str()).collect()
    };
    let (passed, warned, failed) = (of(&[Word::Held]), of(&[Word::Skipped]), of(&[Word::Broken, Word::Error]));
    let result = match (failed.is_empty() && report.unreadable.is_empty(), warned.is_empty(), passed.is_empty()) {
        (false, _, _) => "FAILED",
        (true, true, false) => "PASSED",
        (true, _, _) => "WARNED",
    };
    let configuration: Vec<Value> = report.runs.iter().flat_map(inputs).collect();
    canonical(&json!({
        "_type": STATEMENT_TYPE,
        "subject": subjects(report),
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": result,
            "configuration": unique(configuration),
            "passedTests": passed,
            "warnedTests": warned,
            "failedTests": failed,
        },
    }))
}

/// The report, and the flash of every device at the start.
fn subjects(report: &Report) -> Vec<Value> {
    let report_file = resource("report.json", &record::sha256_hex(report.json().as_bytes()));
    let devices = report.devices.iter().flat_map(|sheet| {
        let flashes = sheet.rows.iter().filter(|row| row.about == crate::report::FLASH_ROW);
        let digests = flashes.filter_map(|row| row.observed.as_deref()).flat_map(|observed| observed.split(", "));
        let digests = digests.filter(|digest| is_digest(digest));
        digests.enumerate().map(move |(index, digest)| {
            resource(&format!("device/{}/{}/flash-{}", sheet.rig, sheet.profile, index + 1), digest)
        })
    });
    std::iter::once(report_file).chain(devices).collect()
}

/// Whether a text is a SHA-256 in lower-case hex; a record's own words are of foreign origin.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What a run was made with, and its record.
fn inputs(run: &RunPart) -> Vec<Value> {
    vec![
        resource(&format!("scenarios/{}.toml", run.scenario), &run.scenario_sha256),
        resource(&format!("profiles/{}.toml", run.profile), &run.profile_sha256),
        resource(&format!("records/{}/record.jsonl", run.id), &run.record_sha256),
    ]
}

fn resource(name: &str, sha256: &str) -> Value {
    json!({"name": name, "digest": {"sha256": sha256}})
}

fn unique(resources: Vec<Value>) -> Vec<Value> {
    let mut seen = std::collections::BTreeSet::new();
    resources.into_iter().filter(|resource| seen.insert(resource.to_string())).collect()
}

/// The statement in a signed DSSE envelope, as canonical JSON.
pub fn envelope(report: &Report, key: &ReportKey) -> String {
    let payload = statement(report);
    let signature = EnvelopeSignature {
        keyid: key.public().id().to_owned(),
        sig: STANDARD.encode(key.sign(&pre_authentication(payload.as_bytes()))),
    };
    let envelope = Envelope {
        payload: STANDARD.encode(&payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![signature],
    };
    canonical(&envelope) + "\n"
}

/// What is signed: DSSE's pre-authentication encoding.
fn pre_authentication(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// Whether a statement's first subject is a report of this digest.
pub(crate) fn names_report(statement: &[u8], sha256: &str) -> bool {
    let statement: Option<Value> = serde_json::from_slice(statement).ok();
    statement.is_some_and(|statement| statement["subject"][0] == resource("report.json", sha256))
}

/// The payload of an envelope, if this key signed it.
pub(crate) fn open(envelope: &[u8], key: &PublicKey) -> Option<Vec<u8>> {
    let envelope: Envelope = serde_json::from_slice(envelope).ok()?;
    if envelope.payload_type != PAYLOAD_TYPE {
        return None;
    }
    let payload = STANDARD.decode(&envelope.payload).ok()?;
    let signed = pre_authentication(&payload);
    let is_own = |signature: &EnvelopeSignature| {
        signature.keyid == key.id() && STANDARD.decode(&signature.sig).is_ok_and(|sig| key.verifies(&signed, &sig))
    };
    envelope.signatures.iter().any(is_own).then_some(payload)
}
