//! The report as Markdown: the page's twin, for a pull request, a wiki or a diff.
//!
//! It has the same sections in the same order. Every text is escaped, because some of it comes from a
//! device: a table must stay a table whatever stands in it.

mod tables;

use std::fmt::Write as _;

use crate::report::{Place, Provenance, Report};
use crate::texts;
use crate::words::{self, count};
use tables::Table;

/// Lays a report out as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut page = Page { text: String::new() };
    front(&mut page, report);
    findings(&mut page, report);
    tables::grids(&mut page, report);
    claims(&mut page, report);
    tables::devices(&mut page, report);
    tables::results(&mut page, report);
    tables::not_tested(&mut page, report);
    tables::attacks(&mut page, report);
    tables::matrix(&mut page, report);
    tables::crosswalk(&mut page, report);
    methods(&mut page, report);
    tables::validation(&mut page, report);
    page.heading("Measurements");
    page.line(texts::NO_MEASUREMENTS);
    residual(&mut page, report);
    tables::records(&mut page, report);
    reproduction(&mut page, report);
    tables::change(&mut page, report);
    page.text
}

/// The text so far.
struct Page {
    text: String,
}

impl Page {
    fn heading(&mut self, title: &str) {
        self.line(&format!("## {title}"));
    }

    fn subheading(&mut self, title: &str) {
        self.line(&format!("### {title}"));
    }

    /// A paragraph.
    fn line(&mut self, text: &str) {
        writeln!(self.text, "{text}\n").expect("a string takes everything");
    }

    fn items<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        for item in items {
            writeln!(self.text, "- {}", item.as_ref()).expect("a string takes everything");
        }
        self.text.push('\n');
    }

    /// A command to be copied. A fence of this length cannot be closed from within.
    fn command(&mut self, command: &str) {
        self.line(&format!("````sh\n{}\n````", command.replace('`', "'").replace('\n', " ")));
    }

    fn table(&mut self, table: &Table) {
        self.text.push_str(&table.text());
        self.text.push('\n');
    }
}

/// A text in which nothing is markup.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in words::harmless(text).chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn front(page: &mut Page, report: &Report) {
    let product = report.declaration.as_ref().map(|declaration| &declaration.product);
    let title = product.map_or("Device under test".to_owned(), |product| plain(&product.name));
    page.line(&format!("# Update security test report: {title}"));
    match &report.meta.signed_by {
        Some(key) => page.line(&format!("**Signed** by key {}; `otabench verify-report` checks it.", plain(key))),
        None => page.line(&format!("**Unsigned.** {}", texts::UNSIGNED)),
    }
    for headline in &report.summary.headlines {
        page.line(&format!("**{}.**", headline.words));
    }
    page.line(&format!("{} {}", product.map_or(texts::REFERENCE, |_| texts::DECLARED), texts::FRAMEWORK));
    match report.findings.first() {
        Some(worst) => {
            page.line(&format!(
                "**Worst finding, {}: {}.** {}",
                worst.id,
                worst.consequence.words(),
                plain(&worst.claim)
            ));
            page.line(&format!("Expected {}, saw {}. Repeat:", plain(&worst.expected), plain(&worst.saw)));
            page.command(&worst.repeat);
        }
        None if report.runs.is_empty() => page.line("No record was given, so nothing was tried."),
        None => page.line("No claim was broken. That says nothing about what was not tried."),
    }
    open_questions(page, report);
    page.line(&format!("Evidence *supports*, *contradicts* or *is silent on* a statement. {}", texts::NO_CONFORMITY));
}

fn open_questions(page: &mut Page, report: &Report) {
    let number = |place: Place| report.statements.iter().filter(|row| row.place == place).count();
    let total = report.statements.len();
    page.line(&format!("{} of {total} statements have no verdict:", total - number(Place::Judged)));
    let open = Place::ALL.into_iter().filter(|place| *place != Place::Judged && number(*place) > 0);
    page.items(open.map(|place| format!("{} {}", number(place), place.name())));
    if !report.summary.claimed_without_verdict.is_empty() {
        let ids = report.summary.claimed_without_verdict.join(", ");
        page.line(&format!("**Claimed by the manufacturer, without a verdict:** {ids}"));
    }
    if report.declaration.is_none() {
        page.line("No product declaration was given: what the manufacturer claims and declines is not known.");
    }
}

fn findings(page: &mut Page, report: &Report) {
    page.heading("Findings");
    if report.findings.is_empty() {
        page.line(if report.runs.is_empty() {
            "None, because no record was given."
        } else {
            "None: no claim was broken in the records of this report."
        });
    }
    for finding in &report.findings {
        page.subheading(&format!("{} BROKEN: {}", finding.id, finding.consequence.words()));
        let mut facts = vec![
            format!("claim: {}", plain(&finding.claim)),
            format!("record: {} ({})", plain(&finding.run), words::method(finding.method)),
            format!("step: {}", plain(&finding.step)),
            format!("expected: {}", plain(&finding.expected)),
            format!("saw: **{}**", plain(&finding.saw)),
            format!("statements: {}", plain(&finding.covers.join(", "))),
        ];
        facts.extend(finding.case.as_ref().map(|case| format!("case: {}", plain(case))));
        facts.extend(finding.threat.as_ref().map(|threat| format!("threat: {}", plain(threat))));
        let line = finding.line.map_or(String::new(), |line| format!(", line {line}"));
        facts.push(format!(
            "evidence: `records/{}/record.jsonl`{line}, SHA-256 `{}`",
            finding.run, finding.record_sha256
        ));
        facts.extend(finding.packets_sha256.as_ref().map(|packets| format!("packets: SHA-256 `{packets}`")));
        page.items(facts);
        page.command(&finding.repeat);
    }
    for run in &report.undecided {
        page.line(&format!("{}: {}. {}.", plain(&run.run), plain(&run.reason), plain(&run.remedy)));
        page.command(&run.repeat);
    }
}

fn claims(page: &mut Page, report: &Report) {
    page.heading("Claims and limits");
    let verdicts = texts::VERDICTS.map(|(word, meaning)| format!("{word}: {meaning}."));
    page.items(std::iter::once(verdicts.join(" ").as_str()).chain(texts::LIMITS));
    page.subheading("What the manufacturer claims");
    match &report.declaration {
        None => page.line(texts::NO_DECLARATION),
        Some(declaration) => page.items(declaration.claims.iter().map(|claim| {
            let text = claim.text.as_deref().unwrap_or("without words");
            format!("{} ({})", plain(text), claim.statements.join(", "))
        })),
    }
    page.subheading("Where the framework contradicts itself");
    page.items(report.conflicts.iter().map(|conflict| {
        format!(
            "**{}.** {} *How the bench reads it:* {} ({})",
            conflict.title,
            conflict.text,
            conflict.reading,
            conflict.statements.join(", ")
        )
    }));
}

fn methods(page: &mut Page, report: &Report) {
    page.heading("Strength of method");
    let mut table = Table::new(&["method", "records", "statements with a verdict", "shows", "is blind to"]);
    for part in &report.methods {
        let statements = format!("{}, {} of them in part", part.statements_judged, part.statements_partial);
        let records = part.runs.total().to_string();
        table.row(&[words::method(part.method), &records, &statements, part.shows, part.blind_to]);
    }
    page.table(&table);
}

fn residual(page: &mut Page, report: &Report) {
    page.heading("Residual risk");
    page.items(report.residual.iter().map(|risk| {
        let ids = if risk.statements.is_empty() { String::new() } else { format!(" ({})", risk.statements.join(", ")) };
        format!("**{}.** {}{ids}", risk.title, plain(&risk.text))
    }));
}

fn reproduction(page: &mut Page, report: &Report) {
    page.heading("Reproduction");
    page.line("Check that nothing was changed and that the verdicts follow from the records:");
    page.command("otabench verify-report DIR");
    let (meta, stated, all) = (&report.meta, &report.provenance, report.runs.len());
    let or = |value: Option<String>| value.as_deref().map_or("not stated".to_owned(), plain);
    let time = meta
        .time
        .as_ref()
        .map_or("not stated".to_owned(), |time| format!("{} ({})", plain(&time.utc), plain(&time.source)));
    page.items([
        format!("commit of the sources: {}", or(Provenance::line(&stated.commits, all))),
        format!("tools: {}", or(Provenance::line(&stated.tools, all))),
        format!("operator: {}", or(Provenance::line(&stated.operators, all))),
        format!("played, and the source of the time: {}", or(stated.played())),
        format!("report written by otabench {}, for: {}", plain(&meta.otabench), or(meta.operator.clone())),
        format!("report written at, and the source of the time: {time}"),
        count(report.runs.len(), "record", "records"),
    ]);
}
