//! Runs the program in a folder of its own, and compares what it says with golden files.
//!
//! What differs from run to run is put out of sight first: times, digests of what was built, and
//! the paths of this run. Nothing else is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use snapbox::data::DataFormat;
use snapbox::{Assert, Data};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_otabench");

/// A folder to work in, and the program.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What one run of the program said.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
    /// The folder it worked in.
    folder: PathBuf,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the folder.
    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("the folder is above")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    }

    /// The program, called in the folder by somebody who is not on a terminal.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        program(self.folder.path(), arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.finish(self.command(arguments).output().expect("the program was built"))
    }

    pub(crate) fn finish(&self, output: Output) -> Said {
        Said::new(output, self.folder.path())
    }
}

/// Runs the program in the checkout, where the bundled scenarios have short paths.
pub(crate) fn run_in_checkout(arguments: &[&str]) -> Said {
    let checkout = checkout();
    Said::new(program(&checkout, arguments).output().expect("the program was built"), &checkout)
}

pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout").to_owned()
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).args(on_sim(arguments)).current_dir(folder).stdin(Stdio::null());
    for name in ["CARGO_PKG_NAME", "NO_COLOR", "TERM", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Plays on the simulator unless the test names a rig: what is tested here is the program, and other
/// rigs are not on every machine.
fn on_sim(arguments: &[&str]) -> &'static [&'static str] {
    let plays = matches!(arguments.first(), Some(&"scenario" | &"setup"));
    let names_a_rig = arguments.iter().any(|argument| argument.ends_with("-rig") || *argument == "--help");
    if plays && !names_a_rig { &["--rig", "sim"] } else { &[] }
}

impl Said {
    fn new(output: Output, folder: &Path) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let code = output.status.code().expect("the program ended by itself");
        Self { out: text(output.stdout), err: text(output.stderr), code, folder: folder.to_owned() }
    }

    /// Code, output and errors in one text, as the golden file holds them.
    pub(crate) fn matches(&self, golden: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(golden);
        // Raw: the default would read `...` in a golden file as "anything".
        let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
        let parts = [("", &self.out), ("--- standard error\n", &self.err)];
        let said: String =
            parts.iter().filter(|(_, text)| !text.is_empty()).map(|(head, text)| format!("{head}{text}")).collect();
        Assert::new()
            .action_env("SNAPSHOTS")
            .eq(format!("{}--- exit code {}\n", self.redact(&said), self.code), expected);
    }

    fn redact(&self, text: &str) -> String {
        let text = text.replace(PROGRAM, "otabench").replace(&self.folder.display().to_string(), "[FOLDER]");
        let text = text.replace(&checkout().display().to_string(), "[CHECKOUT]");
        let text = hide_between(&text, "[", "s]", |inner| inner.trim().parse::<f64>().is_ok(), "  ?.???");
        let text = hide_between(&text, "(measured ", ")", |inner| inner.ends_with('…'), "…");
        let text = hide_between(&text, "time        ", ", the end", |inner| inner.ends_with('Z'), "[UTC]");
        hide_between(&text, "ends after line ", " ", |inner| inner.parse::<u32>().is_ok(), "?")
    }
}

/// Replaces what stands between two marks, where it is something that may be hidden.
fn hide_between(text: &str, start: &str, end: &str, may_hide: impl Fn(&str) -> bool, by: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(start) {
        shown.push_str(before);
        shown.push_str(start);
        rest = after;
        if let Some((inner, behind)) = after.split_once(end)
            && may_hide(inner)
        {
            shown.push_str(by);
            shown.push_str(end);
            rest = behind;
        }
    }
    shown + rest
}
