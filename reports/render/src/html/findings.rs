//! Findings: what broke, how it is seen, and the command that shows it again.
//!
//! They come first on the page: everything else is of use only to somebody who knows what broke.

use maud::{Markup, PreEscaped, html};

use super::parts::{command, digest, method, missing, row_links, run_link, table};
use crate::plot;
use crate::report::{Finding, Report};

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if report.findings.is_empty() {
            @if report.runs.is_empty() {
                (missing("There are none, because no record was given."))
            } @else {
                p { "None: no claim was broken in the records of this report." }
            }
        }
        @for finding in &report.findings { (one(report, finding)) }
        @if !report.undecided.is_empty() { (undecided(report)) }
    }
}

fn one(report: &Report, finding: &Finding) -> Markup {
    html! {
        article.finding id=(finding.id) {
            h3 { span.v.broken { (finding.id) " BROKEN" } " " (finding.consequence.words()) }
            p.claim { "Claim: " (finding.claim) }
            dl.facts {
                dt { "Scenario" } dd { (run_link(&finding.run)) " on " (finding.rig) ", " (method(finding.method)) ", profile " (finding.profile) }
                dt { "Step" } dd { (finding.step) }
                @if let Some(case) = &finding.case { dt { "Case" } dd { (case) } }
                dt { "Expected" } dd { (finding.expected) }
                dt { "Saw" } dd { strong { (finding.saw) } }
                dt { "Statements" } dd {
                    @if finding.covers.is_empty() { span.muted { "the scenario names none" } }
                    (row_links(report, finding.covers.iter()))
                }
                @if let Some(threat) = &finding.threat { dt { "Threat" } dd { (threat) } }
                dt { "Repeat" } dd { (command(&finding.repeat)) }
                dt { "Evidence" } dd { (evidence(finding)) }
            }
            @if !finding.timeline.is_empty() {
                figure {
                    (PreEscaped(plot::timeline(finding)))
                    figcaption {
                        "What happened up to the breach, in order from left to right; the distances are no times."
                    }
                }
                ol.timeline {
                    @for event in &finding.timeline {
                        li {
                            span.lane { (event.lane.name()) } " " (event.text)
                            @if !event.step.is_empty() { span.muted { " — " (event.step) } }
                        }
                    }
                }
            }
        }
    }
}

fn evidence(finding: &Finding) -> Markup {
    html! {
        ul.plain {
            li {
                "record " code { "records/" (finding.run) "/record.jsonl" }
                @if let Some(line) = finding.line { ", line " (line) }
                ", SHA-256 " (digest(&finding.record_sha256))
            }
            @if let Some(packets) = &finding.packets_sha256 { li { "packets on the link, SHA-256 " (digest(packets)) } }
            @if let Some(flash) = &finding.flash_sha256 { li { "flash the run began with, SHA-256 " (digest(flash)) } }
        }
    }
}

fn undecided(report: &Report) -> Markup {
    let rows = html! {
        @for run in &report.undecided {
            tr {
                td data-label="Record" { (run_link(&run.run)) }
                td data-label="Why" { (run.reason) }
                td data-label="What to do" { (run.remedy) (command(&run.repeat)) }
            }
        }
    };
    html! {
        h3 { "Records about which nothing can be said" }
        (table("rows", &["Record", "Why", "What to do"], rows))
    }
}
