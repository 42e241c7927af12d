//! Where scenarios, profiles and records lie.
//!
//! A person works somewhere inside a checkout, so the nearest folder above that looks like one is
//! taken. From anywhere else the checkout that this program was built from serves, so that
//! `cargo run --manifest-path …` works wherever it is typed.

use std::path::{Path, PathBuf};

use clap::Args;

/// Options for where files are found.
#[derive(Args, Clone, Debug)]
pub(crate) struct PlaceArgs {
    /// Folder with the scenario files [default: `scenarios` of the checkout around the current directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) scenarios: Option<PathBuf>,

    /// Folder with the profiles [default: `firmware/profiles` of the checkout around the current directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) profiles: Option<PathBuf>,
}

/// Where files are found, and where records go.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) scenarios: PathBuf,
    pub(crate) profiles: PathBuf,
    /// Folder under which each run gets one of its own.
    pub(crate) records: PathBuf,
}

impl Places {
    pub(crate) fn find(args: &PlaceArgs) -> Self {
        let here = here();
        let around = around(&here);
        let checkout = around.map_or_else(built_from, Path::to_owned);
        let bundled = |folder: &str| seen_from(&here, checkout.join(folder));
        Self {
            scenarios: args.scenarios.clone().unwrap_or_else(|| bundled("scenarios")),
            profiles: args.profiles.clone().unwrap_or_else(|| bundled("firmware/profiles")),
            records: seen_from(&here, around.unwrap_or(&here).join("target/otabench")),
        }
    }
}

/// The checkout that firmware is built from: the one around the current directory, or the one this
/// program was built from.
pub(crate) fn checkout() -> PathBuf {
    around(&here()).map_or_else(built_from, Path::to_owned)
}

/// The current directory. Without one nothing is above it, and paths stay as they are.
fn here() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

/// The nearest checkout around a folder.
fn around(here: &Path) -> Option<&Path> {
    here.ancestors().find(|folder| is_checkout(folder))
}

fn is_checkout(folder: &Path) -> bool {
    folder.join("scenarios").is_dir() && folder.join("firmware/profiles").is_dir()
}

/// The checkout this program was built from.
fn built_from() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// The path as a person in `here` would write it.
fn seen_from(here: &Path, path: PathBuf) -> PathBuf {
    match path.strip_prefix(here) {
        Ok(below) if !below.as_os_str().is_empty() => below.to_owned(),
        Ok(_) | Err(_) => path,
    }
}
