//! A rig on QEMU: the firmware's real binaries on an emulated board with SPI NOR flash, an ASPEED
//! AST1030 or a RISC-V one.
//!
//! What runs here is machine code as it would run on the chip: the first stage, and images in flash.
//! QEMU is started once per boot, watched from outside over its control connection, and always
//! stopped in order: a cut is derived from the operation log of a traced run, as in the simulator,
//! and the state it leaves is booted as a fresh device.
//!
//! Everything is bounded in time. A QEMU that hangs, crashes or disagrees with its own trace is an
//! error of the rig and never says anything about the device.
//!
//! Devices use an asynchronous runtime of their own, so they must not be called from inside another.

mod apt;
mod attend;
mod board;
mod chardev;
mod command;
pub mod detect;
mod device;
mod firmware;
mod history;
mod machine;
mod process;
mod pty;
mod qmp;
pub mod setup;
mod sources;
mod sram;
mod trace;
mod wait;
mod watchdog;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rig::{Capabilities, Device, Firmware, ImageSpec, Layout, Method, Missing, Rig, RigError, Setup, Tool};
use tempfile::TempDir;

use detect::Qemu;
use device::QemuDevice;
use firmware::Binaries;
use machine::Emulator;

pub use attend::{Attended, serve};
pub use board::{AST1030, Board, RISCV};
pub use firmware::Progress;
pub use pty::Pty;

/// In the folder of a run: held locked as long as the run lives.
const LOCK_FILE: &str = "lock";

/// The rig that emulates a board.
pub struct OnQemu {
    board: &'static Board,
    folder: PathBuf,
    binaries: Binaries,
    mutants: Vec<&'static str>,
    attended: Attended,
    qemu: OnceLock<Result<Qemu, Missing>>,
    compiler: OnceLock<Option<String>>,
    run: OnceLock<Run>,
}

/// The folder of this run; devices have theirs in it.
struct Run {
    folder: TempDir,
    _locked: File,
}

impl OnQemu {
    /// The rig with this board for the repository with this top folder, whose firmware it builds. What it
    /// does that takes a while is told to `progress`.
    pub fn new(board: &'static Board, top: &Path, progress: Progress) -> Self {
        let top = &std::path::absolute(top).unwrap_or_else(|_| top.to_owned());
        let folder = top.join("target").join(board.rig);
        // A handful of names, kept for the life of the process: that is how long a rig lives.
        let mutants = Binaries::mutants(top).into_iter().map(|name| &*name.leak()).collect();
        let binaries = Binaries::new(board, top.to_owned(), folder.clone(), progress);
        let attended = Attended::ByNobody;
        let (qemu, compiler, run) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { board, folder, binaries, mutants, attended, qemu, compiler, run }
    }

    /// The same rig, for devices that a person works with.
    #[must_use]
    pub fn attended(self, attended: Attended) -> Self {
        Self { attended, ..self }
    }

    /// Where the debug information of the first stage lies once a device was made.
    pub fn first_stage_elf(&self) -> PathBuf {
        self.binaries.first_stage_elf(&Firmware::Genuine)
    }

    /// Where the debug information of an image lies once it was made.
    pub fn image_elf(&self, spec: &ImageSpec) -> PathBuf {
        self.binaries.image_elf(spec, &Firmware::Genuine)
    }

    /// The QEMU that is used.
    pub fn qemu(&self) -> Result<&Qemu, Missing> {
        self.qemu.get_or_init(|| detect::qemu(self.board)).as_ref().map_err(Clone::clone)
    }

    fn run_folder(&self) -> Result<&Path, RigError> {
        if let Some(run) = self.run.get() {
            return Ok(run.folder.path());
        }
        let run = begin_run(&self.folder.join("runs"))?;
        // Another thread may have been faster; then this folder goes away again.
        Ok(self.run.get_or_init(|| run).folder.path())
    }
}

impl Rig for OnQemu {
    fn name(&self) -> &'static str {
        self.board.rig
    }

    fn method(&self) -> Method {
        Method::Emulated
    }

    fn ready(&self) -> Result<(), Missing> {
        self.qemu()?;
        if self.binaries.is_built() { Ok(()) } else { detect::target(self.board.target) }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities(self.board.capabilities)
    }

    fn layout(&self) -> Layout {
        self.board.flash.layout
    }

    fn image(&self, spec: &ImageSpec, firmware: &Firmware) -> Result<Vec<u8>, RigError> {
        self.binaries.image(spec, firmware)
    }

    fn recovery(&self, firmware: &Firmware) -> Result<Vec<u8>, RigError> {
        self.binaries.recovery(firmware)
    }

    fn first_stage(&self) -> Result<Option<Vec<u8>>, RigError> {
        Ok(Some(self.binaries.first_stage(&Firmware::Genuine)?.loaded()))
    }

    fn tools(&self) -> Vec<Tool> {
        let emulator = self
            .qemu()
            .ok()
            .map(|qemu| Tool { name: self.board.emulator.program.to_owned(), version: qemu.version.to_string() });
        // Asked once: the tools are told beside every record.
        let compiler = self.compiler.get_or_init(detect::compiler).clone();
        let compiler = compiler.map(|version| Tool { name: "rustc, for the firmware".to_owned(), version });
        emulator.into_iter().chain(compiler).collect()
    }

    fn mutants(&self) -> &[&'static str] {
        &self.mutants
    }

    fn device(&self, setup: Setup) -> Result<Box<dyn Device>, RigError> {
        let want_bytes = self.layout().flash_bytes as usize;
        if setup.flash.len() != want_bytes {
            return Err(RigError::FlashSize { got_bytes: setup.flash.len(), want_bytes });
        }
        let qemu = self.qemu().map_err(|missing| RigError::Program {
            program: self.board.emulator.program.to_owned(),
            message: format!("{}; {}", missing.what, missing.remedy),
        })?;
        let first_stage = self.binaries.first_stage(&setup.firmware)?;
        let folder = folder_in(self.run_folder()?, "device-")?;
        let emulator = Emulator { board: self.board, path: qemu.path.clone(), attended: self.attended };
        let device = QemuDevice::new(emulator, first_stage, setup.flash, setup.seed, folder)?;
        Ok(Box::new(device))
    }
}

/// Makes the folder of a run, and removes those that killed runs have left.
fn begin_run(runs: &Path) -> Result<Run, RigError> {
    fs::create_dir_all(runs).map_err(|source| RigError::File { path: runs.to_owned(), source })?;
    for old in fs::read_dir(runs).into_iter().flatten().flatten() {
        let lock = File::open(old.path().join(LOCK_FILE));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            // Somebody else may be removing it at the same time; either way it goes.
            let _gone_already = fs::remove_dir_all(old.path());
        }
    }
    let folder = folder_in(runs, "run-")?;
    // Under its name only once it is locked, or somebody else could take the folder for an old one.
    let (fresh, path) = (folder.path().join("lock.new"), folder.path().join(LOCK_FILE));
    let locked = File::create(&fresh).and_then(|file| {
        file.lock()?;
        fs::rename(&fresh, &path).map(|()| file)
    });
    let locked = locked.map_err(|source| RigError::File { path, source })?;
    Ok(Run { folder, _locked: locked })
}

fn folder_in(parent: &Path, prefix: &str) -> Result<TempDir, RigError> {
    let made = tempfile::Builder::new().prefix(prefix).tempdir_in(parent);
    made.map_err(|source| RigError::File { path: parent.to_owned(), source })
}
