//! The device sheet: what is declared of a device beside what was observed.
//!
//! The two columns are never merged. What a rig could not observe says so.

use std::collections::{BTreeMap, BTreeSet};

use record::{Method, Purpose, Running};
use serde::Serialize;

use super::NamedRun;
use super::provenance::{self, Provenance};
use crate::declaration::{Declaration, Update};
use crate::facts;
use crate::words;

/// The line with the digests of the flash the runs began with.
pub(crate) const FLASH_ROW: &str = "flash at the start, SHA-256";

/// One device: a profile on a rig.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeviceSheet {
    /// Name of the rig.
    pub rig: String,
    /// How the rig produces its evidence.
    pub method: Method,
    /// Name of the profile.
    pub profile: String,
    /// Lines of the sheet.
    pub rows: Vec<SheetRow>,
    /// Images that were measured while they ran.
    pub images: Vec<MeasuredImage>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SheetRow {
    /// What it is about.
    pub about: &'static str,
    /// What is declared.
    pub declared: Option<String>,
    /// What was observed.
    pub observed: Option<String>,
}

/// An image that was measured while it ran.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MeasuredImage {
    /// Its version.
    pub version: String,
    /// SHA-256 of the executing memory.
    pub sha256: String,
}

/// One sheet per profile and rig.
pub(super) fn sheets(runs: &[NamedRun<'_>], declaration: Option<&Declaration>) -> Vec<DeviceSheet> {
    let mut devices: BTreeMap<(&str, &str), Vec<&NamedRun<'_>>> = BTreeMap::new();
    for named in runs {
        let run = named.run;
        devices.entry((run.opened.rig.as_str(), run.scenario.device.profile.as_str())).or_default().push(named);
    }
    devices.into_iter().filter_map(|((rig, profile), runs)| sheet(rig, profile, &runs, declaration)).collect()
}

fn sheet(rig: &str, profile: &str, runs: &[&NamedRun<'_>], declaration: Option<&Declaration>) -> Option<DeviceSheet> {
    let first = runs.first()?.run;
    let features: Vec<&str> = first.scenario.device.features.iter().map(|feature| feature.name()).collect();
    let seen = Seen::of(runs);
    let stated = provenance::of(runs.iter().copied());
    let product = declaration.map(|declaration| &declaration.product);
    let declared = |field: fn(&crate::declaration::Product) -> Option<&String>| product.and_then(field).cloned();
    let row = |about, declared, observed| SheetRow { about, declared, observed };
    let rows = vec![
        row("product", product.map(|product| format!("{}, {}", product.name, product.manufacturer)), None),
        row("model", declared(|product| product.model.as_ref()), None),
        row("serial number", declared(|product| product.serial.as_ref()), None),
        row("hardware", declared(|product| product.hardware.as_ref()), Some(format!("rig {}", words::harmless(rig)))),
        row("firmware", declared(|product| product.firmware.as_ref()), some_list(&seen.versions)),
        row(
            "version that runs",
            some_list(&seen.says).map(|says| format!("the device says {says}")),
            some_list(&seen.ran),
        ),
        row("features", Some(format!("profile {profile}: {}", features.join(", "))), some_list(&seen.features)),
        row("profile file, SHA-256", None, some_list(&seen.profiles)),
        row("first stage, SHA-256", None, some_list(&seen.first_stages)),
        row(FLASH_ROW, None, some_list(&seen.flashes)),
        row("components", declaration.and_then(components), None),
        row("supported until", declared(|product| product.supported_until.as_ref()), None),
        row("update policy", declared(|product| product.update_policy.as_ref()), None),
        row("seed", None, some_list(&seen.seeds)),
        row("bench that played it", None, some_list(&seen.benches)),
        row("tools", None, Provenance::line(&stated.tools, runs.len())),
        row("played", None, stated.played()),
    ];
    let images = seen.images.into_iter().collect();
    let rows =
        rows.into_iter().filter(|row| row.declared.is_some() || row.observed.is_some() || is_expected(row.about));
    Some(DeviceSheet {
        rig: words::harmless(rig),
        method: first.opened.method,
        profile: profile.to_owned(),
        rows: rows.collect(),
        images,
    })
}

/// Lines that are shown even if both columns are empty, because somebody will look for them.
fn is_expected(about: &str) -> bool {
    matches!(about, "product" | "serial number" | "firmware")
}

fn components(declaration: &Declaration) -> Option<String> {
    let named = declaration.components.iter().map(|component| match &component.update {
        Update::By(by) => format!("{}: updated by {by}", component.name),
        Update::Never(because) => format!("{}: never updated, because {because}", component.name),
    });
    let all: Vec<String> = named.collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// What was observed over all runs, without repetitions.
#[derive(Default)]
struct Seen {
    versions: BTreeSet<String>,
    says: BTreeSet<String>,
    ran: BTreeSet<String>,
    features: BTreeSet<String>,
    profiles: BTreeSet<String>,
    flashes: BTreeSet<String>,
    seeds: BTreeSet<String>,
    first_stages: BTreeSet<String>,
    benches: BTreeSet<String>,
    images: BTreeSet<MeasuredImage>,
}

impl Seen {
    fn of(runs: &[&NamedRun<'_>]) -> Self {
        let mut seen = Self::default();
        for named in runs {
            let opened = &named.run.opened;
            seen.versions.insert(format!("{} at the start", named.run.scenario.device.runs));
            seen.profiles.insert(opened.profile_file.sha256.clone());
            seen.first_stages.insert(match &opened.first_stage_sha256 {
                Some(digest) => words::harmless(digest),
                None => "part of the bench itself".to_owned(),
            });
            seen.seeds.insert(format!("{:#x}", opened.seed));
            seen.benches.insert(words::harmless(&opened.otabench));
            seen.record(named);
        }
        seen
    }

    fn record(&mut self, named: &NamedRun<'_>) {
        for run in facts::runs(&named.run.record).iter().filter(|run| run.begun.purpose == Purpose::Claim) {
            if run.begun.case.is_none() {
                self.flashes.insert(words::harmless(&run.begun.flash_sha256));
            }
            self.features.insert(format!("provisioned: {}", words::harmless(&run.begun.features.join(", "))));
            for seen in run.steps.iter().filter_map(|step| step.observed) {
                self.says.extend(seen.observed.says.as_deref().map(words::harmless));
                if let Running::Image { version, sha256 } = &seen.observed.running {
                    self.ran.insert(format!("{} measured", words::harmless(version)));
                    let (version, sha256) = (words::harmless(version), words::harmless(sha256));
                    self.images.insert(MeasuredImage { version, sha256 });
                }
            }
        }
    }
}

fn some_list(values: &BTreeSet<String>) -> Option<String> {
    (!values.is_empty()).then(|| values.iter().cloned().collect::<Vec<_>>().join(", "))
}
