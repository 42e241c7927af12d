//! `otabench scenario`: plays scenarios and tells what came of it.
//!
//! Everything that can be wrong with arguments and files is found before the first device is made;
//! from then on every outcome is reported as soon as it is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use publisher::Keyring;
use record::RECORD_FILE;

use crate::clock::{Moment, Stopwatch};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::library::{Library, ScenarioFile};
use crate::places::{PlaceArgs, Places};
use crate::play::Job;
use crate::repeat::Repeat;
use crate::report::{self, Closing, Format, Opening, Report};
use crate::rigs::{Chosen, Registry};
use crate::{watch, words};

const USAGE: &str = "\
otabench scenario [OPTIONS] <NAME>...
       otabench scenario [OPTIONS] --all";

const EXAMPLES: &str = "\
Examples:
  otabench scenario downgrade                     on every rig there is
  otabench scenario my/attack.toml --rig sim      a file of your own, on one rig
  otabench scenario --all --format json | jq .    one object per claim and rig
  otabench scenario --all --require-rig sim       missing rig: exit code 20";

/// Play scenarios and judge what was recorded
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = USAGE)]
pub(crate) struct Scenario {
    /// Scenarios to play: names, or paths of `.toml` files
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,

    /// Play every scenario
    #[arg(long)]
    all: bool,

    /// Play on this rig only; repeat it for several
    #[arg(long, value_name = "NAME")]
    rig: Vec<String>,

    /// Play on this rig too, and end with exit code 20 if it cannot be had
    #[arg(long, value_name = "NAME")]
    require_rig: Vec<String>,

    /// Everything random follows from it: a decimal number, or a hexadecimal one with `0x`
    #[arg(long, value_name = "N", default_value = "0x5eed", value_parser = seed)]
    seed: u64,

    /// Keep the keys in this folder instead of making them from the seed
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,

    /// Form of the output: for people, one JSON object per claim and rig and line, or JUnit XML
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Folder for the records [default: `target/otabench/` and the time in UTC]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    #[command(flatten)]
    places: PlaceArgs,
}

/// Everything that is settled before the first device is made.
struct Plan<'a> {
    library: &'a Library,
    files: Vec<ScenarioFile>,
    rigs: Vec<Chosen<'a>>,
    keys: Keyring,
    folder: PathBuf,
    repeat: Repeat,
}

impl Scenario {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let stopwatch = Stopwatch::start();
        let places = Places::find(&self.places);
        let registry = Registry::built_in();
        let library = Library::open(&places, &registry)?;
        let files = if self.all { library.all()? } else { library.named(&self.names)? };
        check_names_differ(&files)?;
        let rigs = registry.choose(&self.rig, &self.require_rig)?;
        let keys = self.keyring()?;
        let folder = self.folder(&places, &files, &rigs)?;
        watch::heed_signals()?;
        let repeat = Repeat::new(self.seed)
            .with_path("--keys", self.keys.as_ref())
            .with_path("--scenarios", self.places.scenarios.as_ref())
            .with_path("--profiles", self.places.profiles.as_ref());
        let plan = Plan { library: &library, files, rigs, keys, folder, repeat };
        self.play(&plan, stopwatch)
    }

    fn play(&self, plan: &Plan<'_>, stopwatch: Stopwatch) -> Result<Exit, Failure> {
        let mut report = report::on_stdout(self.format);
        report.open(&self.opening(plan))?;
        let claims = words::counted(plan.files.len(), "claim", "claims");
        let rigs = words::counted(plan.rigs.len(), "rig", "rigs");
        let mut closing = Closing { subject: format!("{claims} x {rigs}"), ..Closing::default() };
        let exits = self.play_all(plan, report.as_mut(), &mut closing)?;
        closing.not_begun = plan.files.len() * plan.rigs.len() - exits.len();
        closing.elapsed = Some(stopwatch.elapsed());
        closing.record = Some(match (plan.files.as_slice(), plan.rigs.as_slice()) {
            ([file], [chosen]) => record_folder(&plan.folder, file, chosen).join(RECORD_FILE),
            ([] | [_, ..], _) => plan.folder.clone(),
        });
        closing.repeat = Some(self.repeat_all(&plan.repeat));
        report.close(&closing)?;
        Ok(if watch::is_stopped() { Exit::Interrupted } else { Exit::strongest(exits) })
    }

    fn play_all(&self, plan: &Plan<'_>, report: &mut dyn Report, closing: &mut Closing) -> Result<Vec<Exit>, Failure> {
        let mut exits = Vec::new();
        for file in &plan.files {
            for chosen in &plan.rigs {
                if watch::is_stopped() {
                    return Ok(exits);
                }
                let outcome = self.job(plan, file, *chosen).play();
                closing.tally.count(&outcome);
                exits.push(outcome.exit());
                report.outcome(&outcome)?;
            }
        }
        Ok(exits)
    }

    fn job<'a>(&self, plan: &'a Plan<'_>, file: &'a ScenarioFile, chosen: Chosen<'a>) -> Job<'a> {
        Job {
            file,
            profile: plan.library.profile_of(&file.scenario),
            chosen,
            keys: &plan.keys,
            seed: self.seed,
            folder: record_folder(&plan.folder, file, &chosen),
            repeat: plan.repeat.command(&[plan.library.name_of(file)], &[("--rig", chosen.rig.name())]),
        }
    }

    fn opening(&self, plan: &Plan<'_>) -> Opening {
        let mut profiles: Vec<String> = plan.files.iter().map(|file| file.scenario.device.profile.clone()).collect();
        profiles.sort_unstable();
        profiles.dedup();
        let rigs = plan.rigs.iter().map(|chosen| chosen.rig.name().to_owned()).collect();
        Opening { seed: self.seed, rigs, profiles }
    }

    fn repeat_all(&self, repeat: &Repeat) -> String {
        let names = if self.all { vec!["--all".to_owned()] } else { self.names.clone() };
        let only = self.rig.iter().map(|rig| ("--rig", rig.as_str()));
        let required = self.require_rig.iter().map(|rig| ("--require-rig", rig.as_str()));
        repeat.command(&names, &only.chain(required).collect::<Vec<_>>())
    }

    fn keyring(&self) -> Result<Keyring, Failure> {
        match &self.keys {
            None => Ok(Keyring::generate(self.seed)),
            Some(folder) => Keyring::load_or_create(folder, self.seed).map_err(|error| {
                Failure::argument(
                    format!("the keys cannot be used: {:#}", anyhow::Error::from(error)),
                    "name a folder with one `<role>.pem` per role, or an empty one to have them made",
                )
            }),
        }
    }

    /// Makes the folder for the records. No record is ever written over.
    fn folder(&self, places: &Places, files: &[ScenarioFile], rigs: &[Chosen<'_>]) -> Result<PathBuf, Failure> {
        let Some(folder) = &self.out else { return Ok(new_folder(&places.records)?) };
        fs::create_dir_all(folder).map_err(|error| {
            Failure::argument(
                format!("the folder {} cannot be made: {error}", folder.display()),
                "name a folder with `--out` in which you may write",
            )
        })?;
        for (file, chosen) in files.iter().flat_map(|file| rigs.iter().map(move |chosen| (file, chosen))) {
            let record = record_folder(folder, file, chosen);
            if record.symlink_metadata().is_ok() {
                let help = "records are never written over; name another folder with `--out`";
                return Err(Failure::argument(format!("{} is there already", record.display()), help));
            }
        }
        Ok(folder.clone())
    }
}

fn record_folder(folder: &Path, file: &ScenarioFile, chosen: &Chosen<'_>) -> PathBuf {
    folder.join(format!("{}.{}", file.scenario.name, chosen.rig.name()))
}

/// A folder of this moment's name; of two runs in one second, the second gets a number.
fn new_folder(above: &Path) -> anyhow::Result<PathBuf> {
    let failed = |path: &Path| format!("the folder {} cannot be made", path.display());
    fs::create_dir_all(above).with_context(|| failed(above))?;
    let stamp = Moment::now().stamp();
    let mut folder = above.join(&stamp);
    let mut number = 1_u32;
    loop {
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number += 1;
                folder = above.join(format!("{stamp}-{number}"));
            }
            Err(error) => return Err(error).with_context(|| failed(&folder)),
        }
    }
}

/// Two files of one name would share a record.
fn check_names_differ(files: &[ScenarioFile]) -> Result<(), Failure> {
    for (index, file) in files.iter().enumerate() {
        let same = |other: &&ScenarioFile| other.scenario.name == file.scenario.name;
        if let Some(other) = files[..index].iter().find(same) {
            return Err(Failure::argument(
                format!(
                    "two scenarios are called `{}`: {} and {}",
                    file.scenario.name,
                    other.path.display(),
                    file.path.display()
                ),
                "play them one after the other",
            ));
        }
    }
    Ok(())
}

fn seed(text: &str) -> Result<u64, String> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let is_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    match u64::from_str_radix(digits, radix) {
        Ok(seed) if is_digits => Ok(seed),
        Err(_) if !is_digits && text.chars().all(|c| c.is_ascii_hexdigit()) && !text.is_empty() => {
            Err(format!("a hexadecimal seed begins with 0x: 0x{text}"))
        }
        Ok(_) | Err(_) => Err("a seed is a number of at most 64 bits, such as 7 or 0x5eed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_has_one_reading() {
        assert_eq!(seed("10"), Ok(10));
        assert_eq!(seed("0x10"), Ok(16));
        assert_eq!(seed("0xffffffffffffffff"), Ok(u64::MAX));
        for text in ["", "5eed", "0x", "-1", "+1", "0x+1", "1e3", "18446744073709551616", "0x10000000000000000"] {
            assert!(seed(text).is_err(), "{text}");
        }
        assert_eq!(seed("5eed"), Err("a hexadecimal seed begins with 0x: 0x5eed".to_owned()));
    }
}
