//! The files of the repository and the workspaces in it.
//!
//! Git says which files there are: what is tracked, and what is new and not ignored, so that a file
//! is checked before it is committed and build output never is. Cargo says which crates need which.

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Why the repository could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Git did not list the files.
    #[error("`git ls-files` in {root}: {reason}")]
    Git {
        /// Where it ran.
        root: PathBuf,
        /// What it said.
        reason: String,
    },
    /// A file could not be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Cargo did not understand a workspace.
    #[error("`cargo metadata` for {manifest}: {source}")]
    Cargo {
        /// Manifest of the workspace.
        manifest: PathBuf,
        /// What it said.
        source: cargo_metadata::Error,
    },
}

/// One file.
#[derive(Clone, Debug)]
pub struct File {
    /// Path from the root, with `/` between folders.
    pub path: String,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it says; nothing when it is not text.
    pub text: Option<String>,
}

/// All files of the repository.
#[derive(Debug)]
pub struct Repository {
    root: PathBuf,
    files: Vec<File>,
}

impl Repository {
    /// Reads the repository at `root`.
    ///
    /// # Errors
    ///
    /// Fails when Git cannot list the files or a file cannot be read.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let mut files = Vec::new();
        for path in list(root)? {
            let full = root.join(&path);
            // What is listed and gone was deleted since the last commit; a link has no text of its own.
            let Ok(metadata) = full.symlink_metadata() else { continue };
            if metadata.is_file() {
                let bytes = std::fs::read(&full).map_err(|source| Error::Read { path: full, source })?;
                let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
                files.push(File { path, size_bytes: metadata.len(), text });
            }
        }
        Ok(Self { root: root.to_owned(), files })
    }

    /// A repository that holds these files only.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { root: PathBuf::new(), files: files.iter().map(|(path, text)| File::of(path, text)).collect() }
    }

    /// The files, by path.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The text of the file at `path`, if there is one.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path)?.text.as_deref()
    }

    /// The workspaces: one for each manifest that opens one.
    pub(crate) fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        let opens_one = |file: &&File| file.text.as_deref().is_some_and(opens_workspace);
        let manifests = self.files.iter().filter(|file| is_manifest(&file.path)).filter(opens_one);
        manifests.map(|file| Workspace::read(&self.root, &file.path)).collect()
    }
}

impl File {
    #[cfg(test)]
    pub(crate) fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), size_bytes: text.len() as u64, text: Some(text.to_owned()) }
    }
}

/// Whether the file is the manifest of a package or a workspace.
pub(crate) fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

/// Whether a manifest opens a workspace.
pub(crate) fn opens_workspace(manifest: &str) -> bool {
    manifest.lines().any(|line| line.trim_end() == "[workspace]")
}

fn list(root: &Path) -> Result<Vec<String>, Error> {
    let failure = |reason: String| Error::Git { root: root.to_owned(), reason };
    let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
    let output = Command::new("git").arg("-C").arg(root).args(listing).output();
    let output = output.map_err(|error| failure(error.to_string()))?;
    if !output.status.success() {
        return Err(failure(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let names = String::from_utf8_lossy(&output.stdout);
    let mut names: Vec<String> = names.split_terminator('\0').map(str::to_owned).collect();
    names.sort();
    Ok(names)
}

/// The packages of one workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// Its packages.
    pub(crate) packages: Vec<Package>,
}

/// One of our packages.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its name without the `otabench-` that all have; the command line itself is `bench`.
    pub(crate) name: String,
    /// Path of its manifest from the root.
    pub(crate) manifest: String,
    /// Which of our packages it needs.
    pub(crate) needs: Vec<Need>,
}

/// One arrow: a package that another one needs.
#[derive(Debug)]
pub(crate) struct Need {
    /// Its name, as in [`Package::name`].
    pub(crate) name: String,
    /// Whether code or tests need it.
    pub(crate) by: By,
    /// Whether a feature has to ask for it.
    pub(crate) presence: Presence,
}

/// What needs a package.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum By {
    /// The code, or its build script.
    Code,
    /// The tests only.
    Tests,
}

/// Whether a dependency is always there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Presence {
    /// It is.
    Always,
    /// Behind a feature.
    Optional,
}

impl Workspace {
    fn read(root: &Path, manifest: &str) -> Result<Self, Error> {
        let path = root.join(manifest);
        // Without the dependencies of dependencies nothing is resolved, so no network is needed.
        let metadata = MetadataCommand::new().manifest_path(&path).no_deps().exec();
        let metadata = metadata.map_err(|source| Error::Cargo { manifest: path, source })?;
        let packages = metadata.workspace_packages().into_iter().map(|package| Package {
            name: our_name(package.name.as_str()).unwrap_or(package.name.as_str()).to_owned(),
            manifest: from_root(root, package.manifest_path.as_std_path()),
            needs: package.dependencies.iter().filter_map(need).collect(),
        });
        Ok(Self { packages: packages.collect() })
    }
}

fn need(dependency: &cargo_metadata::Dependency) -> Option<Need> {
    let by = if dependency.kind == DependencyKind::Development { By::Tests } else { By::Code };
    let presence = if dependency.optional { Presence::Optional } else { Presence::Always };
    Some(Need { name: our_name(&dependency.name)?.to_owned(), by, presence })
}

/// What one of our packages is called among us.
fn our_name(package: &str) -> Option<&str> {
    if package == "otabench" { Some("bench") } else { package.strip_prefix("otabench-") }
}

fn from_root(root: &Path, path: &Path) -> String {
    // Cargo answers with the path without links, which the root may have been given with.
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
