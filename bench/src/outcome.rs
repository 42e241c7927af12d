//! What playing or re-judging one scenario on one rig came to.
//!
//! Every report is made from this and from nothing else, so that terminal, JSON and JUnit cannot
//! disagree about a verdict.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use record::{ArtefactError, Blame, Breach, Judgement, Method, Verdict};
use scenario::{Diagnostics, Scenario};

use crate::exit::Exit;
use crate::terminal::Word;

/// One scenario on one rig.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The scenario; absent where a record is too damaged to say.
    pub(crate) scenario: Option<Scenario>,
    /// Where and how it was played; absent likewise.
    pub(crate) setting: Option<Setting>,
    /// What was found.
    pub(crate) finding: Finding,
    /// How long it took; absent where a record was only judged.
    pub(crate) times: Option<Times>,
    /// The record's file; absent where nothing was recorded.
    pub(crate) record: Option<PathBuf>,
    /// The command that plays it again; absent where nobody can know it.
    pub(crate) repeat: Option<String>,
}

/// Where and how a scenario was played.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) rig: String,
    pub(crate) method: Method,
    pub(crate) seed: u64,
}

/// How long it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// The runs that try the claim.
    pub(crate) claim: Duration,
    /// The runs on the weakened device.
    pub(crate) teeth: Duration,
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Finding {
    /// The record was judged.
    Judged(Box<Judgement>),
    /// There is nothing that could be judged.
    Unusable(Unusable),
}

/// Why a record cannot be judged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// It cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// It is larger than any record.
    #[error("{} has {size_bytes} bytes, more than a record can have", path.display())]
    TooLarge { path: PathBuf, size_bytes: u64 },
    /// It does not begin with what is being played.
    #[error("the record does not begin with `opened`, so nobody can say what it is of")]
    NotOpened,
    /// A file beside it is missing or changed.
    #[error("the record is incomplete: {0}")]
    Artefact(#[from] ArtefactError),
    /// The scenario or profile it was made with cannot be read by this version.
    #[error("the {what} among its artefacts is not valid here: {}", first_message(problems))]
    Definition { what: &'static str, problems: Box<Diagnostics> },
    /// The bench could not write it.
    #[error("the record could not be written: {0}")]
    NotWritten(String),
}

/// Why nothing can be said, and what to do about it.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) blame: Blame,
}

impl Outcome {
    /// The word for the verdict.
    pub(crate) fn word(&self) -> Word {
        match &self.finding {
            Finding::Judged(judgement) => match &judgement.verdict {
                Verdict::Held => Word::Held,
                Verdict::Broken(_) => Word::Broken,
                Verdict::Skipped { .. } => Word::Skipped,
                Verdict::Error(_) => Word::Error,
            },
            Finding::Unusable(_) => Word::Error,
        }
    }

    /// The code a run of nothing else ends with.
    pub(crate) fn exit(&self) -> Exit {
        match &self.finding {
            Finding::Judged(judgement) => match &judgement.verdict {
                Verdict::Held => Exit::Held,
                Verdict::Broken(_) => Exit::Broken,
                Verdict::Skipped { .. } => Exit::NothingRan,
                Verdict::Error(mistake) => Exit::of_blame(mistake.blame()),
            },
            Finding::Unusable(unusable) => Exit::of_blame(unusable.blame()),
        }
    }

    /// The judgement, where there is one.
    pub(crate) fn judgement(&self) -> Option<&Judgement> {
        match &self.finding {
            Finding::Judged(judgement) => Some(judgement),
            Finding::Unusable(_) => None,
        }
    }

    /// Where the claim broke.
    pub(crate) fn breach(&self) -> Option<&Breach> {
        match &self.judgement()?.verdict {
            Verdict::Broken(breach) => Some(breach),
            Verdict::Held | Verdict::Skipped { .. } | Verdict::Error(_) => None,
        }
    }

    /// Why nothing can be said.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        match &self.finding {
            Finding::Judged(judgement) => match &judgement.verdict {
                Verdict::Error(mistake) => Some(Trouble {
                    message: mistake.to_string(),
                    help: mistake.help().to_owned(),
                    blame: mistake.blame(),
                }),
                Verdict::Held | Verdict::Broken(_) | Verdict::Skipped { .. } => None,
            },
            Finding::Unusable(unusable) => Some(Trouble {
                message: unusable.to_string(),
                help: unusable.help().to_owned(),
                blame: unusable.blame(),
            }),
        }
    }

    /// The name of the scenario.
    pub(crate) fn name(&self) -> &str {
        self.scenario.as_ref().map_or("(unknown)", |scenario| &scenario.name)
    }

    /// The name of the rig.
    pub(crate) fn rig(&self) -> &str {
        self.setting.as_ref().map_or("(unknown)", |setting| &setting.rig)
    }
}

impl Unusable {
    fn blame(&self) -> Blame {
        match self {
            Unusable::NotWritten(_) => Blame::Infrastructure,
            Unusable::Unreadable { .. }
            | Unusable::TooLarge { .. }
            | Unusable::NotOpened
            | Unusable::Artefact(_)
            | Unusable::Definition { .. } => Blame::Bench,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Unusable::Unreadable { .. } => "name a record's file, or the folder that holds it",
            Unusable::TooLarge { .. } | Unusable::NotOpened => "is it a record of this bench?",
            Unusable::Artefact(_) => "play the scenario again; a record is evidence only together with its artefacts",
            Unusable::Definition { .. } => "judge the record with the version of the bench that made it",
            Unusable::NotWritten(_) => "look at the disk: is there room, and may the bench write there?",
        }
    }
}

fn first_message(problems: &Diagnostics) -> &str {
    problems.iter().next().map_or("it has problems", |first| &first.message)
}
