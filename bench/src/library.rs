//! The scenarios and profiles that there are, read and checked.
//!
//! Commands ask for names; where a file lies and whether it makes sense is settled here, once. A
//! profile with a mistake stops everything that needs profiles: a scenario checked against half the
//! profiles would be told mistakes it does not have.

use std::path::{Path, PathBuf};

use scenario::{Context, Diagnostics, Profile, Scenario};

use crate::failure::Failure;
use crate::files::{self, label};
use crate::places::Places;
use crate::rigs::Registry;
use crate::suggest;

/// A scenario, and the file it stands in.
#[derive(Clone, Debug)]
pub(crate) struct ScenarioFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
    pub(crate) scenario: Scenario,
}

/// A profile, and the file it stands in.
#[derive(Clone, Debug)]
pub(crate) struct ProfileFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) profile: Profile,
}

/// Everything scenarios may refer to.
pub(crate) struct Library {
    folder: PathBuf,
    profiles: Vec<ProfileFile>,
    known_profiles: Vec<Profile>,
    mutants: Vec<&'static str>,
    statements: Vec<&'static str>,
}

impl Library {
    /// Reads all profiles.
    pub(crate) fn open(places: &Places, registry: &Registry) -> Result<Self, Failure> {
        let paths = files::toml_files(&places.profiles).map_err(|problem| Failure::Files(vec![problem]))?;
        let mut problems = Vec::new();
        let mut profiles = Vec::new();
        for path in paths {
            match read_profile(&path) {
                Ok(profile) => profiles.push(profile),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Failure::Files(problems));
        }
        let known_profiles = profiles.iter().map(|file| file.profile.clone()).collect();
        Ok(Self {
            folder: places.scenarios.clone(),
            profiles,
            known_profiles,
            mutants: registry.mutants(),
            statements: standards::standards().ids().collect(),
        })
    }

    /// Every profile, by name.
    pub(crate) fn profiles(&self) -> &[ProfileFile] {
        &self.profiles
    }

    /// How many profiles there are.
    pub(crate) fn profile_count(&self) -> usize {
        self.profiles.len()
    }

    /// The files of all scenarios, by name.
    pub(crate) fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        files::toml_files(&self.folder).map_err(|problem| Failure::Files(vec![problem]))
    }

    /// Every scenario, by name.
    pub(crate) fn all(&self) -> Result<Vec<ScenarioFile>, Failure> {
        self.read_all(&self.paths()?)
    }

    /// The scenarios of these names or paths, each once.
    pub(crate) fn named(&self, names: &[String]) -> Result<Vec<ScenarioFile>, Failure> {
        let mut paths = Vec::new();
        for name in names {
            let path = self.path_of(name)?;
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        self.read_all(&paths)
    }

    /// What a person calls a scenario: its name where it lies among the others, else its path.
    pub(crate) fn name_of(&self, file: &ScenarioFile) -> String {
        if file.path.parent() == Some(self.folder.as_path()) { file.scenario.name.clone() } else { label(&file.path) }
    }

    /// Reads one scenario file.
    pub(crate) fn read(&self, path: &Path) -> Result<ScenarioFile, Diagnostics> {
        let label = label(path);
        let bytes = files::read(path, &label)?;
        let context = Context { profiles: &self.known_profiles, mutants: &self.mutants, statements: &self.statements };
        let scenario = scenario::parse(&label, &bytes, &context)?;
        Ok(ScenarioFile { path: path.to_owned(), bytes, scenario })
    }

    /// The profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Result<&ProfileFile, Failure> {
        let names: Vec<&str> = self.known_profiles.iter().map(|profile| profile.name.as_str()).collect();
        let otherwise = format!("the profiles there are: {}", names.join(", "));
        self.profiles.iter().find(|file| file.profile.name == name).ok_or_else(|| {
            Failure::argument(format!("there is no profile `{name}`"), suggest::help(name, &names, &otherwise))
        })
    }

    /// The profile a checked scenario names.
    pub(crate) fn profile_of(&self, scenario: &Scenario) -> &ProfileFile {
        let named = self.profiles.iter().find(|file| file.profile.name == scenario.device.profile);
        named.expect("a scenario that names an unknown profile does not pass the check")
    }

    fn read_all(&self, paths: &[PathBuf]) -> Result<Vec<ScenarioFile>, Failure> {
        let mut problems = Vec::new();
        let mut scenarios = Vec::new();
        for path in paths {
            match self.read(path) {
                Ok(scenario) => scenarios.push(scenario),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(scenarios) } else { Err(Failure::Files(problems)) }
    }

    fn path_of(&self, name: &str) -> Result<PathBuf, Failure> {
        if name.ends_with(".toml") || name.contains(['/', '\\']) {
            return Ok(PathBuf::from(name));
        }
        let paths = self.paths()?;
        let names: Vec<&str> = paths.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
        if let Some(at) = paths.iter().position(|path| path.file_stem().is_some_and(|stem| stem == name)) {
            return Ok(paths[at].clone());
        }
        let otherwise = format!("`otabench list` shows those in {}", self.folder.display());
        Err(Failure::argument(format!("there is no scenario `{name}`"), suggest::help(name, &names, &otherwise)))
    }
}

/// Reads one profile.
pub(crate) fn read_profile(path: &Path) -> Result<ProfileFile, Diagnostics> {
    let label = label(path);
    let bytes = files::read(path, &label)?;
    let profile = scenario::parse_profile(&label, &bytes)?;
    Ok(ProfileFile { bytes, profile })
}
