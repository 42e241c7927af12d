//! Files that a person hands over whole: keys, a declaration, an earlier report.
//!
//! Whatever lies under the name they give: a directory, a device, half a gigabyte.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;

/// No report of a bench is longer, and nobody writes a declaration or a key of this size.
const MAX_BYTES: u64 = 256 << 20;

/// The bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: io::Error| refused(path, &format!("cannot be read: {error}"));
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(refused(path, "is not a plain file"));
    }
    let mut bytes = Vec::new();
    // It may grow while it is read; one byte more tells that it is too long.
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refused(path, &format!("has more than {MAX_BYTES} bytes")));
    }
    Ok(bytes)
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes(path)?).map_err(|_| refused(path, "is not UTF-8 text"))
}

fn refused(path: &Path, why: &str) -> Failure {
    Failure::argument(format!("{} {why}", path.display()), "is it the file you meant?")
}
