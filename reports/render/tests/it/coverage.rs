//! Coverage counts what a scenario does and sees, not what it lists.
//!
//! A figure that grows by listing ids would be worse than none.

use render::{Catalogue, Nature, State, coverage, evidence_of};
use scenario::Scenario;
use standards::standards;

use crate::play::Bench;
use crate::samples::{DOWNGRADE, GOOD_UPDATE, POWER_LOSS, TAMPERED_MANIFEST};

fn scenario(name: &str, text: &str) -> Scenario {
    Bench::new(name, text).scenario().clone()
}

fn samples() -> Vec<Scenario> {
    vec![
        scenario("downgrade", DOWNGRADE),
        scenario("good-update", GOOD_UPDATE),
        scenario("power-loss", POWER_LOSS),
        scenario("tampered-manifest", TAMPERED_MANIFEST),
    ]
}

fn state(scenarios: &[Scenario], id: &str) -> State {
    let covered = coverage(scenarios, standards());
    covered.rows.iter().find(|row| row.id == id).expect("it is in a catalogue").state
}

#[test]
fn evidence_is_what_is_done_and_what_is_seen() {
    let evidence = evidence_of(&scenario("downgrade", DOWNGRADE));
    assert_eq!(evidence.len(), 2);
    assert_eq!(evidence[0].action, "offer of an older version");
    assert_eq!(evidence[0].observation, "refused: version-too-old, what ran before runs");
    assert_eq!(evidence[0].nature, Nature::Adverse);
    assert_eq!(evidence[1].action, "after offer of an older version: power cycle");
    assert_eq!(evidence[1].nature, Nature::Aftermath);
    assert_eq!(evidence_of(&scenario("good-update", GOOD_UPDATE))[0].nature, Nature::Genuine);
}

#[test]
fn every_row_of_every_catalogue_is_there_once() {
    let covered = coverage(&samples(), standards());
    assert_eq!(covered.rows.len(), 195 + 18 + 10 + 10 + 17);
    for totals in &covered.totals {
        let rows = covered.rows.iter().filter(|row| row.catalogue == totals.catalogue).count();
        let counted = totals.covered + totals.shared + totals.named_only + totals.missing;
        assert_eq!(counted, totals.for_the_bench);
        assert_eq!(totals.for_the_bench + totals.not_counted, rows);
    }
    let statements = &covered.totals[0];
    assert_eq!(statements.catalogue, Catalogue::Statements);
    assert_eq!(statements.for_the_bench, 171, "172 of the framework's, without the one on Bluetooth");
}

#[test]
fn a_row_is_covered_partly_covered_or_not_for_a_bench() {
    assert_eq!(state(&samples(), "NTIA-CHECK-9"), State::Covered);
    assert_eq!(state(&samples(), "NTIA-KEYS-1"), State::NotCounted);
    assert_eq!(state(&samples(), "NTIA-SEND-10"), State::NotCounted);
    assert_eq!(state(&samples(), "NTIA-SIGN-12"), State::Missing);
    assert_eq!(state(&samples(), "TUF-ROLLBACK"), State::Covered);
    assert_eq!(state(&samples(), "THREAT.IMG.EXPIRED"), State::Covered);
    assert_eq!(state(&samples(), "NTIA-SIGN-6"), State::NamedOnly, "a genuine update shows nothing for a risk");
}

#[test]
fn listing_more_rows_than_there_is_evidence_for_counts_for_nothing() {
    let greedy = DOWNGRADE
        .replace("\"NTIA-CHECK-9\"", "\"NTIA-CHECK-9\", \"NTIA-CHECK-10\", \"NTIA-CHECK-11\", \"NTIA-SIGN-11\"");
    let covered = coverage(&[scenario("greedy", &greedy)], standards());
    let statements = &covered.totals[0];
    assert_eq!((statements.covered, statements.shared), (2, 4));
    let shared = covered.rows.iter().find(|row| row.state == State::Shared).expect("there are four");
    assert!(shared.reason.as_ref().is_some_and(|reason| reason.contains("NTIA-")));
}

#[test]
fn a_scenario_under_another_name_is_a_copy() {
    let copied = coverage(&[scenario("downgrade", DOWNGRADE), scenario("again", DOWNGRADE)], standards());
    assert_eq!(copied.copies.len(), 1);
    assert_eq!(copied.totals[0].covered, coverage(&[scenario("downgrade", DOWNGRADE)], standards()).totals[0].covered);
}

#[test]
fn an_id_that_no_catalogue_has_is_named() {
    let odd = DOWNGRADE.replace("NTIA-CHECK-9", "NTIA-CHECK-99");
    assert_eq!(coverage(&[scenario("odd", &odd)], standards()).unknown[0].id, "NTIA-CHECK-99");
}

#[test]
fn every_row_without_a_scenario_is_named() {
    let covered = coverage(&samples(), standards());
    let text = covered.text();
    for row in covered.missing() {
        assert!(text.contains(&format!("no scenario yet: {}", row.id)), "{}", row.id);
        assert!(covered.markdown().contains(&format!("| {} | no scenario |", row.id)), "{}", row.id);
    }
    assert!(covered.json().contains("\"schema\":\"otabench.coverage/1\""));
}

#[test]
fn the_totals_look_like_this() {
    let text = coverage(&samples(), standards()).text();
    let at = text.find("catalogue   ").expect("the totals have a head");
    let totals: String = text[at..].lines().take(6).map(|line| format!("{line}\n")).collect();
    snapbox::assert_data_eq!(totals, snapbox::file!["golden/coverage-totals.txt"]);
}
