//! The matrix as a drawing that stands on its own: attacks against profiles, and beside them, in the
//! same rows, attacks against removed features.
//!
//! It is shown outside of a report too, where there is no style sheet, so it brings one. Words are words
//! before they are colours.

use plotters::style::text_anchor::HPos;

use super::{Canvas, colour, draw, line, rectangle, rotated, text};
use crate::matrix::{Cell, CellWord, Matrix, MatrixRow};
use crate::words;

const LEFT: i32 = 212;
const TOP: i32 = 160;
const ROW: i32 = 22;
const PROFILE: i32 = 74;
const FEATURE: i32 = 26;
/// Between the two parts.
const GAP: i32 = 26;
const FOOT: i32 = 48;
/// Room for the last head, which leans on nothing.
const RIGHT: i32 = 14;

/// The colours of the report, for light and dark.
const STYLE: &str = "<style>\
    svg{--ink:#15191e;--muted:#59626d;--rule:#d8dde2;--broken:#b3201b;--held:#1d6a45;--paper:#fff}\
    @media(prefers-color-scheme:dark){svg{--ink:#e4e7ea;--muted:#9aa4ae;--rule:#333b43;--broken:#ff8a80;--held:#7fcfa4;--paper:#14181c}}\
    .p-text{fill:var(--ink)}.p-before{fill:var(--muted)}.p-broken{fill:var(--broken)}.p-updated{fill:var(--held)}\
    .p-on{fill:var(--paper)}.p-rule-line{stroke:var(--rule)}text{font-family:system-ui,sans-serif}\
    .paper{fill:var(--paper)}</style><rect class=\"paper\" width=\"100%\" height=\"100%\"/>";

/// Where things stand.
struct Places {
    profiles: i32,
    features: i32,
    rows: i32,
}

impl Places {
    fn of(matrix: &Matrix) -> Self {
        let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
        Self {
            profiles: count(matrix.profiles.len()),
            features: count(matrix.removed.len()),
            rows: count(matrix.rows.len()),
        }
    }

    fn feature(&self, at: usize) -> i32 {
        LEFT + PROFILE * self.profiles + GAP + FEATURE * i32::try_from(at).unwrap_or(0)
    }

    fn width(&self) -> i32 {
        (LEFT + PROFILE * self.profiles + GAP + FEATURE * self.features + RIGHT).max(560)
    }

    fn bottom(&self) -> i32 {
        TOP + ROW * self.rows
    }
}

/// Attacks (rows) against profiles and against removed features (columns).
pub(crate) fn matrix(matrix: &Matrix) -> String {
    let places = Places::of(matrix);
    let (width, height) = (places.width().unsigned_abs(), (places.bottom() + FOOT).unsigned_abs());
    let label = format!("Attacks against profiles and against removed features, on {}", matrix.rig);
    let svg = draw(width, height, &label, |canvas| {
        heads(canvas, matrix, &places);
        for (at, row) in matrix.rows.iter().enumerate() {
            draw_row(canvas, row, TOP + ROW * i32::try_from(at).unwrap_or(0), &places);
        }
        foot(canvas, matrix, &places);
    });
    let head = "xmlns=\"http://www.w3.org/2000/svg\">";
    svg.replacen(head, &format!("width=\"{width}\" height=\"{height}\" {head}{STYLE}"), 1)
}

fn heads(canvas: &Canvas<'_>, matrix: &Matrix, places: &Places) {
    let ink = colour("p-before");
    text(canvas, "on a device of the profile", (LEFT + 6, 14), HPos::Left, ink);
    for (at, profile) in matrix.profiles.iter().enumerate() {
        let x = LEFT + PROFILE * i32::try_from(at).unwrap_or(0) + PROFILE / 2;
        text(canvas, &profile.name, (x, TOP - 12), HPos::Center, colour("p-text"));
        text(canvas, &profile.features.len().to_string(), (x, TOP - 30), HPos::Center, ink);
    }
    text(canvas, "features", (LEFT - 12, TOP - 30), HPos::Right, ink);
    text(canvas, "on its own profile, without", (places.feature(0), 14), HPos::Left, ink);
    for (at, feature) in matrix.removed.iter().enumerate() {
        rotated(canvas, feature, (places.feature(at) + FEATURE / 2, TOP - 8));
    }
}

fn draw_row(canvas: &Canvas<'_>, row: &MatrixRow, y: i32, places: &Places) {
    line(canvas, (0, y), (places.width(), y));
    text(canvas, &row.scenario, (LEFT - 12, y + ROW / 2), HPos::Right, colour("p-text"));
    for (at, cell) in row.cells.iter().enumerate() {
        on_profile(canvas, cell, (LEFT + PROFILE * i32::try_from(at).unwrap_or(0), y));
    }
    for (at, cell) in row.without.iter().enumerate() {
        without_feature(canvas, cell, (places.feature(at), y));
    }
}

fn on_profile(canvas: &Canvas<'_>, cell: &Cell, at: (i32, i32)) {
    let middle = (at.0 + PROFILE / 2, at.1 + ROW / 2);
    match cell.verdict {
        CellWord::Broken => {
            rectangle(canvas, (at.0 + 3, at.1 + 2), (at.0 + PROFILE - 3, at.1 + ROW - 2), colour("p-broken"));
            text(canvas, cell.verdict.name(), middle, HPos::Center, colour("p-on"));
        }
        CellWord::Held => text(canvas, cell.verdict.name(), middle, HPos::Center, colour("p-updated")),
        CellWord::NotApplicable => text(canvas, "–", middle, HPos::Center, colour("p-before")),
        CellWord::Error => text(canvas, cell.verdict.name(), middle, HPos::Center, colour("p-text")),
    }
}

fn without_feature(canvas: &Canvas<'_>, cell: &Cell, at: (i32, i32)) {
    let middle = (at.0 + FEATURE / 2, at.1 + ROW / 2);
    match cell.verdict {
        CellWord::Broken => {
            rectangle(canvas, (at.0 + 3, at.1 + 2), (at.0 + FEATURE - 3, at.1 + ROW - 2), colour("p-broken"));
            text(canvas, "×", middle, HPos::Center, colour("p-on"));
        }
        CellWord::Held => text(canvas, "·", middle, HPos::Center, colour("p-updated")),
        CellWord::NotApplicable => {}
        CellWord::Error => text(canvas, "?", middle, HPos::Center, colour("p-text")),
    }
}

fn foot(canvas: &Canvas<'_>, matrix: &Matrix, places: &Places) {
    let y = places.bottom();
    line(canvas, (0, y), (places.width(), y));
    let ink = colour("p-before");
    let words = format!(
        "×: the attack succeeds; ·: it does not; –: it cannot be tried there. The evidence is {}.",
        words::method(matrix.method)
    );
    text(canvas, &words, (12, y + 17), HPos::Left, ink);
    let words = format!(
        "Played on {}, seed {}, at most {} cases of a sweep. `otabench matrix` tells how each one breaks.",
        matrix.rig, matrix.seed, matrix.cases_at_most
    );
    text(canvas, &words, (12, y + 35), HPos::Left, ink);
}
