//! The device sheet: declared beside observed, never merged.
//!
//! Two columns, because a declaration that was checked and one that was copied look alike in one.

use maud::{Markup, html};

use super::parts::{digest, method, missing, or, table};
use crate::report::{DeviceSheet, Provenance, Report};
use crate::words::count;

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if report.devices.is_empty() { (missing("No record was given, so no device was observed.")) }
        (provenance(report))
        @for sheet in &report.devices { (one(sheet)) }
    }
}

fn one(sheet: &DeviceSheet) -> Markup {
    let rows = html! {
        @for row in &sheet.rows {
            tr {
                th scope="row" { (row.about) }
                td data-label="Declared" { (or(row.declared.as_deref(), undeclared(row.about))) }
                td data-label="Observed" { span.hashes { (or(row.observed.as_deref(), "not observed by this rig")) } }
            }
        }
    };
    html! {
        h3 { "Profile " (sheet.profile) " on " (sheet.rig) " (" (method(sheet.method)) ")" }
        (table("rows sheet", &["", "Declared", "Observed"], rows))
        @if !sheet.images.is_empty() {
            details {
                summary { "Images that were measured while they ran" }
                (table("rows", &["Version", "SHA-256 of the executing memory"], html! {
                    @for image in &sheet.images {
                        tr {
                            td data-label="Version" { (image.version) }
                            td data-label="SHA-256" { (digest(&image.sha256)) }
                        }
                    }
                }))
            }
        }
    }
}

/// What stands for an absent declaration: a manufacturer is not asked for what only a rig can know.
fn undeclared(about: &str) -> &'static str {
    const DECLARED: [&str; 8] =
        ["product", "model", "serial number", "hardware", "firmware", "components", "supported until", "update policy"];
    if DECLARED.contains(&about) { "not declared" } else { "–" }
}

fn provenance(report: &Report) -> Markup {
    let meta = &report.meta;
    let row = |about: &str, value: Option<&str>| {
        html! {
            tr {
                th scope="row" { (about) }
                td data-label="Stated" { (or(value, "not stated")) }
            }
        }
    };
    let (stated, all) = (&report.provenance, report.runs.len());
    let time = meta.time.as_ref().map(|time| format!("{} ({})", time.utc, time.source));
    html! {
        h3 { "Provenance" }
        p {
            "As the bench stated it beside each record when it was played. It is the word of whoever ran the bench, \
             and evidence for nothing."
            @if stated.silent > 0 { " Of " (count(stated.silent, "record", "records")) " nothing is stated." }
        }
        (table("rows sheet", &["", "Stated"], html! {
            (row("commit of the sources", Provenance::line(&stated.commits, all).as_deref()))
            (row("tools", Provenance::line(&stated.tools, all).as_deref()))
            (row("operator", Provenance::line(&stated.operators, all).as_deref()))
            (row("played, and the source of the time", stated.played().as_deref()))
            (row("report written by", Some(&format!("otabench {}", meta.otabench))))
            (row("report written for", meta.operator.as_deref()))
            (row("report written at, and the source of the time", time.as_deref()))
            (row("signed by", Some(meta.signed_by.as_deref().unwrap_or("nobody"))))
        }))
    }
}
