//! The crosswalk: control, statements, scenarios, verdict, record, and the paper still needed.
//!
//! A reader who answers for one framework wants that one whole and the others out of the way, so each folds.

use maud::{Markup, html};

use super::parts::{method, missing, row_link, run_link, short_digest, stance, table};
use crate::report::{ControlRow, FrameworkPart, Report, Stance, count};
use crate::texts;

const HEADS: [&str; 5] = ["Control", "Evidence", "Statements", "Records, SHA-256", "Paper still needed"];

pub(super) fn section(report: &Report) -> Markup {
    html! {
        p { "What the evidence means for controls of other frameworks. " (texts::CROSSWALK) }
        @for framework in &report.crosswalk { (one(report, framework)) }
    }
}

fn one(report: &Report, framework: &FrameworkPart) -> Markup {
    html! {
        details.framework id={ "framework-" (framework.key) } {
            summary {
                span.framework-title { (framework.title) }
                @if framework.version != "-" { span.muted { " " (framework.version) } }
                (tally(report, framework))
            }
            p.muted {
                "Status: " (framework.status) ". Confidence in the ids of its controls: " (framework.id_confidence) "."
            }
            @if framework.controls.is_empty() {
                (missing("No ids of its controls are available yet, so nothing can be mapped."))
            } @else {
                (table("rows crosswalk", &HEADS, html! {
                    @for control in &framework.controls { (row(report, control)) }
                }))
            }
        }
    }
}

fn tally(report: &Report, framework: &FrameworkPart) -> Markup {
    html! {
        @for played in report.methods_played() {
            @let number = |stance| count(&framework.controls, played, stance);
            span.tally {
                (method(played)) ": "
                (number(Stance::Supports)) " supported, "
                (number(Stance::Contradicts)) " contradicted, "
                (number(Stance::Silent)) " silent"
            }
        }
    }
}

fn row(report: &Report, control: &ControlRow) -> Markup {
    html! {
        tr {
            td data-label="Control" {
                div.row-head { span.id { (control.id) } }
                @if control.title != control.id { (control.title) }
            }
            td data-label="Evidence" {
                @if control.stances.is_empty() { (stance(Stance::Silent)) }
                @for found in &control.stances {
                    div.standing {
                        (stance(found.stance)) " " (method(found.method))
                        span.muted { ", confidence " (found.in_words()) }
                    }
                }
            }
            td data-label="Statements" {
                @if control.statements.is_empty() { span.muted { "none speaks of it" } }
                @for (index, statement) in control.statements.iter().enumerate() {
                    @if index > 0 { ", " }
                    (row_link(report, &statement.id)) span.muted { " " (statement.confidence) }
                }
            }
            td data-label="Records" {
                @if control.runs.is_empty() { span.muted { "none" } }
                @for id in &control.runs {
                    div { (run_link(id)) @if let Some(run) = report.run(id) { " " (short_digest(&run.record_sha256)) } }
                }
            }
            td data-label="Paper" { (control.paper) }
        }
    }
}
