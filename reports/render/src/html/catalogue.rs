//! The attacks of other catalogues, and the matrix of attacks against profiles.
//!
//! Each catalogue is shown whole: what was not tried stands beside what was, or it would be forgotten.

use maud::{Markup, PreEscaped, html};
use record::Method;

use super::parts::{method, missing, runs_of, standings, table};
use crate::catalogue::Catalogue;
use crate::matrix::{Cell, CellWord, MEANING, Matrix, MatrixRow};
use crate::plot::{self, RemovedFeature};
use crate::report::{AttackRow, Report};
use crate::texts;
use crate::words::count;

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @for catalogue in Catalogue::ALL.iter().filter(|catalogue| **catalogue != Catalogue::Statements) {
            @let rows: Vec<&AttackRow> = report.attacks.iter().filter(|row| row.catalogue == *catalogue).collect();
            @let tried = rows.iter().filter(|row| !row.standings.is_empty()).count();
            h3 { (catalogue.name()) " " span.muted { "(" (tried) " of " (rows.len()) " tried)" } }
            (table("rows ledger", &["Attack", "Verdict", "Evidence"], html! {
                @for row in rows { (attack(report, row)) }
            }))
        }
    }
}

fn attack(report: &Report, row: &AttackRow) -> Markup {
    html! {
        tr id=(row.id) {
            td data-label="Attack" {
                div.row-head { span.id { (row.id) } }
                (row.text)
                @if let Some(limit) = &row.limit { div.partial { (limit) } }
            }
            td data-label="Verdict" {
                @if row.standings.is_empty() { span.muted { "not tried" } }
                (standings(&row.standings))
            }
            td data-label="Evidence" { (runs_of(report, &row.standings)) }
        }
    }
}

pub(super) fn matrix(report: &Report) -> Markup {
    html! {
        @match &report.matrix {
            Some(matrix) => (filled(matrix, report.cell_records)),
            None => (missing(texts::NO_MATRIX)),
        }
        h3 { "The teeth of the records: removed features and the attacks that then succeed" }
        @if report.validation.removed_features.is_empty() {
            (missing("No record removes a feature."))
        } @else {
            p {
                "From the teeth of the records: the device is provisioned without a feature, takes a genuine update, \
                 and is then attacked. A mark says that the attack succeeded."
            }
            @for played in report.methods_played() {
                @let rows = removed(report, played);
                @if !rows.is_empty() {
                    p.muted { "With " (method(played)) " evidence:" }
                    (removed_figure(&rows))
                }
            }
        }
    }
}

/// Features, and the scenarios whose teeth bit without them on rigs of one method.
fn removed(report: &Report, played: Method) -> Vec<RemovedFeature<'_>> {
    let rows = report.validation.removed_features.iter().map(|row| {
        let runs = row.caught_by.iter().filter_map(|id| report.run(id)).filter(|run| run.method == played);
        let mut attacks: Vec<&str> = runs.map(|run| run.scenario.as_str()).collect();
        attacks.dedup();
        RemovedFeature { feature: &row.name, attacks }
    });
    rows.filter(|row| !row.attacks.is_empty()).collect()
}

fn filled(matrix: &Matrix, cell_records: Option<usize>) -> Markup {
    html! {
        p {
            "Every scenario was played on a device of every profile, on " (matrix.rig) " (" (method(matrix.method)) "), with at most "
            (matrix.cases_at_most) " cases of a sweep. " (MEANING) " "
            "A dash: it cannot be tried there. "
            @match cell_records {
                Some(_) => {
                    "The records of its cells lie beside this report, and " code { "otabench verify-report" }
                    " judges them again."
                },
                None => { "The records of its cells do not lie beside this report." },
            }
        }
        div.wide tabindex="0" role="region" aria-label="Attacks against profiles" {
            table.matrix {
                thead {
                    tr {
                        th scope="col" { "Attack" }
                        @for profile in &matrix.profiles {
                            th scope="col" { (profile.name) div.muted { (count(profile.features.len(), "feature", "features")) } }
                        }
                    }
                }
                tbody { @for row in &matrix.rows { (matrix_row(row)) } }
            }
        }
        (how_they_break(matrix))
        h3 { "Each feature removed, and the attacks that then succeed" }
        p { "Every scenario was played on the profile it names, without one feature and what depends on it." }
        (removed_figure(&removed_in(matrix)))
        details {
            summary { "How each of them succeeds" }
            (table("rows", &["Without", "Succeeds", "How"], html! {
                @for feature in &matrix.removed { (removed_rows(matrix, feature)) }
            }))
        }
    }
}

/// What stands behind each cell that is not simply held.
fn how_they_break(matrix: &Matrix) -> Markup {
    let told = |row: &MatrixRow| row.cells.iter().any(|cell| !cell.detail.is_empty());
    let rows = html! {
        @for row in matrix.rows.iter().filter(|row| told(row)) {
            @for (cell, profile) in row.cells.iter().zip(&matrix.profiles).filter(|(cell, _)| !cell.detail.is_empty()) {
                tr {
                    th scope="row" { (row.scenario) }
                    td data-label="On" { (profile.name) }
                    td data-label="Verdict" { span class={ "v " (cell_class(cell)) } { (cell.verdict.name()) } }
                    td data-label="How" { (cell.detail) }
                }
            }
        }
    };
    html! {
        @if matrix.rows.iter().any(told) {
            details {
                summary { "How each attack breaks through, and what else there is to say of a cell" }
                (table("rows cells", &["Attack", "On", "Verdict", "How"], rows))
            }
        }
    }
}

/// Features, and the attacks of the matrix that succeed without them.
fn removed_in(matrix: &Matrix) -> Vec<RemovedFeature<'_>> {
    let rows = matrix.removed.iter().map(|feature| {
        let attacks = matrix.succeeds_without(feature).iter().map(|cell| cell.scenario).collect();
        RemovedFeature { feature, attacks }
    });
    rows.filter(|row| !row.attacks.is_empty()).collect()
}

fn removed_figure(rows: &[RemovedFeature<'_>]) -> Markup {
    html! {
        @if rows.is_empty() {
            (missing("None of the attacks succeeds once one feature is removed."))
        } @else {
            div.wide tabindex="0" role="region" aria-label="Attacks against removed features" {
                figure.table-like { (PreEscaped(plot::removed_features(rows))) }
            }
        }
    }
}

fn removed_rows(matrix: &Matrix, feature: &str) -> Markup {
    let broken = matrix.succeeds_without(feature);
    html! {
        @if broken.is_empty() {
            tr {
                th scope="row" { (feature) }
                td data-label="Succeeds" { span.muted { "none of these" } }
                td data-label="How" {}
            }
        }
        @for cell in broken {
            tr {
                th scope="row" { (feature) }
                td data-label="Succeeds" { (cell.scenario) }
                td data-label="How" { (cell.how) }
            }
        }
    }
}

fn matrix_row(row: &MatrixRow) -> Markup {
    html! {
        tr {
            th scope="row" { (row.scenario) }
            @for cell in &row.cells {
                td class=(cell_class(cell)) {
                    span class={ "v " (cell_class(cell)) } {
                        @if cell.verdict == CellWord::NotApplicable { abbr title=(cell.verdict.name()) { "–" } }
                        @else { (cell.verdict.name()) }
                    }
                }
            }
        }
    }
}

const fn cell_class(cell: &Cell) -> &'static str {
    match cell.verdict {
        CellWord::Held => "held",
        CellWord::Broken => "broken",
        CellWord::NotApplicable => "skipped",
        CellWord::Error => "error",
    }
}
