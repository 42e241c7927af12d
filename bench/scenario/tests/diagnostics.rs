//! Every mistake has its message, and every message its golden file beside the mistake.
//!
//! The messages are prose for people in a hurry, so they are reviewed as prose. After a change, run
//! the tests with `SNAPSHOTS=overwrite` and read the difference.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use scenario::{DiagnosticKind, Diagnostics, MAX_FILE_BYTES, Style, parse, parse_profile};
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

const GOOD: &str = include_str!("good.toml");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// Name and bytes of every TOML file in a folder, by name.
fn toml_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the folder is part of the crate");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let read = |path: PathBuf| Some((name(&path)?, fs::read(&path).expect("the file was just listed")));
    paths.into_iter().filter_map(read).collect()
}

fn mistakes(file: &str, bytes: &[u8]) -> Diagnostics {
    let profiles = common::profiles();
    parse(file, bytes, &common::context(&profiles)).expect_err("this file is wrong on purpose")
}

fn matches_golden(name: &str, diagnostics: &Diagnostics) {
    // Raw: the default would read `...` in a golden file as "anything".
    let golden = Data::read_from(&folder().join(name).with_extension("txt"), Some(DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(diagnostics.render(Style::Plain), golden);
}

#[test]
fn the_good_file_has_no_mistake() {
    let profiles = common::profiles();
    let scenario = parse("scenarios/downgrade.toml", GOOD.as_bytes(), &common::context(&profiles));
    assert_eq!(scenario.map(|scenario| scenario.name).map_err(|mistakes| mistakes.to_string()), Ok("downgrade".into()));
}

#[test]
fn every_mistake_has_its_message() {
    let files = toml_files(&folder());
    assert!(files.len() > 70, "only {} mistakes were found", files.len());
    for (name, bytes) in files {
        matches_golden(&name, &mistakes(&format!("scenarios/{name}.toml"), &bytes));
    }
}

#[test]
fn every_mistake_in_a_profile_has_its_message() {
    let files = toml_files(&folder().join("profile"));
    assert!(files.len() > 7, "only {} mistakes were found", files.len());
    for (name, bytes) in files {
        let mistakes = parse_profile(&format!("firmware/profiles/{name}.toml"), &bytes).expect_err("wrong on purpose");
        matches_golden(&format!("profile/{name}"), &mistakes);
    }
}

#[test]
fn an_empty_file_is_told_what_it_needs() {
    matches_golden("generated/empty", &mistakes("scenarios/empty.toml", b""));
    matches_golden("generated/only-a-comment", &mistakes("scenarios/empty.toml", b"# later\n"));
}

#[test]
fn bytes_that_are_not_utf8_are_located() {
    let mut bytes = GOOD.as_bytes().to_vec();
    let at = GOOD.find("security").expect("the claim has this word");
    bytes[at] = 0xe4;
    matches_golden("generated/not-utf8", &mistakes("scenarios/latin1.toml", &bytes));
}

#[test]
fn utf16_is_recognised() {
    let bytes: Vec<u8> = "\u{feff}claim".encode_utf16().flat_map(u16::to_le_bytes).collect();
    matches_golden("generated/utf16", &mistakes("scenarios/utf16.toml", &bytes));
}

#[test]
fn a_byte_order_mark_is_refused_with_a_hint() {
    let file = format!("\u{feff}{GOOD}");
    matches_golden("generated/byte-order-mark", &mistakes("scenarios/bom.toml", file.as_bytes()));
}

#[test]
fn windows_line_ends_are_accepted() {
    let profiles = common::profiles();
    let file = GOOD.replace('\n', "\r\n");
    let unix = parse("a.toml", GOOD.as_bytes(), &common::context(&profiles));
    let windows = parse("a.toml", file.as_bytes(), &common::context(&profiles));
    assert_eq!(windows, unix);
}

#[test]
fn windows_line_ends_do_not_move_the_caret() {
    let file = GOOD.replace("sequence", "sequense").replace('\n', "\r\n");
    matches_golden("generated/crlf", &mistakes("scenarios/crlf.toml", file.as_bytes()));
}

#[test]
fn a_lone_carriage_return_is_refused() {
    let file = GOOD.replacen("\n\n", "\r\n\r", 1);
    matches_golden("generated/lone-cr", &mistakes("scenarios/cr.toml", file.as_bytes()));
}

#[test]
fn a_huge_file_is_refused_by_its_size_alone() {
    let bytes = vec![b'#'; 50 << 20];
    matches_golden("generated/huge", &mistakes("scenarios/huge.toml", &bytes));
}

#[test]
fn the_largest_file_is_still_read() {
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes.resize(MAX_FILE_BYTES, b'\n');
    let profiles = common::profiles();
    assert!(parse("a.toml", &bytes, &common::context(&profiles)).is_ok());
    bytes.push(b'\n');
    assert_eq!(mistakes("a.toml", &bytes).iter().count(), 1);
}

#[test]
fn very_many_mistakes_are_counted_but_not_all_listed() {
    let file: String = (0..20_000).map(|index| format!("k{index} = {index}\n")).collect();
    let mistakes = mistakes("scenarios/many.toml", file.as_bytes());
    assert_eq!(mistakes.iter().count(), 50);
    assert!(
        mistakes.render(Style::Plain).ends_with("note: 19950 more problems in scenarios/many.toml are not listed\n")
    );
}

#[test]
fn a_list_longer_than_any_scenario_is_refused() {
    let steps = "[[step]]\n".repeat(100_000);
    matches_golden("generated/long-list", &mistakes("scenarios/long.toml", steps.as_bytes()));
}

#[test]
fn tables_nested_without_end_are_refused() {
    let nested = format!("x = {}", "[".repeat(MAX_FILE_BYTES - 4));
    let mistakes = mistakes("scenarios/nested.toml", nested.as_bytes());
    assert!(mistakes.iter().all(|mistake| mistake.kind == DiagnosticKind::Text));
}

#[test]
fn a_file_name_that_is_no_name_is_refused() {
    matches_golden("generated/file-name", &mistakes("scenarios/Down Grade_2.toml", GOOD.as_bytes()));
    matches_golden("generated/file-name-is-dots", &mistakes("scenarios/...toml", GOOD.as_bytes()));
}

#[test]
fn a_path_to_a_file_is_not_part_of_its_name() {
    let profiles = common::profiles();
    let scenario = parse("../elsewhere/wrong-key.toml", GOOD.as_bytes(), &common::context(&profiles));
    assert_eq!(scenario.map(|scenario| scenario.name).ok(), Some("wrong-key".to_owned()));
}

#[test]
fn a_file_name_cannot_write_to_the_terminal() {
    let rendered = mistakes("scenarios/\u{1b}[2J.toml", GOOD.as_bytes()).render(Style::Plain);
    assert!(!rendered.contains('\u{1b}'));
}

#[test]
fn a_file_that_cannot_be_read_has_the_same_form() {
    let mistake = Diagnostics::io("scenarios", "this is a directory", "name a file in it: `scenarios/downgrade.toml`");
    matches_golden("generated/directory", &mistake);
}

#[test]
fn colour_changes_nothing_but_colour() {
    let mistakes = mistakes("scenarios/a.toml", GOOD.replace("sequence", "sequense").as_bytes());
    let coloured = mistakes.render(Style::Colour);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((text, escape)) = rest.split_once('\u{1b}') {
        plain += text;
        rest = escape.split_once('m').map_or("", |(_, after)| after);
    }
    plain += rest;
    assert_eq!(plain, mistakes.render(Style::Plain));
}

#[test]
fn places_are_counted_from_one_in_characters() {
    let file = "claim = \"ä\"; x\n";
    let mistakes = mistakes("scenarios/a.toml", file.as_bytes());
    let first = mistakes.iter().next().and_then(|mistake| mistake.primary.as_ref());
    assert_eq!(first.map(|label| (label.line, label.column)), Some((1, 12)));
}
