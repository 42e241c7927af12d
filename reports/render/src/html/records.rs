//! Every record: what it tried, what each step showed, its teeth, its digests, and how to repeat it.
//!
//! Verdicts are worth what their records are worth, so nothing about a record is left out; what held folds.

use maud::{Markup, PreEscaped, html};

use super::parts::{command, digest, method, missing, or, row_links, table, verdict};
use crate::plot;
use crate::report::{NOT_AS_EXPECTED, Report, RunPart, Sweep, Swept, TeethRow, Word};
use crate::words::count;

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if report.runs.is_empty() { (missing("No record was given.")) }
        @for run in &report.runs { (one(report, run)) }
        @if !report.unreadable.is_empty() {
            h3 { "Records that could not be read" }
            (table("rows", &["Record", "Why"], html! {
                @for record in &report.unreadable {
                    tr { td data-label="Record" { (record.label) } td data-label="Why" { (record.reason) } }
                }
            }))
        }
    }
}

fn one(report: &Report, run: &RunPart) -> Markup {
    html! {
        details.record id={ "run-" (run.id) } open[run.verdict == Word::Broken] {
            summary {
                (verdict(run.verdict)) " " span.id { (run.id) } " " (method(run.method))
                div.claim { (run.claim) }
            }
            @if let Some(detail) = &run.detail {
                p { strong { (detail) } @if let Some(remedy) = &run.remedy { " " (remedy) "." } }
            }
            (steps(run))
            @if let Some(sweep) = &run.sweep { (swept(run, sweep)) }
            (teeth(&run.teeth))
            dl.facts {
                dt { "Evidence for" }
                dd { (row_links(report, run.covers.iter())) @if let Some(threat) = &run.threat { "; " (threat) } }
                dt { "Device" } dd { "profile " (run.profile) ": " (run.features.join(", ")) }
                dt { "Rig, seed" } dd { (run.rig) ", " code { (run.seed) } ", otabench " (run.otabench) }
                dt { "Record" }
                dd {
                    code { "records/" (run.id) "/record.jsonl" } " " (digest(&run.record_sha256))
                    ", " (count(run.artefacts, "artefact", "artefacts"))
                }
                dt { "Scenario file" } dd { (digest(&run.scenario_sha256)) }
                dt { "Profile file" } dd { (digest(&run.profile_sha256)) }
                dt { "Repeat" } dd { (command(&run.repeat)) }
            }
        }
    }
}

fn steps(run: &RunPart) -> Markup {
    html! {
        @if run.steps.is_empty() {
            (missing("No step was judged."))
        } @else {
            (table("rows steps", &["Step", "Expected", "Saw", ""], html! {
                @for step in &run.steps {
                    tr {
                        td data-label="Step" { (step.name) }
                        td data-label="Expected" { (or(step.expected.as_deref(), "nothing")) }
                        td data-label="Saw" { (step.saw) }
                        td data-label="Outcome" class=(outcome_class(step.outcome)) { (step.outcome) }
                    }
                }
            }))
        }
    }
}

fn outcome_class(outcome: &str) -> &'static str {
    if outcome == NOT_AS_EXPECTED { "broken" } else { "muted" }
}

fn teeth(teeth: &TeethRow) -> Markup {
    html! {
        p.teeth {
            strong { "Teeth " (teeth.outcome) ". " }
            "On the weakened device (" (teeth.weakness) "), the step “" (teeth.step) "” must show: "
            (teeth.must_see) "."
            @if let Some(saw) = &teeth.saw { " Saw: " (saw) "." }
            @if let Some(case) = &teeth.case { " (" (case) ")" }
            " Genuine update on that device: " (teeth.genuine) "."
        }
    }
}

fn swept(run: &RunPart, sweep: &Sweep) -> Markup {
    let used =
        |kind: Swept| sweep.lanes.iter().any(|lane| lane.stretches.iter().any(|stretch| stretch.outcome == kind));
    let kinds = [Swept::AsBefore, Swept::Updated, Swept::Broken, Swept::Program, Swept::Erase];
    html! {
        figure.sweep {
            (PreEscaped(plot::sweep(&run.scenario, sweep)))
            ul.legend {
                @for kind in kinds.into_iter().filter(|kind| used(*kind)) {
                    li { span class={ "swatch " (plot::class(kind)) } {} " " (kind.name()) }
                }
            }
            figcaption {
                (count(run.cases as usize, "case", "cases")) " over " (sweep.of) " " (sweep.swept)
                ", each on a fresh device."
            }
        }
    }
}
