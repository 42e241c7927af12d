//! The sections that explain: claims and limits, method, validation, residual risk, reproduction, change.
//!
//! They bound what the verdicts mean. A section without data says what is missing and why, so that nobody
//! takes silence for a good result.

use maud::{Markup, html};

use super::parts::{command, digest, found, method, missing, or, row_links, run_link, standings, table, verdict};
use crate::report::{Change, MutantRow, Place, Provenance, Report, Standing, Word};
use crate::texts;
use crate::words::count;

pub(super) fn claims(report: &Report) -> Markup {
    html! {
        ul.text {
            li {
                @for (word, meaning) in Word::ALL.iter().rev().filter_map(|word| Some((*word, meaning(*word)?))) {
                    (verdict(word)) ": " (meaning) ". "
                }
            }
            @for limit in texts::LIMITS { li { (limit) } }
        }
        (declared(report))
        h3 { "Where the framework contradicts itself" }
        @for conflict in &report.conflicts {
            article.conflict {
                h4 { (conflict.title) }
                p { (conflict.text) }
                p { strong { "How the bench reads it. " } (conflict.reading) }
                p.muted { "Statements: " (row_links(report, conflict.statements.iter())) }
            }
        }
    }
}

fn meaning(word: Word) -> Option<&'static str> {
    texts::VERDICTS.iter().find(|(name, _)| *name == word.name()).map(|(_, meaning)| *meaning)
}

fn declared(report: &Report) -> Markup {
    html! {
        h3 { "What the manufacturer claims" }
        @match &report.declaration {
            None => (missing(texts::NO_DECLARATION)),
            Some(declaration) if declaration.claims.is_empty() => (missing("The product declaration claims nothing.")),
            Some(declaration) => (table("rows", &["Claim", "Statements and verdicts"], html! {
                @for claim in &declaration.claims {
                    tr {
                        td data-label="Claim" { (or(claim.text.as_deref(), "without words")) }
                        td data-label="Statements and verdicts" {
                            @for id in &claim.statements { (claimed(report, id)) }
                        }
                    }
                }
            })),
        }
    }
}

/// A claimed statement with what was found.
fn claimed(report: &Report, id: &str) -> Markup {
    let row = report.statements.iter().find(|row| row.id == id);
    html! {
        div {
            (super::parts::row_link(report, id)) " "
            @match row {
                Some(row) if row.place == Place::Judged => span.inline { (standings(&row.standings)) },
                Some(row) => strong.open { (row.place.name()) },
                None => {},
            }
        }
    }
}

pub(super) fn methods(report: &Report) -> Markup {
    html! {
        p { "Three kinds of evidence, never added up." }
        (table("rows methods", &["Method", "Records", "Statements with a verdict", "Shows", "Is blind to"], html! {
            @for part in &report.methods {
                tr {
                    th scope="row" { (method(part.method)) }
                    td data-label="Records" { (part.runs.total()) }
                    td data-label="Statements with a verdict" {
                        (part.statements_judged)
                        @if part.statements_partial > 0 { ", " (part.statements_partial) " of them in part" }
                    }
                    td data-label="Shows" { (part.shows) }
                    td data-label="Is blind to" { (part.blind_to) }
                }
            }
        }))
    }
}

pub(super) fn validation(report: &Report) -> Markup {
    let validation = &report.validation;
    html! {
        p {
            "A claim that holds says something only if it breaks where the defence is missing. The teeth of "
            (count(validation.teeth_bit, "record", "records")) " bit; of " (validation.teeth_did_not)
            " they did not, or could not be judged."
        }
        h3 { "Removed features" }
        (weaknesses("Feature", &validation.removed_features, "No record removes a feature."))
        h3 { "Known-bad firmware" }
        (weaknesses("Mutant", &validation.mutants, "No record runs a known-bad firmware."))
        h3 { "Checked in every step of every record" }
        (table("rows", &["What must be so", "Otherwise"], html! {
            @for check in &validation.standing_checks {
                tr { td data-label="What must be so" { (check.check) } td data-label="Otherwise" { (check.otherwise) } }
            }
        }))
        h3 { "Sabotage of the bench" }
        (missing("Missing: this report holds no results of runs in which the bench itself was sabotaged."))
    }
}

fn weaknesses(what: &str, rows: &[MutantRow], none: &str) -> Markup {
    html! {
        @if rows.is_empty() { (missing(none)) } @else {
            (table("rows", &[what, "Noticed by", "Not noticed by"], html! {
                @for row in rows {
                    tr {
                        th scope="row" { (row.name) }
                        td data-label="Noticed by" { (links(&row.caught_by)) }
                        td data-label="Not noticed by" { (links(&row.missed_by)) }
                    }
                }
            }))
        }
    }
}

fn links(runs: &[String]) -> Markup {
    html! {
        @if runs.is_empty() { span.muted { "none" } }
        @for (index, run) in runs.iter().enumerate() { @if index > 0 { ", " } (run_link(run)) }
    }
}

pub(super) fn measurements(_report: &Report) -> Markup {
    html! {
        (missing(texts::NO_MEASUREMENTS))
    }
}

pub(super) fn residual(report: &Report) -> Markup {
    html! {
        p {
            "What stays open after these records. The list is derived from them; a good result does not make it \
             shorter."
        }
        dl.risks {
            @for risk in &report.residual {
                dt {
                    (risk.title)
                    @if !risk.statements.is_empty() { " " span.muted { "(" (risk.statements.len()) ")" } }
                }
                dd {
                    (risk.text)
                    @if !risk.statements.is_empty() {
                        details { summary { "Which" } p { (row_links(report, risk.statements.iter())) } }
                    }
                }
            }
        }
    }
}

pub(super) fn reproduction(report: &Report) -> Markup {
    html! {
        ol.text {
            li {
                "Check that nothing was changed and that the verdicts follow from the records:"
                (command("otabench verify-report DIR"))
            }
            li { "Judge a single record again:" (command("otabench judge DIR/records/NAME")) }
            li { (texts::REPEATING) }
        }
        p {
            "Commit of the sources: "
            span.hashes { (or(Provenance::line(&report.provenance.commits, report.runs.len()).as_deref(), "not stated")) }
            ". " a href="#device" { "Tools and times" } " stand with the device."
        }
    }
}

pub(super) fn change(report: &Report) -> Markup {
    html! {
        @match &report.change {
            None => (missing("Missing: no earlier report was given to compare with.")),
            Some(change) => (changed(report, change)),
        }
    }
}

fn changed(report: &Report, change: &Change) -> Markup {
    let word = |word: Option<Word>, absent: &str| {
        html! { @match word { Some(word) => (verdict(word)), None => span.muted { (absent) } } }
    };
    let stood = |standing: Option<Standing>| {
        html! {
            @match standing { Some(one) => (found(one, one.name())), None => span.muted { "no evidence" } }
        }
    };
    html! {
        p {
            "Compared with the report " (digest(&change.previous_sha256))
            @if let Some(written) = &change.previous_written { " of " (written) }
            ". " (count(change.unchanged_runs, "verdict is", "verdicts are")) " the same."
        }
        @if change.runs.is_empty() && change.statements.is_empty() { p { "Nothing changed." } }
        @if !change.runs.is_empty() {
            (table("rows", &["Scenario", "Rig", "Before", "Now"], html! {
                @for run in &change.runs {
                    tr {
                        td data-label="Scenario" { (run.scenario) }
                        td data-label="Rig" { (run.rig) }
                        td data-label="Before" { (word(run.before, "not in it")) }
                        td data-label="Now" { (word(run.after, "not in it")) }
                    }
                }
            }))
        }
        @if !change.statements.is_empty() {
            (table("rows", &["Statement", "Method", "Before", "Now"], html! {
                @for statement in &change.statements {
                    tr {
                        td data-label="Statement" { (super::parts::row_link(report, &statement.id)) }
                        td data-label="Method" { (statement.method) }
                        td data-label="Before" { (stood(statement.before)) }
                        td data-label="Now" { (stood(statement.after)) }
                    }
                }
            }))
        }
    }
}
