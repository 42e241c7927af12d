//! How facts are put into words, wherever a person reads them.
//!
//! Some of these strings come from the device, which may be hostile: nothing of it reaches a
//! terminal or a CI log before control characters are escaped and its length is bounded.

use std::fmt;

use crate::event::{Answer, Blame, Case, Event, Observed, Purpose, Running, Tear, WrittenPart, WrittenRegion};

/// Longest text of foreign origin that is shown, in characters.
const MAX_FOREIGN_CHARS: usize = 200;

/// The same text with everything escaped that is not a plain printable character, cut to a bound.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == MAX_FOREIGN_CHARS {
            shown.push('…');
            break;
        }
        if character.is_ascii_graphic() || character == ' ' || character == '…' {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown
}

/// The first characters of a digest, enough to tell two apart by eye.
fn short(digest: &str) -> String {
    let start: String = digest.chars().take(8).collect();
    plain(&start)
}

impl Event {
    /// The event's name in the file.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Opened(_) => "opened",
            Event::Skipped(_) => "skipped",
            Event::RunBegun(_) => "run-begun",
            Event::StepBegun(_) => "step-begun",
            Event::Deliverable(_) => "deliverable",
            Event::Traffic(_) => "traffic",
            Event::Attacked(_) => "attacked",
            Event::Caused(_) => "caused",
            Event::Cut(_) => "cut",
            Event::Flipped(_) => "flipped",
            Event::Spent(_) => "spent",
            Event::DeviceSteps(_) => "device-steps",
            Event::Written(_) => "written",
            Event::Observed(_) => "observed",
            Event::RunEnded(_) => "run-ended",
            Event::Failed(_) => "failed",
            Event::Closed(_) => "closed",
        }
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(answer) = &self.answer {
            write!(f, "{answer}, ")?;
        }
        write!(f, "{}", self.running)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Accepted => f.write_str("accepted"),
            Answer::Refused(reason) => write!(f, "refused: {}", plain(reason)),
            Answer::RefusedUnknown { group, code } => write!(f, "refused: unknown code {code} of group {group}"),
            Answer::Silent => f.write_str("no answer"),
        }
    }
}

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Running::Image { version, sha256 } => {
                write!(f, "runs {} (measured {}…)", plain(version), short(sha256))
            }
            Running::Recovery { sha256 } => write!(f, "the recovery image runs (measured {}…)", short(sha256)),
            Running::Unknown { sha256 } => write!(f, "an unknown image runs (measured {}…)", short(sha256)),
            Running::Nothing { halt: Some(halt) } => write!(f, "nothing runs: {}", plain(halt)),
            Running::Nothing { halt: None } => f.write_str("nothing runs"),
        }
    }
}

impl fmt::Display for WrittenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = match self.region {
            WrittenRegion::Provisioning => "provisioning",
            WrittenRegion::Floor => "floor",
            WrittenRegion::BootRecords => "boot-records",
            WrittenRegion::SlotA => "slot-a",
            WrittenRegion::SlotB => "slot-b",
            WrittenRegion::Elsewhere => "elsewhere",
        };
        write!(f, "{region}: {} sectors erased, {} bytes programmed", self.erased_sectors, self.programmed_bytes)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Case::Cut { operation, of, tear } => {
                write!(f, "power cut in flash operation {operation} of {of}, leaving {tear} of it")
            }
            Case::Byte { byte, of } => write!(f, "byte {byte} of {of} changed"),
        }
    }
}

impl fmt::Display for Tear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tear::Nothing => "nothing",
            Tear::Half => "half",
            Tear::All => "all",
        })
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Claim => "claim",
            Purpose::Genuine => "genuine",
            Purpose::Teeth => "teeth",
        })
    }
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Blame::Bench => "bench",
            Blame::Infrastructure => "infrastructure",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_of_a_device_stay_text() {
        assert_eq!(plain("2.1.0\u{1b}[2J\n::error::\u{202e}"), "2.1.0\\u{1b}[2J\\u{a}::error::\\u{202e}");
    }

    #[test]
    fn a_flood_is_cut_short() {
        assert_eq!(plain(&"x".repeat(10_000)).chars().count(), MAX_FOREIGN_CHARS + 1);
    }

    #[test]
    fn a_digest_that_is_none_is_no_trouble() {
        assert_eq!(short("ä"), "\\u{e4}");
    }
}
