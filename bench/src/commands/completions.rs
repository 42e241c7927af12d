//! `otabench completions`: what a shell needs to complete our arguments.
//!
//! Made from the same definition as the parser, so it cannot offer what is not understood.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::{Cli, terminal};

const EXAMPLES: &str = "\
Examples:
  otabench completions bash > ~/.local/share/bash-completion/completions/otabench
  otabench completions zsh > ~/.zfunc/_otabench";

/// Print completions for a shell
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        // Made in memory first: the generator cannot say that its output was closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "otabench", &mut script);
        terminal::stdout().write_all(&script)?;
        Ok(Exit::Held)
    }
}
