//! Copies `firmware/agent` and `firmware/boot`, applies each patch, and writes the module list.
//!
//! A copy is a module, not a crate, so paths that begin at a crate are rewritten: `crate::` inside
//! it, and `boot::` in the agent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const CRATES: [&str; 2] = ["agent", "boot"];

type Sources = BTreeMap<String, String>;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let genuine = sources(&root);
    println!("cargo::rerun-if-changed={}", root.join("firmware/mutants").display());
    let mut list = String::new();
    let mut names = Vec::new();
    for path in files(&root.join("firmware/mutants"), "patch") {
        let name = path.file_stem().expect("it has an extension").to_string_lossy().into_owned();
        let module = name.replace('-', "_");
        let mutated = mutate(&genuine, &path);
        write(&mutated, &module, &out);
        let _ = writeln!(list, "#[allow(dead_code, clippy::all)]\npub mod {module} {{");
        for krate in CRATES {
            let file = out.join(&module).join(krate).join("lib.rs");
            let _ = writeln!(list, "    #[path = {file:?}]\n    pub mod {krate};");
        }
        list.push_str("}\n");
        names.push((name, module));
    }
    list.push_str("/// The names of the mutants.\npub const NAMES: &[&str] = &[");
    names.iter().for_each(|(name, _)| list.push_str(&format!("{name:?}, ")));
    list.push_str("];\n\n/// Calls `$each!(name, module)` in a match: one arm for each mutant, `$none` otherwise.\n");
    list.push_str("#[macro_export]\nmacro_rules! choose {\n    ($name:expr, $each:ident, $none:expr) => {\n        match $name {\n");
    names.iter().for_each(|(name, module)| {
        let _ = writeln!(list, "            {name:?} => $each!($crate::{module}),");
    });
    list.push_str("            _ => $none,\n        }\n    };\n}\n");
    fs::write(out.join("mutants.rs"), list).expect("the build directory can be written");
}

/// The genuine sources, by their path from the top.
fn sources(root: &Path) -> Sources {
    let mut sources = Sources::new();
    for krate in CRATES {
        let folder = root.join("firmware").join(krate).join("src");
        println!("cargo::rerun-if-changed={}", folder.display());
        for path in files(&folder, "rs") {
            let name = path.file_name().expect("a file has a name").to_string_lossy();
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            sources.insert(format!("firmware/{krate}/src/{name}"), text);
        }
    }
    sources
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

/// The sources with one patch applied; a patch may change several files.
fn mutate(genuine: &Sources, path: &Path) -> Sources {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut mutated = genuine.clone();
    for piece in pieces(&text) {
        let patch = diffy::Patch::from_str(&piece).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file = patch.original().expect("a patch names its file").trim_start_matches("a/").to_owned();
        let source = genuine.get(&file).unwrap_or_else(|| panic!("{}: no file {file}", path.display()));
        let changed = diffy::apply(source, &patch)
            .unwrap_or_else(|error| panic!("{}: no longer applies to {file}: {error}", path.display()));
        assert_ne!(*source, changed, "{}: changes nothing in {file}", path.display());
        mutated.insert(file, changed);
    }
    mutated
}

/// Splits a patch into one piece for each file; what stands before the first is a comment.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("--- ") {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(line);
            piece.push('\n');
        }
    }
    pieces
}

fn write(sources: &Sources, module: &str, out: &Path) {
    for (file, text) in sources {
        let mut parts = file.split('/').skip(1);
        let krate = parts.next().expect("firmware/<crate>/src/<file>");
        let name = parts.nth(1).expect("firmware/<crate>/src/<file>");
        let folder = out.join(module).join(krate);
        fs::create_dir_all(&folder).expect("the build directory can be written");
        fs::write(folder.join(name), as_module(text, module, krate)).expect("the build directory can be written");
    }
}

/// The source as a module of this crate.
fn as_module(text: &str, module: &str, krate: &str) -> String {
    let here = format!("crate::{module}::");
    let text = text.replace("crate::", &format!("{here}{krate}::"));
    // The agent's own `boot` is the mutated one.
    let text = if krate == "agent" { text.replace("use boot::", &format!("use {here}boot::")) } else { text };
    let keep = |line: &&str| !line.starts_with("#![no_std]") && !line.starts_with("#[expect(");
    text.lines().filter(keep).flat_map(|line| [line, "\n"]).collect()
}
