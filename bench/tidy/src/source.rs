//! One Rust file, as the rules see it: lines, tokens and syntax tree.
//!
//! Rules ask the compiler's view of a file, never a search over its text, so a string that quotes
//! an attribute, or a comment that names a macro, breaks nothing. Attributes are found among the
//! tokens, because that reaches into the bodies of macros too.

use std::iter::Peekable;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use crate::repository::File;
use crate::violation::Violation;

/// A parsed file.
pub(crate) struct Source {
    /// Path from the root of the repository.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
    /// Its tokens.
    pub(crate) tokens: TokenStream,
    /// Its syntax tree.
    pub(crate) tree: syn::File,
}

/// An attribute, wherever it stands; those inside a `cfg_attr` count as if they stood alone.
pub(crate) struct Attribute {
    /// Its path, such as `expect` or `clippy::msrv`.
    pub(crate) path: String,
    /// What follows the path.
    pub(crate) arguments: TokenStream,
    /// Where it stands, counted from 1.
    pub(crate) line: usize,
}

impl Source {
    /// Parses a file, or says where that failed.
    pub(crate) fn parse(file: &File) -> Result<Self, Violation> {
        let text = file.text.clone().unwrap_or_default();
        let unreadable = |line, what: String| Violation {
            file: file.path.clone(),
            line,
            rule: "parses",
            what,
            remedy: "every file of the repository is valid Rust 2024",
        };
        let tokens: TokenStream = text
            .parse()
            .map_err(|error: proc_macro2::LexError| unreadable(line_of(error.span()), error.to_string()))?;
        let tree = syn::parse2(tokens.clone()).map_err(|error| unreadable(line_of(error.span()), error.to_string()))?;
        Ok(Self { path: file.path.clone(), text, tokens, tree })
    }

    /// A violation in this file.
    pub(crate) fn violation(
        &self,
        line: usize,
        rule: &'static str,
        what: impl Into<String>,
        remedy: &'static str,
    ) -> Violation {
        Violation { file: self.path.clone(), line, rule, what: what.into(), remedy }
    }

    /// All its attributes.
    pub(crate) fn attributes(&self) -> Vec<Attribute> {
        let mut found = Vec::new();
        gather_attributes(self.tokens.clone(), &mut found);
        found
    }
}

/// A file that holds this text, for the tests of the rules.
#[cfg(test)]
pub(crate) fn source(path: &str, text: &str) -> Source {
    Source::parse(&File::of(path, text)).expect("the test's snippet is valid Rust")
}

/// The line a span begins on, counted from 1.
pub(crate) fn line_of(span: Span) -> usize {
    span.start().line
}

/// Calls `see` with each token, those within brackets and macros included.
pub(crate) fn each_token(tokens: TokenStream, see: &mut impl FnMut(&TokenTree)) {
    for token in tokens {
        see(&token);
        if let TokenTree::Group(group) = &token {
            each_token(group.stream(), see);
        }
    }
}

/// Whether a word stands among the tokens, at any depth.
pub(crate) fn mentions(tokens: &TokenStream, word: &str) -> bool {
    let mut found = false;
    each_token(tokens.clone(), &mut |token| found |= matches!(token, TokenTree::Ident(ident) if ident == word));
    found
}

/// Whether the token is this punctuation mark.
pub(crate) fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

fn gather_attributes(tokens: TokenStream, found: &mut Vec<Attribute>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_mark(Some(&token), '#') {
            // The `!` of an attribute on the enclosing item.
            let _ = tokens.next_if(|next| is_mark(Some(next), '!'));
            if let Some(group) = bracket(tokens.peek()) {
                attribute(group.stream(), line_of(token.span()), found);
            }
        } else if let TokenTree::Group(group) = &token {
            gather_attributes(group.stream(), found);
        }
    }
}

fn bracket(token: Option<&TokenTree>) -> Option<&Group> {
    match token? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group),
        TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    }
}

fn attribute(tokens: TokenStream, line: usize, found: &mut Vec<Attribute>) {
    let mut tokens = tokens.into_iter().peekable();
    let path = path(&mut tokens);
    let arguments: TokenStream = tokens.collect();
    if path == "cfg_attr" {
        for part in parts(arguments.clone()).into_iter().skip(1) {
            attribute(part, line, found);
        }
    }
    found.push(Attribute { path, arguments, line });
}

fn path(tokens: &mut Peekable<IntoIter>) -> String {
    let belongs = |token: &TokenTree| matches!(token, TokenTree::Ident(_)) || is_mark(Some(token), ':');
    std::iter::from_fn(|| tokens.next_if(belongs)).map(|token| token.to_string()).collect()
}

/// The parts of a list in parentheses, as its commas divide it.
fn parts(list: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    let inside = list.into_iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    for token in inside.flatten() {
        if is_mark(Some(&token), ',') {
            parts.push(TokenStream::new());
        } else if let Some(last) = parts.last_mut() {
            last.extend([token]);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        source("a.rs", text).attributes().into_iter().map(|attribute| attribute.path).collect()
    }

    #[test]
    fn attributes_are_found_inside_macros_and_conditions() {
        let text = "#![inner]\nmacro_rules! m { () => { #[in_macro] fn f() {} } }\n#[cfg_attr(unix, one(a, b), two)]\nfn g() {}\n";
        assert_eq!(paths(text), ["inner", "in_macro", "one", "two", "cfg_attr"]);
    }

    #[test]
    fn a_string_that_quotes_an_attribute_is_no_attribute() {
        assert_eq!(paths("const A: &str = r#\"#[quoted]\"#;\n"), Vec::<String>::new());
    }

    #[test]
    fn an_attribute_knows_its_line() {
        let attributes = source("a.rs", "\n\n#[third]\nfn f() {}\n").attributes();
        assert_eq!(attributes[0].line, 3);
    }

    #[test]
    fn a_file_that_does_not_parse_is_a_violation() {
        let violation = Source::parse(&File::of("a.rs", "\nfn f( {")).err().expect("the brackets do not match");
        assert_eq!(violation.rule, "parses");
    }
}
