//! The firmware's sources: their fingerprint, and copies of them with a mutant's patch applied.
//!
//! A binary is rebuilt when its sources change, and sources are told apart by content: time stamps
//! lie after a checkout. A mutant is built from a copy of the tree, so the genuine firmware has no
//! hook for it; a patch that no longer applies is an error and never a quiet build of the original.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};
use rig::RigError;
use sha2::{Digest, Sha256};

/// Folders that hold no sources of the board's binaries: build output, the mutants' patches, and the
/// programs that only measure cryptography.
const PASSED_OVER: [&str; 4] = ["target", "mutants", "cryptobench", "ast1030-cryptobench"];

/// The firmware below the top of the repository.
pub(crate) const FIRMWARE: &str = "firmware";

/// All source files below the top, as paths from the top, in order: the firmware, and the manifest
/// of the workspace that its crates inherit from.
fn files(top: &Path) -> Result<Vec<PathBuf>, RigError> {
    let mut files = vec![PathBuf::from("Cargo.toml")];
    let mut folders = vec![PathBuf::from(FIRMWARE)];
    while let Some(folder) = folders.pop() {
        let path = top.join(&folder);
        let entries = fs::read_dir(&path).map_err(|source| RigError::File { path: path.clone(), source })?;
        for entry in entries {
            let entry = entry.map_err(|source| RigError::File { path: path.clone(), source })?;
            let kind = entry.file_type().map_err(|source| RigError::File { path: entry.path(), source })?;
            let here = folder.join(entry.file_name());
            if kind.is_dir() && !PASSED_OVER.iter().any(|name| entry.file_name() == *name) {
                folders.push(here);
            } else if kind.is_file() {
                files.push(here);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A digest over names and contents of all sources, and over the patch if there is one.
pub(crate) fn fingerprint(top: &Path, patch: Option<&str>) -> Result<String, RigError> {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for file in files(top)? {
        let path = top.join(&file);
        add(file.as_os_str().as_encoded_bytes());
        add(&fs::read(&path).map_err(|source| RigError::File { path, source })?);
    }
    add(patch.unwrap_or_default().as_bytes());
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Makes a copy of the sources with a patch applied.
pub(crate) fn copy_with(top: &Path, patch: &str, copy: &Path) -> Result<(), RigError> {
    let failed = |path: PathBuf| move |source: io::Error| RigError::File { path, source };
    if copy.exists() {
        fs::remove_dir_all(copy).map_err(failed(copy.to_owned()))?;
    }
    for file in files(top)? {
        let to = copy.join(&file);
        let folder = to.parent().unwrap_or(copy).to_owned();
        fs::create_dir_all(&folder).map_err(failed(folder.clone()))?;
        fs::copy(top.join(&file), &to).map_err(failed(to.clone()))?;
    }
    apply(patch, copy)
}

/// Applies a unified diff to the files below the top. It may change several, and must change one.
fn apply(patch: &str, top: &Path) -> Result<(), RigError> {
    let failed = |message: String| RigError::Program { program: "the mutant's patch".to_owned(), message };
    let mut changed_count = 0;
    for part in PatchSet::parse(patch, ParseOptions::unidiff()) {
        let part = part.map_err(|error| failed(error.to_string()))?;
        let FileOperation::Modify { modified, .. } = part.operation().strip_prefix(1) else {
            return Err(failed("it creates, removes or renames a file".to_owned()));
        };
        let file = PathBuf::from(modified.as_ref());
        if !file.starts_with(FIRMWARE) || file.components().any(|part| !matches!(part, Component::Normal(_))) {
            return Err(failed(format!("it changes {}, outside the firmware", file.display())));
        }
        let path = top.join(&file);
        let genuine = fs::read_to_string(&path).map_err(|source| RigError::File { path: path.clone(), source })?;
        let text = part.patch().as_text().ok_or_else(|| failed("it is binary".to_owned()))?;
        let mutated = diffy::apply(&genuine, text)
            .map_err(|error| failed(format!("it no longer applies to {}: {error}", file.display())))?;
        if mutated == genuine {
            return Err(failed(format!("it changes nothing in {}", file.display())));
        }
        fs::write(&path, mutated).map_err(|source| RigError::File { path, source })?;
        changed_count += 1;
    }
    if changed_count == 0 { Err(failed("it changes nothing".to_owned())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let top = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(top.path().join("firmware/agent/src")).expect("the disk has room");
        fs::create_dir_all(top.path().join("firmware/chips/target")).expect("the disk has room");
        for (file, text) in [
            ("Cargo.toml", "[workspace]\n"),
            ("firmware/agent/src/lib.rs", "one\ntwo\nthree\n"),
            ("firmware/chips/target/junk", "1"),
        ] {
            fs::write(top.path().join(file), text).expect("the disk has room");
        }
        top
    }

    const PATCH: &str = "Why it is bad.\n\n--- a/firmware/agent/src/lib.rs\n+++ b/firmware/agent/src/lib.rs\n\
                         @@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n";

    fn refused(patch: &str) -> String {
        let (top, copy) = (tree(), tempfile::tempdir().expect("a folder"));
        copy_with(top.path(), patch, copy.path()).expect_err("the patch is bad").to_string()
    }

    #[test]
    fn a_fingerprint_changes_with_every_source_and_with_nothing_else() {
        let top = tree();
        let before = fingerprint(top.path(), None).expect("the tree can be read");
        fs::write(top.path().join("firmware/chips/target/junk"), "2").expect("the disk has room");
        assert_eq!(fingerprint(top.path(), None).expect("the tree can be read"), before);
        assert_ne!(fingerprint(top.path(), Some(PATCH)).expect("the tree can be read"), before);
        fs::write(top.path().join("firmware/agent/src/lib.rs"), "four").expect("the disk has room");
        assert_ne!(fingerprint(top.path(), None).expect("the tree can be read"), before);
    }

    #[test]
    fn a_mutant_is_a_copy_and_the_original_stays() {
        let (top, copy) = (tree(), tempfile::tempdir().expect("a folder"));
        copy_with(top.path(), PATCH, copy.path()).expect("the patch applies");
        let read = |folder: &Path| fs::read_to_string(folder.join("firmware/agent/src/lib.rs")).expect("it is there");
        assert_eq!(read(copy.path()), "one\n2\nthree\n");
        assert_eq!(read(top.path()), "one\ntwo\nthree\n");
        assert!(!copy.path().join("firmware/chips/target").exists());
    }

    #[test]
    fn a_patch_that_mutates_nothing_is_an_error() {
        assert!(refused("just words\n").starts_with("the mutant's patch: "));
        assert!(refused(&PATCH.replace("two", "2nd")).contains("no longer applies"));
    }

    #[test]
    fn a_patch_stays_inside_the_firmware() {
        let outside = PATCH.replace("firmware/agent/src/lib.rs", "bench/src/main.rs");
        assert!(refused(&outside).contains("outside the firmware"));
        let climbing = PATCH.replace("firmware/agent", "firmware/../../agent");
        assert!(refused(&climbing).contains("outside the firmware"));
    }
}
