//! `otabench matrix`: every scenario on a device of every profile, and on its own profile without one
//! feature after the other.
//!
//! It shows what each defence buys. Whatever a cell says follows from a record that was played for it,
//! in memory or, with `--records`, on the disk.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use menu::Feature;
use publisher::Keyring;
use record::{CellDevice, CellJudgement, KeySource, RECORD_FILE, Reader, Writer};
use render::{Cell, CellWord, MATRIX_SCHEMA, Matrix as Finished, MatrixRow, ProfileColumn};
use rig::Rig;
use runner::Play;
use scenario::Profile;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::library::{Library, ProfileFile, ScenarioFile};
use crate::places::{PlaceArgs, Places};
use crate::play::method_of;
use crate::rigs::Registry;
use crate::secrets::SecretArgs;
use crate::terminal::{self, harmless};
use crate::watch::{self, Onlooker};

const EXAMPLES: &str = "\
Examples:
  otabench matrix                                    every scenario on every profile, simulated
  otabench matrix --scenario downgrade --records kept
  otabench matrix --records kept --format json --out matrix.json
                                                     for `otabench report`
  otabench matrix --format svg --out reports/matrix.svg";

/// Show which attack succeeds on which profile, and without which feature
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Matrix {
    /// Only these scenarios: names, or paths of `.toml` files; repeat it for several
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,

    /// Only devices of these profiles; repeat it for several
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,

    /// The rig that it is played on
    #[arg(long, value_name = "NAME", default_value = "sim")]
    rig: String,

    /// At most so many cases of a sweep in a cell: half are those that break most easily, the others
    /// are spread over the rest
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..))]
    cases: u32,

    /// Form of the output: for people, one JSON object, a drawing, or Markdown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Form,

    /// File for the output [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Keep the record of every cell in this folder; nothing is overwritten
    #[arg(long, value_name = "DIR")]
    records: Option<PathBuf>,

    #[command(flatten)]
    secrets: SecretArgs,

    #[command(flatten)]
    places: PlaceArgs,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
    Svg,
    Markdown,
}

/// What every cell is played with.
struct Table<'a> {
    rig: &'a dyn Rig,
    keys: Keyring,
    keys_from: KeySource,
    seed: u64,
    cases: u32,
    records: Option<PathBuf>,
}

/// The device of a cell.
struct Device<'a> {
    file: &'a ProfileFile,
    profile: Profile,
    without: Option<Feature>,
}

impl<'a> Device<'a> {
    fn whole(file: &'a ProfileFile) -> Self {
        Self { file, profile: file.profile.clone(), without: None }
    }

    fn without(file: &'a ProfileFile, feature: Feature) -> Self {
        Self { file, profile: file.profile.without(feature), without: Some(feature) }
    }

    fn named(&self) -> CellDevice {
        CellDevice {
            profile: self.profile.name.clone(),
            without: self.without.map(|feature| feature.name().to_owned()),
        }
    }
}

impl Matrix {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let registry = Registry::built_in();
        let library = Library::open(&Places::find(&self.places), &registry)?;
        let files = if self.scenario.is_empty() { library.all()? } else { library.named(&self.scenario)? };
        let profiles = self.profiles(&library)?;
        let chosen = registry.choose(std::slice::from_ref(&self.rig), &[])?;
        let Some(chosen) = chosen.first().filter(|_| !files.is_empty()) else { return Ok(Exit::NothingRan) };
        if let Err(missing) = chosen.rig.ready() {
            let (what, remedy) = (harmless(&missing.what), harmless(&missing.remedy));
            writeln!(terminal::stderr(), "error: {what}\n  = help: {remedy}")?;
            return Ok(Exit::Infrastructure);
        }
        let table = Table {
            rig: chosen.rig,
            keys: self.secrets.keyring()?,
            keys_from: self.secrets.source(),
            seed: self.secrets.seed,
            cases: self.cases,
            records: self.records.clone(),
        };
        watch::heed_signals()?;
        let matrix = table.fill(&files, &profiles, &library)?;
        if watch::is_stopped() {
            return Ok(Exit::Interrupted);
        }
        self.tell(&matrix)?;
        Ok(exit_of(&matrix))
    }

    /// The profiles that are asked for, those with the fewest features first.
    fn profiles<'l>(&self, library: &'l Library) -> Result<Vec<&'l ProfileFile>, Failure> {
        let mut profiles: Vec<&ProfileFile> = match self.profile.as_slice() {
            [] => library.profiles().iter().collect(),
            names => names.iter().map(|name| library.profile(name)).collect::<Result<_, _>>()?,
        };
        profiles.sort_by_key(|file| (file.profile.features.iter().count(), file.profile.name.clone()));
        profiles.dedup_by_key(|file| file.profile.name.clone());
        Ok(profiles)
    }

    fn tell(&self, matrix: &Finished) -> Result<(), Failure> {
        let text = match self.format {
            Form::Text => matrix.text().lines().map(|line| harmless(line) + "\n").collect(),
            Form::Json => matrix.json(),
            Form::Svg => matrix.svg(),
            Form::Markdown => matrix.markdown(),
        };
        match &self.out {
            None => write!(terminal::stdout(), "{text}")?,
            Some(path) => fs::write(path, text).map_err(|error| {
                Failure::argument(
                    format!("{} cannot be written: {error}", path.display()),
                    "name a file with `--out` in a folder where you may write",
                )
            })?,
        }
        Ok(())
    }
}

impl Table<'_> {
    fn fill(&self, files: &[ScenarioFile], profiles: &[&ProfileFile], library: &Library) -> Result<Finished, Failure> {
        let removed = removable(files);
        let mut rows = Vec::new();
        for file in files {
            let own = library.profile_of(&file.scenario);
            let mut row = MatrixRow {
                scenario: file.scenario.name.clone(),
                claim: file.scenario.claim.clone(),
                own: own.profile.name.clone(),
                cells: Vec::new(),
                without: Vec::new(),
            };
            for profile in profiles {
                row.cells.push(self.cell(file, &Device::whole(profile))?);
            }
            for feature in &removed {
                row.without.push(if own.profile.features.has(*feature) {
                    self.cell(file, &Device::without(own, *feature))?
                } else {
                    Cell::no_such_feature(*feature)
                });
            }
            rows.push(row);
        }
        let column = |file: &&ProfileFile| ProfileColumn {
            name: file.profile.name.clone(),
            features: file.profile.features.iter().map(|feature| feature.name().to_owned()).collect(),
        };
        Ok(Finished {
            schema: MATRIX_SCHEMA.to_owned(),
            otabench: env!("CARGO_PKG_VERSION").to_owned(),
            rig: self.rig.name().to_owned(),
            method: method_of(self.rig),
            seed: format!("{:#x}", self.seed),
            cases_at_most: self.cases,
            profiles: profiles.iter().map(column).collect(),
            removed: removed.iter().map(|feature| feature.name().to_owned()).collect(),
            rows,
        })
    }

    /// Plays one cell and judges its record.
    fn cell(&self, file: &ScenarioFile, device: &Device<'_>) -> Result<Cell, Failure> {
        if watch::is_stopped() {
            return Ok(Cell::not_applicable("interrupted".to_owned()));
        }
        let named = device.named();
        let scenario = file.scenario.on(&device.profile);
        let play = Play {
            scenario: &scenario,
            scenario_file: &file.bytes,
            profile: &device.profile,
            profile_file: &device.file.bytes,
            rig: self.rig,
            keys: &self.keys,
            keys_from: self.keys_from,
            seed: self.seed,
            version: env!("CARGO_PKG_VERSION"),
        };
        let place = words_of(&named);
        let onlooker = Onlooker::new(format!("{}  {} {place}", self.rig.name(), scenario.name));
        let bytes = self.record(&play, &named, &onlooker);
        onlooker.finish();
        if watch::is_stopped() {
            return Ok(Cell::not_applicable("interrupted".to_owned()));
        }
        let bytes = bytes.map_err(|error| Failure::Unexpected(error.context(format!("{} {place}", scenario.name))))?;
        Ok(Cell::of(&judge(&scenario, &file.bytes, &bytes)?, record::sha256_hex(&bytes)))
    }

    /// The bytes of the record, in memory or from the file that was written.
    fn record(&self, play: &Play<'_>, device: &CellDevice, onlooker: &Onlooker) -> anyhow::Result<Vec<u8>> {
        let Some(records) = &self.records else {
            let mut writer = Writer::new(Vec::new());
            play.record_cell(device, self.cases, &mut writer, onlooker)?;
            return Ok(writer.into_inner());
        };
        let without = device.without.as_ref().map(|feature| format!(".without-{feature}")).unwrap_or_default();
        let name = format!("{}.{}{without}.{}", play.scenario.name, device.profile, self.rig.name());
        let folder = records.join(name);
        fs::create_dir_all(records)?;
        play.record_cell(device, self.cases, &mut Writer::create(&folder)?, onlooker)?;
        Ok(fs::read(folder.join(RECORD_FILE))?)
    }
}

fn judge(scenario: &scenario::Scenario, file: &[u8], record: &[u8]) -> Result<CellJudgement, Failure> {
    let record = Reader::read(record).map_err(|error| Failure::Unexpected(error.into()))?;
    Ok(record::judge_cell(scenario, &record::sha256_hex(file), &record))
}

/// Every feature that some scenario's own profile has, in the menu's order.
fn removable(files: &[ScenarioFile]) -> Vec<Feature> {
    let is_had = |feature: &Feature| files.iter().any(|file| file.scenario.device.features.has(*feature));
    Feature::ALL.iter().copied().filter(is_had).collect()
}

fn words_of(device: &CellDevice) -> String {
    match &device.without {
        None => format!("on {}", device.profile),
        Some(feature) => format!("on {} without {feature}", device.profile),
    }
}

/// A broken cell is what the matrix is for, except on the scenario's own profile: there a claim broke.
fn exit_of(matrix: &Finished) -> Exit {
    let is_own_broken = matrix.rows.iter().any(|row| {
        let own = matrix.profiles.iter().position(|profile| profile.name == row.own);
        own.and_then(|at| row.cells.get(at)).is_some_and(|cell| cell.verdict == CellWord::Broken)
    });
    if is_own_broken {
        Exit::Broken
    } else if matrix.cells().any(|cell| cell.verdict == CellWord::Error) {
        Exit::BenchWrong
    } else {
        Exit::Held
    }
}
