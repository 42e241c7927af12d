//! Arrows between our crates go one way, and only where the table says so.
//!
//! Tests may need a little more than the code they test: a second, short table lists what.

use crate::arrows::{ARROWS, Arrow, BENCH, RIGS, TEST_ARROWS};
use crate::repository::{By, Need, Package, Presence, Workspace};
use crate::violation::Violation;

const RULE: &str = "arrows";
const REMEDY: &str = "take the dependency away, or decide on it in `bench/tidy/src/arrows.rs` and ARCHITECTURE.md";

/// Checks every arrow of a workspace against the tables.
pub(crate) fn check(workspace: &Workspace) -> Vec<Violation> {
    let packages = workspace.packages.iter();
    packages.flat_map(|package| unknown(package).into_iter().chain(wrong_arrows(package))).collect()
}

fn unknown(package: &Package) -> Option<Violation> {
    let known = package.name == BENCH || ARROWS.iter().any(|arrow| arrow.from == package.name);
    let what = format!("the crate `{}` is not in the table of arrows", package.name);
    (!known).then(|| violation(package, what, "say in `bench/tidy/src/arrows.rs` what it may need"))
}

fn wrong_arrows(package: &Package) -> Vec<Violation> {
    package.needs.iter().filter_map(|need| wrong_arrow(package, need)).collect()
}

fn wrong_arrow(package: &Package, need: &Need) -> Option<Violation> {
    let arrow = match need.by {
        By::Code => format!("`{} -> {}`", package.name, need.name),
        By::Tests => format!("`{} -> {}` in tests", package.name, need.name),
    };
    if package.name == BENCH {
        let unasked = RIGS.contains(&need.name.as_str()) && need.by == By::Code && need.presence == Presence::Always;
        let what = format!("{arrow} is always there");
        return unasked.then(|| violation(package, what, "put each rig behind a feature: `optional = true`"));
    }
    let allowed = match need.by {
        By::Code => listed(ARROWS, package, need),
        By::Tests => listed(ARROWS, package, need) || listed(TEST_ARROWS, package, need),
    };
    (!allowed).then(|| violation(package, format!("{arrow} is not in the table of arrows"), REMEDY))
}

fn listed(table: &[Arrow], package: &Package, need: &Need) -> bool {
    table.iter().any(|arrow| arrow.from == package.name && arrow.to.contains(&need.name.as_str()))
}

fn violation(package: &Package, what: String, remedy: &'static str) -> Violation {
    Violation { file: package.manifest.clone(), line: 1, rule: RULE, what, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(from: &str, to: &str, by: By, presence: Presence) -> Vec<String> {
        let need = Need { name: to.to_owned(), by, presence };
        let package = Package { name: from.to_owned(), manifest: "Cargo.toml".to_owned(), needs: vec![need] };
        check(&Workspace { packages: vec![package] }).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn an_arrow_in_the_table_is_accepted() {
        assert_eq!(found("runner", "rig", By::Code, Presence::Always), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_against_the_table_is_found() {
        let found = found("rig", "runner", By::Code, Presence::Always);
        assert_eq!(found, ["`rig -> runner` is not in the table of arrows"]);
    }

    #[test]
    fn the_publisher_never_needs_the_manifest_crate() {
        for by in [By::Code, By::Tests] {
            assert_eq!(found("publisher", "manifest", by, Presence::Always).len(), 1);
        }
    }

    #[test]
    fn tests_of_the_runner_may_need_a_rig_and_its_code_may_not() {
        assert_eq!(found("runner", "sim", By::Tests, Presence::Always), Vec::<String>::new());
        assert_eq!(found("runner", "sim", By::Code, Presence::Optional).len(), 1);
    }

    #[test]
    fn the_command_line_has_each_rig_behind_a_feature() {
        assert_eq!(found("bench", "sim", By::Code, Presence::Optional), Vec::<String>::new());
        assert_eq!(found("bench", "sim", By::Code, Presence::Always), ["`bench -> sim` is always there"]);
    }

    #[test]
    fn nothing_needs_the_command_line() {
        assert_eq!(found("runner", "bench", By::Code, Presence::Always).len(), 1);
    }

    #[test]
    fn a_crate_that_nobody_decided_on_is_found() {
        let found = found("novelty", "menu", By::Code, Presence::Always);
        assert_eq!(found[0], "the crate `novelty` is not in the table of arrows");
    }
}
