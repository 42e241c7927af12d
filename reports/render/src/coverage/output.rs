//! Coverage as text for a terminal, as Markdown and as JSON.
//!
//! The rows without a scenario come last and in full, because they are what somebody works on next.

use std::fmt::Write as _;

use super::{Coverage, CoveredRow, State, Totals};
use crate::catalogue::Catalogue;
use crate::json;

impl State {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            State::Covered => "covered",
            State::Partial => "in part",
            State::Shared => "shared",
            State::NamedOnly => "named only",
            State::Missing => "no scenario",
            State::NotCounted => "not counted",
        }
    }
}

impl Coverage {
    /// For a terminal: every row, then the totals, then what has no scenario yet.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for catalogue in Catalogue::ALL {
            put(&mut text, format_args!("{}\n", catalogue.name()));
            for row in self.rows_of(catalogue) {
                put(&mut text, format_args!("  {:<28} {:<12} {}\n", row.id, row.state.name(), told(row)));
            }
            text.push('\n');
        }
        put(&mut text, format_args!("{}\n", HEAD.join("")));
        for totals in &self.totals {
            put(&mut text, format_args!("{}\n", line(totals)));
        }
        for row in self.missing() {
            put(&mut text, format_args!("no scenario yet: {:<28} {}\n", row.id, row.text));
            if let Some(wanted) = row.reason.as_ref().filter(|wanted| !wanted.ends_with(&row.text)) {
                put(&mut text, format_args!("{:45} {wanted}\n", ""));
            }
        }
        for unknown in &self.unknown {
            put(&mut text, format_args!("unknown id: {} in scenario {}\n", unknown.id, unknown.scenario));
        }
        for copy in &self.copies {
            put(&mut text, format_args!("scenario {} shows the same as {}\n", copy.scenario, copy.of));
        }
        text
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Coverage\n\n{} scenarios. A row counts through an action and an observation of its own.\n\n\
             | catalogue | for the bench | covered | of these in part | shared | named only | no scenario | not counted |\n\
             |---|---|---|---|---|---|---|---|\n",
            self.scenarios
        );
        for totals in &self.totals {
            put(
                &mut text,
                format_args!(
                    "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
                    totals.catalogue.name(),
                    totals.for_the_bench,
                    totals.covered,
                    totals.partial,
                    totals.shared,
                    totals.named_only,
                    totals.missing,
                    totals.not_counted
                ),
            );
        }
        for catalogue in Catalogue::ALL {
            put(&mut text, format_args!("\n## {}\n\n| row | | |\n|---|---|---|\n", catalogue.name()));
            for row in self.rows_of(catalogue) {
                put(&mut text, format_args!("| {} | {} | {} |\n", row.id, row.state.name(), cell(&told(row))));
            }
        }
        text
    }

    /// As canonical JSON (RFC 8785).
    pub fn json(&self) -> String {
        json::canonical(self)
    }

    /// The rows for the bench that no scenario names.
    pub fn missing(&self) -> impl Iterator<Item = &CoveredRow> {
        self.rows.iter().filter(|row| row.state == State::Missing)
    }

    fn rows_of(&self, catalogue: Catalogue) -> impl Iterator<Item = &CoveredRow> {
        self.rows.iter().filter(move |row| row.catalogue == catalogue)
    }
}

const HEAD: [&str; 8] = [
    "catalogue               ",
    " for the bench",
    "  covered",
    "  in part",
    "  shared",
    "  named only",
    "  no scenario",
    "  not counted",
];

fn line(totals: &Totals) -> String {
    format!(
        "{:<24}{:>14}{:>9}{:>9}{:>8}{:>12}{:>13}{:>13}",
        totals.catalogue.name(),
        totals.for_the_bench,
        totals.covered,
        totals.partial,
        totals.shared,
        totals.named_only,
        totals.missing,
        totals.not_counted
    )
}

/// What there is to say about a row: its evidence and scenarios, or the reason why it has none.
fn told(row: &CoveredRow) -> String {
    let mut parts = Vec::new();
    if !row.scenarios.is_empty() {
        parts.push(row.scenarios.join(", "));
    }
    if let Some(evidence) = &row.evidence {
        parts.push(format!("{} → {}", evidence.action, evidence.observation));
    }
    parts.extend(row.reason.clone());
    parts.join(" · ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes everything");
}
