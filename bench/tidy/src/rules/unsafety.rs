//! `unsafe` stands only where hardware or the operating system leaves no other way.
//!
//! That is firmware for chips, and the one file that ties child processes to ours. A reader who
//! audits the project for memory safety has these places to read and no others.

use proc_macro2::TokenTree;

use crate::source::{Source, each_token, line_of};
use crate::violation::Violation;

const CHIPS: &str = "firmware/chips/";
const PROCESSES: &str = "hil/qemu/src/process.rs";

/// Checks a source for `unsafe` in any form: blocks, functions, implementations, attributes.
pub(crate) fn check(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    if source.path.starts_with(CHIPS) || source.path == PROCESSES {
        return found;
    }
    each_token(source.tokens.clone(), &mut |token| {
        if matches!(token, TokenTree::Ident(word) if word == "unsafe") {
            let line = line_of(token.span());
            found.push(source.violation(line, "unsafe", "`unsafe` outside its places", "find a safe way"));
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::source;

    fn found(path: &str, text: &str) -> usize {
        check(&source(path, text)).len()
    }

    #[test]
    fn every_form_of_unsafe_is_found() {
        for text in [
            "fn f() { unsafe { g() } }",
            "unsafe fn f() {}",
            "unsafe impl A for B {}",
            "#[unsafe(no_mangle)] fn f() {}",
        ] {
            assert_eq!(found("hil/rig/src/lib.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn the_places_for_it_are_left_alone() {
        assert_eq!(found("firmware/chips/ast1030/src/lib.rs", "unsafe fn f() {}"), 0);
        assert_eq!(found(PROCESSES, "unsafe fn f() {}"), 0);
    }

    #[test]
    fn words_in_strings_and_comments_are_left_alone() {
        assert_eq!(found("a.rs", "// unsafe\nconst A: &str = \"unsafe\";\n"), 0);
    }
}
