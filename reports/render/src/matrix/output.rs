//! The matrix as text for a terminal, as Markdown and as JSON.
//!
//! The table comes first and the reasons below it: a table whose cells hold sentences cannot be seen at
//! one look.

use std::fmt::Write as _;

use super::{Cell, CellWord, Matrix};
use crate::json::canonical;
use crate::words;

/// What stands for a cell that cannot be tried, where there is little room.
const DASH: &str = "–";

/// What a matrix says, and what it does not.
pub(crate) const MEANING: &str = "A cell says what became of the attack, not whether the device should have withstood \
     it: without a defence it must succeed.";

impl Matrix {
    /// For a terminal: both tables, then how each broken cell breaks.
    pub fn text(&self) -> String {
        let mut text = format!(
            "otabench {}   seed {}   rig: {} ({})   at most {} cases of a sweep\n\n",
            self.otabench,
            self.seed,
            self.rig,
            words::method(self.method),
            self.cases_at_most
        );
        self.profile_table(&mut text);
        text.push_str("\nremoved features, and the attacks that then succeed\n");
        let width = self.removed.iter().map(String::len).max().unwrap_or(0) + 2;
        for feature in &self.removed {
            put(&mut text, format_args!("  {feature:<width$}{}\n", self.succeeding(feature)));
        }
        text.push_str("\nhow they break\n");
        for cell in self.broken() {
            put(&mut text, format_args!("  {} on {}: {}\n", cell.scenario, cell.column, cell.how));
        }
        for cell in self.broken_without() {
            put(&mut text, format_args!("  {} without {}: {}\n", cell.scenario, cell.column, cell.how));
        }
        for line in self.other_details() {
            put(&mut text, format_args!("  {line}\n"));
        }
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    fn profile_table(&self, text: &mut String) {
        let left = self.rows.iter().map(|row| row.scenario.len()).max().unwrap_or(0) + 2;
        let names = self.profiles.iter().map(|profile| profile.name.len());
        let column = names.chain([CellWord::Broken.name().len()]).max().unwrap_or(0) + 2;
        put(text, format_args!("{:left$}", ""));
        self.profiles.iter().for_each(|profile| put(text, format_args!("{:<column$}", profile.name)));
        text.push('\n');
        for row in &self.rows {
            put(text, format_args!("{:<left$}", row.scenario));
            row.cells.iter().for_each(|cell| put(text, format_args!("{:<column$}", short(cell.verdict))));
            text.push('\n');
        }
    }

    /// Names of the attacks that succeed without this feature.
    fn succeeding(&self, feature: &str) -> String {
        let names: Vec<&str> = self.succeeds_without(feature).iter().map(|cell| cell.scenario).collect();
        if names.is_empty() { "none of these".to_owned() } else { names.join(", ") }
    }

    /// What there is to say of cells that are not broken.
    fn other_details(&self) -> Vec<String> {
        let profiles = self.profiles.iter().map(|profile| format!("on {}", profile.name));
        let removed = self.removed.iter().map(|feature| format!("without {feature}"));
        let columns: Vec<String> = profiles.chain(removed).collect();
        let mut lines = Vec::new();
        for row in &self.rows {
            for (cell, column) in row.cells.iter().chain(&row.without).zip(&columns) {
                lines.extend(told(cell).map(|detail| format!("{} {column}: {detail}", row.scenario)));
            }
        }
        lines
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Attacks against profiles\n\nPlayed on `{}` ({}), seed {}, at most {} cases of a sweep. {MEANING}\n\n| attack |",
            self.rig,
            words::method(self.method),
            self.seed,
            self.cases_at_most
        );
        self.profiles.iter().for_each(|profile| put(&mut text, format_args!(" {} |", profile.name)));
        put(&mut text, format_args!("\n|---|{}\n", "---|".repeat(self.profiles.len())));
        for row in &self.rows {
            put(&mut text, format_args!("| `{}` |", row.scenario));
            row.cells.iter().for_each(|cell| put(&mut text, format_args!(" {} |", marked(cell))));
            text.push('\n');
        }
        text.push_str(
            "\n## Removed features, and the attacks that then succeed\n\n| without | succeeds |\n|---|---|\n",
        );
        for feature in &self.removed {
            put(&mut text, format_args!("| `{feature}` | {} |\n", self.succeeding(feature)));
        }
        text.push_str("\n## How they break\n\n");
        for cell in self.broken() {
            put(&mut text, format_args!("- `{}` on `{}`: {}\n", cell.scenario, cell.column, cell.how));
        }
        for cell in self.broken_without() {
            put(&mut text, format_args!("- `{}` without `{}`: {}\n", cell.scenario, cell.column, cell.how));
        }
        text
    }

    /// As canonical JSON (RFC 8785).
    pub fn json(&self) -> String {
        canonical(self) + "\n"
    }
}

/// What is to be said of a cell that is not broken; nothing where the table has said it all.
fn told(cell: &Cell) -> Option<String> {
    let is_told = match cell.verdict {
        CellWord::Held => !cell.detail.is_empty(),
        CellWord::NotApplicable => cell.record_sha256.is_some(),
        CellWord::Error => true,
        CellWord::Broken => false,
    };
    is_told.then(|| format!("{}, {}", cell.verdict.name(), cell.detail))
}

const fn short(word: CellWord) -> &'static str {
    match word {
        CellWord::NotApplicable => DASH,
        CellWord::Held | CellWord::Broken | CellWord::Error => word.name(),
    }
}

fn marked(cell: &Cell) -> String {
    match cell.verdict {
        CellWord::Broken => format!("**{}**", cell.verdict.name()),
        CellWord::Held | CellWord::NotApplicable | CellWord::Error => short(cell.verdict).to_owned(),
    }
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a string takes everything");
}
