//! The page stands on its own: nothing is loaded, every link leads somewhere, every id is there once.
//!
//! It is archived and opened years later on machines without a network; what it needs must be in it.

use std::collections::BTreeSet;

use render::{Inputs, html};

use crate::samples::{mixed, report};

/// The values of an attribute, as they stand.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let mark = format!(" {attribute}=\"");
    page.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

#[test]
fn every_internal_link_leads_somewhere_and_every_id_is_there_once() {
    for inputs in [mixed(), Inputs::default()] {
        let page = html(&report(&inputs));
        let ids = values(&page, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len());
        let links = values(&page, "href");
        assert!(links.len() > 16);
        for link in links {
            let Some(anchor) = link.strip_prefix('#') else {
                assert_eq!(link, "data:,", "nothing else is linked to");
                continue;
            };
            assert!(unique.contains(anchor), "{link}");
        }
    }
}

#[test]
fn nothing_is_loaded_or_run() {
    let page = html(&report(&mixed()));
    for forbidden in ["<script", "http://", "https://", "@import", "url(", "<iframe", "<img", "onload", "srcset"] {
        let found = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!found.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn every_statement_has_its_row_once() {
    let page = html(&report(&mixed()));
    for row in &standards::standards().statements {
        assert_eq!(page.matches(&format!("<tr id=\"{}\">", row.id)).count(), 1, "{}", row.id);
    }
}

#[test]
fn page_one_names_the_worst_finding_its_command_and_what_was_not_tested() {
    let page = html(&report(&mixed()));
    let front = page.split("id=\"findings\"").next().unwrap_or_default();
    assert!(front.contains("Worst finding: Nothing runs on the device any more"));
    assert!(front.contains("otabench repeat records/power-loss.qemu-ast1030"));
    assert!(front.contains("statements have no verdict"));
    assert!(front.contains("Unsigned."));
    for words in ["4 claims held, simulated", "2 claims broken, emulated", "draft of 2017-10-31"] {
        assert!(front.contains(words), "{words}");
    }
    assert!(front.contains("NTIA-REVERIFY-9"), "claimed and not tested");
}

#[test]
fn what_nothing_tries_is_said_once_and_not_in_every_row() {
    let said = "No record in this report is evidence for it.";
    for inputs in [mixed(), Inputs::default()] {
        assert_eq!(html(&report(&inputs)).matches(said).count(), 1);
        assert_eq!(render::markdown(&report(&inputs)).matches(said).count(), 1);
    }
}

#[test]
fn a_device_that_nobody_declares_is_named_for_what_it_is() {
    let undeclared = Inputs { declaration: None, ..mixed() };
    assert!(html(&report(&undeclared)).contains("own reference firmware"));
    assert!(!html(&report(&mixed())).contains("own reference firmware"));
}

#[test]
fn no_section_is_empty() {
    let page = html(&report(&Inputs::default()));
    for section in page.split("<section id=").skip(2) {
        let body = section.split("</h2>").nth(1).unwrap_or_default();
        assert!(body.contains("<p") || body.contains("<table") || body.contains("<ul"), "{}", &section[..40]);
    }
}

#[test]
fn conformity_is_never_issued() {
    let page = html(&report(&mixed())).to_lowercase();
    for word in ["compliant", "is certified", "has passed", "conforms to", "score:"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn a_matrix_is_shown_where_it_is_given() {
    let matrix = Some(crate::matrix::sample());
    let page = html(&report(&Inputs { matrix, ..mixed() }));
    assert!(page.contains("accepted, runs 1.4.0, at step"));
    assert!(page.contains("without one feature"));
    assert!(!html(&report(&mixed())).contains("class=\"matrix\""));
}
