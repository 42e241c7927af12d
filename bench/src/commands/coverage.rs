//! `otabench coverage`: which rows of the catalogues have a scenario, and which have none yet.
//!
//! It looks at scenarios, not at records: what could be shown, not what was. `otabench report` says
//! what was.

use std::io::Write;

use clap::{Args, ValueEnum};
use scenario::Scenario;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::library::Library;
use crate::measured::{Bench, Newest};
use crate::places::{PlaceArgs, Places, checkout};
use crate::rigs::Registry;
use crate::terminal::{self, harmless};

const EXAMPLES: &str = "\
Examples:
  otabench coverage    every row, then the totals and what is missing
  otabench coverage --format markdown > coverage.md
  otabench coverage --format json | jq '.rows[] | select(.state == \"missing\").id'";

/// Tell which statements and attacks have a scenario, and which have none
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Coverage {
    /// Form of the output: for people, one JSON object, or Markdown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Form,

    /// Cite the newest results of `otabench bench` too (text and Markdown)
    #[arg(long)]
    measured: bool,

    #[command(flatten)]
    places: PlaceArgs,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
    Markdown,
}

impl Coverage {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let library = Library::open(&Places::find(&self.places), &Registry::built_in())?;
        let scenarios: Vec<Scenario> = library.all()?.into_iter().map(|file| file.scenario).collect();
        let coverage = render::coverage(&scenarios, standards::standards());
        let mut out = terminal::stdout();
        match self.format {
            Form::Text => coverage.text().lines().try_for_each(|line| writeln!(out, "{}", harmless(line)))?,
            Form::Json => writeln!(out, "{}", coverage.json())?,
            Form::Markdown => write!(out, "{}", coverage.markdown())?,
        }
        if self.measured {
            self.cite(&mut out)?;
        }
        out.flush()?;
        Ok(if scenarios.is_empty() { Exit::NothingRan } else { Exit::Held })
    }

    /// What was measured stands apart from what scenarios show: it is another method, and no scenario's.
    fn cite(&self, out: &mut impl Write) -> Result<(), Failure> {
        let (head, bullet) = match self.format {
            Form::Text => ("measured, by `otabench bench`:", "  "),
            Form::Markdown => ("\n## Measured, by `otabench bench`\n", "- "),
            // One object is all that a program expects; `otabench bench --format json` has the rest.
            Form::Json => return Ok(()),
        };
        writeln!(out, "{head}")?;
        let mut newest = Vec::new();
        for bench in Bench::ALL {
            newest.extend(Newest::of(bench, &checkout())?);
        }
        for citation in newest.iter().flat_map(Newest::citations) {
            writeln!(out, "{bullet}{citation}")?;
        }
        if newest.is_empty() {
            writeln!(out, "{bullet}nothing yet; `otabench bench` makes some")?;
        }
        Ok(())
    }
}
