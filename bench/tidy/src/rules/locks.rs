//! Host and chips build the shared firmware from the same versions.
//!
//! The chips are a workspace of their own, with a lock file of their own. If the two locks drifted
//! apart, the simulator would test another parser or another cipher than the one on the chip.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository::Repository;
use crate::violation::Violation;

const HOST: &str = "Cargo.lock";
const CHIPS: &str = "firmware/chips/Cargo.lock";

/// Checks the versions that the shared crates need, directly or not.
pub(crate) fn check(repository: &Repository) -> Vec<Violation> {
    let Some(text) = repository.text(CHIPS) else { return Vec::new() };
    let chips = Lock::parse(text);
    let host = Lock::parse(repository.text(HOST).unwrap_or_default());
    let shared = chips.ours().filter(|krate| host.0.contains_key(*krate));
    let needed = chips.needed_by(shared.cloned().collect());
    let differing = needed.into_iter().filter(|krate| !host.0.contains_key(krate));
    differing.map(|krate| violation(text, &krate, &host)).collect()
}

fn violation(text: &str, krate: &Crate, host: &Lock) -> Violation {
    let there: Vec<&str> =
        host.0.keys().filter(|other| other.name == krate.name).map(|other| other.version.as_str()).collect();
    let there = if there.is_empty() { "not at all".to_owned() } else { there.join(" and ") };
    let entry = format!("name = \"{}\"", krate.name);
    Violation {
        file: CHIPS.to_owned(),
        line: text.lines().position(|line| line == entry).map_or(1, |index| index + 1),
        rule: "locks",
        what: format!("`{}` is locked at {} here, and for the host at {there}", krate.name, krate.version),
        remedy: "bring them together with `cargo update -p NAME --precise VERSION`",
    }
}

/// A lock file: each crate, and what it needs.
struct Lock(BTreeMap<Crate, Entry>);

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Crate {
    name: String,
    version: String,
}

#[derive(Default)]
struct Entry {
    needs: Vec<String>,
    is_ours: bool,
}

impl Lock {
    fn parse(text: &str) -> Self {
        let table: toml::Table = text.parse().unwrap_or_default();
        let packages = table.get("package").and_then(toml::Value::as_array).into_iter().flatten();
        Self(packages.filter_map(entry).collect())
    }

    fn ours(&self) -> impl Iterator<Item = &Crate> {
        self.0.iter().filter(|(_, entry)| entry.is_ours).map(|(krate, _)| krate)
    }

    /// Everything that some crates need, they themselves included.
    fn needed_by(&self, mut waiting: Vec<Crate>) -> BTreeSet<Crate> {
        let mut seen = BTreeSet::new();
        while let Some(krate) = waiting.pop() {
            let needs = self.0.get(&krate).map(|entry| entry.needs.as_slice()).unwrap_or_default();
            if seen.insert(krate) {
                waiting.extend(needs.iter().filter_map(|need| self.find(need)));
            }
        }
        seen
    }

    /// A lock file adds the version to a name only where there are several.
    fn find(&self, need: &str) -> Option<Crate> {
        let mut words = need.split(' ');
        let (name, version) = (words.next()?, words.next());
        let is_it = |krate: &&Crate| krate.name == name && version.is_none_or(|version| version == krate.version);
        self.0.keys().find(is_it).cloned()
    }
}

fn entry(package: &toml::Value) -> Option<(Crate, Entry)> {
    let field = |key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let needs = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
    let needs = needs.filter_map(toml::Value::as_str).map(str::to_owned).collect();
    let entry = Entry { needs, is_ours: field("source").is_none() };
    Some((Crate { name: field("name")?, version: field("version")? }, entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(entries: &[(&str, &str, &[&str])]) -> String {
        let entry = |(name, version, needs): &(&str, &str, &[&str])| {
            let source = if name.starts_with("otabench") { "" } else { "source = \"registry\"\n" };
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}dependencies = {needs:?}\n")
        };
        entries.iter().map(entry).collect()
    }

    fn found(host: &[(&str, &str, &[&str])], chips: &[(&str, &str, &[&str])]) -> Vec<String> {
        let repository = Repository::of(&[(HOST, &lock(host)), (CHIPS, &lock(chips))]);
        check(&repository).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_shared_crate_with_another_version_of_its_cipher_is_found() {
        let host: &[(&str, &str, &[&str])] = &[("aes", "0.9.1", &[]), ("otabench-crypto", "0.1.0", &["aes"])];
        let chips: &[(&str, &str, &[&str])] = &[("aes", "0.9.0", &[]), ("otabench-crypto", "0.1.0", &["aes"])];
        assert_eq!(found(host, chips), ["`aes` is locked at 0.9.0 here, and for the host at 0.9.1"]);
        assert_eq!(found(host, host), Vec::<String>::new());
    }

    #[test]
    fn one_of_several_versions_is_told_apart() {
        let host: &[(&str, &str, &[&str])] = &[("a", "2.0.0", &[]), ("otabench-menu", "0.1.0", &["a"])];
        let chips: &[(&str, &str, &[&str])] =
            &[("a", "1.0.0", &[]), ("a", "2.0.0", &[]), ("otabench-menu", "0.1.0", &["a 2.0.0"])];
        assert_eq!(found(host, chips), Vec::<String>::new());
    }

    #[test]
    fn what_only_a_chip_needs_is_its_own_affair() {
        let host: &[(&str, &str, &[&str])] = &[("syn", "2.0.0", &[]), ("otabench-menu", "0.1.0", &[])];
        let chips: &[(&str, &str, &[&str])] =
            &[("syn", "1.0.0", &[]), ("otabench-menu", "0.1.0", &[]), ("otabench-ast1030", "0.1.0", &["syn"])];
        assert_eq!(found(host, chips), Vec::<String>::new());
    }

    #[test]
    fn without_chips_there_is_nothing_to_compare() {
        assert_eq!(check(&Repository::of(&[(HOST, "")])), []);
    }
}
