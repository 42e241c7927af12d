//! No file names a place or a tool that exists on one machine only.
//!
//! A path that works for its author breaks for everybody else, and tells them about a machine that
//! is none of their business. The words are put together from parts, or this file would name them.

use crate::repository::File;
use crate::violation::Violation;

/// Folders that only one machine has, or whose contents only one machine has.
const FOLDERS: &[&str] =
    &[concat!("/", "work/"), concat!("/", "tmp/"), concat!("/", "farm/"), concat!("/", "root/"), concat!("/", "home/")];

/// Tools of a workshop, not of the project.
const TOOLS: &[&str] = &[concat!("before", "-stop"), concat!("bash", "_jobs"), concat!("issues ", "show")];

/// Checks a file that is text.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    let lines = file.text.as_deref().unwrap_or_default().lines().enumerate();
    let broken = lines.filter_map(|(index, line)| {
        let folder = FOLDERS.iter().find(|folder| names_folder(line, folder));
        let word = folder.or_else(|| TOOLS.iter().find(|tool| line.contains(**tool)))?;
        Some(Violation {
            file: file.path.clone(),
            line: index + 1,
            rule: "machines",
            what: format!("`{word}` belongs to one machine"),
            remedy: "write paths from the root of the repository, and take temporary folders from `tempfile`",
        })
    });
    broken.collect()
}

/// Whether a path in the line *begins* with the folder: `../work/` and `docs/work/` are others.
fn names_folder(line: &str, folder: &str) -> bool {
    let continues =
        |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '}'));
    line.match_indices(folder).any(|(at, _)| !continues(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        check(&File::of("a.md", text)).into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for folder in FOLDERS {
            assert_eq!(found(&format!("see\n`{folder}notes`\n")), [2]);
        }
    }

    #[test]
    fn a_tool_of_a_workshop_is_found() {
        for tool in TOOLS {
            assert_eq!(found(&format!("run {tool} first\n")), [1]);
        }
    }

    #[test]
    fn a_folder_below_another_is_not_at_the_top() {
        for folder in FOLDERS {
            assert_eq!(found(&format!("../{0} docs{0} ..{0}\n", folder.trim_end_matches('/'))), Vec::<usize>::new());
        }
    }
}
