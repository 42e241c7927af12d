//! Every statement once, verdicts only from evidence, methods never merged.
//!
//! These are the promises a report makes; each test tries to catch one of them being broken.

use render::report::{Declared, Place, Stance, Standing};
use render::{Inputs, Previous, Report};
use standards::standards;

use crate::play::{Bench, Device};
use crate::samples::{DOWNGRADE, GOOD_UPDATE, POWER_LOSS, meta, mixed, mixed_runs, report};

fn statement<'r>(report: &'r Report, id: &str) -> &'r render::report::StatementRow {
    report.statements.iter().find(|row| row.id == id).expect("it is one of the framework's")
}

#[test]
fn every_statement_stands_there_once_with_a_verdict_or_a_reason() {
    for inputs in [mixed(), Inputs::default()] {
        let report = report(&inputs);
        assert_eq!(report.statements.len(), 195);
        for (row, known) in report.statements.iter().zip(&standards().statements) {
            assert_eq!(row.id, known.id);
            assert_eq!(row.place == Place::Judged, row.reason.is_none(), "{}", row.id);
            assert!(row.reason.as_ref().is_none_or(|reason| !reason.trim().is_empty()), "{}", row.id);
        }
        let counted: usize = report.summary.statements.iter().map(|place| place.statements).sum();
        assert_eq!(counted, 195);
    }
}

#[test]
fn every_grid_counts_every_statement_once() {
    let report = report(&mixed());
    assert_eq!(report.summary.grids.len(), 3);
    for grid in &report.summary.grids {
        assert_eq!(grid.total.counts().iter().sum::<usize>(), 195);
        let rows: usize = grid.rows.iter().flat_map(|row| row.counts()).sum();
        assert_eq!(rows, 195);
    }
}

#[test]
fn methods_are_never_merged() {
    let report = report(&mixed());
    let found = &statement(&report, "NTIA-CHECK-9").standings;
    let standings: Vec<Standing> = found.iter().map(|found| found.standing).collect();
    assert_eq!(standings, [Standing::Held, Standing::Broken, Standing::Error]);
}

#[test]
fn the_gravest_verdict_of_one_method_stands() {
    let held = Bench::new("downgrade", DOWNGRADE).run();
    let broken = Bench::new("downgrade", DOWNGRADE).with(Device::Weak).on("sim-2").run();
    let report = report(&Inputs { runs: vec![held, broken], ..Inputs::default() });
    assert_eq!(statement(&report, "NTIA-CHECK-9").standings[0].standing, Standing::Broken);
}

#[test]
fn a_genuine_update_is_no_evidence_for_a_risk() {
    let report = report(&Inputs { runs: vec![Bench::new("good-update", GOOD_UPDATE).run()], ..Inputs::default() });
    assert_eq!(statement(&report, "NTIA-SEND-1").place, Place::Judged);
    let risk = statement(&report, "NTIA-SIGN-6");
    assert_eq!(risk.place, Place::NotTested);
    assert!(risk.reason.as_ref().is_some_and(|reason| reason.contains("does nothing against the device")));
}

#[test]
fn what_is_not_for_a_bench_gets_no_verdict_though_a_scenario_names_it() {
    let report = report(&Inputs { runs: vec![Bench::new("power-loss", POWER_LOSS).run()], ..Inputs::default() });
    assert_eq!(statement(&report, "NTIA-KEYS-1").place, Place::NotForTheBench);
    assert!(statement(&report, "NTIA-KEYS-1").standings.is_empty());
}

#[test]
fn partial_evidence_is_marked() {
    let alone = POWER_LOSS.replace("\"NTIA-APPLY-2\", \"NTIA-ROLLBACK-2\", ", "");
    let report = report(&Inputs { runs: vec![Bench::new("power-loss", &alone).run()], ..Inputs::default() });
    let partial = statement(&report, "NTIA-POWER-1");
    assert_eq!(partial.place, Place::Judged);
    assert!(partial.partial.is_some());
    assert_eq!(report.methods[0].statements_partial, 1);
}

#[test]
fn one_deed_supports_one_statement_and_the_others_share_it() {
    let report = report(&Inputs { runs: vec![Bench::new("power-loss", POWER_LOSS).run()], ..Inputs::default() });
    let of = |id: &str| statement(&report, id);
    assert_eq!(of("NTIA-APPLY-2").place, Place::Judged);
    for id in ["NTIA-ROLLBACK-2", "NTIA-POWER-1"] {
        assert_eq!(of(id).place, Place::Shared, "{id}");
        assert_eq!(of(id).standings[0].standing, Standing::Shared);
        assert!(of(id).reason.as_ref().is_some_and(|reason| reason.contains("counted for NTIA-APPLY-2")));
    }
    let total = &report.summary.grids[0].total;
    assert_eq!((total.held, total.shared), (1, 2));
    assert_eq!(report.methods[0].statements_judged, 1);
}

#[test]
fn what_breaks_contradicts_every_statement_it_was_for() {
    let run = Bench::new("power-loss", POWER_LOSS).with(Device::Weak).run();
    let report = report(&Inputs { runs: vec![run], ..Inputs::default() });
    for id in ["NTIA-APPLY-2", "NTIA-ROLLBACK-2", "NTIA-POWER-1"] {
        assert_eq!(statement(&report, id).standings[0].standing, Standing::Broken, "{id}");
    }
}

#[test]
fn a_risk_is_withstood_and_never_held() {
    let report = report(&mixed());
    for row in report.statements.iter().filter(|row| row.kind == "risk") {
        for found in &row.standings {
            let supports = found.standing == Standing::Held;
            assert_eq!(found.means.starts_with("withstood"), supports, "{}: {}", row.id, found.means);
        }
    }
    let page = render::html(&report);
    assert!(page.contains("evidence supports"));
    for word in ["HELD", "BROKEN"] {
        assert!(!page.contains(&format!("<div class=\"standing\"><span class=\"v {}\">{word}<", word.to_lowercase())));
    }
}

#[test]
fn a_control_that_one_statement_supports_is_at_most_partial() {
    let report = report(&mixed());
    let controls = report.crosswalk.iter().flat_map(|part| &part.controls);
    let mut single = 0;
    for control in controls {
        assert_eq!(control.stances.is_empty(), control.paper == "—", "{}", control.id);
        for found in control.stances.iter().filter(|found| found.stance == Stance::Supports) {
            if found.through.len() == 1 && found.through[0] != control.id {
                single += 1;
                assert_ne!(found.confidence, "high", "{}", control.id);
            }
        }
    }
    assert!(single > 0, "the sample has such a control");
}

#[test]
fn skipped_and_failed_runs_are_no_verdict() {
    let absent = Bench::new("good-update", GOOD_UPDATE).with(Device::Absent).run();
    let lost = Bench::new("downgrade", DOWNGRADE).with(Device::Unreachable).run();
    let report = report(&Inputs { runs: vec![absent, lost], ..Inputs::default() });
    let skipped = statement(&report, "NTIA-SEND-1");
    assert_eq!(skipped.place, Place::Undecided);
    assert!(skipped.reason.as_ref().is_some_and(|reason| reason.contains("SKIPPED: a battery")));
    assert!(
        statement(&report, "NTIA-CHECK-9").reason.as_ref().is_some_and(|reason| reason.contains("the probe is gone"))
    );
    assert_eq!(report.undecided.len(), 2);
}

#[test]
fn declined_statements_need_no_verdict_and_claimed_ones_do() {
    let report = report(&mixed());
    assert_eq!(statement(&report, "NTIA-PROTECT-3").place, Place::Declined);
    assert_eq!(statement(&report, "NTIA-CHECK-9").declared, Declared::Claimed);
    assert_eq!(report.summary.claimed_without_verdict, ["NTIA-REVERIFY-9"]);
}

#[test]
fn the_worst_finding_comes_first() {
    let report = report(&mixed());
    let findings: Vec<(&str, &str)> =
        report.findings.iter().map(|finding| (finding.id.as_str(), finding.run.as_str())).collect();
    assert_eq!(findings, [("F1", "power-loss.qemu-ast1030"), ("F2", "downgrade.qemu-ast1030")]);
    assert_eq!(report.summary.worst.as_deref(), Some("F1"));
    assert_eq!(report.findings[0].repeat, "otabench repeat records/power-loss.qemu-ast1030");
    assert!(report.findings.iter().all(|finding| finding.line.is_some() && !finding.timeline.is_empty()));
}

#[test]
fn evidence_supports_contradicts_or_is_silent() {
    let report = report(&mixed());
    let tuf = report.crosswalk.iter().find(|part| part.key == "TUF").expect("it is in the crosswalk");
    let rollback = tuf.controls.iter().find(|control| control.id == "TUF-ROLLBACK").expect("it is an attack of TUF");
    let stances: Vec<Stance> = rollback.stances.iter().map(|found| found.stance).collect();
    assert_eq!(stances, [Stance::Supports, Stance::Contradicts]);
    assert!(tuf.controls.iter().any(|control| control.stances.is_empty()));
}

#[test]
fn a_report_of_nothing_says_so() {
    let report = report(&Inputs::default());
    assert!(report.findings.is_empty());
    assert!(report.summary.grids.is_empty());
    assert!(report.statements.iter().all(|row| row.place != Place::Judged));
}

#[test]
fn the_order_of_the_inputs_and_copies_do_not_matter() {
    let mut backwards = mixed();
    backwards.runs.reverse();
    backwards.runs.push(mixed_runs().remove(0));
    assert_eq!(report(&mixed()).json(), report(&backwards).json());
}

#[test]
fn two_plays_of_one_scenario_on_one_rig_have_two_names() {
    let first = Bench::new("downgrade", DOWNGRADE).run();
    let second = Bench::new("downgrade", DOWNGRADE).with(Device::Weak).run();
    let report = report(&Inputs { runs: vec![first, second], ..Inputs::default() });
    let names: Vec<&str> = report.runs.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(names, ["downgrade.sim", "downgrade.sim.2"]);
}

#[test]
fn a_sweep_of_the_report_breaks_where_the_verdict_says_so() {
    for device in [Device::Whole, Device::Weak] {
        let report = report(&Inputs {
            runs: vec![Bench::new("power-loss", POWER_LOSS).with(device).run()],
            ..Inputs::default()
        });
        let sweep = report.runs[0].sweep.as_ref().expect("the scenario sweeps");
        assert_eq!(sweep.lanes.len(), 4);
        let breaks =
            sweep.lanes.iter().flat_map(|lane| &lane.stretches).any(|s| s.outcome == render::report::Swept::Broken);
        assert_eq!(breaks, device == Device::Weak);
    }
}

#[test]
fn what_changed_since_an_earlier_report_is_named() {
    let before =
        report(&Inputs { runs: vec![Bench::new("downgrade", DOWNGRADE).run()], meta: meta(), ..Inputs::default() });
    let previous = Previous::parse(before.json().as_bytes()).expect("it was just written");
    let runs =
        vec![Bench::new("downgrade", DOWNGRADE).with(Device::Weak).run(), Bench::new("good-update", GOOD_UPDATE).run()];
    let after = report(&Inputs { runs, previous: Some(previous), meta: meta(), ..Inputs::default() });
    let change = after.change.expect("an earlier report was given");
    let moved: Vec<(&str, Option<&str>, Option<&str>)> = change
        .runs
        .iter()
        .map(|run| (run.scenario.as_str(), run.before.map(|w| w.name()), run.after.map(|w| w.name())))
        .collect();
    assert_eq!(moved, [("downgrade", Some("HELD"), Some("BROKEN")), ("good-update", None, Some("HELD"))]);
    assert!(change.statements.iter().any(|moved| moved.id == "NTIA-CHECK-9"));
}

#[test]
fn an_earlier_report_of_another_schema_is_refused() {
    let text = report(&Inputs::default()).json().replace("otabench.report/1", "otabench.report/9");
    assert!(Previous::parse(text.as_bytes()).is_err_and(|error| error.to_string().contains("otabench.report/9")));
    assert!(Previous::parse(b"{}").is_err());
}
