//! Whatever is changed in a report's folder is noticed.
//!
//! A report is worth its records only if neither can be changed alone, so each test changes one thing.

use std::fs;
use std::path::{Path, PathBuf};

use render::{Extras, Format, Inputs, Previous, Problem, SignatureState, Verification, verify_report, write};
use standards::standards;
use tempfile::TempDir;

use crate::play::{Bench, Device};
use crate::samples::{DECLARATION, DOWNGRADE, OTABENCH, benches, declaration, key, meta, report, stored};

/// A report's folder, and what keeps it alive.
struct Folder {
    _kept: TempDir,
    path: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signing {
    Signed,
    Unsigned,
}

fn folder(signing: Signing) -> Folder {
    let kept = tempfile::tempdir().expect("a temporary directory can be made");
    let mut benches = benches(Device::Whole);
    benches.push(Bench::new("downgrade", DOWNGRADE).with(Device::Weak).on("qemu-ast1030"));
    let runs = stored(&kept.path().join("records"), &benches);
    let before = report(&Inputs { meta: meta(), ..Inputs::default() }).json();
    let previous = Previous::parse(before.as_bytes()).expect("it was just written");
    let key = (signing == Signing::Signed).then(|| key(7));
    let mut meta = meta();
    meta.signed_by = key.as_ref().map(|key| key.public().id().to_owned());
    let inputs = Inputs { runs, declaration: Some(declaration()), previous: Some(previous), meta, ..Inputs::default() };
    let path = kept.path().join("report");
    let extras = Extras {
        formats: &Format::ALL,
        key: key.as_ref(),
        declaration: Some(DECLARATION.as_bytes()),
        previous: Some(before.as_bytes()),
    };
    // The declaration's digest is that of its bytes, so the report must be made from the same ones.
    let declaration = render::Declaration::parse("declaration.toml", DECLARATION.as_bytes(), standards());
    let inputs = Inputs { declaration: declaration.ok(), ..inputs };
    write(&path, &inputs, &report(&inputs), &extras).expect("the folder is fresh");
    Folder { _kept: kept, path }
}

fn verify(path: &Path) -> Verification {
    verify_report(path, OTABENCH, None, standards())
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("it is there");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).expect("the folder is ours");
}

#[test]
fn an_untouched_report_is_sound() {
    let unsigned = verify(&folder(Signing::Unsigned).path);
    assert_eq!(unsigned.problems, []);
    assert_eq!(unsigned.signature, SignatureState::Unsigned);
    let signed = folder(Signing::Signed);
    assert_eq!(verify(&signed.path).problems, []);
    assert!(matches!(verify(&signed.path).signature, SignatureState::Unknown { .. }));
    let trusted = verify_report(&signed.path, OTABENCH, Some(key(7).public()), standards());
    assert_eq!(trusted.signature, SignatureState::Trusted { id: key(7).public().id().to_owned() });
}

#[test]
fn a_changed_record_is_noticed() {
    let folder = folder(Signing::Unsigned);
    edit(&folder.path.join("records/downgrade.sim/record.jsonl"), "version-too-old", "bad-signature");
    assert!(matches!(verify(&folder.path).problems[0], Problem::Record { .. }));
}

#[test]
fn a_record_exchanged_for_another_is_noticed() {
    let folder = folder(Signing::Unsigned);
    let records = folder.path.join("records");
    fs::rename(records.join("downgrade.qemu-ast1030"), records.join("x")).expect("it is there");
    fs::rename(records.join("downgrade.sim"), records.join("downgrade.qemu-ast1030")).expect("it is there");
    fs::rename(records.join("x"), records.join("downgrade.sim")).expect("it is there");
    let problems = verify(&folder.path).problems;
    assert_eq!(problems.iter().filter(|problem| matches!(problem, Problem::OtherRecord { .. })).count(), 2);
}

#[test]
fn a_changed_or_missing_artefact_is_noticed() {
    let folder = folder(Signing::Unsigned);
    let artefacts = folder.path.join("records/good-update.sim/artefacts");
    let names: Vec<PathBuf> =
        fs::read_dir(&artefacts).expect("it is there").map(|entry| entry.expect("it can be listed").path()).collect();
    for path in names {
        let content = fs::read(&path).expect("it is there");
        fs::write(&path, [content.as_slice(), b" "].concat()).expect("the folder is ours");
        assert!(matches!(verify(&folder.path).problems[0], Problem::Record { .. }), "{}", path.display());
        fs::remove_file(&path).expect("it is there");
        assert!(matches!(verify(&folder.path).problems[0], Problem::Record { .. }), "{}", path.display());
        fs::write(&path, content).expect("the folder is ours");
    }
    assert_eq!(verify(&folder.path).problems, []);
}

#[test]
fn a_changed_verdict_is_noticed() {
    let folder = folder(Signing::Unsigned);
    edit(&folder.path.join("report.json"), "\"verdict\":\"BROKEN\"", "\"verdict\":\"HELD\"");
    let problems = verify(&folder.path).problems;
    let verdict = Problem::Verdict { id: "downgrade.qemu-ast1030".to_owned(), reported: "HELD", judged: "BROKEN" };
    assert!(problems.contains(&verdict), "{problems:?}");
}

#[test]
fn a_change_in_any_file_is_noticed() {
    let folder = folder(Signing::Signed);
    let names = ["report.json", "report.html", "report.md", "junit.xml", "statement.intoto.json"];
    for name in names {
        let path = folder.path.join(name);
        let content = fs::read_to_string(&path).expect("it is there");
        fs::write(&path, content.replacen("downgrade", "downgrado", 1)).expect("the folder is ours");
        let problems = verify(&folder.path).problems;
        assert!(!problems.is_empty(), "{name}");
        fs::write(&path, content).expect("the folder is ours");
    }
    assert_eq!(verify(&folder.path).problems, []);
}

#[test]
fn a_run_that_is_left_out_or_added_is_noticed() {
    let left_out = folder(Signing::Unsigned);
    fs::remove_dir_all(left_out.path.join("records/downgrade.qemu-ast1030")).expect("it is there");
    assert!(matches!(verify(&left_out.path).problems[0], Problem::Record { .. }));
    let added = folder(Signing::Unsigned);
    Bench::new("downgrade", DOWNGRADE).on("board-2").write(&added.path.join("records/extra"));
    assert_eq!(verify(&added.path).problems, [Problem::ExtraRecord { id: "extra".to_owned() }]);
}

#[test]
fn a_usual_format_that_is_missing_is_noticed() {
    let folder = folder(Signing::Unsigned);
    for format in Format::ALL {
        let path = folder.path.join(format.file());
        let content = fs::read(&path).expect("it is there");
        fs::remove_file(&path).expect("it is there");
        let missing = Problem::Missing { file: format.file().to_owned() };
        let is_usual = Format::USUAL.contains(&format);
        assert_eq!(verify(&folder.path).problems, if is_usual { vec![missing] } else { vec![] });
        fs::write(&path, content).expect("the folder is ours");
    }
}

#[test]
fn a_foreign_file_is_noticed_wherever_it_lies() {
    let folder = folder(Signing::Unsigned);
    let places =
        ["report2.html", "signer.pem", "records/good-update.sim/notes.txt", "records/good-update.sim/artefacts/0000"];
    for place in places {
        let path = folder.path.join(place);
        fs::write(&path, "x").expect("the folder is ours");
        assert_eq!(verify(&folder.path).problems, [Problem::Foreign { file: place.to_owned() }]);
        let elsewhere = verify_report(&folder.path, "9.9.9", None, standards()).problems;
        assert_eq!(elsewhere, [Problem::Foreign { file: place.to_owned() }], "of another version, too");
        fs::remove_file(&path).expect("it is there");
    }
    assert_eq!(verify(&folder.path).problems, []);
}

#[test]
fn a_changed_declaration_is_noticed() {
    let folder = folder(Signing::Unsigned);
    edit(&folder.path.join("declaration.toml"), "\"NTIA-CHECK-9\", ", "");
    assert!(verify(&folder.path).problems.contains(&Problem::Changed { file: "report.json".to_owned() }));
    fs::remove_file(folder.path.join("declaration.toml")).expect("it is there");
    assert!(matches!(verify(&folder.path).problems[0], Problem::Unreadable { .. }));
}

#[test]
fn a_signature_that_is_missing_or_of_another_key_is_noticed() {
    let folder = folder(Signing::Signed);
    let other = verify_report(&folder.path, OTABENCH, Some(key(8).public()), standards());
    assert_eq!((other.signature, other.problems), (SignatureState::Invalid, vec![Problem::Signature]));
    edit(&folder.path.join("report.dsse.json"), "\"sig\":\"ME", "\"sig\":\"MF");
    assert_eq!(verify(&folder.path).signature, SignatureState::Invalid);
    fs::remove_file(folder.path.join("report.dsse.json")).expect("it is there");
    assert_eq!(verify(&folder.path).problems, [Problem::Signature]);
}

#[test]
fn a_signed_report_cannot_be_passed_off_as_unsigned() {
    let folder = folder(Signing::Signed);
    for name in ["report.dsse.json", "signer.pem"] {
        fs::remove_file(folder.path.join(name)).expect("it is there");
    }
    assert_eq!(verify(&folder.path).problems, [Problem::Signature]);
    let required = verify_report(&folder.path, OTABENCH, Some(key(7).public()), standards());
    assert_eq!(required.problems, [Problem::Signature]);
}

#[test]
fn a_report_of_another_version_is_checked_as_far_as_it_can_be() {
    let folder = folder(Signing::Signed);
    let verification = verify_report(&folder.path, "9.9.9", None, standards());
    assert_eq!(verification.problems, []);
    assert!(verification.unchecked.iter().any(|what| what.contains("9.9.9")));
    edit(&folder.path.join("report.json"), "A. Tester", "B. Tester");
    assert_eq!(verify_report(&folder.path, "9.9.9", None, standards()).problems, [Problem::Signature]);
}

#[test]
fn odd_folders_are_refused_without_a_panic() {
    let kept = tempfile::tempdir().expect("a temporary directory can be made");
    assert!(matches!(verify(kept.path()).problems[0], Problem::Unreadable { .. }));
    for text in ["", "{}", "[]", "{\"schema\":\"otabench.report/9\"}", "null"] {
        fs::write(kept.path().join("report.json"), text).expect("the folder is ours");
        assert!(matches!(verify(kept.path()).problems[0], Problem::NotAReport { .. }), "{text}");
    }
    let escaping = folder(Signing::Unsigned);
    edit(&escaping.path.join("report.json"), "\"id\":\"good-update.sim\"", "\"id\":\"../good-update.sim\"");
    assert!(matches!(&verify(&escaping.path).problems[0], Problem::Record { .. }));
}

#[test]
fn nothing_is_overwritten_and_no_key_is_misnamed() {
    let folder = folder(Signing::Unsigned);
    let inputs = Inputs { meta: meta(), ..Inputs::default() };
    let taken = write(&folder.path, &inputs, &report(&inputs), &Extras::default());
    assert!(taken.is_err_and(|error| error.to_string().contains("nothing is overwritten")));
    let misnamed =
        write(&folder.path.join("x"), &inputs, &report(&inputs), &Extras { key: Some(&key(7)), ..Extras::default() });
    assert!(misnamed.is_err_and(|error| error.to_string().contains("signed by nobody")));
}
