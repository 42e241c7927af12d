//! Strength of method: what simulated, emulated and silicon evidence can and cannot show.
//!
//! The three are never merged, because each is blind where the next one sees.

use record::Method;
use serde::Serialize;

use super::NamedRun;
use super::ledger::{Standing, StatementRow};
use super::summary::Tally;
use crate::words::METHODS;

/// One method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MethodPart {
    /// Which method.
    pub method: Method,
    /// Its runs by verdict.
    pub runs: Tally,
    /// Statements that held or broke with it.
    pub statements_judged: usize,
    /// Those of them that a bench can show in part only.
    pub statements_partial: usize,
    /// What it shows.
    pub shows: &'static str,
    /// What it cannot show.
    pub blind_to: &'static str,
}

pub(super) fn parts(runs: &[NamedRun<'_>], statements: &[StatementRow]) -> Vec<MethodPart> {
    METHODS.iter().map(|method| part(*method, runs, statements)).collect()
}

fn part(method: Method, runs: &[NamedRun<'_>], statements: &[StatementRow]) -> MethodPart {
    let judged: Vec<&StatementRow> = statements.iter().filter(|statement| is_judged(statement, method)).collect();
    let (shows, blind_to) = sight(method);
    MethodPart {
        method,
        runs: Tally::of(runs.iter().filter(|named| named.run.opened.method == method).map(|named| named.word)),
        statements_judged: judged.len(),
        statements_partial: judged.iter().filter(|statement| statement.partial.is_some()).count(),
        shows,
        blind_to,
    }
}

fn is_judged(statement: &StatementRow, method: Method) -> bool {
    statement.standings.iter().any(|found| {
        found.method == method
            && match found.standing {
                Standing::Broken | Standing::Held => true,
                Standing::Error | Standing::Skipped | Standing::Shared => false,
            }
    })
}

const fn sight(method: Method) -> (&'static str, &'static str) {
    match method {
        Method::Simulated => (
            "The firmware's own source, compiled for the host, on a model of flash, power and link: every case of a \
             sweep, every tear.",
            "The compiler and the instructions of the target, its peripherals, time, energy, and whatever the model of \
             the hardware leaves out.",
        ),
        Method::Emulated => (
            "The firmware's own binary, instruction by instruction, on a model of the machine.",
            "Real time and energy, analogue behaviour, faults of the chip, and whatever the emulator does not enforce.",
        ),
        Method::Silicon => (
            "The firmware's own binary on a chip, with real power, time and energy.",
            "Cases that a desk cannot reach: it tries some, where a simulation tries all.",
        ),
    }
}
