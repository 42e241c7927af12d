//! Nothing unfinished is kept: no notes to oneself, no placeholders, no leftover prints.
//!
//! Intentions live in issues, where somebody looks. A placeholder that panics is a panic. The words
//! are put together from parts, or this file would be full of them.

use proc_macro2::{TokenStream, TokenTree};

use crate::repository::File;
use crate::source::{Source, is_mark, line_of};
use crate::violation::Violation;

const NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];
const MACROS: &[&str] = &["todo", "unimplemented", "dbg"];

/// Checks any file for notes to oneself.
pub(crate) fn check_notes(file: &File) -> Vec<Violation> {
    let lines = file.text.as_deref().unwrap_or_default().lines().enumerate();
    let broken = lines.filter_map(|(index, line)| {
        let note = NOTES.iter().find(|note| has_word(line, note))?;
        Some(Violation {
            file: file.path.clone(),
            line: index + 1,
            rule: "unfinished",
            what: format!("a note that says {note}"),
            remedy: "do it, or open an issue",
        })
    });
    broken.collect()
}

/// Checks a source for macros that stand in for code.
pub(crate) fn check_macros(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    look_into(source, source.tokens.clone(), &mut found);
    found
}

fn look_into(source: &Source, tokens: TokenStream, found: &mut Vec<Violation>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Group(group) => look_into(source, group.stream(), found),
            TokenTree::Ident(word) if is_mark(tokens.peek(), '!') && MACROS.iter().any(|name| word == name) => {
                let what = format!("`{word}!` stands in for code");
                found.push(source.violation(line_of(word.span()), "unfinished", what, "write the code"));
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| !is_part(line[..at].chars().last()) && !is_part(line[at + word.len()..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::source;

    #[test]
    fn a_note_is_found_in_any_file() {
        for note in NOTES {
            let file = File::of("a.toml", &format!("a = 1\n# {note}: later\n"));
            assert_eq!(check_notes(&file)[0].line, 2);
        }
    }

    #[test]
    fn a_word_that_contains_the_letters_is_accepted() {
        assert_eq!(check_notes(&File::of("a.md", concat!("MAS", "TO", "DON"))), []);
    }

    #[test]
    fn a_placeholder_is_found_also_inside_another_macro() {
        for name in MACROS {
            assert_eq!(check_macros(&source("a.rs", &format!("fn f() {{ {name}!(1) }}\n"))).len(), 1);
            assert_eq!(check_macros(&source("a.rs", &format!("fn f() {{ assert!({name}!(1)) }}\n"))).len(), 1);
        }
    }

    #[test]
    fn a_function_of_that_name_is_accepted() {
        assert_eq!(check_macros(&source("a.rs", "fn todo() { todo() }\n")), []);
    }
}
