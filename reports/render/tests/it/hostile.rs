//! Whatever a device calls itself, it stays text.
//!
//! Reports are opened by people who trust them, and part of their text comes from a device under attack.

use render::{Format, Inputs, Run, Unreadable};

use crate::play::{Bench, Device};
use crate::samples::{DOWNGRADE, PROFILE, mixed, report};

const NAME: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>|`*_[x](javascript:x)";

fn hostile_run() -> Run {
    let mut bench = Bench::new("downgrade", DOWNGRADE).with(Device::Weak).on("<script>rig</script>");
    bench.says = Some(NAME.to_owned());
    bench.run()
}

#[test]
fn a_device_named_script_is_escaped_in_every_format() {
    let mut inputs = mixed();
    inputs.runs.push(hostile_run());
    inputs.unreadable.push(Unreadable { label: NAME.to_owned(), reason: "::error::\u{1b}[2J]]>".to_owned() });
    if let Some(declaration) = &mut inputs.declaration {
        declaration.product.name = NAME.to_owned();
    }
    inputs.meta.operator = Some(NAME.to_owned());
    let report = report(&inputs);
    for format in [Format::Html, Format::Markdown, Format::Junit] {
        let text = outside_fences(&format.lay_out(&report));
        assert!(!text.contains("<script"), "{format:?}");
        assert!(!text.contains("<img"), "{format:?}");
        assert!(!text.contains('\u{1b}'), "{format:?}");
        assert!(text.contains("&lt;script"), "{format:?}");
    }
}

/// Markdown without its code blocks, in which nothing is markup.
fn outside_fences(text: &str) -> String {
    text.split("````").step_by(2).collect()
}

#[test]
fn a_markdown_table_stays_a_table() {
    let inputs = Inputs { runs: vec![hostile_run()], ..Inputs::default() };
    for line in render::markdown(&report(&inputs)).lines().filter(|line| line.starts_with("| downgrade")) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert!([3, 4, 9].contains(&bars), "{line}");
    }
}

#[test]
fn a_record_cannot_lead_to_another_folder() {
    let inputs = Inputs { runs: vec![Bench::new("downgrade", DOWNGRADE).on("../../etc").run()], ..Inputs::default() };
    assert_eq!(report(&inputs).runs[0].id, "downgrade.------etc");
}

#[test]
fn a_verdict_cannot_be_handed_in() {
    let writer = Bench::new("downgrade", DOWNGRADE).with(Device::Weak);
    assert_eq!(report(&Inputs { runs: vec![writer.run()], ..Inputs::default() }).findings.len(), 1);
    let other = DOWNGRADE.replace("version-too-old", "bad-signature");
    let bytes = b"{}";
    assert!(Run::judge(bytes, other.as_bytes(), PROFILE.as_bytes()).is_err());
}
