//! Each workspace lists its members one by one, and misses none.
//!
//! A glob breaks as soon as a folder of data appears beside the crates, and a crate that no workspace
//! lists is built and tested by nobody.

use toml::Value;

use crate::repository::{File, Repository, is_manifest, opens_workspace};
use crate::violation::Violation;

/// Checks the lists of members against the manifests that there are.
pub(crate) fn check(repository: &Repository) -> Vec<Violation> {
    let manifests: Vec<&File> = repository.files().iter().filter(|file| is_manifest(&file.path)).collect();
    let roots: Vec<Root<'_>> = manifests.iter().filter_map(|file| Root::parse(file)).collect();
    let globs = roots.iter().flat_map(Root::globs);
    let strays = manifests.iter().filter_map(|file| stray(file, &roots));
    let gone = roots.iter().flat_map(|root| root.gone(&manifests));
    globs.chain(strays).chain(gone).collect()
}

/// A manifest that opens a workspace.
struct Root<'a> {
    file: &'a File,
    /// Its folder: empty, or with a `/` at the end.
    folder: &'a str,
    members: Vec<String>,
}

impl<'a> Root<'a> {
    fn parse(file: &'a File) -> Option<Self> {
        let text = file.text.as_deref().filter(|text| opens_workspace(text))?;
        let table: toml::Table = text.parse().unwrap_or_default();
        let members = table.get("workspace").and_then(|workspace| workspace.get("members")).and_then(Value::as_array);
        let members = members.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        Some(Self { file, folder: folder(file), members })
    }

    fn globs(&self) -> impl Iterator<Item = Violation> {
        let globs = self.members.iter().filter(|member| member.contains(['*', '?', '[']));
        globs.map(|glob| violation(self.file, format!("`{glob}` is a pattern"), "list the members one by one"))
    }

    fn gone(&self, manifests: &[&File]) -> impl Iterator<Item = Violation> {
        let is_there = |member: &str| manifests.iter().any(|file| file.path == self.manifest_of(member));
        let gone = self.members.iter().filter(move |member| !member.contains('*') && !is_there(member));
        gone.map(|member| {
            violation(self.file, format!("the member `{member}` has no manifest"), "take it off the list")
        })
    }

    fn manifest_of(&self, member: &str) -> String {
        format!("{}{member}/Cargo.toml", self.folder)
    }
}

fn stray(file: &File, roots: &[Root<'_>]) -> Option<Violation> {
    if roots.iter().any(|root| root.file.path == file.path) {
        return None;
    }
    let around = roots.iter().filter(|root| file.path.starts_with(root.folder));
    let nearest = around.max_by_key(|root| root.folder.len());
    let listed = nearest.is_some_and(|root| root.members.iter().any(|member| root.manifest_of(member) == file.path));
    let what = "no workspace lists this package".to_owned();
    (!listed).then(|| violation(file, what, "add it to the `members` of the workspace around it"))
}

fn folder(file: &File) -> &str {
    file.path.strip_suffix("Cargo.toml").unwrap_or(&file.path)
}

fn violation(file: &File, what: String, remedy: &'static str) -> Violation {
    Violation { file: file.path.clone(), line: 1, rule: "members", what, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_list_that_names_every_package_is_accepted() {
        let root = "[workspace]\nmembers = [\"a\"]\n";
        let inner = "[workspace]\nmembers = [\"b\"]\n";
        let files = [("Cargo.toml", root), ("a/Cargo.toml", ""), ("c/Cargo.toml", inner), ("c/b/Cargo.toml", "")];
        assert_eq!(found(&files), Vec::<String>::new());
    }

    #[test]
    fn a_pattern_among_the_members_is_found() {
        assert_eq!(found(&[("Cargo.toml", "[workspace]\nmembers = [\"hil/*\"]\n")]), ["`hil/*` is a pattern"]);
    }

    #[test]
    fn a_package_that_no_list_names_is_found() {
        let files = [("Cargo.toml", "[workspace]\nmembers = []\n"), ("a/Cargo.toml", "")];
        assert_eq!(found(&files), ["no workspace lists this package"]);
    }

    #[test]
    fn a_member_that_is_gone_is_found() {
        assert_eq!(found(&[("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n")]), ["the member `a` has no manifest"]);
    }
}
