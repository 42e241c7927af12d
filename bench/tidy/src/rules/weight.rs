//! No file is heavier than a page of text has any reason to be.
//!
//! What is in the history is cloned by everybody for ever. Captures, images and other results are
//! made by a command, or fetched.

use crate::repository::File;
use crate::violation::Violation;

/// Largest file, in bytes.
const LIMIT_BYTES: u64 = 256 * 1024;

/// Checks how large a file is.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    let too_heavy = || Violation {
        file: file.path.clone(),
        line: 1,
        rule: "weight",
        what: format!("{} bytes of at most {LIMIT_BYTES}", file.size_bytes),
        remedy: "keep what makes it, not the result",
    };
    (file.size_bytes > LIMIT_BYTES).then(too_heavy).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_above_the_limit_is_found() {
        let heavy = |size_bytes| File { size_bytes, text: None, ..File::of("capture.bin", "") };
        assert_eq!(check(&heavy(LIMIT_BYTES)), []);
        assert_eq!(check(&heavy(LIMIT_BYTES + 1)).len(), 1);
    }
}
