//! The house rules, over this very repository.
//!
//! One test reports everything at once, so that a day's work is put in order in one go.

use std::path::Path;

/// Fewer Rust sources than this, and the look at the repository missed most of it.
const LEAST_SOURCES: usize = 100;

#[test]
fn the_repository_keeps_its_house_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let report = match tidy::check(&root) {
        Ok(report) => report,
        Err(error) => panic!("the rules could not be checked: {error}"),
    };
    let list: String = report.violations.iter().map(|violation| format!("{violation}\n")).collect();
    assert!(
        list.is_empty(),
        "\n{list}{} broken rules in {} files; repeat with: cargo test -p otabench-tidy",
        report.violations.len(),
        report.file_count,
    );
    assert!(report.source_count >= LEAST_SOURCES, "only {} Rust sources were found", report.source_count);
}
