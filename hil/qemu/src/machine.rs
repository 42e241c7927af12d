//! One emulated board that is switched on: a QEMU process, its control connection, its update link.
//!
//! A boot is a new process. The SRAM it begins with is composed here: noise from the seed, and the
//! first stage in its place. QEMU loads that at power-on and again at every reset, so a watchdog or
//! software reset finds the noise of power-on where a chip would find what was there before.
//!
//! Power is taken away by QMP `quit`, never by a signal: QEMU writes the flash file behind its own
//! back, and a killed one leaves states that no chip can produce. `quit` lets every write reach the
//! file first.
//!
//! Every call is bounded in time. QEMU answers within milliseconds; the bound is generous because a
//! loaded machine must not turn into an error.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use rig::{Button, Capability, RigError};
use serde_json::{Value, json};
use tokio::net::UnixStream;
use tokio::runtime::Runtime;

use crate::attend::Attended;
use crate::board::{Board, Gauge, Pin};
use crate::chardev::{Received, Sent, UpdateLink};
use crate::process::{ATTENDED_PROCESSOR_TIME_S, Launch, PROCESSOR_TIME_S, Process, number, pause};
use crate::qmp::{Qmp, QmpError};
use crate::trace;
use crate::wait::Wait;

/// The flash file in the working folder.
pub(crate) const FLASH_FILE: &str = "flash";
/// The trace file in the working folder.
pub(crate) const TRACE_FILE: &str = "trace";
/// The composed SRAM in the working folder.
pub(crate) const SRAM_FILE: &str = "sram.elf";
/// Where QEMU puts memory that it is asked for.
const MEMORY_FILE: &str = "memory";

/// How long QEMU may take for an answer, for its start, and for its end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// How long a device may leave bytes lying before they are lost.
const DEAF: Duration = Duration::from_secs(2);
/// How long a process that closed its connections may take to end, and how often to look.
const CLOSING: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(1);

/// The program that boards are emulated with.
#[derive(Clone, Debug)]
pub(crate) struct Emulator {
    /// The board.
    pub(crate) board: &'static Board,
    /// The program.
    pub(crate) path: PathBuf,
    /// Whether a person works with the board.
    pub(crate) attended: Attended,
}

/// A board that is on.
pub(crate) struct Machine {
    runtime: Runtime,
    qmp: Qmp,
    link: UpdateLink,
    folder: PathBuf,
    patience: Duration,
    board: &'static Board,
    // Last, so that the connections are closed before the process is killed.
    process: Process,
}

impl Machine {
    /// Switches a board on whose flash, SRAM and trace are files in this folder. QEMU is given up
    /// where it takes longer than `patience` for anything.
    pub(crate) fn start(emulator: &Emulator, folder: &Path, patience: Duration) -> Result<Self, RigError> {
        let qemu = &emulator.path;
        let failed = |error: io::Error| RigError::Program { program: display(qemu), message: error.to_string() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (control, their_control) = StdStream::pair().map_err(failed)?;
        let (line, their_line) = StdStream::pair().map_err(failed)?;
        let sockets = vec![OwnedFd::from(their_control), OwnedFd::from(their_line)];
        let mut arguments = arguments(emulator.board, &sockets[0], &sockets[1]);
        let processor_time_s = match emulator.attended {
            Attended::ByNobody => PROCESSOR_TIME_S,
            Attended::ByAPerson | Attended::ByADebugger { .. } => ATTENDED_PROCESSOR_TIME_S,
        };
        arguments.extend(debugger(emulator.attended));
        let mut process = Process::start(Launch { program: qemu, arguments, folder, sockets, processor_time_s })?;
        let connections = {
            let _entered = runtime.enter();
            asynchronous(control).and_then(|control| Ok((control, asynchronous(line)?)))
        };
        let (control, line) = connections.map_err(failed)?;
        let greeting = bounded(&runtime, patience, Qmp::open(control));
        let qmp = answered(greeting, &mut process, "start", patience, emulator.board)?;
        let (link, board) = (UpdateLink::new(line), emulator.board);
        Ok(Self { runtime, qmp, link, folder: folder.to_owned(), patience, board, process })
    }

    /// Takes power away, and returns when every write has reached the flash file.
    pub(crate) fn stop(mut self) -> Result<(), RigError> {
        // QEMU may be gone before its answer is read; how it ended is what counts.
        let asked = bounded(&self.runtime, self.patience, self.qmp.execute("quit", json!({})));
        if let Some(Err(QmpError::Refused { .. } | QmpError::NotQmp)) = asked {
            return Err(self.process.failure("it refused to quit"));
        }
        let ended = ended_within(&mut self.process, self.patience)?;
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(_) => Err(gone(&mut self.process, self.board)),
            None => Err(timed_out("quit", self.patience)),
        }
    }

    /// Whether the processor has locked up, which has ended QEMU.
    pub(crate) fn locked_up(&mut self) -> bool {
        matches!(gone(&mut self.process, self.board), RigError::FirmwareFault { .. })
    }

    /// Sends bytes over the update link; a device that does not read them loses them.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), RigError> {
        match self.runtime.block_on(self.link.send(bytes, DEAF)) {
            Ok(Sent::All) => Ok(()),
            // A deaf device and a hung QEMU look the same from here; only the latter leaves
            // questions unanswered.
            Ok(Sent::Lost) => self.ask("query-status", json!({})).map(|_| ()),
            Err(_) => Err(gone(&mut self.process, self.board)),
        }
    }

    /// Waits for bytes on the update link.
    pub(crate) fn receive(&mut self, within: Duration) -> Result<Vec<u8>, RigError> {
        let mut wait = Wait::new(within, &self.process);
        while let Some(time) = wait.next(&self.process) {
            match self.runtime.block_on(self.link.receive(time)) {
                Ok(Received::Bytes(bytes)) if bytes.is_empty() => {}
                Ok(Received::Bytes(bytes)) => return Ok(bytes),
                Ok(Received::Closed) | Err(_) => return Err(gone(&mut self.process, self.board)),
            }
        }
        Ok(Vec::new())
    }

    /// Lets time pass, and notices a QEMU that ends meanwhile.
    pub(crate) fn wait(&mut self, time: Duration) -> Result<(), RigError> {
        let mut wait = Wait::new(time, &self.process);
        while let Some(time) = wait.next(&self.process) {
            self.runtime.block_on(async { tokio::time::sleep(time).await });
            if self.process.ended()?.is_some() {
                return Err(gone(&mut self.process, self.board));
            }
        }
        Ok(())
    }

    /// Looks at a board whose time stands still: nothing runs, and every flash write so far is in
    /// the file.
    pub(crate) fn paused<T>(&mut self, look: impl FnOnce(&mut Self) -> Result<T, RigError>) -> Result<T, RigError> {
        self.ask("stop", json!({}))?;
        let seen = look(self)?;
        self.ask("cont", json!({}))?;
        Ok(seen)
    }

    /// The program counter, or whatever says for whom the processor executes. Exact on a paused board
    /// only.
    pub(crate) fn program_counter(&mut self) -> Result<u32, RigError> {
        let arguments = json!({ "command-line": "info registers", "cpu-index": self.board.processor });
        let answer = self.ask("human-monitor-command", arguments)?;
        let counter = answer.as_str().and_then(self.board.counter);
        counter.ok_or_else(|| self.process.failure("`info registers` shows no program counter"))
    }

    /// Memory from an address on.
    pub(crate) fn memory(&mut self, base: u32, size_bytes: u32) -> Result<Vec<u8>, RigError> {
        if size_bytes == 0 {
            return Ok(Vec::new());
        }
        let arguments = json!({ "val": base, "size": size_bytes, "filename": MEMORY_FILE });
        self.ask("pmemsave", arguments)?;
        let path = self.folder.join(MEMORY_FILE);
        let bytes = fs::read(&path).map_err(|source| RigError::File { path: path.clone(), source })?;
        if bytes.len() != size_bytes as usize {
            let source = io::ErrorKind::UnexpectedEof.into();
            return Err(RigError::File { path, source });
        }
        Ok(bytes)
    }

    /// Gives the gauge's input this voltage, and returns what stands on it then.
    ///
    /// A reset of the board makes QEMU forget it, so it has to be given again.
    pub(crate) fn set_battery(&mut self, level_mv: u16) -> Result<u16, RigError> {
        let Some(Gauge { path, input }) = self.board.gauge else {
            return Err(RigError::NotCapable { capability: Capability::Battery.name() });
        };
        self.ask("qom-set", json!({ "path": path, "property": input, "value": level_mv }))?;
        let read_back = self.ask("qom-get", json!({ "path": path, "property": input }))?;
        let level = read_back.as_u64().and_then(|level| u16::try_from(level).ok());
        level.ok_or_else(|| self.process.failure("the gauge's input is no voltage"))
    }

    /// Moves the button, and returns where its pin is then. A reset of the board makes QEMU forget it.
    pub(crate) fn set_button(&mut self, button: Button) -> Result<Button, RigError> {
        let Some(Pin { path, level }) = self.board.button else {
            return Err(RigError::NotCapable { capability: Capability::Button.name() });
        };
        let is_high = button == Button::Down;
        self.ask("qom-set", json!({ "path": path, "property": level, "value": is_high }))?;
        let read_back = self.ask("qom-get", json!({ "path": path, "property": level }))?;
        match read_back.as_bool() {
            Some(true) => Ok(Button::Down),
            Some(false) => Ok(Button::Up),
            None => Err(self.process.failure("the button's pin has no level")),
        }
    }

    fn ask(&mut self, command: &str, arguments: Value) -> Result<Value, RigError> {
        let answer = bounded(&self.runtime, self.patience, self.qmp.execute(command, arguments));
        answered(answer, &mut self.process, command, self.patience, self.board)
    }
}

/// The command line. Files are named relative to the working folder, so that no path needs quoting.
fn arguments(board: &Board, control: &OwnedFd, line: &OwnedFd) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    let mut option = |name: &str, value: String| arguments.extend([name.into(), value.into()]);
    board.options.iter().for_each(|[name, value]| option(name, (*value).to_owned()));
    option("-display", "none".to_owned());
    option("-monitor", "none".to_owned());
    option("-kernel", SRAM_FILE.to_owned());
    // Written back by the host when it likes: a crash of the host ends the run anyway.
    let index = board.flash.drive_index;
    option("-drive", format!("if=mtd,index={index},format=raw,cache=unsafe,file={FLASH_FILE}"));
    option("-chardev", format!("socket,id=link,fd={}", number(line)));
    // The first `-serial` is the update link, on every board and in all versions.
    option("-serial", "chardev:link".to_owned());
    option("-chardev", format!("socket,id=control,fd={}", number(control)));
    option("-mon", "chardev=control,mode=control".to_owned());
    let watchdog = board.lockup.as_ref().map(|lockup| &lockup.watchdog_event);
    trace::EVENTS.iter().chain(watchdog).for_each(|event| option("-trace", (*event).to_owned()));
    option("-D", TRACE_FILE.to_owned());
    arguments.push("-no-user-config".into());
    arguments
}

/// Lets a debugger in, from this machine only.
fn debugger(attended: Attended) -> Vec<OsString> {
    match attended {
        Attended::ByNobody | Attended::ByAPerson => Vec::new(),
        Attended::ByADebugger { port } => vec!["-gdb".into(), format!("tcp:127.0.0.1:{port}").into()],
    }
}

fn asynchronous(stream: StdStream) -> io::Result<UnixStream> {
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// Runs to the end or to the bound, and is `None` at the bound.
fn bounded<T>(runtime: &Runtime, limit: Duration, act: impl Future<Output = T>) -> Option<T> {
    runtime.block_on(async { tokio::time::timeout(limit, act).await.ok() })
}

fn answered<T>(
    answer: Option<Result<T, QmpError>>,
    process: &mut Process,
    command: &str,
    limit: Duration,
    board: &Board,
) -> Result<T, RigError> {
    match answer {
        Some(Ok(value)) => Ok(value),
        Some(Err(QmpError::Closed | QmpError::Broken(_))) => Err(gone(process, board)),
        Some(Err(error)) => Err(process.failure(&error.to_string())),
        None => Err(timed_out(command, limit)),
    }
}

fn timed_out(command: &str, limit: Duration) -> RigError {
    // Bounds are seconds.
    RigError::TimedOut { what: format!("QEMU's answer to `{command}`"), limit_ms: limit.as_millis() as u64 }
}

/// The error of a QEMU that went away by itself.
///
/// It gives up when a processor locks up that can, that is, faults while it handles a fault: then it is
/// the firmware that failed, and a [`RigError::FirmwareFault`] says so.
fn gone(process: &mut Process, board: &Board) -> RigError {
    // It closes its connections a moment before it has ended; if not, the message says so.
    let _ended = ended_within(process, CLOSING);
    let error = process.failure("it went away in mid-run");
    let message = error.to_string();
    let locked_up = board.lockup.as_ref().is_some_and(|lockup| message.contains(lockup.words));
    if locked_up { RigError::FirmwareFault { message } } else { error }
}

/// How the process ended, or nothing where it has not.
fn ended_within(process: &mut Process, limit: Duration) -> Result<Option<ExitStatus>, RigError> {
    for _ in 0..limit.as_millis() / LOOK.as_millis() {
        if let Some(status) = process.ended()? {
            return Ok(Some(status));
        }
        pause(LOOK);
    }
    Ok(None)
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use rustix::process::{Pid, Signal, kill_process};
    use tempfile::TempDir;

    use crate::board::AST1030;
    use crate::command::write_script;
    use crate::detect;
    use crate::sram::{Program, at_power_on};

    const A_MOMENT: Duration = Duration::from_millis(500);

    fn unattended(path: PathBuf) -> Emulator {
        Emulator { board: &AST1030, path, attended: Attended::ByNobody }
    }

    /// What a shell makes of being started as QEMU.
    fn pretend(script: &str) -> RigError {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("qemu");
        write_script(&path, script);
        Machine::start(&unattended(path), folder.path(), A_MOMENT).err().expect("it is no QEMU")
    }

    /// A real one that runs this code, or nothing where there is none.
    fn board(code: &[u16]) -> Option<(TempDir, Machine)> {
        let Ok(qemu) = detect::qemu(&AST1030) else {
            eprintln!("SKIPPED: no QEMU; cargo run -- setup");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let put = |file: &str, bytes: &[u8]| fs::write(folder.path().join(file), bytes).expect("the disk has room");
        put(FLASH_FILE, &vec![0xff; AST1030.flash.chip_bytes as usize]);
        put(TRACE_FILE, &[]);
        // Stack pointer and reset vector come first.
        let mut bytes = vec![0, 0, 4, 0, 9, 0, 0, 0];
        code.iter().for_each(|half| bytes.extend_from_slice(&half.to_le_bytes()));
        let program = Program::from_segment(0, bytes);
        put(SRAM_FILE, &at_power_on(&program, &AST1030.memory, &mut rig::stream(1, 1)));
        let machine = Machine::start(&unattended(qemu.path), folder.path(), PATIENCE).expect("QEMU starts");
        Some((folder, machine))
    }

    /// A board whose processor sleeps: `wfi`, and a branch back to it.
    fn asleep() -> Option<(TempDir, Machine)> {
        board(&[0xbf30, 0xe7fd])
    }

    fn signal(machine: &Machine, signal: Signal) {
        let id = i32::try_from(machine.process.id()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(id, signal).expect("it is ours");
    }

    #[test]
    fn a_qemu_that_says_nothing_is_given_up() {
        let error = pretend("exec sleep 600");
        assert!(matches!(error, RigError::TimedOut { limit_ms: 500, .. }), "{error}");
    }

    #[test]
    fn a_qemu_that_refuses_its_command_line_is_quoted() {
        let error = pretend("echo 'unsupported machine type' >&2; exit 1").to_string();
        assert!(error.ends_with("it ended with exit code 1; it said: unsupported machine type"), "{error}");
    }

    #[test]
    fn a_processor_that_locks_up_is_the_firmware_s_fault() {
        let error = pretend("echo \"qemu: fatal: Lockup: can't escalate 3 to HardFault\" >&2; kill -ABRT $$");
        assert!(matches!(error, RigError::FirmwareFault { .. }), "{error}");
    }

    #[test]
    fn a_qemu_that_hangs_in_mid_run_is_given_up() {
        let Some((_folder, mut machine)) = asleep() else { return };
        machine.program_counter().expect("it answers");
        machine.patience = A_MOMENT;
        signal(&machine, Signal::STOP);
        let error = machine.paused(|machine| machine.memory(0, 4)).expect_err("it is stopped");
        assert!(matches!(error, RigError::TimedOut { .. }), "{error}");
        let error = machine.stop().expect_err("it is stopped");
        assert!(matches!(error, RigError::TimedOut { .. }), "{error}");
    }

    #[test]
    fn a_qemu_that_crashes_in_mid_run_is_an_error_on_every_way_to_it() {
        type Way = fn(&mut Machine) -> Result<(), RigError>;
        let ways: [Way; 4] = [
            |machine| machine.receive(PATIENCE).map(|_| ()),
            |machine| machine.memory(0, 4).map(|_| ()),
            |machine| machine.wait(A_MOMENT),
            |machine| (0..100).try_for_each(|_| machine.send(&[0; 1000])),
        ];
        for way in ways {
            let Some((_folder, mut machine)) = asleep() else { return };
            signal(&machine, Signal::SEGV);
            let error = way(&mut machine).expect_err("it is dead").to_string();
            assert!(error.contains("it ended with signal 11"), "{error}");
        }
    }

    #[test]
    fn a_sleeping_board_is_measured_and_loses_what_it_does_not_read() {
        let Some((_folder, mut machine)) = asleep() else { return };
        let counter = machine.paused(Machine::program_counter).expect("it answers");
        assert!((8..12).contains(&counter), "{counter:#x}");
        assert_eq!(machine.memory(4, 8).expect("it answers"), [9, 0, 0, 0, 0x30, 0xbf, 0xfd, 0xe7]);
        let mut noise = vec![0; 4 << 20];
        rig::stream(1, 2).fill_bytes(&mut noise);
        machine.send(&noise).expect("a deaf device loses bytes, and that is no error");
        machine.stop().expect("it quits");
    }

    #[test]
    fn a_board_that_floods_its_link_neither_hangs_the_bench_nor_fills_it() {
        // `movw`/`movt` of the UART's address, then for ever: store, and a branch back.
        let Some((_folder, mut machine)) = board(&[0xf244, 0x0000, 0xf6c7, 0x6078, 0x6001, 0xe7fd]) else { return };
        assert!(!machine.receive(PATIENCE).expect("it talks").is_empty());
        machine.wait(A_MOMENT).expect("nobody reads, and that is no error");
        let counter = machine.paused(Machine::program_counter).expect("it answers");
        assert!((8..20).contains(&counter), "{counter:#x}");
        for _ in 0..20 {
            assert!(machine.receive(PATIENCE).expect("it talks").len() <= 1 << 16);
        }
        machine.stop().expect("it quits");
    }
}
