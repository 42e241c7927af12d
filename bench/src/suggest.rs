//! "Did you mean …?" for names on the command line: only where a known name is close.
//!
//! A far-fetched suggestion is worse than none, because people follow it.

/// What to do about an unknown name: take the close one, or else look at all of them.
pub(crate) fn help(name: &str, known: &[&str], otherwise: &str) -> String {
    match closest(name, known) {
        Some(close) => format!("did you mean `{close}`?"),
        None => otherwise.to_owned(),
    }
}

/// The known name that `name` most likely was meant to be.
fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const LONGEST_NAME: usize = 100;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_lowercase();
    // One slip per three letters: enough for a transposed or missing letter, too little for another word.
    let slips_allowed = (name.chars().count() / 3).max(1);
    let near = |candidate: &&'a str| {
        let slips = strsim::damerau_levenshtein(&name, candidate);
        (slips <= slips_allowed).then_some((slips, *candidate))
    };
    let slip = known.iter().filter_map(near).min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate);
    slip.or_else(|| known.iter().find(|candidate| name.len() > 2 && candidate.contains(&name)).copied())
}

#[cfg(test)]
mod tests {
    use super::help;

    const SCENARIOS: &[&str] = &["downgrade", "wrong-key", "man-in-the-middle-edit"];

    #[test]
    fn a_slip_or_a_part_is_recognised() {
        assert_eq!(help("downgrad", SCENARIOS, ""), "did you mean `downgrade`?");
        assert_eq!(help("Wrong-Key", SCENARIOS, ""), "did you mean `wrong-key`?");
        assert_eq!(help("middle", SCENARIOS, ""), "did you mean `man-in-the-middle-edit`?");
    }

    #[test]
    fn another_word_is_not_suggested() {
        assert_eq!(help("encryption", SCENARIOS, "look"), "look");
        assert_eq!(help(&"x".repeat(1000), SCENARIOS, "look"), "look");
    }
}
