//! Damaged files never panic the reader, and always get a message that can be shown.
//!
//! Random bytes would die in the first stage. So valid files are damaged: with pieces of the
//! notation in the wrong place, most of them reach the checks of sense. The seed is fixed; a failure
//! repeats.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use scenario::{Style, parse, parse_profile};

const CASES: usize = 20_000;

/// Fewer cases than this in the checks of sense, and the damage is too coarse to test them.
const LEAST_SENSE_CASES: usize = 3_000;

/// Pieces that are valid somewhere.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\u{1b}[2J",
    "\\u001b",
    "\u{feff}",
    "\u{202e}",
    "ä",
    "🦀",
    "-1",
    "0",
    "65536",
    "99999999999999999999",
    "0x10",
    "1.5",
    "inf",
    "true",
    "1979-05-27",
    "claim",
    "[device]\n",
    "[[step]]\n",
    "[teeth]\n",
    "[fault]\n",
    "[attacker]\n",
    "name = ",
    "offer = ",
    "power = \"cycle\"\n",
    "wait = \"10s\"\n",
    "replay = ",
    "expect = ",
    "refused = ",
    "runs = ",
    "runs-one-of = ",
    "\"every-byte\"",
    "at-least = ",
    "during = ",
    "\"install\"",
    "\"2.1.0\"",
    "\"../x\"",
    "{}",
    "[]",
    "tamper = ",
    "features = ",
    "\"trial-boot\"",
    "step.x.y = 1\n",
    "step = []\n",
];

/// SplitMix64 (Steele, Lea, Flood 2014): one line of state, and good enough to choose places.
struct Seed(u64);

impl Seed {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}

/// Damages one line or one text: the file often stays valid TOML.
fn damage_sense(bytes: &mut Vec<u8>, others: &[Vec<u8>], seed: &mut Seed) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut lines: Vec<&str> = text.lines().collect();
    let other = String::from_utf8_lossy(&others[seed.below(others.len())]).into_owned();
    let texts = |file: &str| -> Vec<String> { file.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let (own, foreign) = (texts(&text), texts(&other));
    let (at, to) = (seed.below(lines.len()), seed.below(lines.len()));
    match seed.below(4) {
        0 if !lines.is_empty() => drop(lines.remove(at)),
        1 if !lines.is_empty() => lines.insert(to, lines[at]),
        2 if !lines.is_empty() => lines.swap(at, to),
        _ if !own.is_empty() && !foreign.is_empty() => {
            let (old, new) = (&own[seed.below(own.len())], &foreign[seed.below(foreign.len())]);
            *bytes = text.replacen(&format!("\"{old}\""), &format!("\"{new}\""), 1).into_bytes();
            return;
        }
        _ => {}
    }
    *bytes = lines.join("\n").into_bytes();
}

/// Damages bytes anywhere: the file rarely stays valid TOML.
fn damage_bytes(bytes: &mut Vec<u8>, others: &[Vec<u8>], seed: &mut Seed) {
    let at = seed.below(bytes.len() + 1);
    let end = (at + seed.below(40)).min(bytes.len());
    match seed.below(6) {
        0 if at < bytes.len() => bytes[at] ^= 1 << seed.below(8),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.extend_from_within(at..end),
        3 => bytes.truncate(at),
        4 => {
            let other = &others[seed.below(others.len())];
            let from = seed.below(other.len());
            let to = (from + seed.below(120)).min(other.len());
            drop(bytes.splice(at..at, other[from..to].iter().copied()));
        }
        _ => drop(bytes.splice(at..end, PIECES[seed.below(PIECES.len())].bytes())),
    }
}

fn damage(bytes: &mut Vec<u8>, others: &[Vec<u8>], seed: &mut Seed) {
    for _ in 0..=seed.below(3) {
        match seed.below(3) {
            0 => damage_bytes(bytes, others, seed),
            _ => damage_sense(bytes, others, seed),
        }
    }
}

fn toml_files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is part of the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).expect("the file was just listed")).collect()
}

fn corpus() -> Vec<Vec<u8>> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../../scenarios", "../../firmware/profiles", "tests", "tests/diagnostics"];
    folders.iter().flat_map(|folder| toml_files(&crate_folder.join(folder))).collect()
}

#[test]
fn no_damaged_file_panics_the_reader() {
    let corpus = corpus();
    let profiles = common::profiles();
    let context = common::context(&profiles);
    let mut seed = Seed(0x5eed);
    let mut sense_count = 0;
    for case in 0..CASES {
        let mut bytes = corpus[case % corpus.len()].clone();
        damage(&mut bytes, &corpus, &mut seed);
        for mistakes in [parse("a.toml", &bytes, &context).err(), parse_profile("a.toml", &bytes).err()] {
            let Some(mistakes) = mistakes else { continue };
            let first = mistakes.iter().next().expect("an error says what is wrong");
            sense_count += usize::from(first.kind == scenario::DiagnosticKind::Sense);
            let shown = mistakes.render(Style::Plain);
            let is_plain = |c: char| c == '\n' || !c.is_control();
            assert!(shown.chars().all(is_plain), "case {case}: {shown:?}");
        }
    }
    assert!(sense_count >= LEAST_SENSE_CASES, "only {sense_count} damaged files got as far as the checks of sense");
}
