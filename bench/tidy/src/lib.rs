//! The house rules, checked over every file of the repository.
//!
//! A rule that only people remember is broken by the second week. Each rule here is one function in
//! a file of its own, with a test that shows what it catches: a check that cannot fail proves
//! nothing. What the compiler or Clippy can check is left to them.

mod arrows;
mod repository;
mod rules;
mod source;
mod violation;

use std::path::Path;

pub use repository::{Error, Repository};
pub use violation::Violation;

/// What a look at the whole repository found.
#[derive(Debug)]
pub struct Report {
    /// How many files were looked at.
    pub file_count: usize,
    /// How many of them are Rust sources.
    pub source_count: usize,
    /// Everything that breaks a rule, by file and line.
    pub violations: Vec<Violation>,
}

/// Checks all rules over the repository at `root`, its workspaces included.
///
/// # Errors
///
/// Fails when Git cannot list the files, a file cannot be read, or Cargo does not understand a
/// workspace. A broken rule is no error: it is in the report.
pub fn check(root: &Path) -> Result<Report, Error> {
    let repository = Repository::read(root)?;
    let workspaces = repository.workspaces()?;
    let mut violations = Vec::new();
    let mut source_count = 0;
    for file in repository.files() {
        violations.extend(rules::of_file(file));
        if file.path.ends_with(".rs") {
            source_count += 1;
            violations.extend(rules::of_source(file));
        }
    }
    for workspace in &workspaces {
        violations.extend(rules::arrows::check(workspace));
    }
    violations.extend(rules::of_repository(&repository));
    violations.sort();
    Ok(Report { file_count: repository.files().len(), source_count, violations })
}
