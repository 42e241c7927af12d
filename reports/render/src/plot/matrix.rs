//! The two matrices as drawings that stand on their own: attacks against profiles, and attacks against
//! removed features.
//!
//! They are shown outside of a report too, where there is no style sheet, so they bring one.

use plotters::style::text_anchor::HPos;

use super::{Canvas, colour, draw, line, rectangle, rotated, text};
use crate::matrix::{Cell, Matrix, Removals};

const LEFT: i32 = 250;
const TOP: i32 = 116;
const ROW: i32 = 22;
const COLUMN: i32 = 74;

/// The colours of the report, for light and dark.
const STYLE: &str = "<style>\
    svg{--ink:#15191e;--muted:#59626d;--rule:#d8dde2;--broken:#b3201b;--held:#1d6a45;--paper:#fff}\
    @media(prefers-color-scheme:dark){svg{--ink:#e4e7ea;--muted:#9aa4ae;--rule:#333b43;--broken:#ff8a80;--held:#7fcfa4;--paper:#14181c}}\
    .p-text{fill:var(--ink)}.p-before{fill:var(--muted)}.p-broken{fill:var(--broken)}.p-updated{fill:var(--held)}\
    .p-on{fill:var(--paper)}.p-rule-line{stroke:var(--rule)}text{font-family:system-ui,sans-serif}\
    </style>";

/// Attacks (rows) against profiles (columns).
pub(crate) fn matrix(matrix: &Matrix) -> String {
    let size = Size { rows: matrix.rows.len(), columns: matrix.profiles.len() };
    let label = format!("Attacks against profiles, on {}", matrix.rig);
    standalone(
        &size,
        &draw(size.width(), size.height(), &label, |canvas| {
            heads(canvas, matrix.profiles.iter().map(String::as_str));
            for (at, row) in matrix.rows.iter().enumerate() {
                let y = head(canvas, at, &row.scenario, size.columns);
                for (column, cell) in row.cells.iter().take(size.columns).enumerate() {
                    mark(canvas, (LEFT + column as i32 * COLUMN, y), cell);
                }
            }
        }),
    )
}

/// Attacks (rows) against removed features (columns).
pub(crate) fn removals(removals: &Removals) -> String {
    let attacks = removals.attacks();
    let size = Size { rows: attacks.len(), columns: removals.rows.len() };
    let label = "Removed features, and the attacks that then succeed";
    standalone(
        &size,
        &draw(size.width(), size.height(), label, |canvas| {
            heads(canvas, removals.rows.iter().map(|row| row.feature.as_str()));
            for (at, attack) in attacks.iter().enumerate() {
                let y = head(canvas, at, attack, size.columns);
                for (column, row) in removals.rows.iter().enumerate() {
                    if row.attacks.iter().any(|succeeds| succeeds == attack) {
                        filled(canvas, (LEFT + column as i32 * COLUMN, y), "succeeds");
                    }
                }
            }
        }),
    )
}

struct Size {
    rows: usize,
    columns: usize,
}

impl Size {
    fn width(&self) -> u32 {
        (LEFT + COLUMN * self.columns as i32 + 10).unsigned_abs()
    }

    fn height(&self) -> u32 {
        (TOP + ROW * self.rows as i32 + 10).unsigned_abs()
    }
}

fn standalone(size: &Size, svg: &str) -> String {
    let head = "xmlns=\"http://www.w3.org/2000/svg\">";
    let own = format!("width=\"{}\" height=\"{}\" {head}{STYLE}", size.width(), size.height());
    svg.replacen(head, &own, 1)
}

fn heads<'a>(canvas: &Canvas<'_>, names: impl Iterator<Item = &'a str>) {
    for (at, name) in names.enumerate() {
        rotated(canvas, name, (LEFT + at as i32 * COLUMN + COLUMN / 2, TOP - 8));
    }
}

/// The head of a row; gives its top.
fn head(canvas: &Canvas<'_>, at: usize, name: &str, columns: usize) -> i32 {
    let y = TOP + at as i32 * ROW;
    line(canvas, (0, y), (LEFT + COLUMN * columns as i32, y));
    text(canvas, name, (LEFT - 12, y + ROW / 2), HPos::Right, colour("p-text"));
    y
}

fn mark(canvas: &Canvas<'_>, at: (i32, i32), cell: &Cell) {
    let middle = (at.0 + COLUMN / 2, at.1 + ROW / 2);
    match cell {
        Cell::Broken(_) => filled(canvas, at, "BROKEN"),
        Cell::Held => text(canvas, "HELD", middle, HPos::Center, colour("p-updated")),
        Cell::NotApplicable(_) => text(canvas, "–", middle, HPos::Center, colour("p-before")),
        Cell::Error(_) => text(canvas, "ERROR", middle, HPos::Center, colour("p-before")),
    }
}

fn filled(canvas: &Canvas<'_>, at: (i32, i32), word: &str) {
    rectangle(canvas, (at.0 + 4, at.1 + 2), (at.0 + COLUMN - 4, at.1 + ROW - 2), colour("p-broken"));
    text(canvas, word, (at.0 + COLUMN / 2, at.1 + ROW / 2), HPos::Center, colour("p-on"));
}
