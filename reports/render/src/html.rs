//! The report as one HTML page.
//!
//! The page needs nothing but itself: no network, no script, no font, and a policy that would stop
//! them. It is read on a screen, on a phone, on paper and with a screen reader, so verdicts are words
//! before they are colours, tables turn into cards where there is no room, and everything that folds
//! opens when it is printed or linked to. The worst comes first.

mod catalogue;
mod crosswalk;
mod device;
mod findings;
mod front;
mod parts;
mod records;
mod rest;
mod results;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::Report;
use crate::words;

const STYLE: &str = include_str!("html/style.css");

/// Nothing may be loaded, run or sent, whatever got into the page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A section of the page: its anchor, its title, and what it holds.
struct Section {
    anchor: &'static str,
    title: &'static str,
    body: Markup,
}

/// Lays a report out as a page.
pub fn html(report: &Report) -> String {
    let sections = sections(report);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "otabench " (report.meta.otabench) };
                title { (front::title(report)) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "Skip to the findings" }
                div.page {
                    header.top { (front::header(report)) }
                    (contents(&sections))
                    main {
                        (front::page_one(report))
                        @for section in &sections {
                            section id=(section.anchor) aria-labelledby={ (section.anchor) "-title" } {
                                h2 id={ (section.anchor) "-title" } { (section.title) }
                                (section.body)
                            }
                        }
                    }
                    footer { (front::footer(report)) }
                }
            }
        }
    };
    words::harmless_lines(&page.into_string())
}

fn sections(report: &Report) -> Vec<Section> {
    let section = |anchor, title, body| Section { anchor, title, body };
    vec![
        section("findings", "Findings", findings::section(report)),
        section("summary", "Verdicts by step", front::grids(report)),
        section("claims", "Claims and limits", rest::claims(report)),
        section("device", "Device sheet", device::section(report)),
        section("results", "Results by step", results::section(report)),
        section("not-tested", "Not tested and not applicable", results::not_tested(report)),
        section("attacks", "Attack catalogue", catalogue::section(report)),
        section("matrix", "Attacks against profiles", catalogue::matrix(report)),
        section("crosswalk", "Crosswalk to other frameworks", crosswalk::section(report)),
        section("method", "Strength of method", rest::methods(report)),
        section("validation", "The bench\u{2019}s own validation", rest::validation(report)),
        section("measurements", "Measurements", rest::measurements(report)),
        section("residual", "Residual risk", rest::residual(report)),
        section("records", "Records", records::section(report)),
        section("reproduction", "Reproduction", rest::reproduction(report)),
        section("change", "Change since the previous report", rest::change(report)),
    ]
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        nav aria-label="Contents" {
            details.contents {
                summary { "Contents" }
                ol {
                    li { a href="#front" { "At a glance" } }
                    @for section in sections {
                        li { a href={ "#" (section.anchor) } { (section.title) } }
                    }
                }
            }
        }
    }
}
