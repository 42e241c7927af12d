//! The record's file format: JSON Lines, each line chained to the one before it.
//!
//! The chain makes a lost, doubled or moved line visible, and the `closed` event tells a whole
//! record from an interrupted one. It is no signature: whoever can rewrite the whole file can write
//! any record. Every line also says in which run and step it stands, so that a line cannot be moved
//! to another place even by somebody who numbers and chains the lines anew.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::event::{Artefact, Event, SCHEMA};
use crate::sha256_hex;
use crate::words::plain;

/// Largest record that is read, in bytes.
pub const MAX_RECORD_BYTES: usize = 256 << 20;

/// Longest line that is written or read, in bytes without the newline.
pub const MAX_LINE_BYTES: usize = 1 << 20;

/// The events of one record, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    events: Vec<Event>,
}

/// Reads records.
#[derive(Clone, Copy, Debug)]
pub struct Reader;

/// Why bytes are not a whole record. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// There is nothing.
    #[error("the record is empty")]
    Empty,
    /// More bytes than a record may have.
    #[error("the record has {size_bytes} bytes, more than {limit_bytes}")]
    TooLarge {
        /// Size of the file.
        size_bytes: usize,
        /// [`MAX_RECORD_BYTES`].
        limit_bytes: usize,
    },
    /// A line is longer than a line may be.
    #[error("line {line} has more than {limit_bytes} bytes")]
    LineTooLong {
        /// Which line.
        line: usize,
        /// [`MAX_LINE_BYTES`].
        limit_bytes: usize,
    },
    /// A line is not JSON.
    #[error("line {line} is not JSON: {detail}")]
    NotJson {
        /// Which line.
        line: usize,
        /// What the JSON parser says.
        detail: String,
    },
    /// A line is JSON, but not an event this version knows.
    #[error("line {line} holds something unknown: {detail}")]
    Unknown {
        /// Which line.
        line: usize,
        /// What the JSON parser says.
        detail: String,
    },
    /// A line says an event in other bytes than the writer would have used.
    #[error("line {line} is not written as this bench writes it")]
    NotCanonical {
        /// Which line.
        line: usize,
    },
    /// A line carries the wrong number.
    #[error("line {line} carries the number {saw} instead of {expected}")]
    WrongNumber {
        /// Which line.
        line: usize,
        /// The number it should carry.
        expected: u64,
        /// The number it carries.
        saw: u64,
    },
    /// A line does not carry the digest of the line before it.
    #[error("line {line} does not follow from the line before it: the chain is broken")]
    BrokenChain {
        /// Which line.
        line: usize,
    },
    /// A line says that it belongs to another run or step than the one it stands in.
    #[error("line {line} belongs to {saw}, but stands in {expected}")]
    Misplaced {
        /// Which line.
        line: usize,
        /// Where it stands.
        expected: String,
        /// Where it says that it belongs.
        saw: String,
    },
    /// The record is of a schema this version does not know.
    #[error("the record is of schema `{saw}`; this bench reads `{SCHEMA}`")]
    Schema {
        /// The schema it names.
        saw: String,
    },
    /// The record has no `closed` event, or ends in the middle of a line.
    #[error("the record ends after line {line} without `closed`: the run was interrupted")]
    Interrupted {
        /// The last line that is there, whole or not.
        line: usize,
    },
    /// Something follows the `closed` event.
    #[error("line {line} follows the `closed` event")]
    BehindClosed {
        /// Which line.
        line: usize,
    },
}

impl Record {
    /// A record of these events. Whether they make sense is for [`crate::judge`] to find out.
    pub fn from_events(events: Vec<Event>) -> Self {
        Self { events }
    }

    /// The events, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Every artefact an event names, in order, repetitions included.
    pub fn artefacts(&self) -> impl Iterator<Item = &Artefact> {
        self.events.iter().flat_map(artefacts_of)
    }
}

impl Reader {
    /// Reads a whole record. Anything but the bytes a [`crate::Writer`] makes is an error.
    pub fn read(bytes: &[u8]) -> Result<Record, RecordError> {
        if bytes.is_empty() {
            return Err(RecordError::Empty);
        }
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLarge { size_bytes: bytes.len(), limit_bytes: MAX_RECORD_BYTES });
        }
        let mut chain = Chain::default();
        let mut events = Vec::new();
        let mut closed = false;
        for (index, bytes) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let line = index + 1;
            if closed {
                return Err(RecordError::BehindClosed { line });
            }
            let bytes = bytes.strip_suffix(b"\n").ok_or(RecordError::Interrupted { line })?;
            let event = read_line(line, bytes, &mut chain)?;
            closed = matches!(event, Event::Closed(_));
            events.push(event);
        }
        if !closed {
            return Err(RecordError::Interrupted { line: events.len() });
        }
        Ok(Record { events })
    }
}

fn read_line(line: usize, bytes: &[u8], chain: &mut Chain) -> Result<Event, RecordError> {
    if bytes.len() > MAX_LINE_BYTES {
        return Err(RecordError::LineTooLong { line, limit_bytes: MAX_LINE_BYTES });
    }
    let read: OwnedLine = serde_json::from_slice(bytes).map_err(|error| {
        let detail = plain(&error.to_string());
        if error.is_data() { RecordError::Unknown { line, detail } } else { RecordError::NotJson { line, detail } }
    })?;
    if read.n != chain.n {
        return Err(RecordError::WrongNumber { line, expected: chain.n, saw: read.n });
    }
    if read.prev != chain.prev {
        return Err(RecordError::BrokenChain { line });
    }
    let saw = Place { run: read.run, step: read.step };
    let expected = chain.place_of(&read.event);
    if saw != expected {
        return Err(RecordError::Misplaced { line, expected: expected.to_string(), saw: saw.to_string() });
    }
    if chain.encode(&saw, &read.event) != bytes {
        return Err(RecordError::NotCanonical { line });
    }
    if let Event::Opened(opened) = &read.event
        && opened.schema != SCHEMA
    {
        return Err(RecordError::Schema { saw: plain(&opened.schema) });
    }
    chain.advance(&read.event, bytes);
    Ok(read.event)
}

/// One line as it is written. The order of the fields is part of the format.
#[derive(Serialize)]
struct Line<'a> {
    n: u64,
    prev: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'a str>,
    event: &'a Event,
}

/// One line as it is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnedLine {
    n: u64,
    prev: String,
    run: Option<u32>,
    step: Option<String>,
    event: Event,
}

/// Where a line stands: in which run, counted from 0, and in which step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    run: Option<u32>,
    step: Option<String>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.run, &self.step) {
            (None, None) => f.write_str("no run"),
            (None, Some(step)) => write!(f, "step `{}` of no run", plain(step)),
            (Some(run), None) => write!(f, "run {run}"),
            (Some(run), Some(step)) => write!(f, "step `{}` of run {run}", plain(step)),
        }
    }
}

/// What the next line must carry. Writer and reader advance it alike.
#[derive(Debug)]
pub(crate) struct Chain {
    n: u64,
    prev: String,
    place: Place,
    runs: u32,
}

impl Default for Chain {
    fn default() -> Self {
        Self { n: 0, prev: "0".repeat(64), place: Place::default(), runs: 0 }
    }
}

impl Chain {
    /// Number of the next line, from 1.
    pub(crate) fn next_line(&self) -> u64 {
        self.n + 1
    }

    /// The bytes of the line for this event, without the newline.
    pub(crate) fn encode(&self, place: &Place, event: &Event) -> Vec<u8> {
        let line = Line { n: self.n, prev: &self.prev, run: place.run, step: place.step.as_deref(), event };
        serde_json::to_vec(&line).expect("strings and numbers always have a JSON form")
    }

    /// Where this event stands if it is the next one.
    pub(crate) fn place_of(&self, event: &Event) -> Place {
        if let Event::RunBegun(_) = event {
            return Place { run: Some(self.runs), step: None };
        }
        if let Event::StepBegun(begun) = event {
            return Place { run: self.place.run, step: Some(begun.step.clone()) };
        }
        self.place.clone()
    }

    /// Steps over a line.
    pub(crate) fn advance(&mut self, event: &Event, line: &[u8]) {
        self.place = self.place_of(event);
        if let Event::RunBegun(_) = event {
            self.runs += 1;
        }
        if let Event::Observed(_) = event {
            self.place.step = None;
        }
        if let Event::RunEnded(_) = event {
            self.place = Place::default();
        }
        self.n += 1;
        self.prev = sha256_hex(line);
    }
}

/// The artefacts one event names.
pub(crate) fn artefacts_of(event: &Event) -> Vec<&Artefact> {
    match event {
        Event::Opened(opened) => vec![&opened.scenario_file, &opened.profile_file],
        Event::Traffic(traffic) => traffic.packets.iter().collect(),
        Event::Skipped(_)
        | Event::RunBegun(_)
        | Event::StepBegun(_)
        | Event::Deliverable(_)
        | Event::Attacked(_)
        | Event::Caused(_)
        | Event::Cut(_)
        | Event::Flipped(_)
        | Event::Spent(_)
        | Event::DeviceSteps(_)
        | Event::Written(_)
        | Event::Observed(_)
        | Event::RunEnded(_)
        | Event::Failed(_)
        | Event::Closed(_) => Vec::new(),
    }
}
