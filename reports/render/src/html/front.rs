//! Page one: what was found, what was not looked at, and who vouches for it.
//!
//! A reader who stops here must know the worst finding, how to repeat it, and how much was not tested.

use maud::{Markup, html};

use super::parts::{class, command, method, row_links, verdict};
use crate::report::{Grid, GridRow, Headline, Place, Report, Word};
use crate::texts;
use crate::words::{self, count};

pub(super) fn title(report: &Report) -> String {
    match &report.declaration {
        Some(declaration) => format!("{} — update security test report", declaration.product.name),
        None => "Update security test report".to_owned(),
    }
}

pub(super) fn header(report: &Report) -> Markup {
    let product = report.declaration.as_ref().map(|declaration| &declaration.product);
    html! {
        p.kind { "Update security test report" }
        h1 { @match product { Some(product) => (product.name), None => "Device under test" } }
        @if let Some(product) = product {
            p.maker {
                (product.manufacturer)
                @if let Some(model) = &product.model { " · " (model) }
                @if let Some(firmware) = &product.firmware { " · firmware " (firmware) }
            }
        }
        p.wording {
            @match product { Some(_) => (texts::DECLARED), None => (texts::REFERENCE) }
            " " (texts::FRAMEWORK)
        }
        (signature(report))
    }
}

fn signature(report: &Report) -> Markup {
    html! {
        @match &report.meta.signed_by {
            Some(key) => p.signed {
                strong { "Signed." } " Key " code.digest { (key) } " vouches for it; "
                code { "otabench verify-report" } " checks that."
            },
            None => p.unsigned { strong { "Unsigned." } " " (texts::UNSIGNED) },
        }
    }
}

pub(super) fn page_one(report: &Report) -> Markup {
    html! {
        section.front id="front" aria-label="At a glance" {
            @for headline in &report.summary.headlines { (tiles(headline)) }
            div.glance {
                (worst(report))
                (open_questions(report))
            }
            p.wording {
                "Evidence " strong { "supports" } ", " strong { "contradicts" } " or " strong { "is silent on" }
                " a statement. " (texts::NO_CONFORMITY) " "
                a href="#claims" { "What it says and what it does not." }
            }
        }
    }
}

/// What was found with one method. Methods are never added up, here neither.
fn tiles(headline: &Headline) -> Markup {
    let played = headline.runs.total();
    html! {
        p.headline { strong { (headline.words) "." } }
        ul.tiles aria-label={ (count(played, "record", "records")) " by verdict, " (words::method(headline.method)) } {
            @for word in Word::ALL {
                @let number = headline.runs.count(word);
                li class=(if number == 0 { "tile none" } else { "tile" }) {
                    span.number { (number) }
                    span class={ "v " (class(word)) } { (word.name()) }
                }
            }
        }
    }
}

fn worst(report: &Report) -> Markup {
    let Some(worst) = report.findings.first() else {
        return html! {
            div.callout {
                h2.callout-title { "No claim was broken" }
                @if report.runs.is_empty() {
                    p { "No record was given, so nothing was tried." }
                } @else {
                    p {
                        "Every claim that could be tried held, in the ways it was tried. That says nothing about what \
                         was not tried."
                    }
                }
            }
        };
    };
    html! {
        div.callout.is-broken {
            h2.callout-title { "Worst finding: " (worst.consequence.words()) }
            p {
                a.id href={ "#" (worst.id) } { (worst.id) } " " strong { (worst.scenario) } " on " (worst.rig)
                " (" (method(worst.method)) ", profile " (worst.profile) "), step “" (worst.step) "”."
            }
            dl.facts {
                dt { "Claim" } dd { (worst.claim) }
                @if let Some(case) = &worst.case { dt { "Case" } dd { (case) } }
                dt { "Expected" } dd { (worst.expected) }
                dt { "Saw" } dd { (worst.saw) }
                dt { "Repeat" } dd { (command(&worst.repeat)) p.muted { (texts::IN_THE_FOLDER) " " (report.meta.otabench) "." } }
            }
            @if report.findings.len() > 1 {
                p { a href="#findings" { (count(report.findings.len() - 1, "further finding", "further findings")) } }
            }
        }
    }
}

/// What this report does not answer.
fn open_questions(report: &Report) -> Markup {
    let total = report.statements.len();
    let number = |place: Place| report.statements.iter().filter(|row| row.place == place).count();
    let judged = number(Place::Judged);
    html! {
        div.callout {
            h2.callout-title { (total - judged) " of " (total) " statements have no verdict" }
            ul.plain {
                @for place in Place::ALL {
                    @let number = number(place);
                    @if number > 0 && place != Place::Judged {
                        li { strong { (number) } " " a href={ "#" (anchor(place)) } { (place.name()) } }
                    }
                }
            }
            @if !report.summary.claimed_without_verdict.is_empty() {
                p.gap {
                    strong { "Claimed by the manufacturer, without a verdict: " }
                    (row_links(report, report.summary.claimed_without_verdict.iter()))
                }
            }
            @if report.declaration.is_none() {
                p { "No product declaration was given: what the manufacturer claims and declines is not known." }
            }
            @if !report.unreadable.is_empty() {
                p.gap {
                    strong { (count(report.unreadable.len(), "record", "records")) " could not be read." }
                    " " a href="#records" { "Which, and why" }
                }
            }
        }
    }
}

/// The anchor of a place among the statements without a verdict.
pub(super) const fn anchor(place: Place) -> &'static str {
    match place {
        Place::Judged => "results",
        Place::Shared => "shared",
        Place::Undecided => "undecided",
        Place::NotTested => "untested",
        Place::Declined => "declined",
        Place::NotForTheBench => "not-for-a-bench",
    }
}

/// The grids of steps and verdicts.
pub(super) fn grids(report: &Report) -> Markup {
    html! {
        p {
            "Statements of the framework by step and by what was found. Each of the " (report.statements.len())
            " stands once in every table; there is one table per method, because simulated, emulated and silicon \
             evidence are never added up. "
            "Where several records speak of a statement, the gravest verdict counts."
            @if report.devices.len() > 1 {
                " The records are of " (report.devices.len()) " devices (profiles on rigs): "
                a href="#device" { "which" } "."
            }
        }
        @if report.summary.grids.is_empty() {
            p.missing { "No record was given, so no statement has a verdict." }
        }
        @for grid in &report.summary.grids { (grid_table(grid)) }
    }
}

fn grid_table(grid: &Grid) -> Markup {
    html! {
        h3 { "With " (method(grid.method)) " evidence" }
        table.grid {
            thead {
                tr {
                    th scope="col" { "Step" }
                    @for column in GridRow::COLUMNS { th scope="col" { (column) } }
                }
            }
            tbody { @for row in &grid.rows { (grid_row(row)) } }
            tfoot { (grid_row(&grid.total)) }
        }
    }
}

fn grid_row(row: &GridRow) -> Markup {
    const CLASSES: [&str; 7] = ["broken", "held", "open", "error", "open", "skipped", "skipped"];
    html! {
        tr {
            th scope="row" {
                @if let Some(number) = row.number { span.step-number { (number) } " " }
                (row.step)
            }
            @for ((number, column), class) in row.counts().iter().zip(GridRow::COLUMNS).zip(CLASSES) {
                td data-label=(column) class=(if *number == 0 { "zero" } else { class }) {
                    @if *number == 0 { "·" } @else { (number) }
                }
            }
        }
    }
}

pub(super) fn footer(report: &Report) -> Markup {
    let meta = &report.meta;
    html! {
        p {
            "Written by otabench " (meta.otabench)
            @match report.time() {
                Some(time) => { ", " (time.utc) " (" (time.source) ")" },
                None => ", at a time nobody stated",
            }
            @if let Some(operator) = report.operator() { ", for " (operator) }
            ". " (verdict(Word::Held)) " is a statement about what was tried, never about the device as a whole."
        }
    }
}
