//! Reads scenario and profile files, whatever lies there: a directory, a device, half a gigabyte.
//!
//! What cannot be read becomes a diagnostic like any other, with what to do about it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use scenario::{Diagnostics, MAX_FILE_BYTES};

/// The bytes of a file that people write. `label` is what diagnostics call it.
pub(crate) fn read(path: &Path, label: &str) -> Result<Vec<u8>, Diagnostics> {
    let about = fs::metadata(path).map_err(|error| unreadable(label, &error))?;
    if about.is_dir() {
        return Err(Diagnostics::io(label, "this is a directory", "name a `.toml` file in it"));
    }
    if !about.is_file() {
        return Err(Diagnostics::io(label, "this is not a plain file", "name a file that holds text"));
    }
    let limit_bytes = MAX_FILE_BYTES as u64;
    if about.len() > limit_bytes {
        let message = format!("the file has {} bytes; at most {limit_bytes} are read", about.len());
        return Err(Diagnostics::io(label, &message, "a file this long is not read by people; is it the right one?"));
    }
    // It may grow while it is read, so it is bounded here too; one byte more is refused by the parser.
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit_bytes + 1).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(label, &error))?;
    Ok(bytes)
}

/// The TOML files of a folder, by name.
pub(crate) fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let listed = || -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
        paths.sort_by_key(|path| path.with_extension(""));
        Ok(paths)
    };
    listed().map_err(|error| {
        let help = "name the folder with `--scenarios` or `--profiles`, or call this from within a checkout";
        Diagnostics::io(&label(folder), &format!("this folder cannot be listed: {error}"), help)
    })
}

/// What a path is called where a person reads it.
pub(crate) fn label(path: &Path) -> String {
    path.display().to_string()
}

fn unreadable(label: &str, error: &io::Error) -> Diagnostics {
    let (message, help) = if error.kind() == io::ErrorKind::NotFound {
        ("there is no such file or directory".to_owned(), "`otabench list` shows what there is")
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        ("reading this is not permitted".to_owned(), "look at the permissions of the file and its folders")
    } else {
        (format!("this cannot be read: {error}"), "is it a file that holds text?")
    };
    Diagnostics::io(label, &message, help)
}
