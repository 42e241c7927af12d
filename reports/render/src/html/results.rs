//! The ledger: statements with a verdict step by step, then all others with the reason.
//!
//! Each of the framework's statements stands in exactly one of the two sections.

use maud::{Markup, html};
use standards::Step;

use super::front::anchor;
use super::parts::{runs_of, standings, table};
use crate::report::{Declared, Place, Report, StatementRow};
use crate::texts;

pub(super) fn section(report: &Report) -> Markup {
    let judged = |step: &Step| -> Vec<&StatementRow> {
        report.statements.iter().filter(|row| row.step == step.name() && row.place == Place::Judged).collect()
    };
    let without: Vec<&str> = Step::ALL.iter().filter(|step| judged(step).is_empty()).map(|step| step.name()).collect();
    html! {
        p {
            "Statements that some record is evidence for. The others stand under "
            a href="#not-tested" { "Not tested and not applicable" } ", each with a reason."
        }
        @for step in Step::ALL.iter().filter(|step| !judged(step).is_empty()) {
            h3 { @if let Some(number) = step.number() { span.step-number { (number) } " " } (step.name()) }
            (table("rows ledger", &["Statement", "What evidence says", "Records"], html! {
                @for row in judged(step) { (judged_row(report, row)) }
            }))
        }
        @if !without.is_empty() { p.missing { "No statement of these steps has a verdict: " (without.join(", ")) "." } }
    }
}

fn judged_row(report: &Report, row: &StatementRow) -> Markup {
    html! {
        tr id=(row.id) {
            td data-label="Statement" {
                div.row-head { span.id { (row.id) } " " span.tag { (row.kind) } (declared(row.declared)) }
                (row.text)
                @if let Some(partial) = &row.partial { div.partial { strong { "In part. " } (partial) } }
            }
            td data-label="What evidence says" { (standings(&row.standings)) }
            td data-label="Records" { (runs_of(report, &row.standings)) }
        }
    }
}

fn declared(declared: Declared) -> Markup {
    html! {
        @match declared {
            Declared::Claimed => { " " span.tag.claimed { "claimed" } },
            Declared::Declined => { " " span.tag { "declined, tested all the same" } },
            Declared::Nothing => {},
        }
    }
}

pub(super) fn not_tested(report: &Report) -> Markup {
    html! {
        @for place in Place::ALL.iter().filter(|place| **place != Place::Judged) {
            (of_place(report, *place))
        }
    }
}

fn of_place(report: &Report, place: Place) -> Markup {
    let rows: Vec<&StatementRow> = report.statements.iter().filter(|row| row.place == place).collect();
    html! {
        h3 id=(anchor(place)) { (heading(place)) " " span.muted { "(" (rows.len()) ")" } }
        @if rows.is_empty() {
            p.missing { (none(place)) }
        } @else if place == Place::NotTested {
            p {
                (texts::NO_EVIDENCE) " Where there is another reason, the row gives it. An attack that was not tried may \
                 succeed."
            }
            (table("rows ledger", &["Statement", "What would contradict it"], html! {
                @for row in &rows { (untested_row(row)) }
            }))
        } @else {
            (table("rows ledger", &["Statement", "Why"], html! { @for row in &rows { (open_row(row)) } }))
        }
    }
}

fn heading(place: Place) -> &'static str {
    match place {
        Place::Judged => "With a verdict",
        Place::Shared => "Shared evidence",
        Place::Undecided => "Undecided",
        Place::NotTested => "Not tested",
        Place::Declined => "Declined by the manufacturer",
        Place::NotForTheBench => "Not for a bench",
    }
}

fn none(place: Place) -> &'static str {
    match place {
        Place::Judged | Place::Shared | Place::Undecided | Place::NotTested | Place::NotForTheBench => "None.",
        Place::Declined => "None. A manufacturer declines statements, with reasons, in the product declaration.",
    }
}

fn statement(row: &StatementRow) -> Markup {
    html! {
        div.row-head {
            span.id { (row.id) } " " span.tag { (row.step) } " " span.tag { (row.kind) }
            @if row.declared == Declared::Claimed { " " span.tag.claimed { "claimed" } }
        }
        (row.text)
    }
}

fn untested_row(row: &StatementRow) -> Markup {
    html! {
        tr id=(row.id) {
            td data-label="Statement" {
                (statement(row))
                @if let Some(reason) = row.reason_of_its_own() { div.partial { strong { "Not tested. " } (reason) } }
            }
            td data-label="What would contradict it" { (row.failure) }
        }
    }
}

fn open_row(row: &StatementRow) -> Markup {
    html! {
        tr id=(row.id) {
            td data-label="Statement" { (statement(row)) }
            td data-label="Why" { (row.reason.as_deref().unwrap_or("no reason is known")) }
        }
    }
}
