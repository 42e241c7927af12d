//! The command that plays something again, ready to be pasted into a shell.
//!
//! Every failure prints it, so it names everything the verdict depends on: scenario, rig, seed, keys
//! and the folders that were not the usual ones.

use std::path::{Path, PathBuf};

use record::KeySource;

/// What commands have in common.
#[derive(Clone, Debug)]
pub(crate) struct Repeat {
    program: Vec<String>,
    options: Vec<String>,
}

impl Repeat {
    /// A command of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { program: program(), options: vec!["--seed".to_owned(), format!("{seed:#x}")] }
    }

    /// Adds an option that names a file or folder, where it was given.
    pub(crate) fn with_path(mut self, option: &str, path: Option<&PathBuf>) -> Self {
        if let Some(path) = path {
            self.options.extend([option.to_owned(), path.display().to_string()]);
        }
        self
    }

    /// The command for these scenarios (names, paths, or `--all`) with these options.
    pub(crate) fn command(&self, scenarios: &[String], rigs: &[(&str, &str)]) -> String {
        let rigs = rigs.iter().flat_map(|(option, rig)| [(*option).to_owned(), (*rig).to_owned()]);
        let subcommand = std::iter::once("scenario".to_owned());
        let words = self.program.iter().cloned().chain(subcommand).chain(scenarios.iter().cloned());
        let words: Vec<String> = words.chain(rigs).chain(self.options.iter().cloned()).collect();
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }
}

/// The command that plays a record again. Keys that somebody keeps have to be named by whoever has
/// them.
pub(crate) fn of_record(record: &Path, keys: KeySource) -> String {
    let folder = record.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(record);
    let mut words = program();
    words.extend(["repeat".to_owned(), folder.display().to_string()]);
    words.extend(match keys {
        KeySource::Seed => Vec::new(),
        KeySource::Files => vec!["--keys".to_owned(), "DIR".to_owned()],
    });
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// How this program was called: through cargo, or by its own name.
fn program() -> Vec<String> {
    let through_cargo = std::env::var_os("CARGO_PKG_NAME").is_some_and(|package| package == "otabench");
    if through_cargo {
        return ["cargo", "run", "--"].map(str::to_owned).to_vec();
    }
    let called = std::env::args_os().next().map(PathBuf::from);
    vec![called.as_deref().unwrap_or(Path::new("otabench")).display().to_string()]
}

/// A word as a POSIX shell needs it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let keys = PathBuf::from("my keys/it's");
        let repeat =
            Repeat { program: vec!["otabench".to_owned()], options: Vec::new() }.with_path("--keys", Some(&keys));
        let command = repeat.command(&["downgrade".to_owned()], &[("--rig", "sim")]);
        assert_eq!(command, r"otabench scenario downgrade --rig sim --keys 'my keys/it'\''s'");
    }

    #[test]
    fn a_record_is_repeated_from_its_folder_and_its_keys_are_asked_for() {
        let command = |keys| of_record(Path::new("a run/downgrade.sim/record.jsonl"), keys);
        assert!(command(KeySource::Seed).ends_with(" repeat 'a run/downgrade.sim'"));
        assert!(command(KeySource::Files).ends_with(" repeat 'a run/downgrade.sim' --keys DIR"));
    }

    #[test]
    fn the_seed_is_written_in_a_form_that_is_read_back() {
        let repeat = Repeat { program: Vec::new(), ..Repeat::new(16) };
        assert_eq!(repeat.command(&["--all".to_owned()], &[]), "scenario --all --seed 0x10");
    }
}
