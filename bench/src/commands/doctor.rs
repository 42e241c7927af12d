//! `otabench doctor`: what this machine can play, and what is missing.
//!
//! The first thing to run where something does not work, and the first thing to paste into a report.

use std::io::Write;
use std::process::{Command, Stdio};

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::library::Library;
use crate::places::{PlaceArgs, Places};
use crate::rigs::Registry;
use crate::terminal::{self, harmless};

const EXAMPLES: &str = "\
Examples:
  otabench doctor    exit code 20 if no rig is ready";

/// Tell which rigs are ready, and what is missing
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    #[command(flatten)]
    places: PlaceArgs,
}

impl Doctor {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let places = Places::find(&self.places);
        let registry = Registry::built_in();
        let mut out = terminal::stdout();
        writeln!(out, "rigs")?;
        let mut ready_count = 0;
        for stand in registry.stands() {
            let capabilities = capabilities(stand.rig.as_ref());
            match stand.rig.ready() {
                Ok(()) => {
                    ready_count += 1;
                    writeln!(out, "  {:12}  ready    can: {capabilities}", stand.rig.name())?;
                }
                Err(missing) => {
                    writeln!(out, "  {:12}  missing  {}", stand.rig.name(), harmless(&missing.what))?;
                    writeln!(out, "  {:12}  remedy   {}", "", harmless(&missing.remedy))?;
                }
            }
        }
        writeln!(out, "tools")?;
        writeln!(out, "  {:12}  {}", "otabench", env!("CARGO_PKG_VERSION"))?;
        for tool in ["cargo", "rustc"] {
            writeln!(out, "  {tool:12}  {}", harmless(&version(tool)))?;
        }
        writeln!(out, "files")?;
        let library = Library::open(&places, &registry)?;
        let scenario_count = library.all()?.len();
        writeln!(
            out,
            "  {:12}  {scenario_count} in {}",
            "scenarios",
            harmless(&places.scenarios.display().to_string())
        )?;
        let profiles = harmless(&places.profiles.display().to_string());
        writeln!(out, "  {:12}  {} in {profiles}", "profiles", library.profile_count())?;
        writeln!(out, "  {:12}  {}", "records", harmless(&places.records.display().to_string()))?;
        Ok(if ready_count > 0 { Exit::Held } else { Exit::Infrastructure })
    }
}

fn capabilities(rig: &dyn rig::Rig) -> String {
    rig.capabilities().0.iter().map(|capability| capability.name()).collect::<Vec<_>>().join(", ")
}

/// What a tool says about its version, in one line.
fn version(tool: &str) -> String {
    let asked = Command::new(tool).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
    match asked {
        Ok(answer) if answer.status.success() => {
            let text = String::from_utf8_lossy(&answer.stdout);
            let line = text.lines().next().unwrap_or_default();
            line.strip_prefix(tool).unwrap_or(line).trim().to_owned()
        }
        Ok(answer) => format!("does not work: {}", answer.status),
        Err(error) => format!("not found: {error}"),
    }
}
