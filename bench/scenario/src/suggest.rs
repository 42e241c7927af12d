//! "Did you mean …?": only where a known word is close.
//!
//! A far-fetched suggestion is worse than none, because people follow it.

use crate::problem::Problem;
use crate::text::quoted;

/// The known word that `word` most likely was meant to be, upper or lower case.
pub(crate) fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > 100 {
        return None;
    }
    // One slip per three letters: enough for a transposed or missing letter, too little for another word.
    let slips_allowed = (word.chars().count() / 3).max(1);
    let near = |candidate: &&'a str| {
        let slips = strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase());
        (slips <= slips_allowed).then_some((slips, *candidate))
    };
    known.iter().filter_map(near).min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}

/// Adds the help for an unknown word: the close one, or else all known ones.
pub(crate) fn help(problem: Problem, word: &str, plural: &str, known: &[&str]) -> Problem {
    match (closest(word, known), known) {
        (Some(close), _) => problem.help(format!("did you mean {}?", quoted(close))),
        (None, []) => problem.help(format!("there are no {plural}")),
        (None, [_, ..]) => problem.help(wrapped(&format!("{plural}: {}", known.join(", ")))),
    }
}

/// Breaks a long list at spaces: terminals break it in the middle of words.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 90;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::closest;

    const FEATURES: &[&str] = &["signature", "sequence", "journal", "ab-slots"];

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(closest("sequense", FEATURES), Some("sequence"));
        assert_eq!(closest("Signature", FEATURES), Some("signature"));
        assert_eq!(closest("jounral", FEATURES), Some("journal"));
    }

    #[test]
    fn another_word_is_not_suggested() {
        assert_eq!(closest("encryption", FEATURES), None);
        assert_eq!(closest("", FEATURES), None);
    }
}
