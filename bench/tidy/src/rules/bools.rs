//! No public function takes a bool.
//!
//! `write(image, true)` tells a reader nothing, and two bools in a row get swapped. An enum with two
//! names costs one line. Answers are another matter: a question may be answered with yes or no.

use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericArgument, ImplItemFn, ItemFn, ItemImpl, ItemTrait, PathArguments, Signature, Type, Visibility,
};

use crate::source::{Source, line_of};
use crate::violation::Violation;

/// Checks the public functions of a source.
pub(crate) fn check(source: &Source) -> Vec<Violation> {
    let mut finder = Finder { source, found: Vec::new() };
    finder.visit_file(&source.tree);
    finder.found
}

struct Finder<'a> {
    source: &'a Source,
    found: Vec<Violation>,
}

impl Finder<'_> {
    fn look_at(&mut self, signature: &Signature) {
        let takes_bool = |input: &FnArg| matches!(input, FnArg::Typed(typed) if is_bool(&typed.ty));
        if signature.inputs.iter().any(takes_bool) {
            let what = format!("`{}` takes a bool", signature.ident);
            let line = line_of(signature.fn_token.span);
            self.found.push(self.source.violation(line, "bools", what, "take an enum whose variants have names"));
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if is_public(&function.vis) {
            self.look_at(&function.sig);
        }
        visit::visit_item_fn(self, function);
    }

    fn visit_item_impl(&mut self, block: &'ast ItemImpl) {
        // An implementation follows its trait, which may be somebody else's.
        if block.trait_.is_none() {
            visit::visit_item_impl(self, block);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if is_public(&function.vis) {
            self.look_at(&function.sig);
        }
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        if is_public(&item.vis) {
            for member in &item.items {
                if let syn::TraitItem::Fn(function) = member {
                    self.look_at(&function.sig);
                }
            }
        }
        visit::visit_item_trait(self, item);
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether the type is a bool: as it is, borrowed, or optional.
fn is_bool(ty: &Type) -> bool {
    if let Type::Reference(reference) = ty {
        return is_bool(&reference.elem);
    }
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        PathArguments::AngleBracketed(list) if last.ident == "Option" => {
            list.args.iter().any(|argument| matches!(argument, GenericArgument::Type(inner) if is_bool(inner)))
        }
        PathArguments::None | PathArguments::AngleBracketed(_) | PathArguments::Parenthesized(_) => {
            last.ident == "bool"
        }
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
    fn a_public_function_that_takes_a_bool_is_found() {
        assert_eq!(found("pub fn f(size: u32, force: bool) {}\n"), ["`f` takes a bool"]);
    }

    #[test]
    fn a_borrowed_or_optional_bool_is_found() {
        assert_eq!(found("pub fn f(a: &mut bool) {}\npub fn g(a: Option<bool>) {}\n").len(), 2);
    }

    #[test]
    fn methods_and_public_traits_are_looked_at() {
        let text = "impl A { pub fn f(&self, on: bool) {} }\npub trait B { fn g(&self, on: bool); }\n";
        assert_eq!(found(text), ["`f` takes a bool", "`g` takes a bool"]);
    }

    #[test]
    fn a_function_may_answer_with_a_bool() {
        assert_eq!(found("pub fn f(is_one: impl Fn(u8) -> bool) -> bool { is_one(0) }\n"), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_public_or_follows_a_trait_is_left_alone() {
        let text = "fn f(on: bool) {}\npub(crate) fn g(on: bool) {}\nimpl T for A { fn h(on: bool) {} }\n";
        assert_eq!(found(text), Vec::<String>::new());
    }
}
