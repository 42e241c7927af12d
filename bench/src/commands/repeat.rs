//! `otabench repeat`: plays archived records again, from what lies beside them.
//!
//! A verdict is only as good as the run behind it. Whoever has a record has its scenario, its profile,
//! its rig and its seed, and needs neither the files nor the words it was played with.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use record::KeySource;

use crate::archive::Definition;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folder;
use crate::outcome::{Finding, Outcome};
use crate::places::{PlaceArgs, Places};
use crate::play::Job;
use crate::records;
use crate::repeat;
use crate::report::{self, Closing, DataFormat, Format};
use crate::rigs::Registry;
use crate::scene::Scene;
use crate::secrets::SecretArgs;
use crate::terminal::{self, harmless};
use crate::{watch, words};

const EXAMPLES: &str = "\
Examples:
  otabench repeat records/downgrade.sim             from the folder of a report
  otabench repeat target/otabench/20261122-110131   all records of a run";

/// Play archived records again, each as it was played
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Repeat {
    /// Records: `record.jsonl` files, folders that hold one, or folders of such folders
    #[arg(value_name = "RECORD", required = true)]
    records: Vec<PathBuf>,

    /// The folder with the keys, for records of runs that had keys of their own
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,

    /// Who runs it, for the report [default: none stated]
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,

    /// Form of the output: for people, or one JSON object per record and line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: DataFormat,

    /// Folder for the new records [default: `target/otabench/` and the time in UTC]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Repeat {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let registry = Registry::built_in();
        let mut paths = Vec::new();
        for given in &self.records {
            paths.extend(records::below(given)?);
        }
        let places = Places::find(&PlaceArgs { scenarios: None, profiles: None });
        let folder = match &self.out {
            Some(folder) => folder.clone(),
            None => folder::of_this_moment(&places.records, "")?,
        };
        watch::heed_signals()?;
        let mut report = report::on_stdout(match self.format {
            DataFormat::Text => Format::Text,
            DataFormat::Json => Format::Json,
        });
        let subject = words::counted(paths.len(), "record", "records");
        let mut closing = Closing { subject, record: Some(folder.clone()), ..Closing::default() };
        let mut exits = Vec::new();
        let scene = Scene::look_around(self.operator.clone());
        for (number, path) in paths.iter().enumerate() {
            if watch::is_stopped() {
                return Ok(Exit::Interrupted);
            }
            let outcome = self.play(path, &folder.join(new_name(path, number)), &registry, &scene)?;
            closing.tally.count(&outcome);
            exits.push(outcome.exit());
            report.outcome(&outcome)?;
            compare(path, &outcome)?;
        }
        report.close(&closing)?;
        Ok(Exit::strongest(exits))
    }

    /// Plays one record again into this folder.
    fn play(&self, path: &Path, folder: &Path, registry: &Registry, scene: &Scene) -> Result<Outcome, Failure> {
        let definition = match Definition::of(path, &registry.mutants()) {
            Ok(definition) => definition,
            Err(finding) => return Ok(unplayed(path, finding)),
        };
        if folder.symlink_metadata().is_ok() {
            let help = "records are never written over; name another folder with `--out`";
            return Err(Failure::argument(format!("{} is there already", folder.display()), help));
        }
        let secrets = self.secrets(&definition, path)?;
        let rigs = registry.choose(std::slice::from_ref(&definition.setting.rig), &[])?;
        let Some(chosen) = rigs.first() else {
            return Err(Failure::argument(
                format!("there is no rig `{}`", definition.setting.rig),
                "see `otabench doctor`",
            ));
        };
        let keys = secrets.keyring()?;
        let job = Job {
            file: &definition.file,
            profile: &definition.profile,
            chosen: *chosen,
            keys: &keys,
            keys_from: secrets.source(),
            seed: secrets.seed,
            scene,
            folder: folder.to_owned(),
            repeat: repeat::of_record(path, definition.keys),
        };
        Ok(job.play())
    }

    /// Seed and keys. Other keys than those of the record would play something else.
    fn secrets(&self, definition: &Definition, path: &Path) -> Result<SecretArgs, Failure> {
        let secrets = SecretArgs { seed: definition.setting.seed, keys: self.keys.clone() };
        match (definition.keys, secrets.source()) {
            (KeySource::Seed, KeySource::Seed) | (KeySource::Files, KeySource::Files) => Ok(secrets),
            (KeySource::Files, KeySource::Seed) => Err(Failure::argument(
                format!("{} was played with keys that somebody keeps", path.display()),
                "name their folder with `--keys`",
            )),
            (KeySource::Seed, KeySource::Files) => Err(Failure::argument(
                format!("{} was played with keys that follow from its seed", path.display()),
                "leave `--keys` out",
            )),
        }
    }
}

fn unplayed(path: &Path, finding: Finding) -> Outcome {
    Outcome { scenario: None, setting: None, finding, times: None, record: Some(path.to_owned()), repeat: None }
}

/// The name of the new record's folder: that of the old one, which is told apart by its number where
/// records of several runs have the same.
fn new_name(path: &Path, number: usize) -> String {
    let name = path.parent().and_then(Path::file_name).map_or("record".into(), |name| name.to_string_lossy());
    if number == 0 { name.into_owned() } else { format!("{name}.{}", number + 1) }
}

/// Tells whether the new record is the old one. It is on a rig whose runs follow from the seed.
fn compare(old: &Path, outcome: &Outcome) -> Result<(), Failure> {
    let Some(new) = &outcome.record else { return Ok(()) };
    let (Ok(before), Ok(after)) = (fs::read(old), fs::read(new)) else { return Ok(()) };
    let found = if old == new {
        return Ok(());
    } else if before == after {
        "the record came out the same, byte by byte"
    } else {
        "the record came out otherwise: another bench, other firmware, or a rig whose runs are not the same twice"
    };
    writeln!(terminal::stderr(), "      {}: {found}", harmless(outcome.name()))?;
    Ok(())
}
