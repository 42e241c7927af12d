//! The board's binaries: built on demand, kept under `target/`, built anew when sources change.
//!
//! The first stage, which the board wakes up with; images, which stand in its flash, and the recovery image,
//! which stands there for good.
//! Versions and behaviours of images are real binaries, and so are mutants, which are built from a
//! patched copy of the sources. One lock serves all runs on this machine, so that two of them do not
//! build into each other's files.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rig::{Behaviour, Firmware, ImageSpec, RigError};

use crate::board::Board;
use crate::command::run;
use crate::process::{pause, tie};
use crate::sources::{FIRMWARE, copy_with, fingerprint};
use crate::sram::Program;

/// How long a build may be silent. Linking with link-time optimisation says nothing for a while.
const BUILD_SILENCE: Duration = Duration::from_secs(600);
/// How long to wait for another run that builds, and how often to look.
const LOCK_WAIT: Duration = Duration::from_secs(1200);
const LOCK_LOOK: Duration = Duration::from_millis(100);

/// Variables of an outer cargo, or of a person, that would change what is built.
const FOREIGN_VARIABLES: [&str; 9] = [
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MAKEFLAGS",
    "CARGO_TARGET_DIR",
    "MAKEFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
];

/// Told what is being done, one line at a time.
pub type Progress = Box<dyn Fn(&str) + Send + Sync>;

/// All binaries of the board.
pub(crate) struct Binaries {
    board: &'static Board,
    top: PathBuf,
    folder: PathBuf,
    progress: Progress,
    known: Mutex<BTreeMap<String, Arc<Program>>>,
}

/// One binary.
enum Binary<'a> {
    FirstStage,
    Image(&'a ImageSpec),
    Recovery,
}

impl Binaries {
    /// The board's binaries of the repository with this top folder, kept in `folder`.
    pub(crate) fn new(board: &'static Board, top: PathBuf, folder: PathBuf, progress: Progress) -> Self {
        Self { board, top, folder, progress, known: Mutex::default() }
    }

    /// The first stage of this firmware.
    pub(crate) fn first_stage(&self, firmware: &Firmware) -> Result<Arc<Program>, RigError> {
        self.program(&Binary::FirstStage, firmware)
    }

    /// The bytes of an image that carries this firmware.
    pub(crate) fn image(&self, spec: &ImageSpec, firmware: &Firmware) -> Result<Vec<u8>, RigError> {
        self.program(&Binary::Image(spec), firmware)?.image("the image", &self.board.memory)
    }

    /// The bytes of the recovery image that carries this firmware.
    pub(crate) fn recovery(&self, firmware: &Firmware) -> Result<Vec<u8>, RigError> {
        self.program(&Binary::Recovery, firmware)?.image("the recovery image", &self.board.memory)
    }

    /// Where the first stage's ELF file is kept.
    pub(crate) fn first_stage_elf(&self, firmware: &Firmware) -> PathBuf {
        self.kept(&Binary::FirstStage, firmware).elf()
    }

    /// Where an image's ELF file is kept.
    pub(crate) fn image_elf(&self, spec: &ImageSpec, firmware: &Firmware) -> PathBuf {
        self.kept(&Binary::Image(spec), firmware).elf()
    }

    /// The names of the mutants: the patches there are.
    pub(crate) fn mutants(top: &Path) -> Vec<String> {
        let entries = fs::read_dir(top.join(FIRMWARE).join("mutants")).into_iter().flatten().flatten();
        let patches = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "patch"));
        let mut names: Vec<String> = patches.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
        names.sort();
        names
    }

    /// Whether this binary is there and up to date, so that nothing has to be built.
    pub(crate) fn is_built(&self) -> bool {
        let kept = self.kept(&Binary::FirstStage, &Firmware::Genuine);
        fingerprint(&self.top, None).is_ok_and(|wanted| fs::read_to_string(kept.sources()).is_ok_and(|it| it == wanted))
    }

    fn program(&self, binary: &Binary<'_>, firmware: &Firmware) -> Result<Arc<Program>, RigError> {
        let kept = self.kept(binary, firmware);
        // The map is whole at any time, whoever panicked while holding it.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(program) = known.get(&kept.name) {
            return Ok(program.clone());
        }
        let elf = self.up_to_date(binary, firmware, &kept)?;
        let program = Arc::new(Program::from_elf(&kept.name, &elf, &self.board.memory)?);
        known.insert(kept.name, program.clone());
        Ok(program)
    }

    /// The ELF file, built if its sources have changed.
    fn up_to_date(&self, binary: &Binary<'_>, firmware: &Firmware, kept: &Kept) -> Result<Vec<u8>, RigError> {
        let patch = self.patch(firmware)?;
        let wanted = fingerprint(&self.top, patch.as_deref())?;
        fs::create_dir_all(&kept.folder).map_err(|source| RigError::File { path: kept.folder.clone(), source })?;
        let _locked = self.lock()?;
        if fs::read_to_string(kept.sources()).ok().as_ref() != Some(&wanted) {
            let top = self.tree(firmware, patch.as_deref(), &wanted)?;
            let elf = self.build(binary, &top, &kept.name)?;
            // The sources are noted last: a build that was interrupted here is done again.
            copy(&elf, &kept.elf())?;
            write(&kept.sources(), &wanted)?;
        }
        fs::read(kept.elf()).map_err(|source| RigError::File { path: kept.elf(), source })
    }

    /// The patch of a mutant.
    fn patch(&self, firmware: &Firmware) -> Result<Option<String>, RigError> {
        let Firmware::Mutant(name) = firmware else { return Ok(None) };
        if !Self::mutants(&self.top).contains(name) {
            return Err(RigError::UnknownMutant { name: name.clone() });
        }
        let path = self.top.join(FIRMWARE).join("mutants").join(format!("{name}.patch"));
        fs::read_to_string(&path).map(Some).map_err(|source| RigError::File { path, source })
    }

    /// The top folder of the sources to build from: a patched copy for a mutant.
    fn tree(&self, firmware: &Firmware, patch: Option<&str>, wanted: &str) -> Result<PathBuf, RigError> {
        let (Firmware::Mutant(name), Some(patch)) = (firmware, patch) else { return Ok(self.top.clone()) };
        let copy = self.folder.join("mutants").join(name);
        let mark = copy.join("sources");
        if fs::read_to_string(&mark).ok().as_deref() != Some(wanted) {
            copy_with(&self.top, patch, &copy)?;
            write(&mark, wanted)?;
        }
        Ok(copy)
    }

    fn build(&self, binary: &Binary<'_>, top: &Path, name: &str) -> Result<PathBuf, RigError> {
        let Board { target, package, .. } = self.board;
        (self.progress)(&format!("building {name} for {target}"));
        let output = self.folder.join("cargo");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        // In the folder of the chips' workspace, because its linker arguments stand there.
        command.current_dir(top.join(FIRMWARE).join("chips"));
        FOREIGN_VARIABLES.iter().for_each(|variable| _ = command.env_remove(variable));
        command.env("CARGO_TARGET_DIR", &output).env("CARGO_TERM_COLOR", "never");
        command.args(["build", "--locked", "--release", "--target", target, "--package", package]);
        command.args(["--bin", binary.program()]);
        if let Binary::Image(spec) = binary {
            command.env("OTABENCH_IMAGE_VERSION", version(spec)).env("OTABENCH_IMAGE_BEHAVES", behaviour(spec));
        }
        // A compiler that is at work when the bench is killed finishes its crate; nothing new is begun.
        tie(&mut command);
        run(command, BUILD_SILENCE, &mut |line| (self.progress)(line)).map_err(|error| RigError::Program {
            program: format!("building {name}"),
            message: format!("{error}\nif a target is missing: cargo run -- setup"),
        })?;
        Ok(output.join(target).join("release").join(binary.program()))
    }

    /// Waits for other runs that build.
    fn lock(&self) -> Result<File, RigError> {
        let path = self.folder.join("lock");
        let failed = |source: io::Error| RigError::File { path: path.clone(), source };
        let file = File::create(&path).map_err(failed)?;
        for look in 0..LOCK_WAIT.as_millis() / LOCK_LOOK.as_millis() {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            if look == 10 {
                (self.progress)("waiting for another run that builds firmware");
            }
            pause(LOCK_LOOK);
        }
        // The bound fits by far.
        let limit_ms = LOCK_WAIT.as_millis() as u64;
        Err(RigError::TimedOut { what: "another run that builds firmware".to_owned(), limit_ms })
    }

    fn kept(&self, binary: &Binary<'_>, firmware: &Firmware) -> Kept {
        let whose = match firmware {
            Firmware::Genuine => "genuine",
            Firmware::Mutant(name) => name,
        };
        let what = match binary {
            Binary::FirstStage => "first-stage".to_owned(),
            Binary::Recovery => "recovery".to_owned(),
            Binary::Image(spec) => format!("image-{}-{}", version(spec), behaviour(spec)),
        };
        Kept { folder: self.folder.join("binaries"), name: format!("{what}.{whose}") }
    }
}

impl Binary<'_> {
    /// Cargo's name for it.
    fn program(&self) -> &'static str {
        match self {
            Binary::FirstStage => "first-stage",
            Binary::Image(_) => "app",
            Binary::Recovery => "recovery",
        }
    }
}

/// Where a binary is kept, and the fingerprint of its sources beside it.
struct Kept {
    folder: PathBuf,
    name: String,
}

impl Kept {
    fn elf(&self) -> PathBuf {
        self.folder.join(format!("{}.elf", self.name))
    }

    fn sources(&self) -> PathBuf {
        self.folder.join(format!("{}.sources", self.name))
    }
}

fn version(spec: &ImageSpec) -> String {
    let [major, minor, patch] = spec.version;
    format!("{major}.{minor}.{patch}")
}

fn behaviour(spec: &ImageSpec) -> &'static str {
    match spec.behaviour {
        Behaviour::Healthy => "healthy",
        Behaviour::Hangs => "hangs",
        Behaviour::Crashes => "crashes",
        Behaviour::NeverConfirms => "never-confirms",
        Behaviour::ConfirmsLate => "confirms-late",
        Behaviour::RunsWild => "runs-wild",
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), RigError> {
    fs::copy(from, to).map(|_| ()).map_err(|source| RigError::File { path: from.to_owned(), source })
}

fn write(path: &Path, text: &str) -> Result<(), RigError> {
    fs::write(path, text).map_err(|source| RigError::File { path: path.to_owned(), source })
}
