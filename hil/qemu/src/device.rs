//! One device on QEMU: a flash file that outlives its boots, and the boots.
//!
//! Time is real time. An emulated board has no clock of its own that the bench could turn: what
//! waits in the firmware waits here, and a loaded host makes the device slower, never the clock.
//!
//! What runs is established from outside. The program counter says whose code it is; where it points
//! into the first stage, the first stage's code must also be the one that was loaded, because an
//! image could write over it. The first stage's report is read for its reason only.
//!
//! A processor that locks up (a fault while it handles a fault) ends QEMU. To the bench that is a
//! device that stands still until its watchdog or a power cycle resets it, as a chip would.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rig::{
    Button, Buttons, Capability, Clock, Device, Execution, Halt, Link, Memory, OperationLog, Power, Report, RigError,
    Stage, Supply, stream,
};
use tempfile::TempDir;

use crate::board::Board;
use crate::history::{History, TraceFile};
use crate::machine::{Emulator, FLASH_FILE, Machine, PATIENCE, SRAM_FILE, TRACE_FILE};
use crate::process::pause;
use crate::sram::{Program, at_power_on};

/// Streams of the noise in RAM, one per boot, above this number.
const NOISE_STREAMS: u64 = 1 << 40;
/// The least time from one reset by the watchdog to the next.
const SHORTEST_RESET: Duration = Duration::from_millis(10);

/// A device on QEMU.
pub(crate) struct QemuDevice {
    emulator: Emulator,
    first_stage: Arc<Program>,
    seed: u64,
    boot_count: u64,
    /// The battery's voltage, where somebody has set one.
    battery_mv: Option<u16>,
    /// Where the button is, where somebody has moved it.
    button: Option<Button>,
    history: History,
    state: State,
    folder: TempDir,
}

enum State {
    Off,
    On(Box<Running>),
    /// The processor has stopped for good, and waits for its watchdog if that is armed.
    LockedUp {
        reset_in: Option<Duration>,
    },
    /// The rig failed; nothing more can be said about this device.
    Lost,
}

struct Running {
    machine: Machine,
    trace: TraceFile,
}

impl QemuDevice {
    /// A device that is off, with this flash. The folder is its own, and goes with it.
    pub(crate) fn new(
        emulator: Emulator,
        first_stage: Arc<Program>,
        flash: Vec<u8>,
        seed: u64,
        folder: TempDir,
    ) -> Result<Self, RigError> {
        let history = History::new(flash, emulator.board);
        history.restore(&folder.path().join(FLASH_FILE))?;
        Ok(Self {
            emulator,
            first_stage,
            seed,
            boot_count: 0,
            battery_mv: None,
            button: None,
            history,
            state: State::Off,
            folder,
        })
    }

    /// Acts on a device that is on; otherwise nothing executes. After an error of the rig the device
    /// is lost.
    fn running<T>(
        &mut self,
        still: impl FnOnce(&mut Self) -> Result<T, RigError>,
        act: impl FnOnce(&mut Machine, &mut TraceFile, &mut History) -> Result<T, RigError>,
    ) -> Result<T, RigError> {
        let Running { machine, trace } = match &mut self.state {
            State::Off | State::LockedUp { .. } => return still(self),
            State::Lost => return Err(lost(self.emulator.board)),
            State::On(running) => running.as_mut(),
        };
        let error = match act(machine, trace, &mut self.history) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let locked_up = machine.locked_up();
        let State::On(running) = std::mem::replace(&mut self.state, State::Lost) else { return Err(error) };
        if !locked_up {
            return Err(error);
        }
        self.state = self.lock_up(running.trace)?;
        still(self)
    }

    /// Boots; a processor may lock up before QEMU has said a word.
    fn boot(&mut self) -> Result<State, RigError> {
        let noise = &mut stream(self.seed, NOISE_STREAMS + self.boot_count);
        self.boot_count += 1;
        let path = self.path(SRAM_FILE);
        let sram = at_power_on(&self.first_stage, &self.emulator.board.memory, noise);
        fs::write(&path, sram).map_err(|source| RigError::File { path, source })?;
        // A trace that nothing has been written to yet must read as empty, not as the last boot's.
        let path = self.path(TRACE_FILE);
        fs::write(&path, []).map_err(|source| RigError::File { path, source })?;
        let trace = TraceFile::new(self.emulator.board);
        match Machine::start(&self.emulator, self.folder.path(), PATIENCE) {
            Ok(machine) => Ok(State::On(Box::new(Running { machine, trace }))),
            Err(RigError::FirmwareFault { .. }) => self.lock_up(trace),
            Err(error) => Err(error),
        }
    }

    /// QEMU ends where a chip would stand still. What it had not yet written to the flash file is in
    /// the trace, so the file is made from that.
    fn lock_up(&mut self, mut trace: TraceFile) -> Result<State, RigError> {
        self.history.follow(&mut trace, &self.path(TRACE_FILE))?;
        self.history.restore(&self.path(FLASH_FILE))?;
        Ok(State::LockedUp { reset_in: trace.watchdog().period() })
    }

    /// Lets time pass for a device in which nothing executes, and returns what is left of it after
    /// the watchdog has reset the device. When it was last fed is not known: a whole period passes.
    fn stand_still(&mut self, time: Duration) -> Result<Duration, RigError> {
        let State::LockedUp { reset_in: Some(reset_in) } = self.state else { return Ok(Duration::ZERO) };
        pause(time.min(reset_in));
        if time < reset_in {
            self.state = State::LockedUp { reset_in: Some(reset_in - time) };
            return Ok(Duration::ZERO);
        }
        self.state = State::Lost;
        self.state = self.boot()?;
        // So that a device that locks up at once does not do so for ever within one wait.
        Ok((time - reset_in).saturating_sub(SHORTEST_RESET))
    }

    fn cut(&mut self, mut running: Running) -> Result<(), RigError> {
        match running.machine.stop() {
            Err(RigError::FirmwareFault { .. }) => self.lock_up(running.trace).map(|_| ()),
            Err(error) => Err(error),
            Ok(()) => {
                let (trace, flash) = (self.path(TRACE_FILE), self.path(FLASH_FILE));
                self.history.follow(&mut running.trace, &trace)?;
                self.history.verified(&flash).map(|_| ())
            }
        }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}

impl Device for QemuDevice {}

/// An emulated flash takes no time, and an emulated battery gives nothing away.
impl rig::Toil for QemuDevice {}

/// QEMU's flash does what it is told.
impl rig::Storage for QemuDevice {}

impl Power for QemuDevice {
    fn on(&mut self) -> Result<(), RigError> {
        match self.state {
            State::On(_) | State::LockedUp { .. } => Ok(()),
            State::Lost => Err(lost(self.emulator.board)),
            State::Off => {
                self.state = State::Lost;
                self.state = self.boot()?;
                Ok(())
            }
        }
    }

    fn off(&mut self) -> Result<(), RigError> {
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Off | State::LockedUp { .. } => {}
            State::Lost => return Err(lost(self.emulator.board)),
            State::On(running) => self.cut(*running)?,
        }
        self.state = State::Off;
        Ok(())
    }
}

impl Supply for QemuDevice {
    fn set_battery(&mut self, level_mv: u16) -> Result<u16, RigError> {
        if self.emulator.board.gauge.is_none() {
            return Err(RigError::NotCapable { capability: Capability::Battery.name() });
        }
        self.battery_mv = Some(level_mv);
        // A device that is off measures nothing; it finds this voltage when it is spoken to.
        self.running(|_| Ok(level_mv), |machine, _, _| machine.set_battery(level_mv))
    }
}

impl Buttons for QemuDevice {
    fn set_button(&mut self, button: Button) -> Result<Button, RigError> {
        self.button = Some(button);
        self.running(|_| Ok(button), |machine, _, _| machine.set_button(button))
    }
}

impl Link for QemuDevice {
    fn send(&mut self, bytes: &[u8]) -> Result<(), RigError> {
        let (battery_mv, button) = (self.battery_mv, self.button);
        self.running(
            |_| Ok(()),
            |machine, _, _| {
                // The board may have been reset since, and the firmware looks only when it is spoken to.
                battery_mv.map_or(Ok(()), |level_mv| machine.set_battery(level_mv).map(|_| ()))?;
                button.map_or(Ok(()), |button| machine.set_button(button).map(|_| ()))?;
                machine.send(bytes)
            },
        )
    }

    fn receive(&mut self, within_ms: u32) -> Result<Vec<u8>, RigError> {
        let within = Duration::from_millis(u64::from(within_ms));
        let still = |device: &mut Self| device.stand_still(within).map(|_| Vec::new());
        self.running(still, |machine, _, _| machine.receive(within))
    }
}

impl Clock for QemuDevice {
    fn wait(&mut self, ms: u32) -> Result<(), RigError> {
        let mut left = Duration::from_millis(u64::from(ms));
        while !left.is_zero() {
            // In a device that is off nothing happens, so nobody has to wait for it.
            let still = |device: &mut Self| device.stand_still(left);
            left = self.running(still, |machine, _, _| machine.wait(left).map(|()| Duration::ZERO))?;
        }
        Ok(())
    }
}

impl Memory for QemuDevice {
    fn execution(&mut self) -> Result<Execution, RigError> {
        let first_stage = self.first_stage.clone();
        // A processor that has locked up executes nothing, like one without power.
        let report_base = self.emulator.board.memory.report_base;
        let look = |machine: &mut Machine| execution(machine, &first_stage, report_base);
        self.running(|_| Ok(Execution::Off), |machine, _, _| machine.paused(look))
    }

    fn executing_memory(&mut self, size_bytes: u32) -> Result<Vec<u8>, RigError> {
        let crate::board::Memory { executing_base, executing_bytes, .. } = self.emulator.board.memory;
        if size_bytes > executing_bytes {
            let message = format!("{size_bytes} bytes of executing memory were asked for, of {executing_bytes}");
            return Err(RigError::Program { program: "the bench".to_owned(), message });
        }
        let read = |machine: &mut Machine| machine.memory(executing_base, size_bytes);
        self.running(|_| Ok(Vec::new()), |machine, _, _| machine.paused(read))
    }

    fn flash(&mut self) -> Result<Vec<u8>, RigError> {
        let (trace_path, flash_path) = (self.path(TRACE_FILE), self.path(FLASH_FILE));
        let still = |device: &mut Self| device.history.verified(&flash_path);
        self.running(still, |machine, trace, history| {
            machine.paused(|_| {
                history.follow(trace, &trace_path)?;
                history.verified(&flash_path)
            })
        })
    }

    fn operations(&mut self) -> Result<OperationLog, RigError> {
        let path = self.path(TRACE_FILE);
        self.running(|_| Ok(()), |machine, trace, history| machine.paused(|_| history.follow(trace, &path)))?;
        Ok(self.history.log().clone())
    }
}

fn execution(machine: &mut Machine, first_stage: &Program, report_base: u32) -> Result<Execution, RigError> {
    let counter = machine.program_counter()?;
    let mut is_first_stage = false;
    for segment in first_stage.code() {
        // A segment ends inside the SRAM, so its length fits.
        let size_bytes = segment.bytes.len() as u32;
        if segment.has(counter) {
            is_first_stage = machine.memory(segment.base, size_bytes)? == segment.bytes;
        }
    }
    if !is_first_stage {
        return Ok(Execution::Image);
    }
    let report = machine.memory(report_base, Report::BYTES as u32)?;
    Ok(Execution::FirstStage(halt(&report)))
}

/// The reason in the first stage's report, if it has stopped and said why.
fn halt(report: &[u8]) -> Option<Halt> {
    let report = report.first_chunk().and_then(Report::from_bytes)?;
    match report.stage {
        Stage::First => report.halt,
        Stage::Image | Stage::Recovery => None,
    }
}

fn lost(board: &Board) -> RigError {
    RigError::Program {
        program: board.emulator.program.to_owned(),
        message: "this device was lost to an earlier error of the rig".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attend::Attended;
    use crate::board::AST1030;
    use crate::detect;

    fn report(stage: Stage, halt: Option<Halt>) -> [u8; Report::BYTES] {
        Report { stage, halt, slot: None, image_bytes: 0 }.to_bytes()
    }

    #[test]
    fn the_reason_of_a_halt_is_read_from_a_report_and_from_nothing_else() {
        let no_slot = Some(Halt::NoBootableSlot);
        assert_eq!(halt(&report(Stage::First, no_slot)), no_slot);
        assert_eq!(halt(&report(Stage::First, None)), None);
        assert_eq!(halt(&report(Stage::Image, no_slot)), None);
        assert_eq!(halt(&[0; Report::BYTES]), None);
        assert_eq!(halt(&report(Stage::First, no_slot)[..8]), None);
        assert_eq!(halt(&[]), None);
    }

    /// A device whose first stage arms the watchdog with 50 ms (or not) and then locks up: the
    /// handler of faults is itself an undefined instruction.
    fn locks_up(control: u16) -> Option<QemuDevice> {
        let Ok(qemu) = detect::qemu(&AST1030) else {
            eprintln!("SKIPPED: no QEMU; cargo run -- setup");
            return None;
        };
        let vectors = [0, 4, 0x11, 0, 0, 0, 0x23, 0];
        // r0 = watchdog; [r0, 4] = 50000 µs; [r0, 12] = control; undefined.
        let code = [0xf245, 0, 0xf6c7, 0x6078, 0xf24c, 0x3150, 0x6041, 0x2100 | control, 0x60c1, 0xde00];
        let bytes = vectors.iter().chain(&code).flat_map(|half: &u16| half.to_le_bytes()).collect();
        let first_stage = Arc::new(Program::from_segment(0, bytes));
        let flash = vec![0xff; AST1030.flash.layout.flash_bytes as usize];
        let folder = tempfile::tempdir().expect("a folder");
        let emulator = Emulator { board: &AST1030, path: qemu.path, attended: Attended::ByNobody };
        Some(QemuDevice::new(emulator, first_stage, flash, 1, folder).expect("the disk has room"))
    }

    #[test]
    fn a_processor_that_locks_up_stands_still_until_power_goes() {
        let Some(mut device) = locks_up(0) else { return };
        for boot_count in 1..=2 {
            device.on().expect("the rig works");
            device.wait(200).expect("the rig works");
            device.wait(200).expect("the rig works");
            assert_eq!(device.boot_count, boot_count);
            assert_eq!(device.execution().expect("the rig works"), Execution::Off);
            assert!(device.receive(10).expect("the rig works").is_empty());
            assert!(device.flash().expect("the rig works").iter().all(|byte| *byte == 0xff));
            device.off().expect("the rig works");
        }
    }

    #[test]
    fn a_processor_that_locks_up_is_reset_by_its_watchdog() {
        let Some(mut device) = locks_up(3) else { return };
        device.on().expect("the rig works");
        let reset = (0..50).any(|_| {
            device.wait(100).expect("the rig works");
            device.boot_count > 2
        });
        assert!(reset);
        device.off().expect("the rig works");
    }
}
