//! A dependency is a decision, with one line in ARCHITECTURE.md.
//!
//! Whoever adds one says what it is for; whoever audits the project reads one table.

use crate::repository::{Repository, is_manifest, opens_workspace};
use crate::violation::Violation;

const PAGE: &str = "ARCHITECTURE.md";

/// Checks that the page names each dependency that a workspace takes from elsewhere.
pub(crate) fn check(repository: &Repository) -> Vec<Violation> {
    let Some(page) = repository.text(PAGE) else { return vec![without_page()] };
    let manifests = repository.files().iter().filter(|file| is_manifest(&file.path));
    let manifests =
        manifests.filter_map(|file| Some((file, file.text.as_deref().filter(|text| opens_workspace(text))?)));
    let undecided = manifests.flat_map(|(file, text)| {
        let names = foreign(text).into_iter().filter(|name| !has_row(page, name));
        names.map(|name| Violation {
            file: file.path.clone(),
            line: line_of(text, &name),
            rule: "decisions",
            what: format!("{PAGE} does not say what `{name}` is for"),
            remedy: "add its line to the table of dependencies, or take it away",
        })
    });
    undecided.collect()
}

/// Whether a row of a table on the page begins with the name, alone or among others.
fn has_row(page: &str, name: &str) -> bool {
    let first_cells = page.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    first_cells.flat_map(|cell| cell.split(',')).any(|word| word.trim().trim_matches('`') == name)
}

fn without_page() -> Violation {
    let remedy = "write it, with a table of the dependencies and what each is for";
    Violation { file: PAGE.to_owned(), line: 1, rule: "decisions", what: "there is no such page".to_owned(), remedy }
}

fn foreign(manifest: &str) -> Vec<String> {
    let table: toml::Table = manifest.parse().unwrap_or_default();
    let declared = table.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let declared = declared.and_then(toml::Value::as_table).into_iter().flatten();
    declared.filter(|(_, value)| value.get("path").is_none()).map(|(name, _)| name.clone()).collect()
}

fn line_of(text: &str, name: &str) -> usize {
    let declares = |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '=', '.']));
    text.lines().position(declares).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        "[workspace]\n[workspace.dependencies]\nhex = \"0.4\"\nmenu = { path = \"firmware/menu\" }\n";

    #[test]
    fn a_dependency_without_a_line_is_found() {
        let found = check(&Repository::of(&[("Cargo.toml", MANIFEST), (PAGE, "| `other` | why |\n")]));
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].to_string().split("; ").next(),
            Some("Cargo.toml:3: decisions: ARCHITECTURE.md does not say what `hex` is for")
        );
    }

    #[test]
    fn a_dependency_with_a_line_is_accepted() {
        assert_eq!(
            check(&Repository::of(&[("Cargo.toml", MANIFEST), (PAGE, "| `hex` | digests in messages |\n")])),
            []
        );
    }

    #[test]
    fn a_mention_in_passing_is_no_line() {
        let page = "hex, they say\n| `menu` | we have hex | and more hex |\n";
        assert_eq!(check(&Repository::of(&[("Cargo.toml", MANIFEST), (PAGE, page)])).len(), 1);
    }

    #[test]
    fn several_dependencies_may_share_a_line() {
        assert_eq!(check(&Repository::of(&[("Cargo.toml", MANIFEST), (PAGE, "| crc, hex | framing |\n")])), []);
    }

    #[test]
    fn without_the_page_nothing_is_decided() {
        let found = check(&Repository::of(&[("Cargo.toml", MANIFEST)]));
        assert_eq!(found[0].what, "there is no such page");
    }
}
