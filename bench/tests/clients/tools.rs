//! Clients that nobody of this project wrote, in the versions that are pinned here.
//!
//! They are installed under `target/clients` on first use. A stamp is written last and says what is
//! there, so that an installation that was interrupted is made anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::attached::{checkout, say};
use crate::python::{self, run};

const SMPMGR: &str = "smpmgr==0.19.1";
const MCUMGRCTL: [&str; 3] = ["mcumgrctl", "--version", "0.20.0"];

/// A client.
#[derive(Clone, Debug)]
pub(crate) enum Client {
    Smpmgr { program: PathBuf },
    Mcumgrctl { program: PathBuf },
}

/// An image that the device says it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) version: String,
    pub(crate) active: String,
    pub(crate) confirmed: String,
    pub(crate) pending: String,
}

/// `smpmgr`, from the Python package index.
pub(crate) fn smpmgr() -> Option<Client> {
    let folder = checkout().join("target/clients/smpmgr");
    let install = || python::environment(&folder, SMPMGR).map(|_| ());
    let program = folder.join("bin/smpmgr");
    installed(&folder, SMPMGR, install).then_some(Client::Smpmgr { program })
}

/// `mcumgrctl`, from crates.io. Built without optimisation, which takes a third of the time.
pub(crate) fn mcumgrctl() -> Option<Client> {
    let folder = checkout().join("target/clients/mcumgrctl");
    let install = || {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.arg("install").args(MCUMGRCTL).args(["--locked", "--debug", "--no-default-features", "--quiet"]);
        // Its libraries need no line numbers, and linking them takes time.
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "false").env("CARGO_TARGET_DIR", folder.join("build"));
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WORKSPACE_WRAPPER"] {
            cargo.env_remove(name);
        }
        run(cargo.arg("--root").arg(&folder))?;
        fs::remove_dir_all(folder.join("build")).map_err(|error| error.to_string())
    };
    let program = folder.join("bin/mcumgrctl");
    installed(&folder, &MCUMGRCTL.join(" "), install).then_some(Client::Mcumgrctl { program })
}

/// Whether a client is there, installed now if need be. The machine is known to have QEMU, so in CI
/// there is no excuse.
fn installed(folder: &Path, what: &str, install: impl FnOnce() -> Result<(), String>) -> bool {
    let stamp = folder.join("complete");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == what) {
        return true;
    }
    let written = |()| fs::write(&stamp, what).map_err(|error| format!("{}: {error}", stamp.display()));
    if let Err(reason) = install().and_then(written) {
        assert!(std::env::var_os("CI").is_none(), "CI must not skip {what}: {reason}");
        say(&format!("SKIPPED: {what} cannot be installed: {reason}"));
        return false;
    }
    true
}

/// Reads the images out of what a client printed.
type ReadImages = fn(&str) -> Vec<Image>;

impl Client {
    /// Sends a text and returns what the client prints about the answer.
    pub(crate) fn echo(&self, pty: &str, text: &str) -> String {
        self.must(pty, &["os", "echo", text])
    }

    /// The images that the device says it has, or nothing where it did not answer.
    pub(crate) fn images(&self, pty: &str) -> Option<Vec<Image>> {
        let (arguments, read): (&[&str], ReadImages) = match self {
            Client::Smpmgr { .. } => (&["image", "state-read"], images_in_text),
            Client::Mcumgrctl { .. } => (&["--json", "image", "get-state"], images_in_json),
        };
        let output = self.call(pty, arguments);
        output.status.success().then(|| read(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Uploads a file, and says how that went.
    pub(crate) fn upload(&self, pty: &str, file: &Path) -> Output {
        let file = file.to_str().expect("the checkout has a path in UTF-8");
        match self {
            Client::Smpmgr { .. } => self.call(pty, &["image", "upload", "--format", "any", file]),
            Client::Mcumgrctl { .. } => self.call(pty, &["image", "upload", file]),
        }
    }

    /// Asks the device to reset.
    pub(crate) fn reset(&self, pty: &str) {
        match self {
            Client::Smpmgr { .. } => self.must(pty, &["os", "reset"]),
            Client::Mcumgrctl { .. } => self.must(pty, &["os", "system-reset"]),
        };
    }

    fn must(&self, pty: &str, arguments: &[&str]) -> String {
        let output = self.call(pty, arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn call(&self, pty: &str, arguments: &[&str]) -> Output {
        let (program, port) = match self {
            Client::Smpmgr { program } => (program, "--port"),
            Client::Mcumgrctl { program } => (program, "--serial"),
        };
        let mut command = Command::new(program);
        // Wide and without colours, so that nothing is cut off or decorated.
        command.args([port, pty]).args(arguments).env("COLUMNS", "200").env("TERM", "dumb").env("NO_COLOR", "1");
        command.current_dir(checkout()).output().expect("the client is installed")
    }
}

/// Reads what `smpmgr` prints: `ImageState(… version='2.1.0', … active=True …)`.
fn images_in_text(text: &str) -> Vec<Image> {
    let value = |image: &str, name: &str| {
        let (_, rest) = image.split_once(&format!("{name}="))?;
        let value = rest.split([',', '\n', ')']).next()?;
        Some(value.trim_matches('\'').to_lowercase())
    };
    let image = |image: &str| Image {
        version: value(image, "version").unwrap_or_default(),
        active: value(image, "active").unwrap_or_default(),
        confirmed: value(image, "confirmed").unwrap_or_default(),
        pending: value(image, "pending").unwrap_or_default(),
    };
    text.split("ImageState(").skip(1).map(image).collect()
}

/// Reads what `mcumgrctl --json` prints.
fn images_in_json(text: &str) -> Vec<Image> {
    let value = |image: &Value, name: &str| image[name].to_string().trim_matches('"').to_owned();
    let image = |image: &Value| Image {
        version: value(image, "version"),
        active: value(image, "active"),
        confirmed: value(image, "confirmed"),
        pending: value(image, "pending"),
    };
    let images: Vec<Value> = serde_json::from_str(text).expect("a client's JSON is JSON");
    images.iter().map(image).collect()
}
