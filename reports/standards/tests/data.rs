//! The data is whole, and damage to it is noticed.
//!
//! Counts are pinned: a row that disappears in an edit would otherwise only make a report shorter.

use standards::{Applies, DataError, Standards, Step, TEXTS, Testability, Texts, standards};

#[test]
fn the_bundled_texts_are_whole() {
    assert_eq!(Standards::parse(&TEXTS).err(), None);
}

#[test]
fn nothing_got_lost() {
    let all = standards();
    assert_eq!(all.statements.len(), 195);
    assert_eq!(all.threats.len(), 18);
    assert_eq!(all.requirements.len(), 35);
    assert_eq!(all.tuf_attacks.len(), 10);
    assert_eq!(all.uptane_attacks.len(), 10);
    assert_eq!(all.frameworks.len(), 27);
    assert_eq!(all.controls.len(), 352);
    assert_eq!(all.mappings.len(), 1093);
    assert_eq!(all.beyond.len(), 17);
    let for_the_bench = all.statements.iter().filter(|row| row.testability.is_for_the_bench()).count();
    assert_eq!(for_the_bench, 172);
}

#[test]
fn every_step_has_statements() {
    for step in Step::ALL {
        assert!(standards().statements.iter().any(|row| row.step == step), "{step}");
    }
}

#[test]
fn what_a_bench_cannot_test_says_why() {
    for row in &standards().statements {
        let limit = standards().limit(&row.id);
        assert_eq!(limit.is_some(), row.testability != Testability::Bench, "{}", row.id);
    }
    let bluetooth = standards().limit("NTIA-SEND-10").expect("no rig has a radio");
    assert_eq!(bluetooth.applies, Applies::No);
}

#[test]
fn files_stay_readable() {
    let texts = [TEXTS.statements, TEXTS.rfc9124, TEXTS.tuf, TEXTS.uptane, TEXTS.crosswalk, TEXTS.limits];
    for text in texts {
        assert!(text.len() < 256 << 10);
    }
}

#[test]
fn an_id_that_is_there_twice_is_refused() {
    let statements = TEXTS.statements.replace("\"NTIA-GEN-12\"", "\"NTIA-GEN-1\"");
    let damaged = Standards::parse(&Texts { statements: &statements, ..TEXTS });
    assert_eq!(damaged.err(), Some(DataError::Twice { what: "id", id: "NTIA-GEN-1".to_owned() }));
}

#[test]
fn a_mapping_that_leads_nowhere_is_refused() {
    let crosswalk = TEXTS.crosswalk.replacen("ntia = \"NTIA-CHECK-9\"", "ntia = \"NTIA-CHECK-99\"", 1);
    let damaged = Standards::parse(&Texts { crosswalk: &crosswalk, ..TEXTS });
    assert!(matches!(damaged, Err(DataError::Dangling { id, .. }) if id == "NTIA-CHECK-99"));
    let crosswalk = TEXTS.crosswalk.replacen("control = \"REQ.SEC.SEQUENCE\"", "control = \"REQ.SEC.SEQ\"", 1);
    let damaged = Standards::parse(&Texts { crosswalk: &crosswalk, ..TEXTS });
    assert!(matches!(damaged, Err(DataError::Dangling { id, .. }) if id == "RFC9124 REQ.SEC.SEQ"));
}

#[test]
fn an_unknown_word_or_key_is_refused() {
    let statements = TEXTS.statements.replacen("testability = \"bench\"", "testability = \"maybe\"", 1);
    let damaged = Standards::parse(&Texts { statements: &statements, ..TEXTS });
    assert!(matches!(damaged, Err(DataError::Parse { file: "ntia-statements", .. })));
    let tuf = format!("{}\ncolour = \"red\"\n", TEXTS.tuf);
    assert!(matches!(
        Standards::parse(&Texts { tuf: &tuf, ..TEXTS }),
        Err(DataError::Parse { file: "tuf-attacks", .. })
    ));
}

#[test]
fn a_statement_in_the_wrong_step_is_refused() {
    let statements = TEXTS.statements.replacen("step = \"create\"", "step = \"sign\"", 1);
    let damaged = Standards::parse(&Texts { statements: &statements, ..TEXTS });
    assert!(matches!(damaged, Err(DataError::WrongStep { id, step: "Sign" }) if id == "NTIA-CREATE-1"));
}

#[test]
fn not_applicable_without_a_reason_is_refused() {
    let limits = TEXTS.limits.replacen("id = \"NTIA-GEN-2\"", "id = \"NTIA-CHECK-1\"", 1);
    let damaged = Standards::parse(&Texts { limits: &limits, ..TEXTS });
    assert!(matches!(damaged, Err(DataError::NoReason { id }) if id == "NTIA-GEN-2"));
}
