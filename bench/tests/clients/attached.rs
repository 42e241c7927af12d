//! A device that the bench keeps open, as a child of the test.
//!
//! What a person would read and type is all that is used: the rows it prints, and Ctrl-C.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_otabench");
/// The rigs whose devices can be left open.
pub(crate) const RIGS: [&str; 2] = ["qemu-ast1030", "qemu-riscv"];
/// How often a child is looked at, and how long it may take to end.
const LOOK: Duration = Duration::from_millis(10);
const END: Duration = Duration::from_secs(60);

/// A bench that keeps a device open.
pub(crate) struct Attached {
    bench: Child,
    rows: Vec<(String, String)>,
}

/// Where the bench tells a person about the device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    OnOutput,
    OnErrors,
}

impl Attached {
    /// Starts the bench and reads what it tells about the device. There is no bound: the firmware may
    /// have to be built.
    pub(crate) fn start(arguments: &[&str], told: Told) -> Self {
        let mut command = program(arguments);
        match told {
            Told::OnOutput => command.stdout(Stdio::piped()),
            Told::OnErrors => command.stdout(Stdio::null()).stderr(Stdio::piped()),
        };
        let mut bench = command.spawn().expect("the program was built");
        let said: Box<dyn Read + Send> = match told {
            Told::OnOutput => Box::new(bench.stdout.take().expect("it is piped")),
            Told::OnErrors => Box::new(bench.stderr.take().expect("it is piped")),
        };
        let mut said = BufReader::new(said);
        let mut rows = Vec::new();
        while rows.last().is_none_or(|(name, _): &(String, String)| name != "end") {
            let mut line = String::new();
            let size = said.read_line(&mut line).expect("the bench writes UTF-8");
            assert!(size > 0, "the bench ended early; it said {rows:?}");
            let (name, text) = line.trim_end().split_at_checked(14).unwrap_or((line.trim_end(), ""));
            rows.push((name.trim().to_owned(), text.to_owned()));
        }
        // The rest must not fill the pipe, or the bench would wait for a reader when it ends.
        std::thread::spawn(move || io::copy(&mut said, &mut io::sink()));
        Self { bench, rows }
    }

    /// What stands in the row of this name.
    pub(crate) fn row(&self, name: &str) -> &str {
        let row = self.rows.iter().find(|(its_name, _)| its_name == name);
        row.map_or_else(|| panic!("no row `{name}` in {:?}", self.rows), |(_, text)| text)
    }

    /// The genuine update for the device.
    pub(crate) fn update(&self) -> PathBuf {
        checkout().join(self.row("update"))
    }

    /// Ends it as a person would, and says how it ended.
    pub(crate) fn interrupt(mut self) -> ExitStatus {
        let signal = Command::new("kill").args(["-INT", &self.bench.id().to_string()]).status();
        assert!(signal.expect("every Unix has kill").success());
        let ended = within(END, || self.bench.try_wait().expect("it is ours"));
        if let Some((_, update)) = self.rows.iter().find(|(name, _)| name == "update") {
            let folder = checkout().join(update);
            fs::remove_dir_all(folder.parent().expect("it lies in a folder")).expect("it is ours");
        }
        ended.expect("it ends soon after it was asked to")
    }
}

/// Not if it was ended already; then there is nothing to kill.
impl Drop for Attached {
    fn drop(&mut self) {
        let _gone_already = self.bench.kill();
        let _gone_already = self.bench.wait();
    }
}

pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout").to_owned()
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(checkout()).stdin(Stdio::null());
    for name in ["CARGO_PKG_NAME", "NO_COLOR", "TERM", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Whether this rig's QEMU is there to attach to; if not, says so.
pub(crate) fn has_qemu(rig: &str) -> bool {
    let doctor = program(&["doctor"]).output().expect("the program was built");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    let is_ready = said.lines().any(|line| line.contains(rig) && line.contains(" ready "));
    if !is_ready {
        say(&format!("SKIPPED: the rig {rig} is not ready; cargo run -- setup"));
    }
    is_ready
}

/// Says something past the test harness, which would keep the output of a test that did not fail.
pub(crate) fn say(line: &str) {
    writeln!(io::stderr(), "{line}").expect("standard error is open");
}

/// Looks until there is something to see or the time is up.
pub(crate) fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    (0..limit.as_millis() / LOOK.as_millis()).find_map(|_| look().or_else(|| pause(LOOK)))
}

#[expect(clippy::disallowed_methods, reason = "what happens in another process cannot be waited for otherwise")]
fn pause<T>(time: Duration) -> Option<T> {
    std::thread::sleep(time);
    None
}
