//! The small pieces that every section uses.
//!
//! One way to show a verdict, a digest, a command, a link to a row: so that the same fact looks the
//! same wherever it stands. Everything passes through maud, which escapes it.

use maud::{Markup, html};
use record::Method;

use crate::report::{MethodStanding, Report, Stance, Standing, Word};
use crate::words;

/// A verdict.
pub(super) fn verdict(word: Word) -> Markup {
    html! { span class={ "v " (class(word)) } { (word.name()) } }
}

/// The style of a verdict.
pub(super) const fn class(word: Word) -> &'static str {
    match word {
        Word::Broken => "broken",
        Word::Error => "error",
        Word::Skipped => "skipped",
        Word::Held => "held",
    }
}

/// What evidence says about a control.
pub(super) fn stance(stance: Stance) -> Markup {
    let class = match stance {
        Stance::Contradicts => "broken",
        Stance::Supports => "held",
        Stance::Silent => "skipped",
    };
    html! { span class={ "v " (class) } { (stance.name()) } }
}

/// What was found, method by method.
pub(super) fn standings(standings: &[MethodStanding]) -> Markup {
    html! {
        @for standing in standings {
            div.standing { (found(standing.standing, standing.means)) " " (method(standing.method)) }
        }
    }
}

/// What a standing does to a row, in the given words.
pub(super) fn found(standing: Standing, words: &str) -> Markup {
    let class = match standing {
        Standing::Broken => "broken",
        Standing::Held => "held",
        Standing::Error => "error",
        Standing::Skipped | Standing::Shared => "skipped",
    };
    html! { span class={ "v " (class) } { (words) } }
}

/// A method.
pub(super) fn method(method: Method) -> Markup {
    html! { span.method { (words::method(method)) } }
}

/// Links to the runs of some standings, the gravest verdict first; each with its own verdict where
/// they differ.
pub(super) fn runs_of(report: &Report, standings: &[MethodStanding]) -> Markup {
    let ids = standings.iter().flat_map(|standing| &standing.runs);
    let mut runs: Vec<_> = ids.filter_map(|id| report.run(id)).collect();
    runs.sort_by_key(|run| run.verdict);
    let is_mixed = runs.windows(2).any(|pair| pair[0].verdict != pair[1].verdict);
    html! {
        @for run in runs {
            div { (run_link(&run.id)) @if is_mixed { " " (verdict(run.verdict)) } }
        }
    }
}

/// A link to a run.
pub(super) fn run_link(id: &str) -> Markup {
    html! { a.id href={ "#run-" (id) } { (id) } }
}

/// A link to a statement, threat or attack; plain text where the report has no such row.
pub(super) fn row_link(report: &Report, id: &str) -> Markup {
    let is_there = report.statements.iter().any(|row| row.id == id) || report.attacks.iter().any(|row| row.id == id);
    html! { @if is_there { a.id href={ "#" (id) } { (id) } } @else { span.id { (id) } } }
}

/// Links to several rows.
pub(super) fn row_links<'a>(report: &Report, ids: impl Iterator<Item = &'a String>) -> Markup {
    html! {
        @for (index, id) in ids.enumerate() {
            @if index > 0 { ", " }
            (row_link(report, id))
        }
    }
}

/// A digest, in full.
pub(super) fn digest(digest: &str) -> Markup {
    html! { code.digest { (digest) } }
}

/// The first digits of a digest; the whole one stands with the record.
pub(super) fn short_digest(digest: &str) -> Markup {
    html! { code.digest { (words::short(digest)) "…" } }
}

/// A command to be copied.
pub(super) fn command(command: &str) -> Markup {
    html! { pre.command tabindex="0" aria-label="Command" { code { (command) } } }
}

/// A table with the given heads; the body's cells carry the head as a label for narrow screens.
pub(super) fn table(class: &str, heads: &[&str], body: Markup) -> Markup {
    html! {
        table class=(class) {
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody { (body) }
        }
    }
}

/// A text, or what stands for its absence.
pub(super) fn or(text: Option<&str>, absent: &str) -> Markup {
    html! { @match text { Some(text) => (text), None => span.muted { (absent) } } }
}

/// What is missing, and why.
pub(super) fn missing(text: &str) -> Markup {
    html! { p.missing { (text) } }
}
