//! Names: of scenarios and profiles (file names), and of steps.
//!
//! Names end up in paths of artefacts, in shell commands and in reports of other tools. So a name
//! is a name and never a path.

use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::text::quoted;

/// Longest name of a step, in characters: it has to fit a line of the report.
const MAX_STEP_NAME: usize = 60;

/// The name a file gives to what it holds: its last component without `.toml`.
pub(crate) fn of_file(file: &str, problems: &mut Problems) -> Option<String> {
    let last = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = last.strip_suffix(".toml").unwrap_or(last);
    if is_kebab_case(stem) {
        return Some(stem.to_owned());
    }
    let problem = Problem::of_file(format!("the file name {} cannot serve as a name", quoted(last)));
    problems.add(problem.help(match kebab_case(stem) {
        Some(better) => format!("name it {}", quoted(&format!("{better}.toml"))),
        None => "a name is lower-case words joined by `-`, such as `wrong-key.toml`".to_owned(),
    }));
    None
}

/// Whether a word could be a name at all, as opposed to a path.
pub(crate) fn is_path(word: &str) -> bool {
    word.contains(['/', '\\', '.'])
}

/// Checks what a step calls itself.
pub(crate) fn of_step(name: &Text, problems: &mut Problems) -> Option<String> {
    let text = name.get_ref().as_str();
    let spoken = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | ',' | '\'');
    let fault = if text.trim().is_empty() {
        "the name of a step is empty"
    } else if text.chars().count() > MAX_STEP_NAME {
        "the name of a step is longer than 60 characters"
    } else if text.trim() != text || !text.chars().all(spoken) {
        "the name of a step has letters, digits and spaces, and `-`, `,` or `'` between them"
    } else {
        return Some(text.to_owned());
    };
    problems
        .add(Problem::at(name.span(), fault).help("name the step after what happens, such as \"after a power cycle\""));
    None
}

fn is_kebab_case(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split('-').all(is_word)
}

fn kebab_case(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}
