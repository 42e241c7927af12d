//! No type is read with `flatten` or `untagged`.
//!
//! Both read the input into a buffer first, and what is said about a mistake then has no line and no
//! name: a person gets "data did not match any variant". `flatten` also switches off
//! `deny_unknown_fields`, so a misspelt key is quietly ignored.

use crate::source::{Source, mentions};
use crate::violation::Violation;

const FORBIDDEN: &[&str] = &["flatten", "untagged"];

/// Checks the attributes that serde reads.
pub(crate) fn check(source: &Source) -> Vec<Violation> {
    let attributes = source.attributes();
    let broken = attributes.iter().filter(|attribute| attribute.path == "serde").filter_map(|attribute| {
        let word = FORBIDDEN.iter().find(|word| mentions(&attribute.arguments, word))?;
        let what = format!("serde's `{word}` ruins error messages");
        Some(source.violation(attribute.line, "serde", what, "write the fields or the tag out"))
    });
    broken.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::source;

    fn found(text: &str) -> usize {
        check(&source("a.rs", text)).len()
    }

    #[test]
    fn flatten_and_untagged_are_found() {
        assert_eq!(found("struct A { #[serde(default, flatten)] b: B }\n"), 1);
        assert_eq!(found("#[cfg_attr(test, serde(untagged))]\nenum A { B }\n"), 1);
    }

    #[test]
    fn a_field_that_is_called_so_is_accepted() {
        assert_eq!(found("struct A { #[serde(rename = \"flatten\")] flatten: bool }\n"), 0);
    }
}
