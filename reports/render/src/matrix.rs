//! Attacks against profiles, and attacks against removed features: what each feature buys.
//!
//! Both are filled by playing: every scenario on a device of every profile, and the teeth of every
//! scenario. A report shows them where they are given; nothing in them is a guess.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use record::TeethOutcome;
use scenario::model::Weakness;
use serde::{Deserialize, Serialize};

use crate::input::Run;
use crate::json::canonical;
use crate::plot;

/// Scenarios (rows) against profiles (columns).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Matrix {
    /// Name of the rig it was played on.
    pub rig: String,
    /// Names of the profiles, the weakest first.
    pub profiles: Vec<String>,
    /// One row per scenario, with one cell per profile.
    pub rows: Vec<MatrixRow>,
}

/// One scenario against all profiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MatrixRow {
    /// Name of the scenario.
    pub scenario: String,
    /// What became of it, profile by profile.
    pub cells: Vec<Cell>,
}

/// What became of a scenario on a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cell {
    /// The claim held.
    Held,
    /// It did not, and this is how.
    Broken(String),
    /// It cannot be tried on this profile, and why.
    NotApplicable(String),
    /// Nothing can be said, and why.
    Error(String),
}

/// Removed features, and the attacks that then succeed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Removals {
    /// One row per feature, by name.
    pub rows: Vec<Removal>,
}

/// One removed feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Removal {
    /// Its name.
    pub feature: String,
    /// Scenarios whose claim breaks without it.
    pub attacks: Vec<String>,
}

impl Cell {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Cell::Held => "HELD",
            Cell::Broken(_) => "BROKEN",
            Cell::NotApplicable(_) => "not applicable",
            Cell::Error(_) => "ERROR",
        }
    }

    /// What there is to say besides.
    pub fn detail(&self) -> &str {
        match self {
            Cell::Held => "",
            Cell::Broken(detail) | Cell::NotApplicable(detail) | Cell::Error(detail) => detail,
        }
    }
}

impl Matrix {
    /// For a terminal: one line per scenario, then how each broken cell breaks.
    pub fn text(&self) -> String {
        let left = self.rows.iter().map(|row| row.scenario.len()).max().unwrap_or(0) + 2;
        let word = Cell::NotApplicable(String::new()).word().len();
        let column = self.profiles.iter().map(String::len).chain([word]).max().unwrap_or(0) + 2;
        let mut text = " ".repeat(left);
        self.profiles.iter().for_each(|profile| put(&mut text, format_args!("{profile:<column$}")));
        text.push('\n');
        for row in &self.rows {
            put(&mut text, format_args!("{:<left$}", row.scenario));
            row.cells.iter().for_each(|cell| put(&mut text, format_args!("{:<column$}", cell.word())));
            text.push('\n');
        }
        for (scenario, profile, how) in self.broken() {
            put(&mut text, format_args!("{scenario} on {profile}: {how}\n"));
        }
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// As canonical JSON (RFC 8785).
    pub fn json(&self) -> String {
        canonical(self) + "\n"
    }

    /// As a drawing that stands on its own, light or dark.
    pub fn svg(&self) -> String {
        plot::matrix(self)
    }

    /// Every broken cell: scenario, profile, and how it breaks.
    fn broken(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.rows.iter().flat_map(|row| {
            row.cells.iter().zip(&self.profiles).filter_map(|(cell, profile)| match cell {
                Cell::Broken(how) => Some((row.scenario.as_str(), profile.as_str(), how.as_str())),
                Cell::Held | Cell::NotApplicable(_) | Cell::Error(_) => None,
            })
        })
    }
}

impl Removals {
    /// From the teeth that bit.
    pub fn of<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Self {
        let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for run in runs {
            if let (Weakness::Without(feature), TeethOutcome::Bit(_)) =
                (&run.scenario.teeth.weakness, &run.judgement.teeth)
            {
                rows.entry(feature.name()).or_default().push(run.scenario.name.clone());
            }
        }
        let row = |(feature, mut attacks): (&str, Vec<String>)| {
            attacks.sort();
            attacks.dedup();
            Removal { feature: feature.to_owned(), attacks }
        };
        Self { rows: rows.into_iter().map(row).collect() }
    }

    /// Every attack, once, by name.
    pub fn attacks(&self) -> Vec<&str> {
        let mut attacks: Vec<&str> = self.rows.iter().flat_map(|row| &row.attacks).map(String::as_str).collect();
        attacks.sort_unstable();
        attacks.dedup();
        attacks
    }

    /// For a terminal: one line per feature.
    pub fn text(&self) -> String {
        self.rows.iter().map(|row| format!("without {:<22} {}\n", row.feature, row.attacks.join(", "))).collect()
    }

    /// As canonical JSON (RFC 8785).
    pub fn json(&self) -> String {
        canonical(self) + "\n"
    }

    /// As a drawing that stands on its own, light or dark.
    pub fn svg(&self) -> String {
        plot::removals(self)
    }
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a string takes everything");
}
