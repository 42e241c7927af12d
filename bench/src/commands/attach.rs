//! `otabench attach`: keeps one provisioned device running, for a person and any tool that speaks SMP.
//!
//! The device is made as every run of a scenario makes it, so that what is tried by hand here is what
//! scenarios are played on.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use publisher::Keyring;
use rig::{Firmware, Missing, Setup};
use scenario::Profile;
use scenario::model::Version;

use crate::attended::{DebuggerArgs, Visit};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folder;
use crate::library::Library;
use crate::places::{PlaceArgs, Places};
use crate::rigs::{Attendable, Registry};
use crate::secrets::SecretArgs;
use crate::terminal::{self, harmless};
use crate::watch;

const EXAMPLES: &str = "\
Examples:
  otabench attach qemu-ast1030                   a device, its pty, and an update for it
  otabench attach qemu-ast1030 --runs 1.4.0      with another version
  otabench attach qemu-ast1030 --gdb             and a debugger";

/// Keep a device running, open to tools such as smpmgr and to a debugger
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Attach {
    /// Where the device is made
    #[arg(value_name = "RIG")]
    rig: String,

    /// The profile it is provisioned with
    #[arg(long, value_name = "NAME", default_value = "resilient")]
    profile: String,

    /// The version it runs
    #[arg(long, value_name = "VERSION", default_value = "2.1.0")]
    runs: Version,

    #[command(flatten)]
    secrets: SecretArgs,

    #[command(flatten)]
    debugger: DebuggerArgs,

    #[command(flatten)]
    places: PlaceArgs,
}

/// A device that can be had, and what it is made from.
struct Made<'a> {
    stand: &'a dyn Attendable,
    profile: &'a Profile,
    keys: Keyring,
    next: Version,
    folder: PathBuf,
}

impl Attach {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let places = Places::find(&self.places);
        let registry = Registry::built_in();
        let library = Library::open(&places, &registry)?;
        let profile = &library.profile(&self.profile)?.profile;
        let next = successor(self.runs)?;
        let keys = self.secrets.keyring()?;
        let stand = registry.attendable(&self.rig, self.debugger.port()?)?;
        if let Err(missing) = stand.rig().ready() {
            return Ok(lacking(&missing)?);
        }
        watch::heed_signals()?;
        let folder = folder::of_this_moment(&places.records, "attach-")?;
        let made = Made { stand: stand.as_ref(), profile, keys, next, folder };
        match self.serve(&made) {
            Ok(()) => Ok(Exit::Held),
            Err(error) => {
                writeln!(terminal::stderr(), "error: {}", harmless(&format!("{error:#}")))?;
                Ok(Exit::Infrastructure)
            }
        }
    }

    fn serve(&self, made: &Made<'_>) -> anyhow::Result<()> {
        let rig = made.stand.rig();
        let flash = runner::factory_flash(rig, &made.keys, made.profile, self.runs)?;
        let update = runner::genuine_deliverable(rig, &made.keys, made.profile, made.next)?;
        let path = made.folder.join(format!("update-{}.suit", made.next));
        fs::write(&path, update).with_context(|| format!("{} cannot be written", path.display()))?;
        let mut device = rig.device(Setup { flash, firmware: Firmware::Genuine, seed: self.secrets.seed })?;
        device.on()?;
        let mut out = terminal::stdout();
        writeln!(
            out,
            "  {:10}  {}, profile {}, runs {}; the update brings {}",
            "device",
            rig.name(),
            made.profile.name,
            self.runs,
            made.next
        )?;
        Visit { stand: made.stand, runs: self.runs, update: Some(&path) }.serve(device.as_mut(), &mut out)
    }
}

/// The version that the update brings.
fn successor(version: Version) -> Result<Version, Failure> {
    let patch = version.patch.checked_add(1);
    patch
        .map(|patch| Version { patch, ..version })
        .ok_or_else(|| Failure::argument(format!("no version comes after {version}"), "name a lower one with `--runs`"))
}

fn lacking(missing: &Missing) -> anyhow::Result<Exit> {
    let (what, remedy) = (harmless(&missing.what), harmless(&missing.remedy));
    writeln!(terminal::stderr(), "error: {what}\n  = help: {remedy}")?;
    Ok(Exit::Infrastructure)
}
