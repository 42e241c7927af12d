//! The command line of otabench: does this device survive its own update process?
//!
//! One file per command under `commands`; each says what it takes, does its work with the crates of
//! the workspace, and ends with one of the codes in `exit`. Results go to standard output, everything
//! else to standard error.

mod archive;
mod attended;
mod clock;
mod commands;
mod exit;
mod failure;
mod files;
mod folder;
mod framework;
mod given;
mod library;
mod measured;
mod outcome;
mod places;
mod play;
mod records;
mod repeat;
mod report;
mod rigs;
mod scene;
mod secrets;
mod suggest;
mod terminal;
mod watch;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Plays scripted attacks and failures against an update firmware, records everything, and judges
/// the record.
#[derive(Parser)]
#[command(name = "otabench", version, max_term_width = 100, disable_help_subcommand = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  otabench list                        what can be played
  otabench show downgrade              one scenario in words
  otabench scenario downgrade          play it on every rig there is
  otabench judge target/otabench/…     judge an archived run again
  otabench report                      a report on the newest run

Exit codes, strongest first:
  10  a claim is broken
   3  a scenario or the bench is wrong: nothing is known about the device
  20  the machine or a rig failed, or a required rig is missing: safe to try again
   4  nothing ran, or everything was skipped
   0  every claim that could be tried held
At once: 2 wrong arguments or files, 1 unexpected, 130 interrupted";

#[derive(Subcommand)]
enum Command {
    Scenario(commands::scenario::Scenario),
    Check(commands::check::Check),
    List(commands::list::List),
    Show(commands::show::Show),
    Judge(commands::judge::Judge),
    Repeat(commands::repeat::Repeat),
    Report(commands::report::Report),
    VerifyReport(commands::verify_report::VerifyReport),
    Coverage(commands::coverage::Coverage),
    Matrix(commands::matrix::Matrix),
    Attach(commands::attach::Attach),
    Bench(commands::bench::Measure),
    Doctor(commands::doctor::Doctor),
    Setup(commands::setup::Setup),
    Completions(commands::completions::Completions),
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Scenario(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Show(command) => command.run(),
        Command::Judge(command) => command.run(),
        Command::Repeat(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::VerifyReport(command) => command.run(),
        Command::Coverage(command) => command.run(),
        Command::Matrix(command) => command.run(),
        Command::Attach(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Setup(command) => command.run(),
        Command::Completions(command) => command.run(),
    };
    ended.unwrap_or_else(|failure| failure.report()).into()
}
