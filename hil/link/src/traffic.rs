//! Both sides of the traffic, kept for the record.
//!
//! "What the publisher sent" and "what the device got" are two things as soon as somebody stands
//! between. Each is kept, and each has a digest that does not depend on how the bytes were cut
//! into pieces. What is kept is bounded, since a device may flood; the digests go on beyond that.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// Bytes kept in all. Beyond this, traffic only counts and goes into the digests.
pub const MAX_KEPT_BYTES: u64 = 64 * 1024 * 1024;

/// Which end of the path, seen from the attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Between publisher and attacker.
    Publisher,
    /// Between attacker and device.
    Device,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the publisher's end to the device's.
    ToDevice,
    /// From the device's end to the publisher's.
    ToPublisher,
}

/// Bytes that passed, in one piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passed {
    /// Where.
    pub side: Side,
    /// Which way.
    pub direction: Direction,
    /// What, as hex in the serialised form.
    #[serde(with = "hex::serde")]
    pub bytes: Vec<u8>,
}

/// All traffic of one run, in order.
#[derive(Debug, Clone, Default)]
pub struct Traffic {
    passed: Vec<Passed>,
    streams: [Stream; 4],
    kept_bytes: u64,
    left_out_bytes: u64,
}

/// One side, one way.
#[derive(Debug, Clone, Default)]
struct Stream {
    digest: Sha256,
    count_bytes: u64,
}

impl Traffic {
    /// Notes bytes that passed. Empty pieces leave no trace.
    pub fn note(&mut self, side: Side, direction: Direction, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let count_bytes = bytes.len() as u64;
        let stream = &mut self.streams[index(side, direction)];
        stream.digest.update(bytes);
        stream.count_bytes += count_bytes;
        // Once something is missing, nothing follows it: what is kept has no holes.
        if self.left_out_bytes > 0 || self.kept_bytes + count_bytes > MAX_KEPT_BYTES {
            self.left_out_bytes += count_bytes;
            return;
        }
        self.kept_bytes += count_bytes;
        self.passed.push(Passed { side, direction, bytes: bytes.to_vec() });
    }

    /// What passed, in order, as far as it was kept.
    #[must_use]
    pub fn passed(&self) -> &[Passed] {
        &self.passed
    }

    /// Bytes that were counted and digested, but not kept.
    #[must_use]
    pub fn left_out_bytes(&self) -> u64 {
        self.left_out_bytes
    }

    /// SHA-256 of everything that passed on this side, this way.
    #[must_use]
    pub fn sha(&self, side: Side, direction: Direction) -> [u8; 32] {
        self.streams[index(side, direction)].digest.clone().finalize().into()
    }

    /// Bytes that passed on this side, this way.
    #[must_use]
    pub fn count_bytes(&self, side: Side, direction: Direction) -> u64 {
        self.streams[index(side, direction)].count_bytes
    }

    /// Whether one end got, this way, exactly what the other end sent.
    #[must_use]
    pub fn is_untouched(&self, direction: Direction) -> bool {
        self.sha(Side::Publisher, direction) == self.sha(Side::Device, direction)
    }

    /// One JSON object per line, as far as traffic was kept.
    #[must_use]
    pub fn to_json_lines(&self) -> String {
        let mut lines = String::new();
        for passed in &self.passed {
            let line = serde_json::to_string(passed).expect("two names and a string serialise");
            lines.push_str(&line);
            lines.push('\n');
        }
        lines
    }

    /// Reads what [`Traffic::to_json_lines`] wrote.
    ///
    /// # Errors
    /// [`Error::TrafficMalformed`] with the first line that cannot be read.
    pub fn from_json_lines(lines: &str) -> Result<Self, Error> {
        let mut traffic = Self::default();
        for (position, text) in lines.lines().enumerate() {
            let line = position + 1;
            let passed: Passed = serde_json::from_str(text).map_err(|_| Error::TrafficMalformed { line })?;
            traffic.note(passed.side, passed.direction, &passed.bytes);
        }
        Ok(traffic)
    }
}

fn index(side: Side, direction: Direction) -> usize {
    match (side, direction) {
        (Side::Publisher, Direction::ToDevice) => 0,
        (Side::Publisher, Direction::ToPublisher) => 1,
        (Side::Device, Direction::ToDevice) => 2,
        (Side::Device, Direction::ToPublisher) => 3,
    }
}
