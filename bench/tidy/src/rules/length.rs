//! A file has one subject, and a function fits a screen.
//!
//! The limits are crude, and that is their strength: nobody argues with a number, and what grows past
//! it has nearly always grown a second purpose. Tests are code and have the same limits.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, Macro, Signature, TraitItemFn};

use crate::source::{Source, is_mark, line_of};
use crate::violation::Violation;

/// Longest file, in lines.
const FILE_LINES: usize = 500;
/// Longest function, in lines from `fn` to the closing brace.
const FUNCTION_LINES: usize = 60;

/// Checks how long the file is.
pub(crate) fn check_file(source: &Source) -> Vec<Violation> {
    let lines = source.text.lines().count();
    let what = format!("{lines} lines of at most {FILE_LINES}");
    let too_long = || source.violation(FILE_LINES + 1, "file-length", what, "split it by subject");
    (lines > FILE_LINES).then(too_long).into_iter().collect()
}

/// Checks how long each function is, those inside macros included.
pub(crate) fn check_functions(source: &Source) -> Vec<Violation> {
    let mut finder = Finder { source, found: Vec::new() };
    finder.visit_file(&source.tree);
    finder.found
}

struct Finder<'a> {
    source: &'a Source,
    found: Vec<Violation>,
}

impl Finder<'_> {
    fn look_at(&mut self, signature: &Signature, body: &Block) {
        let first = line_of(signature.fn_token.span);
        self.measure(&signature.ident.to_string(), first, body.brace_token.span.close().end().line);
    }

    fn measure(&mut self, name: &str, first: usize, last: usize) {
        let lines = last + 1 - first;
        if lines > FUNCTION_LINES {
            let what = format!("`{name}` has {lines} lines of at most {FUNCTION_LINES}");
            let remedy = "give its parts names and functions of their own";
            self.found.push(self.source.violation(first, "function-length", what, remedy));
        }
    }

    /// Inside a macro there is no syntax tree: a function is `fn`, a name, and the next braces.
    fn look_into(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            if matches!(token, TokenTree::Ident(word) if word == "fn")
                && let Some(TokenTree::Ident(name)) = tokens.get(index + 1)
                && let Some(last) = end_of_body(&tokens[index + 2..])
            {
                self.measure(&name.to_string(), line_of(token.span()), last);
            }
            if let TokenTree::Group(group) = token {
                self.look_into(group.stream());
            }
        }
    }
}

fn end_of_body(tokens: &[TokenTree]) -> Option<usize> {
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let end = tokens.iter().find(|token| is_body(token) || is_mark(Some(token), ';'))?;
    is_body(end).then(|| end.span().end().line)
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.look_at(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.look_at(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.look_at(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.look_into(call.tokens.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::source;

    /// A function of that many lines.
    fn function(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2))
    }

    fn found(text: &str) -> Vec<String> {
        check_functions(&source("a.rs", text)).into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_function_of_sixty_lines_is_accepted_and_one_more_is_not() {
        assert_eq!(found(&function(60)), Vec::<String>::new());
        assert_eq!(found(&function(61)), ["`f` has 61 lines of at most 60"]);
    }

    #[test]
    fn braces_in_strings_and_comments_do_not_end_a_function() {
        let text = function(60).replacen("g();", "g(\"}\"); // }", 1);
        assert_eq!(found(&text), Vec::<String>::new());
    }

    #[test]
    fn methods_and_defaults_of_traits_are_measured() {
        assert_eq!(found(&format!("impl A {{\n{}}}\n", function(61))).len(), 1);
        assert_eq!(found(&format!("trait A {{\n{}}}\n", function(61))).len(), 1);
    }

    #[test]
    fn a_function_inside_a_macro_is_measured() {
        assert_eq!(found(&format!("proptest! {{\n{}}}\n", function(61))).len(), 1);
        assert_eq!(found(&format!("proptest! {{\n{}}}\n", function(60))).len(), 0);
    }

    #[test]
    fn what_stands_above_a_function_does_not_count() {
        assert_eq!(found(&format!("/// What.\n///\n/// Why.\n#[inline]\n{}", function(60))), Vec::<String>::new());
    }

    #[test]
    fn a_file_of_five_hundred_lines_is_accepted_and_one_more_is_not() {
        assert_eq!(check_file(&source("a.rs", &"\n".repeat(500))), []);
        assert_eq!(check_file(&source("a.rs", &"\n".repeat(501))).len(), 1);
    }
}
