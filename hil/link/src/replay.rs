//! A session recorded on the path, and the attacker who plays it again.
//!
//! He does not need to understand what he recorded: he sends the packets in order, each after the
//! device has answered the one before or has let it time out.

use serde::{Deserialize, Serialize};

use crate::answer::{self, Answer};
use crate::client::{Exchange, Next, Outcome, Tally};
use crate::courier::MAX_FOREIGN;
use crate::smp::Header;
use crate::{Error, Value, frame};

/// The packets that a publisher sent to a device, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    #[serde(with = "hex_list")]
    packets: Vec<Vec<u8>>,
}

impl Recording {
    /// A recording of these packets.
    #[must_use]
    pub fn new(packets: Vec<Vec<u8>>) -> Self {
        Self { packets }
    }

    /// The packets, without framing.
    #[must_use]
    pub fn packets(&self) -> &[Vec<u8>] {
        &self.packets
    }

    pub(crate) fn note(&mut self, packet: &[u8]) {
        self.packets.push(packet.to_vec());
    }
}

/// A refusal that the device gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Group that defines the code.
    pub group: u16,
    /// The code.
    pub rc: u16,
}

/// A recorded session on its way to a device.
#[derive(Debug, Clone)]
pub struct Replay {
    frames: std::vec::IntoIter<Framed>,
    waiting: Option<Framed>,
    wait_ms: u32,
    foreign: u32,
    answered: u32,
    refusals: Vec<Refusal>,
    tally: Tally,
    next_seq: u8,
}

/// A packet ready to send. Whoever recorded nonsense sends nonsense: then there is no header.
#[derive(Debug, Clone)]
struct Framed {
    bytes: Vec<u8>,
    header: Option<Header>,
}

impl Replay {
    /// Begins to play a recording, waiting so many milliseconds for each answer.
    ///
    /// # Errors
    /// [`Error::PacketTooLarge`] if a recorded packet cannot have been on the link.
    pub fn new(recording: &Recording, wait_ms: u32) -> Result<Self, Error> {
        let frames = recording
            .packets
            .iter()
            .map(|packet| {
                let header = Header::split(packet).ok().map(|(header, _)| header);
                Ok(Framed { bytes: frame::encode(packet)?, header })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(Self {
            frames: frames.into_iter(),
            waiting: None,
            wait_ms,
            foreign: 0,
            answered: 0,
            refusals: Vec::new(),
            tally: Tally::default(),
            next_seq: 0,
        })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Replayed { sent: self.tally.sent, answered: self.answered, refusals: self.refusals.clone() }
    }

    /// Counts a packet that answers nothing. Too many of them are as good as silence.
    fn foreign(&mut self) {
        self.tally.foreign = self.tally.foreign.saturating_add(1);
        self.foreign += 1;
        if self.foreign > MAX_FOREIGN {
            self.waiting = None;
        }
    }

    /// The refusal in an answer to `request`, as far as he can read it.
    fn note_refusal(&mut self, request: &Header, body: &[u8]) {
        let Ok(body) = Value::decode_map(body) else { return };
        if let Ok(Some(Answer::Refused { group, rc })) = answer::refusal(&body, request.group) {
            self.refusals.push(Refusal { group, rc });
        }
    }
}

impl Exchange for Replay {
    fn next(&mut self) -> Next {
        if self.waiting.is_some() {
            return Next::Wait { ms: self.wait_ms };
        }
        let Some(framed) = self.frames.next() else {
            return Next::Done(self.outcome());
        };
        if let Some(header) = framed.header {
            self.next_seq = header.seq.wrapping_add(1);
        }
        let bytes = framed.bytes.clone();
        self.waiting = Some(framed);
        self.foreign = 0;
        self.tally.sent += 1;
        Next::Send(bytes)
    }

    fn received(&mut self, packet: &[u8]) {
        let request = self.waiting.as_ref().and_then(|framed| framed.header);
        match (request, Header::split(packet)) {
            (Some(request), Ok((header, body))) if header.answers(&request) => {
                self.waiting = None;
                self.answered += 1;
                self.note_refusal(&request, body);
            }
            (Some(_) | None, Ok(_) | Err(_)) => {
                self.foreign();
            }
        }
    }

    fn timed_out(&mut self) {
        if self.waiting.take().is_some() {
            self.tally.timed_out += 1;
        }
    }

    fn next_seq(&self) -> u8 {
        self.next_seq
    }

    fn tally(&self) -> Tally {
        self.tally
    }
}

/// Byte strings as hex, so that a recording can be read and compared by eye.
mod hex_list {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de};

    pub(super) fn serialize<S: Serializer>(list: &[Vec<u8>], to: S) -> Result<S::Ok, S::Error> {
        let list: Vec<String> = list.iter().map(hex::encode).collect();
        list.serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<u8>>, D::Error> {
        let list = Vec::<String>::deserialize(from)?;
        list.iter().map(|text| hex::decode(text).map_err(de::Error::custom)).collect()
    }
}
