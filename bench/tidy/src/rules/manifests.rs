//! Every package takes its lints, versions and terms from its workspace.
//!
//! A lint table that one package forgets is a rule that this package does not have, and a version
//! written twice is a version that will differ.

use toml::{Table, Value};

use crate::repository::{File, Repository, is_manifest};
use crate::violation::Violation;

/// Packages without the workspace's lints. The mutants are copies of firmware that is linted where
/// it lives, and they are wrong on purpose.
const UNLINTED: &[&str] = &["hil/mutants/Cargo.toml"];

const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];
const DEPENDENCIES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// Checks the manifest of every package.
pub(crate) fn check(repository: &Repository) -> Vec<Violation> {
    repository.files().iter().filter(|file| is_manifest(&file.path)).flat_map(check_manifest).collect()
}

fn check_manifest(file: &File) -> Vec<Violation> {
    let text = file.text.as_deref().unwrap_or_default();
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return vec![violation(file, 1, error.to_string(), "write valid TOML")],
    };
    let Some(package) = table.get("package") else { return Vec::new() };
    let mut found = Vec::new();
    if !UNLINTED.contains(&file.path.as_str()) && !table.get("lints").is_some_and(is_inherited) {
        found.push(violation(file, 1, "no lints".to_owned(), "add `[lints]` with `workspace = true`"));
    }
    for key in INHERITED.iter().filter(|key| !package.get(key).is_some_and(is_inherited)) {
        let what = format!("`{key}` is not the workspace's");
        found.push(violation(file, line_of(text, key), what, "write `KEY.workspace = true`"));
    }
    for name in own_dependencies(&table) {
        let what = format!("`{name}` has a version of its own");
        let remedy = "declare it in `[workspace.dependencies]` and write `workspace = true` here";
        found.push(violation(file, line_of(text, &name), what, remedy));
    }
    found
}

/// Dependencies that do not come from the workspace.
fn own_dependencies(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = targets.filter_map(|(_, value)| value.as_table()).chain([manifest]);
    let groups = tables.flat_map(|table| DEPENDENCIES.iter().filter_map(|group| table.get(*group)?.as_table()));
    groups.flatten().filter(|(_, value)| !is_inherited(value)).map(|(name, _)| name.clone()).collect()
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn line_of(text: &str, key: &str) -> usize {
    let defines = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '=', '.']));
    text.lines().position(defines).map_or(1, |index| index + 1)
}

fn violation(file: &File, line: usize, what: String, remedy: &'static str) -> Violation {
    Violation { file: file.path.clone(), line, rule: "manifests", what, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"otabench-a\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\
        [dependencies]\nhex = { workspace = true, features = [\"std\"] }\n[lints]\nworkspace = true\n";

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Repository::of(&[(path, text)])).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_manifest_that_inherits_is_accepted() {
        assert_eq!(found("a/Cargo.toml", GOOD), Vec::<String>::new());
    }

    #[test]
    fn a_package_without_lints_is_found() {
        let text = GOOD.replace("[lints]\nworkspace = true\n", "");
        assert_eq!(found("a/Cargo.toml", &text), ["no lints"]);
        assert_eq!(found("hil/mutants/Cargo.toml", &text), Vec::<String>::new());
    }

    #[test]
    fn an_edition_of_its_own_is_found() {
        let text = GOOD.replace("edition.workspace = true", "edition = \"2021\"");
        assert_eq!(found("a/Cargo.toml", &text), ["`edition` is not the workspace's"]);
    }

    #[test]
    fn a_dependency_with_a_version_of_its_own_is_found() {
        for group in ["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
            let text = format!("{GOOD}[{group}]\nrogue = \"1\"\n").replacen("[dependencies]\nhex", "[ignored]\nhex", 1);
            assert_eq!(found("a/Cargo.toml", &text), ["`rogue` has a version of its own"]);
        }
    }

    #[test]
    fn a_manifest_that_is_not_toml_is_found() {
        assert_eq!(found("a/Cargo.toml", "[package").len(), 1);
    }
}
