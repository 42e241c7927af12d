//! How facts are put into words, the same in every format.
//!
//! Two formats that word a fact differently would have a reader look for the difference.

use record::Method;
use scenario::model::Weakness;

use crate::catalogue::Sense;
use crate::report::Standing;

/// A method, in one word.
pub(crate) const fn method(method: Method) -> &'static str {
    match method {
        Method::Simulated => "simulated",
        Method::Emulated => "emulated",
        Method::Silicon => "silicon",
    }
}

/// Methods in the order of their strength, weakest first.
pub(crate) const METHODS: [Method; 3] = [Method::Simulated, Method::Emulated, Method::Silicon];

/// What is wrong with the device of the teeth.
pub(crate) fn weakness(weakness: &Weakness) -> String {
    match weakness {
        Weakness::Without(feature) => format!("without {feature}"),
        Weakness::Mutant(name) => format!("mutant {name}"),
    }
}

/// What a standing means for a row. A scenario holds or breaks; a risk that "held" would be nonsense.
pub(crate) const fn means(sense: Sense, standing: Standing) -> &'static str {
    match (standing, sense) {
        (Standing::Held, Sense::Threat) => "withstood, evidence supports",
        (Standing::Held, Sense::Protection) => "shown, evidence supports",
        (Standing::Held, Sense::Requirement) => "met as tried, evidence supports",
        (Standing::Broken, Sense::Threat) => "not withstood, evidence contradicts",
        (Standing::Broken, Sense::Protection) => "failed, evidence contradicts",
        (Standing::Broken, Sense::Requirement) => "not met, evidence contradicts",
        (Standing::Shared, _) => "shared evidence, not counted",
        (Standing::Error, _) => "undecided, the bench failed",
        (Standing::Skipped, _) => "undecided, not played",
    }
}

/// The first digits of a digest: enough to tell two apart by eye.
pub(crate) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// "1 record", "2 records".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A word as a POSIX shell needs it.
pub(crate) fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A text of foreign origin: what cannot be seen or would change direction is written as its escape.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) { shown.extend(character.escape_unicode()) } else { shown.push(character) }
    }
    shown
}

/// The same for a text of several lines.
pub(crate) fn harmless_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(harmless).collect();
    lines.join("\n")
}

fn is_hidden(character: char) -> bool {
    let is_invisible = matches!(u32::from(character), 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff);
    character.is_control() || is_invisible || matches!(u32::from(character), 0xfff0..=0xffff)
}

#[cfg(test)]
mod tests {
    use super::{harmless, shell};

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(harmless("a\u{202e}b\u{1b}[2J"), "a\\u{202e}b\\u{1b}[2J");
        assert_eq!(harmless("Grün <b>"), "Grün <b>");
    }

    #[test]
    fn a_word_can_be_pasted_into_a_shell() {
        assert_eq!(shell("downgrade"), "downgrade");
        assert_eq!(shell("$(reboot) it's"), r"'$(reboot) it'\''s'");
    }
}
