//! No test is switched off and no lint is silenced for ever.
//!
//! An ignored test looks like a passing one. A bare `should_panic` passes on any panic, also on the
//! wrong one. `allow` outlives its cause, where `expect` speaks up once the cause is gone.

use crate::source::{Attribute, Source, mentions};
use crate::violation::Violation;

/// Checks the attributes of a source.
pub(crate) fn check(source: &Source) -> Vec<Violation> {
    let attributes = source.attributes();
    let broken = attributes.iter().filter_map(|attribute| {
        let (what, remedy) = fault(attribute)?;
        Some(source.violation(attribute.line, "attributes", what, remedy))
    });
    broken.collect()
}

fn fault(attribute: &Attribute) -> Option<(&'static str, &'static str)> {
    match attribute.path.as_str() {
        "ignore" => Some(("an ignored test", "mend it or delete it; one that cannot run here says SKIPPED and why")),
        "should_panic" if !mentions(&attribute.arguments, "expected") => {
            Some(("`should_panic` takes any panic", "name the panic: `expected = \"...\"`"))
        }
        "allow" => Some(("`allow` silences a lint for ever", "write `expect(.., reason = \"..\")`")),
        "expect" if !mentions(&attribute.arguments, "reason") => {
            Some(("`expect` without a reason", "add `reason = \"..\"`"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::source;

    fn found(text: &str) -> Vec<String> {
        check(&source("a.rs", text)).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn an_ignored_test_is_found() {
        assert_eq!(found("#[test]\n#[ignore = \"slow\"]\nfn f() {}\n"), ["an ignored test"]);
    }

    #[test]
    fn an_ignored_test_behind_a_condition_is_found() {
        assert_eq!(found("#[cfg_attr(miri, ignore)]\nfn f() {}\n"), ["an ignored test"]);
    }

    #[test]
    fn a_panic_has_to_be_named() {
        assert_eq!(found("#[should_panic]\nfn f() {}\n"), ["`should_panic` takes any panic"]);
        assert_eq!(found("#[should_panic(expected = \"odd\")]\nfn f() {}\n"), Vec::<String>::new());
    }

    #[test]
    fn allow_is_found_on_items_and_on_files() {
        assert_eq!(found("#![allow(dead_code)]\n#[allow(dead_code)]\nfn f() {}\n").len(), 2);
    }

    #[test]
    fn expect_needs_a_reason() {
        assert_eq!(found("#[expect(dead_code)]\nfn f() {}\n"), ["`expect` without a reason"]);
        assert_eq!(found("#[expect(dead_code, reason = \"soon\")]\nfn f() {}\n"), Vec::<String>::new());
    }
}
