//! Where the records come from: who played them, when, from which sources, with which tools.
//!
//! It is what the bench states beside each record. Values that differ are listed side by side with how
//! many records they are of, because a report on two commits must not look like one on the newer.

use std::collections::BTreeMap;

use record::SourcesState;
use serde::Serialize;

use super::NamedRun;
use crate::input::Time;
use crate::words;

/// Where records come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Provenance {
    /// Commits of the sources around the bench.
    pub commits: Vec<StatedValue>,
    /// Programs between the sources and the devices.
    pub tools: Vec<StatedValue>,
    /// Who played them.
    pub operators: Vec<StatedValue>,
    /// When the first of them began.
    pub began: Option<Time>,
    /// When the last of them ended.
    pub ended: Option<Time>,
    /// Records beside which nothing is stated.
    pub silent: usize,
}

/// Something that is stated of records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StatedValue {
    /// What is stated.
    pub value: String,
    /// Of how many records.
    pub runs: usize,
}

/// Gathers what is stated beside these records.
pub(super) fn of<'r, 'a: 'r>(runs: impl IntoIterator<Item = &'r NamedRun<'a>>) -> Provenance {
    let (mut commits, mut tools, mut operators) = (Counts::default(), Counts::default(), Counts::default());
    let mut gathered = Provenance::default();
    for named in runs {
        let Some(stated) = &named.run.circumstances else {
            gathered.silent += 1;
            continue;
        };
        commits.extend(stated.sources.iter().map(|sources| match sources.state {
            SourcesState::AsCommitted => sources.commit.clone(),
            SourcesState::Changed => format!("{}, with changes that are in no commit", sources.commit),
        }));
        tools.extend(stated.tools.iter().map(|tool| format!("{}: {}", tool.name, tool.version)));
        operators.extend(stated.operator.clone());
        let time = |utc: &str| Time { utc: words::harmless(utc), source: words::harmless(&stated.time_source) };
        let (began, ended) = (time(&stated.began), time(&stated.ended));
        gathered.began = Some(gathered.began.take().filter(|first| first.utc <= began.utc).unwrap_or(began));
        gathered.ended = Some(gathered.ended.take().filter(|last| last.utc >= ended.utc).unwrap_or(ended));
    }
    Provenance { commits: commits.list(), tools: tools.list(), operators: operators.list(), ..gathered }
}

/// How often something is stated.
#[derive(Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn extend(&mut self, values: impl IntoIterator<Item = String>) {
        for value in values {
            *self.0.entry(words::harmless(&value)).or_default() += 1;
        }
    }

    fn list(self) -> Vec<StatedValue> {
        self.0.into_iter().map(|(value, runs)| StatedValue { value, runs }).collect()
    }
}

impl Provenance {
    /// When the records were played, and whose word that is.
    pub(crate) fn played(&self) -> Option<String> {
        let (began, ended) = (self.began.as_ref()?, self.ended.as_ref()?);
        let span = if began.utc == ended.utc { ended.utc.clone() } else { format!("{} to {}", began.utc, ended.utc) };
        Some(format!("{span} ({})", ended.source))
    }

    /// The values in one line, each with how many records it is of where not of all.
    pub(crate) fn line(values: &[StatedValue], all: usize) -> Option<String> {
        let show = |stated: &StatedValue| {
            let part = if stated.runs == all { String::new() } else { format!(" ({} of {all} records)", stated.runs) };
            format!("{}{part}", stated.value)
        };
        let shown: Vec<String> = values.iter().map(show).collect();
        (!shown.is_empty()).then(|| shown.join("; "))
    }
}
