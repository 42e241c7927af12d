//! Names for things in formats that demand UUIDs.
//!
//! A random one would make every report different, so each is derived from what it names: SHA-256 over
//! the records and a label. The formats accept versions 4 and 5 only; version 5, a name's hash, comes
//! nearest.

use crate::report::Report;

/// Derives UUIDs for one report.
pub(crate) struct Namer {
    space: String,
}

impl Namer {
    /// Names for this report: the same for the same report, others for any other.
    pub(crate) fn new(report: &Report) -> Self {
        Self { space: record::sha256_hex(report.json().as_bytes()) }
    }

    /// The UUID of a thing of the report.
    pub(crate) fn uuid(&self, label: &str) -> String {
        let digest = record::sha256_hex(format!("{}\n{label}", self.space).as_bytes());
        // The digit of the variant has its two highest bits set to 1 and 0.
        let variant = match digest.as_bytes()[16] {
            b'0' | b'4' | b'8' | b'c' => '8',
            b'1' | b'5' | b'9' | b'd' => '9',
            b'2' | b'6' | b'a' | b'e' => 'a',
            _ => 'b',
        };
        format!(
            "{}-{}-5{}-{variant}{}-{}",
            &digest[..8],
            &digest[8..12],
            &digest[13..16],
            &digest[17..20],
            &digest[20..32]
        )
    }
}

/// A time as the formats demand it, where the report states none.
pub(crate) const NO_TIME: &str = "1970-01-01T00:00:00Z";

/// The time of a report, in UTC with its zone; [`NO_TIME`] where none is stated or it is no time.
pub(crate) fn time(report: &Report) -> String {
    let stated = report.time().map(|time| time.utc.clone());
    let is_time = |text: &String| {
        text.len() == NO_TIME.len()
            && text
                .chars()
                .zip(NO_TIME.chars())
                .all(|(saw, form)| if form.is_ascii_digit() { saw.is_ascii_digit() } else { saw == form })
    };
    stated.filter(is_time).unwrap_or_else(|| NO_TIME.to_owned())
}
