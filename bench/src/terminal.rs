//! What may reach a terminal or a CI log, and in which colour.
//!
//! Some of the words we print come from a device that may be hostile or from files that somebody
//! else wrote. They must not move the cursor, hide text, or speak to the CI system that reads the
//! log, so they all pass through [`harmless`]. Colour is on the word of the verdict only: a colour-blind
//! reader and a log file lose nothing.

use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// Standard output; colours are taken away unless a person looks at it and wants them.
pub(crate) fn stdout() -> AutoStream<io::Stdout> {
    let stream = io::stdout();
    let choice = choice(&stream);
    AutoStream::new(stream, choice)
}

/// Standard error, likewise.
pub(crate) fn stderr() -> AutoStream<io::Stderr> {
    let stream = io::stderr();
    let choice = choice(&stream);
    AutoStream::new(stream, choice)
}

/// Tells a person, on standard error, what takes a while.
#[cfg(feature = "qemu")]
pub(crate) fn tell(line: &str) {
    // Nobody to tell is no reason to stop.
    let _ = writeln!(stderr(), "  {}", harmless(line));
}

/// The style of diagnostics, which go to standard error.
pub(crate) fn diagnostic_style() -> scenario::Style {
    match choice(&io::stderr()) {
        ColorChoice::Always | ColorChoice::AlwaysAnsi | ColorChoice::Auto => scenario::Style::Colour,
        ColorChoice::Never => scenario::Style::Plain,
    }
}

fn choice(stream: &impl IsTerminal) -> ColorChoice {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if stream.is_terminal() && !is_set("NO_COLOR") && !is_dumb { ColorChoice::Always } else { ColorChoice::Never }
}

/// The word at the start of a line that says how something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// As the claim says.
    Held,
    /// Not as the claim says.
    Broken,
    /// Broken on the weakened device, as it must be.
    Teeth,
    /// Not tried.
    Skipped,
    /// Nothing can be said.
    Error,
}

impl Word {
    fn text(self) -> &'static str {
        match self {
            Word::Held => "HELD",
            Word::Broken => "BROKEN",
            Word::Teeth => "TEETH",
            Word::Skipped => "SKIPPED",
            Word::Error => "ERROR",
        }
    }

    fn style(self) -> Style {
        let colour = match self {
            Word::Held => AnsiColor::Green,
            Word::Teeth => AnsiColor::Cyan,
            Word::Skipped => AnsiColor::Yellow,
            Word::Broken | Word::Error => AnsiColor::Red,
        };
        colour.on_default().bold()
    }
}

/// Right-aligned to the longest word, and coloured.
impl Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = self.style();
        let indent = " ".repeat("SKIPPED".len().saturating_sub(self.text().len()));
        write!(f, "{indent}{style}{}{style:#}", self.text())
    }
}

/// The same text without anything that a terminal or a CI system would take for an order.
///
/// Control and format characters are escaped. `::` at the start (GitHub) and `##` anywhere (GitHub,
/// Azure, `TeamCity`) are pulled apart, because these systems act on such words in a log.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_order(character) || (character == '#' && shown.ends_with('#')) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    if shown.trim_start().starts_with("::") { shown.replacen("::", ":\\u{3a}", 1) } else { shown }
}

/// Whether a terminal acts on this character, or hides or reorders others because of it.
pub(crate) fn is_order(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_stay_text() {
        assert_eq!(harmless("2.1.0\u{1b}[2J\r\n\u{202e}"), "2.1.0\\u{1b}[2J\\u{d}\\u{a}\\u{202e}");
    }

    #[test]
    fn a_ci_system_takes_no_orders_from_a_device() {
        for order in ["::error::gone", "  ::set-output name=x::y", "a ##[error]gone", "##vso[task.complete]", "###["] {
            let shown = harmless(order);
            assert!(!shown.trim_start().starts_with("::"), "{shown}");
            assert!(!shown.contains("##"), "{shown}");
        }
    }

    #[test]
    fn ordinary_words_are_left_alone() {
        for text in ["runs 2.1.0 (measured b7e2…)", "std::io, #1 and: ein Gerät"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn words_line_up() {
        let plain = |word: Word| anstream::adapter::strip_str(&word.to_string()).to_string();
        assert_eq!(plain(Word::Held), "   HELD");
        assert_eq!(plain(Word::Skipped), "SKIPPED");
    }
}
