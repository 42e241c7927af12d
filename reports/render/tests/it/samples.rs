//! Sample runs and reports.
//!
//! They are few and small, so that a test that fails can be followed by hand.

use std::path::Path;

use p256::ecdsa::SigningKey;
use p256::pkcs8::{EncodePrivateKey as _, LineEnding};
use render::{Declaration, Inputs, Meta, Report, ReportKey, Run, Time};
use standards::standards;

use crate::play::{Bench, Device};

pub(crate) const PROFILE: &str = include_str!("scenarios/resilient.toml");
pub(crate) const DOWNGRADE: &str = include_str!("scenarios/downgrade.toml");
pub(crate) const GOOD_UPDATE: &str = include_str!("scenarios/good-update.toml");
pub(crate) const POWER_LOSS: &str = include_str!("scenarios/power-loss.toml");
pub(crate) const TAMPERED_MANIFEST: &str = include_str!("scenarios/tampered-manifest.toml");

/// Version of the bench in all samples.
pub(crate) const OTABENCH: &str = "0.1.0";

pub(crate) const DECLARATION: &str = r#"
[product]
name = "Mast Gateway 4"
manufacturer = "Example Instruments"
serial = "MG4-000173"
firmware = "2.1.0"

[[component]]
name = "app"
updated-by = "SUIT envelope over SMP"

[[claim]]
statements = ["NTIA-CHECK-9", "NTIA-REVERIFY-9"]
text = "No older image ever runs."

[[declined]]
statements = ["NTIA-PROTECT-3", "NTIA-PROTECT-6"]
reason = "The image holds no secret; its source is public."
"#;

/// The four sample scenarios on one rig.
pub(crate) fn benches(device: Device) -> Vec<Bench> {
    let bench = |name: &str, text: &str| Bench::new(name, text).with(device);
    vec![
        bench("downgrade", DOWNGRADE),
        bench("good-update", GOOD_UPDATE),
        bench("power-loss", POWER_LOSS),
        bench("tampered-manifest", TAMPERED_MANIFEST),
    ]
}

/// A key that signs nothing but samples.
pub(crate) fn key(seed: u8) -> ReportKey {
    let key = SigningKey::from_slice(&[seed; 32]).expect("a small number is a valid scalar");
    let pem = key.to_pkcs8_pem(LineEnding::LF).expect("a key has a PEM form");
    ReportKey::from_pem(&pem).expect("a P-256 key")
}

/// What is stated of every sample.
pub(crate) fn meta() -> Meta {
    Meta {
        otabench: OTABENCH.to_owned(),
        program: "otabench".to_owned(),
        operator: Some("A. Tester".to_owned()),
        time: Some(Time {
            utc: "2026-11-25T19:00:00Z".to_owned(),
            source: "clock of the bench, not checked".to_owned(),
        }),
        signed_by: None,
    }
}

/// Runs of everything: held, broken, skipped and in error.
pub(crate) fn mixed_runs() -> Vec<Run> {
    let mut runs: Vec<Run> = benches(Device::Whole).iter().map(Bench::run).collect();
    runs.push(Bench::new("downgrade", DOWNGRADE).with(Device::Weak).on("qemu-ast1030").run());
    runs.push(Bench::new("power-loss", POWER_LOSS).with(Device::Weak).on("qemu-ast1030").run());
    runs.push(Bench::new("good-update", GOOD_UPDATE).with(Device::Absent).on("board-1").run());
    runs.push(Bench::new("downgrade", DOWNGRADE).with(Device::Unreachable).on("board-1").run());
    runs
}

/// Inputs of a report with everything in it.
pub(crate) fn mixed() -> Inputs {
    Inputs { runs: mixed_runs(), declaration: Some(declaration()), meta: meta(), ..Inputs::default() }
}

pub(crate) fn declaration() -> Declaration {
    Declaration::parse("product.toml", DECLARATION.as_bytes(), standards()).expect("the sample is sound")
}

pub(crate) fn report(inputs: &Inputs) -> Report {
    Report::assemble(inputs, standards())
}

/// Records in folders, loaded again.
pub(crate) fn stored(folder: &Path, benches: &[Bench]) -> Vec<Run> {
    let load = |bench: &Bench| {
        let folder = folder.join(bench.id());
        bench.write(&folder);
        Run::load(&folder).expect("it was just written")
    };
    benches.iter().map(load).collect()
}
