//! Records as bytes, and what somebody does to their lines who can compute digests.
//!
//! Whoever tampers with a record can recompute a chain; only the grammar of events stands against him.

use record::{Event, Writer, sha256_hex};

use crate::{PACKETS, PROFILE_FILE, SCENARIO_FILE};

/// Whether lines that were moved are chained anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chaining {
    /// They stay as they were.
    AsTheyWere,
    /// Numbers and digests are made right again.
    Anew,
}

/// The bytes of a record with these events.
pub(crate) fn bytes_of(events: &[Event]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    for content in [SCENARIO_FILE, PROFILE_FILE, PACKETS] {
        writer.store(content).expect("nothing is written");
    }
    for event in events {
        writer.append(event).expect("a vector takes everything");
    }
    writer.into_inner()
}

/// The lines of a record, without newlines.
pub(crate) fn lines_of(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("JSON is UTF-8");
    text.lines().map(str::to_owned).collect()
}

/// The bytes of these lines.
pub(crate) fn join(lines: &[String], chaining: Chaining) -> Vec<u8> {
    let lines = match chaining {
        Chaining::AsTheyWere => lines.to_vec(),
        Chaining::Anew => rechain(lines),
    };
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

/// Numbers the lines and chains them, and leaves everything behind number and digest as it is.
fn rechain(lines: &[String]) -> Vec<String> {
    let mut prev = "0".repeat(64);
    let mut chained = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let line = format!("{{\"n\":{n},\"prev\":\"{prev}\"{}", behind_prev(line));
        prev = sha256_hex(line.as_bytes());
        chained.push(line);
    }
    chained
}

/// What stands in a line behind number and digest.
pub(crate) fn behind_prev(line: &str) -> &str {
    let marker = "\"prev\":\"";
    let at = line.find(marker).expect("every line has a digest") + marker.len() + 65;
    &line[at..]
}
