//! Scenarios, profiles and mutants are called by the names of their files: words joined by `-`.
//!
//! The name is typed on command lines, printed in reports and used in paths, so it is spelt one way
//! only. `otabench check` says the same of files that never came here.

use crate::repository::File;
use crate::violation::Violation;

/// A folder whose files are called by name, and how such a name ends.
const NAMED: &[(&str, &str)] =
    &[("scenarios/", ".toml"), ("firmware/profiles/", ".toml"), ("firmware/mutants/", ".patch")];

/// Checks the name of a file.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    let named = NAMED.iter().find_map(|(folder, ending)| Some((file.path.strip_prefix(folder)?, ending)));
    let Some((name, ending)) = named else { return Vec::new() };
    if name == "README.md" || name.strip_suffix(ending).is_some_and(is_kebab_case) {
        return Vec::new();
    }
    let what = format!("`{name}` is no name");
    let remedy = "use lower-case words joined by `-`, such as `wrong-key`, and nothing but such files here";
    vec![Violation { file: file.path.clone(), line: 1, rule: "names", what, remedy }]
}

fn is_kebab_case(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(path: &str) -> bool {
        check(&File::of(path, "")).is_empty()
    }

    #[test]
    fn words_joined_by_hyphens_are_a_name() {
        assert!(is_accepted("scenarios/wrong-key.toml"));
        assert!(is_accepted("scenarios/README.md"));
        assert!(is_accepted("firmware/mutants/skips-class-2.patch"));
    }

    #[test]
    fn other_spellings_are_found() {
        for name in ["wrong_key.toml", "WrongKey.toml", "wrong--key.toml", "-key.toml", "wrong key.toml", "key.tml"] {
            assert!(!is_accepted(&format!("scenarios/{name}")), "{name}");
        }
    }

    #[test]
    fn other_folders_name_their_files_as_they_like() {
        assert!(is_accepted("bench/src/main.rs"));
    }
}
