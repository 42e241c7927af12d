//! `otabench setup`: installs what the rigs need. Safe to repeat.
//!
//! What has to be done is the rig's business; see the registry.

use std::io::Write;

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::rigs::{Registry, Stand};
use crate::terminal::{self, harmless};

const EXAMPLES: &str = "\
Examples:
  otabench setup              for every rig
  otabench setup --rig sim    for one";

/// Install what the rigs need; safe to repeat
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Setup {
    /// Set up this rig only; repeat it for several
    #[arg(long, value_name = "NAME")]
    rig: Vec<String>,
}

impl Setup {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let registry = Registry::built_in();
        let chosen = registry.choose(&self.rig, &[])?;
        let is_chosen = |stand: &&Stand| chosen.iter().any(|chosen| chosen.rig.name() == stand.rig.name());
        let mut out = terminal::stdout();
        let mut exits = Vec::new();
        for stand in registry.stands().iter().filter(is_chosen) {
            let mut written = Ok(());
            let mut say = |line: &str| {
                let line = writeln!(out, "  {:12}  {}", stand.rig.name(), harmless(line)).and_then(|()| out.flush());
                written = std::mem::replace(&mut written, Ok(())).and(line);
            };
            let outcome = (stand.set_up)(&mut say);
            written?;
            match outcome {
                Ok(()) => exits.push(Exit::Held),
                Err(error) => {
                    writeln!(terminal::stderr(), "error: {}: {}", stand.rig.name(), harmless(&format!("{error:#}")))?;
                    exits.push(Exit::Infrastructure);
                }
            }
        }
        Ok(Exit::strongest(exits))
    }
}
