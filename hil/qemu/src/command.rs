//! Runs a program that does some work and then ends: cargo, a package manager.
//!
//! What it prints is handed on line by line, so that a person sees progress, and its end is kept for
//! the error message. The bound is on silence: a build may take minutes, but not without a word.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, PipeReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// How many lines are kept for an error message.
const KEPT_LINES: usize = 12;
/// Longest line, in bytes; more is cut.
const LINE_BYTES: u64 = 4096;

/// What a program did that ended well: its last lines.
pub(crate) type LastLines = String;

/// Why a program's work is not done.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CommandError {
    /// It cannot be started.
    #[error("it cannot be started: {reason}")]
    NotStarted {
        /// What the system said.
        reason: String,
    },
    /// It said no.
    #[error("it failed:\n{last_lines}")]
    Failed {
        /// The end of what it printed.
        last_lines: String,
    },
    /// It went silent and was ended.
    #[error("it said nothing for {limit_s} s and was ended; before that:\n{last_lines}")]
    Silent {
        /// The bound, in seconds.
        limit_s: u64,
        /// The end of what it printed.
        last_lines: String,
    },
}

/// Runs a program to its end, and reports each line that it prints on either stream.
pub(crate) fn run(
    mut command: Command,
    silence: Duration,
    report: &mut dyn FnMut(&str),
) -> Result<LastLines, CommandError> {
    let not_started = |error: std::io::Error| CommandError::NotStarted { reason: error.to_string() };
    let (reader, writer) = std::io::pipe().map_err(not_started)?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(not_started)?).stderr(writer).process_group(0);
    let mut child = command.spawn().map_err(not_started)?;
    // The command holds on to our copies of the pipe, and the pipe must end with the child.
    drop(command);
    let (send, lines) = sync_channel(64);
    let pump = std::thread::spawn(move || pump(reader, &send));
    let mut kept = VecDeque::new();
    let ended = loop {
        match lines.recv_timeout(silence) {
            Ok(line) => {
                report(&line);
                kept.push_back(line);
                if kept.len() > KEPT_LINES {
                    kept.pop_front();
                }
            }
            Err(RecvTimeoutError::Disconnected) => break Ok(()),
            Err(RecvTimeoutError::Timeout) => break Err(silence.as_secs()),
        }
    };
    if ended.is_err() {
        kill_group(child.id());
    }
    let status = child.wait();
    drop(lines);
    let last_lines = Vec::from(kept).join("\n");
    if let Err(limit_s) = ended {
        return Err(CommandError::Silent { limit_s, last_lines });
    }
    // The pipe is closed, so the thread is at its end.
    pump.join().expect("it only passes lines on");
    if status.is_ok_and(|status| status.success()) { Ok(last_lines) } else { Err(CommandError::Failed { last_lines }) }
}

/// Passes lines on until the pipe ends or nobody listens.
fn pump(reader: PipeReader, lines: &SyncSender<String>) {
    let mut reader = BufReader::new(reader);
    loop {
        let mut line = Vec::new();
        match (&mut reader).take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line);
        let text: String = text.chars().filter(|character| !character.is_control()).collect();
        if lines.send(text).is_err() {
            return;
        }
    }
}

fn kill_group(id: u32) {
    if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // It can only fail where the group is gone already.
        let _gone_already = kill_process_group(group, Signal::KILL);
    }
}

/// Writes a program for a test to run.
///
/// Through a shell, because a file that this process has open for writing, even for a moment, cannot
/// be started while another test's child holds on to the same open file.
#[cfg(test)]
pub(crate) fn write_script(path: &std::path::Path, script: &str) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$2\" && chmod +x \"$2\"", "sh", script]).arg(path);
    assert!(shell.status().expect("there is a shell").success());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, silence: Duration) -> (Result<LastLines, CommandError>, Vec<String>) {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script);
        let mut lines = Vec::new();
        let result = run(command, silence, &mut |line| lines.push(line.to_owned()));
        (result, lines)
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn both_streams_are_reported_in_order() {
        let (result, lines) = shell("echo one; echo two >&2; printf three", LONG);
        assert_eq!(result, Ok("one\ntwo\nthree".to_owned()));
        assert_eq!(lines, ["one", "two", "three"]);
    }

    #[test]
    fn a_failure_carries_the_last_lines_only() {
        let (result, _) = shell("seq 1 1000; echo broken; exit 3", LONG);
        let Err(CommandError::Failed { last_lines }) = result else { panic!("it failed") };
        assert!(last_lines.starts_with("990\n"), "{last_lines}");
        assert!(last_lines.ends_with("\nbroken"));
    }

    #[test]
    fn a_program_that_goes_silent_is_ended_with_its_children() {
        let (result, _) = shell("echo begun; sleep 600", Duration::from_millis(300));
        assert_eq!(result, Err(CommandError::Silent { limit_s: 0, last_lines: "begun".to_owned() }));
    }

    #[test]
    fn a_missing_program_is_told_from_one_that_fails() {
        let result = run(Command::new("/nonexistent/tool"), LONG, &mut |_| {});
        assert!(matches!(result, Err(CommandError::NotStarted { .. })));
    }
}
