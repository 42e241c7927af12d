//! Folders that carry the moment they were made in their names.
//!
//! Nothing that a run leaves behind is ever written over, so every run gets a folder of its own, and
//! they sort by time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::clock::Moment;

/// A folder of this moment's name; of two runs in one second, the second gets a number.
pub(crate) fn of_this_moment(above: &Path, prefix: &str) -> anyhow::Result<PathBuf> {
    let failed = |path: &Path| format!("the folder {} cannot be made", path.display());
    fs::create_dir_all(above).with_context(|| failed(above))?;
    let stamp = format!("{prefix}{}", Moment::now().stamp());
    let mut folder = above.join(&stamp);
    let mut number = 1_u32;
    loop {
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number += 1;
                folder = above.join(format!("{stamp}-{number}"));
            }
            Err(error) => return Err(error).with_context(|| failed(&folder)),
        }
    }
}
