//! The tables of the Markdown twin.
//!
//! Cells are escaped where they are put in, once.

use super::{Page, plain};
use crate::catalogue::Catalogue;
use crate::matrix::MEANING;
use crate::report::{GridRow, MethodStanding, Place, Report, Stance, Standing, StatementRow};
use crate::texts;
use crate::words;

/// A table.
pub(super) struct Table {
    text: String,
    columns: usize,
}

impl Table {
    pub(super) fn new(heads: &[&str]) -> Self {
        let mut table = Self { text: String::new(), columns: heads.len() };
        table.row(heads);
        table.text.push_str(&"|---".repeat(heads.len()));
        table.text.push_str("|\n");
        table
    }

    pub(super) fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        debug_assert_eq!(cells.len(), self.columns);
        let cells: Vec<String> = cells.iter().map(|cell| plain(cell.as_ref())).collect();
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    pub(super) fn text(&self) -> String {
        self.text.clone()
    }
}

fn standings(standings: &[MethodStanding]) -> String {
    let words = standings
        .iter()
        .map(|found| format!("{} ({}: {})", found.means, words::method(found.method), found.runs.join(", ")));
    words.collect::<Vec<_>>().join("; ")
}

pub(super) fn grids(page: &mut Page, report: &Report) {
    page.heading("Verdicts by step");
    if report.summary.grids.is_empty() {
        page.line("No record was given, so no statement has a verdict.");
    }
    for grid in &report.summary.grids {
        page.subheading(&format!("With {} evidence", words::method(grid.method)));
        let mut heads = vec!["step"];
        heads.extend(GridRow::COLUMNS);
        let mut table = Table::new(&heads);
        for row in grid.rows.iter().chain([&grid.total]) {
            let mut cells = vec![match row.number {
                Some(number) => format!("{number} {}", row.step),
                None => row.step.to_owned(),
            }];
            cells.extend(row.counts().map(|count| count.to_string()));
            table.row(&cells);
        }
        page.table(&table);
    }
}

pub(super) fn devices(page: &mut Page, report: &Report) {
    page.heading("Device sheet");
    if report.devices.is_empty() {
        page.line("No record was given, so no device was observed.");
    }
    for sheet in &report.devices {
        page.subheading(&format!(
            "Profile {} on {} ({})",
            sheet.profile,
            plain(&sheet.rig),
            words::method(sheet.method)
        ));
        let mut table = Table::new(&["", "declared", "observed"]);
        for row in &sheet.rows {
            let declared = row.declared.as_deref().unwrap_or("not declared");
            table.row(&[row.about, declared, row.observed.as_deref().unwrap_or("not observed by this rig")]);
        }
        for image in &sheet.images {
            table.row(&["image measured while it ran", "", &format!("{} {}", image.version, image.sha256)]);
        }
        page.table(&table);
    }
}

pub(super) fn results(page: &mut Page, report: &Report) {
    page.heading("Results by step");
    let judged = |row: &&StatementRow| row.place == Place::Judged;
    if !report.statements.iter().any(|row| row.place == Place::Judged) {
        page.line("No statement has a verdict.");
        return;
    }
    let mut table = Table::new(&["step", "statement", "", "what evidence says"]);
    for row in report.statements.iter().filter(judged) {
        let partial = row.partial.as_ref().map_or(String::new(), |partial| format!(" In part: {partial}"));
        table.row(&[row.step, &row.id, &format!("{}{partial}", row.text), &standings(&row.standings)]);
    }
    page.table(&table);
}

pub(super) fn not_tested(page: &mut Page, report: &Report) {
    page.heading("Not tested and not applicable");
    for place in Place::ALL.into_iter().filter(|place| *place != Place::Judged) {
        let rows: Vec<&StatementRow> = report.statements.iter().filter(|row| row.place == place).collect();
        if rows.is_empty() {
            continue;
        }
        page.subheading(&format!("{} ({})", place.name(), rows.len()));
        if place == Place::NotTested {
            page.line(&format!("{} Where there is another reason, the row gives it.", texts::NO_EVIDENCE));
        }
        let mut table = Table::new(&["step", "statement", "", "why"]);
        for row in rows {
            table.row(&[row.step, &row.id, &row.text, row.reason_of_its_own().unwrap_or_default()]);
        }
        page.table(&table);
    }
}

pub(super) fn attacks(page: &mut Page, report: &Report) {
    page.heading("Attack catalogue");
    for catalogue in Catalogue::ALL.into_iter().filter(|catalogue| *catalogue != Catalogue::Statements) {
        page.subheading(catalogue.name());
        let mut table = Table::new(&["attack", "", "verdict"]);
        for row in report.attacks.iter().filter(|row| row.catalogue == catalogue) {
            let found = if row.standings.is_empty() { "not tried".to_owned() } else { standings(&row.standings) };
            let limit = row.limit.as_ref().map_or(String::new(), |limit| format!(" ({limit})"));
            table.row(&[&row.id, &format!("{}{limit}", row.text), &found]);
        }
        page.table(&table);
    }
}

pub(super) fn matrix(page: &mut Page, report: &Report) {
    page.heading("Attacks against profiles");
    match &report.matrix {
        None => page.line(texts::NO_MATRIX),
        Some(matrix) => {
            page.line(MEANING);
            page.table(&matrix_table(matrix));
            page.subheading("Each feature removed, and the attacks that then succeed");
            page.items(matrix.removed.iter().map(|feature| {
                let broken = matrix.succeeds_without(feature);
                let how: Vec<String> = broken.iter().map(|cell| format!("{}: {}", cell.scenario, cell.how)).collect();
                let none = || "none of these".to_owned();
                format!("{}: {}", plain(feature), plain(&if how.is_empty() { none() } else { how.join("; ") }))
            }));
        }
    }
    page.subheading("Removed features and the attacks that then succeed");
    page.items(
        report
            .validation
            .removed_features
            .iter()
            .map(|row| format!("{}: {}", plain(&row.name), plain(&row.caught_by.join(", ")))),
    );
}

fn matrix_table(matrix: &crate::Matrix) -> Table {
    let mut heads = vec!["attack"];
    heads.extend(matrix.profiles.iter().map(|profile| profile.name.as_str()));
    let mut table = Table::new(&heads);
    for row in &matrix.rows {
        let mut cells = vec![row.scenario.clone()];
        cells.extend(row.cells.iter().map(|cell| match cell.detail.as_str() {
            "" => cell.verdict.name().to_owned(),
            detail => format!("{}: {detail}", cell.verdict.name()),
        }));
        cells.resize(heads.len(), String::new());
        table.row(&cells);
    }
    table
}

pub(super) fn crosswalk(page: &mut Page, report: &Report) {
    page.heading("Crosswalk to other frameworks");
    page.line(&format!("What the evidence means for controls of other frameworks. {}", texts::CROSSWALK));
    for framework in &report.crosswalk {
        page.subheading(&format!("{} ({})", framework.title, framework.version));
        if framework.controls.is_empty() {
            page.line("No ids of its controls are available yet, so nothing can be mapped.");
            continue;
        }
        let mut table = Table::new(&["control", "", "evidence", "statements", "records", "paper still needed"]);
        for control in &framework.controls {
            let stances: Vec<String> = control
                .stances
                .iter()
                .map(|found| {
                    format!(
                        "{} ({}, confidence {})",
                        found.stance.name(),
                        words::method(found.method),
                        found.in_words()
                    )
                })
                .collect();
            let stances = if stances.is_empty() { Stance::Silent.name().to_owned() } else { stances.join("; ") };
            let statements: Vec<String> =
                control.statements.iter().map(|named| format!("{} {}", named.id, named.confidence)).collect();
            let records: Vec<String> = control
                .runs
                .iter()
                .filter_map(|id| report.run(id))
                .map(|run| format!("{} {}", run.id, words::short(&run.record_sha256)))
                .collect();
            table.row(&[
                &control.id,
                &control.title,
                &stances,
                &statements.join(", "),
                &records.join(", "),
                control.paper,
            ]);
        }
        page.table(&table);
    }
}

pub(super) fn validation(page: &mut Page, report: &Report) {
    let validation = &report.validation;
    page.heading("The bench's own validation");
    page.line(&format!(
        "Teeth that bit: {}; that did not, or could not be judged: {}.",
        validation.teeth_bit, validation.teeth_did_not
    ));
    let mut table = Table::new(&["weakness", "noticed by", "not noticed by"]);
    let removed = validation.removed_features.iter().map(|row| ("without", row));
    for (kind, row) in removed.chain(validation.mutants.iter().map(|row| ("mutant", row))) {
        table.row(&[format!("{kind} {}", row.name), row.caught_by.join(", "), row.missed_by.join(", ")]);
    }
    page.table(&table);
    page.items(validation.standing_checks.iter().map(|check| format!("{} Otherwise {}", check.check, check.otherwise)));
}

pub(super) fn records(page: &mut Page, report: &Report) {
    page.heading("Records");
    if report.runs.is_empty() {
        page.line("No record was given.");
        return;
    }
    let mut table = Table::new(&["record", "verdict", "method", "claim", "cases", "teeth", "SHA-256", "repeat"]);
    for run in &report.runs {
        let verdict = match &run.detail {
            Some(detail) => format!("{}: {detail}", run.verdict.name()),
            None => run.verdict.name().to_owned(),
        };
        let cases = if run.cases == 0 { String::new() } else { run.cases.to_string() };
        let teeth = format!("{}: {}", run.teeth.weakness, run.teeth.outcome);
        let method = words::method(run.method).to_owned();
        table.row(&[&run.id, &verdict, &method, &run.claim, &cases, &teeth, &run.record_sha256, &run.repeat]);
    }
    page.table(&table);
    page.items(
        report
            .unreadable
            .iter()
            .map(|record| format!("{} could not be read: {}", plain(&record.label), plain(&record.reason))),
    );
}

pub(super) fn change(page: &mut Page, report: &Report) {
    page.heading("Change since the previous report");
    let Some(change) = &report.change else {
        page.line("Missing: no earlier report was given to compare with.");
        return;
    };
    page.line(&format!(
        "Compared with the report `{}`; {} verdicts are the same.",
        change.previous_sha256, change.unchanged_runs
    ));
    let mut table = Table::new(&["what", "where", "before", "now"]);
    for run in &change.runs {
        let word = |word: Option<crate::report::Word>| word.map_or("not in it", crate::report::Word::name);
        table.row(&[&run.scenario, &run.rig, word(run.before), word(run.after)]);
    }
    for moved in &change.statements {
        let word = |standing: Option<Standing>| standing.map_or("no evidence", |standing| standing.name());
        table.row(&[&moved.id, &moved.method, word(moved.before), word(moved.after)]);
    }
    page.table(&table);
}
