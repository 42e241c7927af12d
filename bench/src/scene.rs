//! What stands around every play of a command: the sources, the tools, who runs it.
//!
//! None of it can be read from a record, which must come out the same everywhere. So it is gathered
//! here and stated beside each record once that is closed.

use std::path::Path;
use std::process::{Command, Stdio};

use record::{CIRCUMSTANCES_SCHEMA, Circumstances, Sources, SourcesState, Tool};
use rig::Rig;

use crate::clock::Moment;
use crate::places;

/// Whose word the times are. A clock that nobody checked says so.
const TIME_SOURCE: &str = "clock of the machine that played it, not checked";

/// What stands around every play.
pub(crate) struct Scene {
    operator: Option<String>,
    sources: Option<Sources>,
}

impl Scene {
    /// Looks around.
    pub(crate) fn look_around(operator: Option<String>) -> Self {
        Self { operator, sources: sources_in(&places::checkout()) }
    }

    /// The circumstances of a play that began then and has just ended.
    pub(crate) fn circumstances(&self, rig: &dyn Rig, began: Moment, record_sha256: String) -> Circumstances {
        let compiler = Tool { name: "rustc, for the bench".to_owned(), version: env!("OTABENCH_COMPILER").to_owned() };
        let of_rig = rig.tools().into_iter().map(|tool| Tool { name: tool.name, version: tool.version });
        Circumstances {
            schema: CIRCUMSTANCES_SCHEMA.to_owned(),
            record_sha256,
            operator: self.operator.clone(),
            began: began.utc(),
            ended: Moment::now().utc(),
            time_source: TIME_SOURCE.to_owned(),
            sources: self.sources.clone(),
            tools: std::iter::once(compiler).chain(of_rig).collect(),
        }
    }
}

/// The commit of this checkout; `None` where it is no top folder of a repository that git knows.
fn sources_in(checkout: &Path) -> Option<Sources> {
    let said = git(checkout, &["rev-parse", "--show-cdup", "HEAD"])?;
    let commit = said.strip_prefix('\n')?.trim().to_owned();
    let state = match git(checkout, &["status", "--porcelain", "--untracked-files=no"])?.as_str() {
        "" => SourcesState::AsCommitted,
        _ => SourcesState::Changed,
    };
    Some(Sources { commit, state })
}

/// What git says in this folder, if it succeeds.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    // It is asked about this folder, whatever repository the caller is at work in.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    let answer = command.output().ok().filter(|answer| answer.status.success())?;
    String::from_utf8(answer.stdout).ok()
}
