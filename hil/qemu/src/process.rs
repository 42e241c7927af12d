//! One QEMU process, which never outlives the device it belongs to.
//!
//! A forgotten emulator burns a core for ever and holds on to a flash file, so three things end it:
//! the value that stands for it is dropped; its parent dies (Linux sends it SIGKILL); its budget of
//! processor time is used up, which the kernel enforces even if nobody is left to look. The one
//! `unsafe` block of this crate is here: it prepares the child between `fork` and `exec`.
//!
//! Linux ties the death signal to the *thread* that spawned the child, not to its process. A worker
//! thread that ends while its device lives on elsewhere would kill a healthy emulator, so a
//! [`Process`] cannot leave its thread: it is not `Send`, and neither is the device that holds it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rig::RigError;
use rustix::io::FdFlags;
use rustix::process::{Pid, Resource, Rlimit, Signal, getpid, getppid, getrlimit, setrlimit};

/// Processor time that one process may use, in seconds. A boot of a device needs a few.
pub(crate) const PROCESSOR_TIME_S: u64 = 600;
/// The same where a person works with the device.
pub(crate) const ATTENDED_PROCESSOR_TIME_S: u64 = 24 * 3600;
/// Longest file it may write, in bytes: a device that programs its flash for ever fills no disk.
const FILE_SIZE_BYTES: u64 = 1 << 30;
/// How much of what it said is kept for a message, in bytes.
const LAST_WORDS_BYTES: u64 = 4096;
/// File in the working folder that takes what it says.
const WORDS_FILE: &str = "stderr";

/// A running QEMU.
pub(crate) struct Process {
    child: Child,
    program: String,
    words: PathBuf,
    stays_on_its_thread: PhantomData<*const ()>,
}

/// What to start.
pub(crate) struct Launch<'a> {
    /// The program.
    pub(crate) program: &'a Path,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Its working folder.
    pub(crate) folder: &'a Path,
    /// Sockets it inherits, under the numbers they have here.
    pub(crate) sockets: Vec<OwnedFd>,
    /// Processor time that it may use, in seconds.
    pub(crate) processor_time_s: u64,
}

impl Process {
    /// Starts the process.
    pub(crate) fn start(launch: Launch<'_>) -> Result<Self, RigError> {
        let words = launch.folder.join(WORDS_FILE);
        let stderr = File::create(&words).map_err(|source| RigError::File { path: words.clone(), source })?;
        let program = launch.program.display().to_string();
        let mut command = Command::new(launch.program);
        command.args(&launch.arguments).current_dir(launch.folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
        let parent = getpid();
        let Launch { sockets, processor_time_s, .. } = launch;
        before_it_runs(&mut command, move || prepare_child(parent, &sockets, processor_time_s));
        let spawned = command.spawn();
        let child =
            spawned.map_err(|error| RigError::Program { program: program.clone(), message: error.to_string() })?;
        Ok(Self { child, program, words, stays_on_its_thread: PhantomData })
    }

    /// Its number.
    #[cfg(test)]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// For how long its threads were ready to run so far and were not let: nothing where the system does
    /// not tell (it is Linux that does, proc(5), `schedstat`).
    pub(crate) fn starved(&self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).into_iter().flatten().flatten();
        let waited = threads.filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
        });
        waited.sum()
    }

    /// How the process ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, RigError> {
        self.child.try_wait().map_err(|error| self.failure(&error.to_string()))
    }

    /// Ends the process at once.
    pub(crate) fn kill(&mut self) {
        // Both can only fail where the process is gone already, and that is what is wanted.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _gone_already = rustix::process::kill_process_group(group, Signal::KILL);
        }
        let _gone_already = self.child.wait();
    }

    /// An error of this program: what went wrong, how it ended, and its last words.
    pub(crate) fn failure(&mut self, what: &str) -> RigError {
        let mut message = what.to_owned();
        if let Ok(Some(status)) = self.child.try_wait() {
            message.push_str(&format!("; it ended with {}", end(status)));
        }
        let words = self.last_words();
        if !words.is_empty() {
            message.push_str(&format!("; it said: {words}"));
        }
        RigError::Program { program: self.program.clone(), message }
    }

    /// The end of what it said, on one line and without control characters.
    fn last_words(&self) -> String {
        let tail = File::open(&self.words).and_then(|file| tail(file, LAST_WORDS_BYTES));
        let text = String::from_utf8_lossy(&tail.unwrap_or_default()).into_owned();
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join(" | ").chars().filter(|character| !character.is_control()).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The last bytes of a file.
fn tail(mut file: File, size_bytes: u64) -> io::Result<Vec<u8>> {
    let length_bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(length_bytes.saturating_sub(size_bytes)))?;
    let mut bytes = Vec::new();
    file.take(size_bytes).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn end(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".to_owned(),
    }
}

/// Makes a program end when the thread that starts it does. What it has started itself may outlive it.
pub(crate) fn tie(command: &mut Command) {
    let parent = getpid();
    before_it_runs(command, move || die_with_parent(parent));
}

/// Lets a child prepare itself. What it does there is async-signal-safe: plain system calls, without
/// allocating and without taking a lock.
fn before_it_runs(command: &mut Command, prepare: impl FnMut() -> io::Result<()> + Send + Sync + 'static) {
    // SAFETY: between `fork` and `exec` only async-signal-safe calls are allowed. `prepare_child` and
    // `die_with_parent`, which are all that is passed here, make no others.
    #[expect(unsafe_code, reason = "the only way to tie a child to its parent before it runs")]
    unsafe {
        command.pre_exec(prepare);
    }
}

/// Runs in the child, before it becomes QEMU.
fn prepare_child(parent: Pid, sockets: &[OwnedFd], processor_time_s: u64) -> io::Result<()> {
    die_with_parent(parent)?;
    limit(Resource::Cpu, processor_time_s)?;
    limit(Resource::Fsize, FILE_SIZE_BYTES)?;
    limit(Resource::Core, 0)?;
    for socket in sockets {
        rustix::io::fcntl_setfd(socket.as_fd(), FdFlags::empty())?;
    }
    Ok(())
}

/// Asks for SIGKILL when the parent dies. It may have died already, and then nothing would come.
#[cfg(target_os = "linux")]
fn die_with_parent(parent: Pid) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// Elsewhere there is no such signal: the budget of processor time is what remains.
#[cfg(not(target_os = "linux"))]
fn die_with_parent(parent: Pid) -> io::Result<()> {
    if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// Lowers a limit of this process; a limit that is lower already stays.
fn limit(resource: Resource, wanted: u64) -> io::Result<()> {
    let hard = getrlimit(resource).maximum.map_or(wanted, |hard| hard.min(wanted));
    setrlimit(resource, Rlimit { current: Some(hard), maximum: Some(hard) })?;
    Ok(())
}

/// The number under which a child finds this socket.
pub(crate) fn number(socket: &OwnedFd) -> RawFd {
    socket.as_raw_fd()
}

/// Waits a little before looking again.
#[expect(
    clippy::disallowed_methods,
    reason = "neither a child's end nor a file lock can be waited for with a deadline"
)]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(folder: &Path, script: &str) -> Process {
        let arguments = vec!["-c".into(), script.into()];
        let program = Path::new("/bin/sh");
        let launch = Launch { program, arguments, folder, sockets: Vec::new(), processor_time_s: PROCESSOR_TIME_S };
        Process::start(launch).expect("a shell starts")
    }

    fn wait_for_end(process: &mut Process) {
        for _ in 0..5_000 {
            if process.ended().expect("it can be waited for").is_some() {
                return;
            }
            pause(Duration::from_millis(2));
        }
        panic!("the process did not end");
    }

    #[test]
    fn a_failure_tells_how_it_ended_and_what_it_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = shell(folder.path(), "printf 'no such \\033[31mboard\\n' >&2; exit 7");
        wait_for_end(&mut process);
        let message = process.failure("it would not start").to_string();
        assert_eq!(message, "/bin/sh: it would not start; it ended with exit code 7; it said: no such [31mboard");
    }

    #[test]
    fn a_flood_of_words_is_cut_to_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = shell(folder.path(), "head -c 1000000 /dev/zero | tr '\\0' x >&2; printf end >&2");
        wait_for_end(&mut process);
        let message = process.failure("flood").to_string();
        assert!(message.ends_with("xend"));
        assert!(message.len() < 5_000);
    }

    #[test]
    fn dropping_a_process_ends_its_whole_group() {
        let folder = tempfile::tempdir().expect("a folder");
        let process = shell(folder.path(), "sleep 600 & echo $! >pid; wait");
        let pid_file = folder.path().join("pid");
        let mut pid = String::new();
        for _ in 0..5_000 {
            pid = fs::read_to_string(&pid_file).unwrap_or_default();
            if pid.ends_with('\n') {
                break;
            }
            pause(Duration::from_millis(2));
        }
        let pid = pid.trim().parse().ok().and_then(Pid::from_raw).expect("the shell wrote a process id");
        drop(process);
        let gone = (0..5_000).any(|_| {
            pause(Duration::from_millis(2));
            rustix::process::test_kill_process(pid).is_err() || is_zombie(pid)
        });
        assert!(gone);
    }

    /// Killed and not yet collected by whoever adopted it.
    fn is_zombie(pid: Pid) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    }

    #[test]
    fn a_missing_program_is_an_error_of_the_rig() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Path::new("/nonexistent/qemu");
        let (arguments, sockets) = (Vec::new(), Vec::new());
        let launch = Launch { program, arguments, folder: folder.path(), sockets, processor_time_s: PROCESSOR_TIME_S };
        let error = Process::start(launch).err().expect("it is not there");
        assert!(error.to_string().starts_with("/nonexistent/qemu: "));
    }
}
