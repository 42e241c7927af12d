//! `otabench scenario`: plays scenarios and tells what came of it.
//!
//! Everything that can be wrong with arguments and files is found before the first device is made;
//! from then on every outcome is reported as soon as it is there.

mod at_failure;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use publisher::Keyring;
use record::RECORD_FILE;

use crate::attended::DebuggerArgs;
use crate::clock::Stopwatch;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folder;
use crate::library::{Library, ScenarioFile};
use crate::places::{PlaceArgs, Places};
use crate::play::Job;
use crate::repeat::Repeat;
use crate::report::{self, Closing, Format, Opening, Report};
use crate::rigs::{Chosen, Registry};
use crate::scene::Scene;
use crate::secrets::SecretArgs;
use crate::terminal::{self, harmless};
use crate::{watch, words};
use at_failure::Broken;

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

    #[command(flatten)]
    secrets: SecretArgs,

    /// Form of the output: for people, one JSON object per claim and rig and line, or JUnit XML
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Install what these rigs need first; safe to repeat
    #[arg(long)]
    setup: bool,

    /// If a claim is broken, play its case again up to the step that broke it, and leave the device
    /// open for a person until Ctrl-C
    #[arg(long)]
    at_failure: bool,

    #[command(flatten)]
    debugger: DebuggerArgs,

    /// Folder for the records [default: `target/otabench/` and the time in UTC]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Who runs it, for the report [default: none stated]
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,

    #[command(flatten)]
    places: PlaceArgs,
}

/// Everything that is settled before the first device is made.
struct Plan<'a> {
    library: &'a Library,
    files: Vec<ScenarioFile>,
    rigs: Vec<Chosen<'a>>,
    keys: Keyring,
    scene: Scene,
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
        let port = self.debugger.port()?;
        if port.is_some() && !self.at_failure {
            return Err(Failure::argument(
                "`--gdb` has no device to be let into",
                "add `--at-failure`, or use `otabench attach`",
            ));
        }
        let keys = self.secrets.keyring()?;
        if self.setup {
            set_up(&registry, &rigs)?;
        }
        let folder = self.folder(&places, &files, &rigs)?;
        watch::heed_signals()?;
        let repeat = Repeat::new(self.secrets.seed)
            .with_path("--keys", self.secrets.keys.as_ref())
            .with_path("--scenarios", self.places.scenarios.as_ref())
            .with_path("--profiles", self.places.profiles.as_ref());
        let scene = Scene::look_around(self.operator.clone());
        let plan = Plan { library: &library, files, rigs, keys, scene, folder, repeat };
        let (exit, broken) = self.play(&plan, stopwatch)?;
        if self.at_failure && !watch::is_stopped() {
            at_failure::open(&registry, &broken, port)?;
        }
        Ok(exit)
    }

    fn play<'a>(&self, plan: &'a Plan<'_>, stopwatch: Stopwatch) -> Result<(Exit, Vec<Broken<'a>>), Failure> {
        let mut report = report::on_stdout(self.format);
        report.open(&self.opening(plan))?;
        let claims = words::counted(plan.files.len(), "claim", "claims");
        let rigs = words::counted(plan.rigs.len(), "rig", "rigs");
        let mut closing = Closing { subject: format!("{claims} x {rigs}"), ..Closing::default() };
        let mut broken = Vec::new();
        let exits = self.play_all(plan, report.as_mut(), &mut closing, &mut broken)?;
        closing.not_begun = plan.files.len() * plan.rigs.len() - exits.len();
        closing.elapsed = Some(stopwatch.elapsed());
        closing.record = Some(match (plan.files.as_slice(), plan.rigs.as_slice()) {
            ([file], [chosen]) => record_folder(&plan.folder, file, chosen).join(RECORD_FILE),
            ([] | [_, ..], _) => plan.folder.clone(),
        });
        closing.repeat = Some(self.repeat_all(&plan.repeat));
        report.close(&closing)?;
        let exit = if watch::is_stopped() { Exit::Interrupted } else { Exit::strongest(exits) };
        Ok((exit, broken))
    }

    fn play_all<'a>(
        &self,
        plan: &'a Plan<'_>,
        report: &mut dyn Report,
        closing: &mut Closing,
        broken: &mut Vec<Broken<'a>>,
    ) -> Result<Vec<Exit>, Failure> {
        let mut exits = Vec::new();
        for file in &plan.files {
            for chosen in &plan.rigs {
                if watch::is_stopped() {
                    return Ok(exits);
                }
                let job = self.job(plan, file, *chosen);
                let outcome = job.play();
                closing.tally.count(&outcome);
                exits.push(outcome.exit());
                report.outcome(&outcome)?;
                let breach = outcome.breach().cloned();
                broken.extend(breach.map(|breach| Broken { file, job, breach }));
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
            keys_from: self.secrets.source(),
            seed: self.secrets.seed,
            scene: &plan.scene,
            folder: record_folder(&plan.folder, file, &chosen),
            repeat: plan.repeat.command(&[plan.library.name_of(file)], &[("--rig", chosen.rig.name())]),
        }
    }

    fn opening(&self, plan: &Plan<'_>) -> Opening {
        let mut profiles: Vec<String> = plan.files.iter().map(|file| file.scenario.device.profile.clone()).collect();
        profiles.sort_unstable();
        profiles.dedup();
        let rigs = plan.rigs.iter().map(|chosen| chosen.rig.name().to_owned()).collect();
        Opening { seed: self.secrets.seed, rigs, profiles }
    }

    fn repeat_all(&self, repeat: &Repeat) -> String {
        let names = if self.all { vec!["--all".to_owned()] } else { self.names.clone() };
        let only = self.rig.iter().map(|rig| ("--rig", rig.as_str()));
        let required = self.require_rig.iter().map(|rig| ("--require-rig", rig.as_str()));
        repeat.command(&names, &only.chain(required).collect::<Vec<_>>())
    }

    /// Makes the folder for the records. No record is ever written over.
    fn folder(&self, places: &Places, files: &[ScenarioFile], rigs: &[Chosen<'_>]) -> Result<PathBuf, Failure> {
        let Some(folder) = &self.out else { return Ok(folder::of_this_moment(&places.records, "")?) };
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

/// Installs what these rigs need. A rig that stays without it says so when it is its turn.
fn set_up(registry: &Registry, rigs: &[Chosen<'_>]) -> Result<(), Failure> {
    let mut out = terminal::stderr();
    let is_chosen = |name: &str| rigs.iter().any(|chosen| chosen.rig.name() == name);
    for stand in registry.stands().iter().filter(|stand| is_chosen(stand.rig.name())) {
        let name = stand.rig.name();
        let mut said = Ok(());
        let mut say = |line: &str| {
            let line = writeln!(out, "  {name:12}  {}", harmless(line));
            said = std::mem::replace(&mut said, Ok(())).and(line);
        };
        let done = (stand.set_up)(&mut say);
        said?;
        if let Err(error) = done {
            writeln!(out, "error: {name}: {}", harmless(&format!("{error:#}")))?;
        }
    }
    Ok(())
}

fn record_folder(folder: &Path, file: &ScenarioFile, chosen: &Chosen<'_>) -> PathBuf {
    folder.join(format!("{}.{}", file.scenario.name, chosen.rig.name()))
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
