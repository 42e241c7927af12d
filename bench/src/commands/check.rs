//! `otabench check`: whether scenario and profile files make sense. Needs no device.
//!
//! Profiles come first: a scenario is checked against them, and one that is told about a profile
//! nobody could read would look for a mistake that it does not have.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use scenario::Diagnostics;

use crate::exit::Exit;
use crate::failure::{Failure, print_diagnostics};
use crate::library::{Library, read_profile};
use crate::places::{PlaceArgs, Places};
use crate::rigs::Registry;
use crate::terminal;
use crate::words::counted;

const EXAMPLES: &str = "\
Examples:
  otabench check                                  every scenario and every profile
  otabench check my/attack.toml                   a file of your own
  otabench check firmware/profiles/signed.toml    a profile: its folder is called `profiles`";

/// Check scenario and profile files; needs no device
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// Files to check [default: all scenarios and profiles]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    places: PlaceArgs,
}

/// The files to check.
struct Files {
    scenarios: Vec<PathBuf>,
    profiles: Vec<PathBuf>,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let places = Places::find(&self.places);
        let files = self.files(&places)?;
        let mut problems: Vec<Diagnostics> =
            files.profiles.iter().filter_map(|path| read_profile(path).err()).collect();
        let checks_scenarios = self.files.is_empty() && problems.is_empty() || !self.files.is_empty();
        if checks_scenarios && !files.scenarios.is_empty() {
            let library = Library::open(&places, &Registry::built_in())?;
            problems.extend(files.scenarios.iter().filter_map(|path| library.read(path).err()));
        }
        let counts = format!(
            "{}, {}",
            counted(files.scenarios.len(), "scenario", "scenarios"),
            counted(files.profiles.len(), "profile", "profiles")
        );
        if problems.is_empty() {
            writeln!(terminal::stdout(), "{counts}: no problems")?;
            return Ok(Exit::Held);
        }
        print_diagnostics(&problems)?;
        let found: usize = problems.iter().map(|file| file.iter().len()).sum();
        let in_files = counted(problems.len(), "file", "files");
        let unchecked = if checks_scenarios { "" } else { "; the scenarios were not checked, they need the profiles" };
        writeln!(terminal::stderr(), "\n{counts}: {} in {in_files}{unchecked}", counted(found, "problem", "problems"))?;
        Ok(Exit::BadInput)
    }

    fn files(&self, places: &Places) -> Result<Files, Failure> {
        if self.files.is_empty() {
            let list =
                |folder: &Path| crate::files::toml_files(folder).map_err(|problem| Failure::Files(vec![problem]));
            return Ok(Files { scenarios: list(&places.scenarios)?, profiles: list(&places.profiles)? });
        }
        let (profiles, scenarios) = self.files.iter().cloned().partition(|path| is_profile(path, places));
        Ok(Files { scenarios, profiles })
    }
}

/// A file is a profile if it lies among profiles; nothing in it is looked at, because it may be wrong.
fn is_profile(path: &Path, places: &Places) -> bool {
    let Some(folder) = path.parent() else { return false };
    folder == places.profiles || folder.file_name().is_some_and(|name| name == "profiles")
}
