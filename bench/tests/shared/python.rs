//! A Python with packages of pinned versions, for tests that ask tools nobody of this project wrote.
//!
//! Several packages' tests include this file. The environment lies under the workspace's `target` and is
//! made on first use. A stamp is written last and says what is inside, so that anything else, and an
//! installation that was interrupted, is made anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of the environment in this folder, which holds what these requirements (the text of a
/// requirements file) name; or why there is none.
pub(crate) fn environment(folder: &Path, requirements: &str) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let stamp = folder.join("complete");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == requirements) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let wanted = folder.join("requirements.txt");
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::write(&wanted, requirements).map_err(|error| failed(&wanted, error))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let patience = ["--retries", "1", "--timeout", "15", "-r"];
    run(Command::new(&python).args(pip).args(patience).arg(&wanted))?;
    fs::write(&stamp, requirements).map_err(|error| failed(&stamp, error))?;
    Ok(python)
}

/// Runs a command to its end; the error is the last line it wrote to standard error.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program}: {}: {}", output.status, stderr.trim().lines().last().unwrap_or("no message")))
}
