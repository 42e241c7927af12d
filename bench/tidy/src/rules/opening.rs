//! Every file opens with what it is for and, after a blank, why it is so.
//!
//! A reader who opens a file cold gets a foothold in its first lines, and an author who cannot
//! write them has not found the file's subject yet.

use crate::source::Source;
use crate::violation::Violation;

/// Checks the first lines of a source.
pub(crate) fn check(source: &Source) -> Vec<Violation> {
    let fault = fault(&source.text).map(|(what, remedy)| source.violation(1, "opening", what, remedy));
    fault.into_iter().collect()
}

fn fault(text: &str) -> Option<(&'static str, &'static str)> {
    let opening: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let said = |lines: &[&str]| lines.iter().any(|line| !line.is_empty());
    match opening.iter().position(|line| line.is_empty()) {
        None if opening.is_empty() => Some(("the file does not open with `//!`", "say what it is for")),
        None => Some(("the opening does not say why", "add a blank `//!` line, then why the file is as it is")),
        Some(0) => Some(("the opening begins with a blank", "begin with what the file is for")),
        Some(blank) if !said(&opening[blank..]) => Some(("nothing follows the blank", "say why the file is as it is")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_blank_and_why_is_accepted() {
        assert_eq!(fault("//! What,\n//! in two lines.\n//!\n//! Why.\n\nfn f() {}\n"), None);
    }

    #[test]
    fn an_opening_that_lacks_a_part_is_found() {
        for text in ["", "fn f() {}\n", "#![no_std]\n//! What.\n//!\n//! Why.\n", "// What.\n"] {
            assert_eq!(fault(text).map(|fault| fault.0), Some("the file does not open with `//!`"), "{text}");
        }
        assert_eq!(fault("//! What.\n").map(|fault| fault.0), Some("the opening does not say why"));
        assert_eq!(fault("//! What.\n\n//! Why.\n").map(|fault| fault.0), Some("the opening does not say why"));
        assert_eq!(fault("//!\n//! What.\n").map(|fault| fault.0), Some("the opening begins with a blank"));
        assert_eq!(fault("//! What.\n//!\n//!\n").map(|fault| fault.0), Some("nothing follows the blank"));
    }
}
