//! From bytes to a TOML tree: size, encoding, invisible characters, syntax.
//!
//! Decisions: at most 1 MiB, because a scenario is read by people. UTF-8 without byte order mark:
//! the mark is rejected with a hint, since it is a byte nobody sees. CRLF line ends are accepted. A
//! character that cannot be seen (control, bidirectional override, zero width) is rejected wherever
//! it stands: what a reviewer reads must be what runs.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{DiagnosticKind, Diagnostics};
use crate::problem::{Problem, Problems};

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a file should hold, for the message about an empty one.
pub(crate) struct Expected {
    what: &'static str,
    needs: &'static str,
}

/// A file that should hold a scenario.
pub(crate) const SCENARIO: Expected = Expected {
    what: "scenario",
    needs: "a scenario needs `claim`, `[device]`, at least one `[[step]]`, and `[teeth]`",
};

/// A file that should hold a profile.
pub(crate) const PROFILE: Expected = Expected { what: "profile", needs: "a profile needs `about` and `features`" };

/// The text of a file whose every character can be seen.
pub(crate) fn check<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostics> {
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("the file has {} bytes; at most {MAX_FILE_BYTES} are read", bytes.len());
        let help = "a file this long is not read by people; is it the right one?";
        return Err(Diagnostics::whole_file(DiagnosticKind::Text, file, &message, help));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(file, bytes, error.valid_up_to()))?;
    let mut problems = Problems::new(DiagnosticKind::Text);
    for (at, character) in text.char_indices().filter(|(at, character)| !is_allowed(text, *at, *character)) {
        problems.add(invisible(at, character));
    }
    problems.stop_if_any(file, text)?;
    Ok(text)
}

/// The TOML tree of a text; what is wrong with its syntax becomes problems.
pub(crate) fn tree<'t>(text: &'t str, expected: &Expected, problems: &mut Problems) -> Spanned<DeTable<'t>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = visible(text, error.span().unwrap_or(0..0));
        problems.add(Problem::at(span, format!("invalid TOML: {}", harmless(error.message()))));
    }
    if errors.is_empty() && tree.get_ref().is_empty() {
        problems.add(Problem::of_file(format!("the file holds no {}", expected.what)).help(expected.needs));
    }
    tree
}

/// A word of the file in backticks, shortened and harmless.
pub(crate) fn quoted(word: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = word.chars().take(SHOWN).collect();
    if shown.len() < word.len() {
        shown.push('…');
    }
    format!("`{}`", harmless(&shown))
}

/// The same text with every invisible character written as its escape.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            hidden if is_invisible(hidden) => out.extend(hidden.escape_unicode()),
            seen => out.push(seen),
        }
    }
    out
}

/// The same text with every invisible character replaced by visible ones of the same length in
/// bytes, so that spans into the original hold.
pub(crate) fn same_length_harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character.len_utf8() {
            _ if is_allowed(text, at, character) => out.push(character),
            2 => out.push('\u{b7}'),
            3 => out.push(char::REPLACEMENT_CHARACTER),
            length => out.extend(std::iter::repeat_n('?', length)),
        }
    }
    out
}

/// Whether a decoded text holds a character that cannot be seen, and which.
pub(crate) fn first_invisible(text: &str) -> Option<char> {
    text.chars().find(|character| is_invisible(*character))
}

fn not_utf8(file: &str, bytes: &[u8], valid_up_to: usize) -> Diagnostics {
    // Up to the first bad byte the lossy text equals the file, so offsets until there agree.
    let text = String::from_utf8_lossy(bytes);
    let mut problems = Problems::new(DiagnosticKind::Text);
    let bad = bytes.get(valid_up_to).copied().unwrap_or_default();
    let span = valid_up_to..valid_up_to + char::REPLACEMENT_CHARACTER.len_utf8();
    let problem = Problem::at(span, format!("the file is not UTF-8: byte 0x{bad:02x} at offset {valid_up_to}"));
    problems.add(problem.label("cannot be decoded").help(match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "this looks like UTF-16: save the file as UTF-8",
        _ => "save the file as UTF-8",
    }));
    problems.into_diagnostics(file, &text)
}

fn invisible(at: usize, character: char) -> Problem {
    let span = at..at + character.len_utf8();
    if at == 0 && character == BYTE_ORDER_MARK {
        return Problem::at(span, "the file begins with a byte order mark").help("save the file as UTF-8 without BOM");
    }
    let code = u32::from(character);
    let problem = Problem::at(span, format!("the character U+{code:04X} cannot be seen")).label("stands here");
    match character {
        '\r' => problem.help("end lines with LF or CRLF"),
        _ => problem.help("remove it: what a reviewer reads must be what runs"),
    }
}

/// The part of a span that is on its first line, widened to one character where it is empty.
fn visible(text: &str, span: Range<usize>) -> Range<usize> {
    let start = character_start(text, span.start);
    let end = character_start(text, span.end).max(start);
    let line_end = start + text[start..].find(['\r', '\n']).unwrap_or(text.len() - start);
    let one_character = text[start..line_end].chars().next().map_or(0, char::len_utf8);
    start..end.min(line_end).max(start + one_character)
}

/// The nearest start of a character at or before an offset.
fn character_start(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn is_allowed(text: &str, at: usize, character: char) -> bool {
    match character {
        '\n' | '\t' => true,
        '\r' => text.as_bytes().get(at + 1) == Some(&b'\n'),
        other => !is_invisible(other),
    }
}

/// Control characters, and format characters that hide text or change its order (Unicode TR 36).
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | BYTE_ORDER_MARK | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_text_has_no_escapes_left() {
        assert_eq!(harmless("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(quoted("x\u{202e}"), "`x\\u{202e}`");
    }

    #[test]
    fn replacing_what_cannot_be_seen_keeps_every_offset() {
        for character in ['\u{7}', '\u{9b}', '\u{202e}', '\u{e0001}', '\r'] {
            let text = format!("a{character}b");
            let clean = same_length_harmless(&text);
            assert_eq!(clean.len(), text.len());
            assert_eq!(first_invisible(&clean), None);
        }
    }
}
