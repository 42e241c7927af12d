//! The attacker on the path: everything between publisher and device passes through his hands.
//!
//! He speaks the protocol. He works on whole packets, repairs checksums, digests and framing
//! after a change, and had time to prepare: what he can do is a closed list of verbs, so that a
//! scenario says exactly what was done. He counts what he really changed; an attack that did
//! nothing shows as zero, and the bench treats that as an error, not as a defence.
//!
//! Without a verb he passes every byte as it came, and records. With verbs he forwards packets
//! only: whatever else is on the publisher's line ends with him.

use std::num::NonZeroU32;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::frame::{self, Decoder, MAX_PACKET_BYTES};
use crate::replay::{Recording, Replay};
use crate::smp::{GROUP_IMAGE, Header, Op};
use crate::traffic::{Direction, Side, Traffic};
use crate::{Error, Value};

/// What an attacker on the path can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Puts a forgery in the place of the deliverable, piece by piece, and corrects the digest
    /// that the first piece announces.
    Edit {
        /// What the publisher sends.
        original: Vec<u8>,
        /// What the device is to receive: the same length, or the offsets would not match.
        forged: Vec<u8>,
    },
    /// Loses every n-th packet towards the device.
    Drop {
        /// n.
        every: NonZeroU32,
    },
    /// Sends every n-th packet towards the device twice.
    Duplicate {
        /// n.
        every: NonZeroU32,
    },
    /// Cuts every n-th packet towards the device short, in the middle of a line: no newline
    /// follows, and the next packet begins where the damage ends.
    Truncate {
        /// n.
        every: NonZeroU32,
        /// Bytes of the framed packet that arrive.
        bytes_kept: usize,
    },
    /// Plays a recorded session to the device, on his own account: see [`Attacker::replay`]. What
    /// the publisher says meanwhile passes.
    Replay {
        /// The session.
        session: Recording,
    },
}

/// The name of a verb, as scenarios and records write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerbName {
    /// [`Verb::Edit`].
    Edit,
    /// [`Verb::Drop`].
    Drop,
    /// [`Verb::Duplicate`].
    Duplicate,
    /// [`Verb::Truncate`].
    Truncate,
    /// [`Verb::Replay`].
    Replay,
}

impl Verb {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> VerbName {
        match self {
            Self::Edit { .. } => VerbName::Edit,
            Self::Drop { .. } => VerbName::Drop,
            Self::Duplicate { .. } => VerbName::Duplicate,
            Self::Truncate { .. } => VerbName::Truncate,
            Self::Replay { .. } => VerbName::Replay,
        }
    }
}

/// What one verb has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Act {
    /// Which verb.
    pub verb: VerbName,
    /// Packets that differ because of it. A corrected digest alone does not count: it forges
    /// nothing that would be installed.
    pub changed: u32,
}

/// What all verbs have done so far, in the order in which they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Acts {
    /// One entry for each verb.
    pub per_verb: Vec<Act>,
}

impl Acts {
    /// Verbs that have changed nothing.
    #[must_use]
    pub fn idle(&self) -> Vec<VerbName> {
        self.per_verb.iter().filter(|act| act.changed == 0).map(|act| act.verb).collect()
    }

    /// Packets changed by all verbs together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.per_verb.iter().map(|act| act.changed).sum()
    }
}

/// The attacker, with his verbs and his memory.
#[derive(Debug, Clone)]
pub struct Attacker {
    plans: Vec<Plan>,
    decoder: Decoder,
    recording: Recording,
    traffic: Traffic,
}

/// A verb and how far it has got.
#[derive(Debug, Clone)]
struct Plan {
    verb: Verb,
    seen: u32,
    changed: u32,
}

/// What travels on from one verb to the next.
#[derive(Debug, Clone)]
enum Passing {
    Packet(Vec<u8>),
    /// Bytes on the line that are no packet any more.
    Damaged(Vec<u8>),
}

impl Attacker {
    /// An attacker with these verbs, who applies them in this order to every packet.
    ///
    /// # Errors
    /// [`Error::ForgeryLength`] if a forgery is longer or shorter than what it replaces.
    pub fn new(verbs: Vec<Verb>) -> Result<Self, Error> {
        for verb in &verbs {
            verb.check()?;
        }
        let plans = verbs.into_iter().map(|verb| Plan { verb, seen: 0, changed: 0 }).collect();
        Ok(Self { plans, decoder: Decoder::new(), recording: Recording::default(), traffic: Traffic::default() })
    }

    /// Takes what the publisher sends, and returns what reaches the device, piece by piece.
    pub fn to_device(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.traffic.note(Side::Publisher, Direction::ToDevice, bytes);
        let packets = self.decoder.packets(bytes);
        for packet in &packets {
            self.recording.note(packet);
        }
        let mut pieces = if self.plans.is_empty() {
            vec![bytes.to_vec()]
        } else {
            packets.into_iter().flat_map(|packet| self.act(packet)).collect()
        };
        pieces.retain(|piece| !piece.is_empty());
        for piece in &pieces {
            self.traffic.note(Side::Device, Direction::ToDevice, piece);
        }
        pieces
    }

    /// Takes what the device sends, and returns what reaches the publisher.
    pub fn to_publisher(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.traffic.note(Side::Device, Direction::ToPublisher, bytes);
        self.traffic.note(Side::Publisher, Direction::ToPublisher, bytes);
        bytes.to_vec()
    }

    /// The session that he plays on his own account, if that is one of his verbs. The caller
    /// pumps it like any exchange, but past the publisher: what it sends goes through
    /// [`Attacker::inject`], what the device answers through [`Attacker::intercept`].
    ///
    /// # Errors
    /// [`Error::PacketTooLarge`] if a recorded packet cannot have been on the link.
    pub fn replay(&self, wait_ms: u32) -> Result<Option<Replay>, Error> {
        self.plans.iter().find_map(|plan| plan.verb.session()).map(|session| Replay::new(session, wait_ms)).transpose()
    }

    /// Sends bytes of his own to the device, and counts them as replayed.
    pub fn inject(&mut self, bytes: &[u8]) -> Vec<u8> {
        if let Some(plan) = self.plans.iter_mut().find(|plan| plan.verb.session().is_some()) {
            plan.changed += 1;
        }
        self.traffic.note(Side::Device, Direction::ToDevice, bytes);
        bytes.to_vec()
    }

    /// Takes what the device answers to him; the publisher never sees it.
    pub fn intercept(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.traffic.note(Side::Device, Direction::ToPublisher, bytes);
        bytes.to_vec()
    }

    /// Every packet that the publisher sent so far.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// What he has really done so far.
    #[must_use]
    pub fn acts(&self) -> Acts {
        let act = |plan: &Plan| Act { verb: plan.verb.name(), changed: plan.changed };
        Acts { per_verb: self.plans.iter().map(act).collect() }
    }

    /// Both sides of the traffic.
    #[must_use]
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Passes one packet through all verbs.
    fn act(&mut self, packet: Vec<u8>) -> Vec<Vec<u8>> {
        let mut passing = vec![Passing::Packet(packet)];
        for plan in &mut self.plans {
            passing = passing
                .into_iter()
                .flat_map(|item| match item {
                    Passing::Packet(packet) => plan.apply(packet),
                    Passing::Damaged(bytes) => vec![Passing::Damaged(bytes)],
                })
                .collect();
        }
        passing
            .into_iter()
            .map(|item| match item {
                Passing::Packet(packet) => framed(&packet),
                Passing::Damaged(bytes) => bytes,
            })
            .collect()
    }
}

/// Frames a packet that came off the line, so that its size is known to fit.
fn framed(packet: &[u8]) -> Vec<u8> {
    frame::encode(packet).expect("decoder and edit keep packets within the limit")
}

impl Verb {
    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Edit { original, forged } if original.len() != forged.len() => {
                Err(Error::ForgeryLength { original_bytes: original.len(), forged_bytes: forged.len() })
            }
            Self::Edit { .. }
            | Self::Drop { .. }
            | Self::Duplicate { .. }
            | Self::Truncate { .. }
            | Self::Replay { .. } => Ok(()),
        }
    }

    fn session(&self) -> Option<&Recording> {
        match self {
            Self::Replay { session } => Some(session),
            Self::Edit { .. } | Self::Drop { .. } | Self::Duplicate { .. } | Self::Truncate { .. } => None,
        }
    }
}

impl Plan {
    fn apply(&mut self, packet: Vec<u8>) -> Vec<Passing> {
        self.seen = self.seen.wrapping_add(1);
        match &self.verb {
            Verb::Edit { original, forged } => {
                let edited = edit(&packet, original, forged);
                self.changed += u32::from(edited.forged);
                vec![Passing::Packet(edited.packet.unwrap_or(packet))]
            }
            Verb::Drop { every } if self.due(*every) => {
                self.changed += 1;
                Vec::new()
            }
            Verb::Duplicate { every } if self.due(*every) => {
                self.changed += 1;
                vec![Passing::Packet(packet.clone()), Passing::Packet(packet)]
            }
            Verb::Truncate { every, bytes_kept } if self.due(*every) => {
                let kept = *bytes_kept;
                self.truncate(packet, kept)
            }
            Verb::Drop { .. } | Verb::Duplicate { .. } | Verb::Truncate { .. } | Verb::Replay { .. } => {
                vec![Passing::Packet(packet)]
            }
        }
    }

    /// Whether the packet just counted is an n-th one.
    fn due(&self, every: NonZeroU32) -> bool {
        self.seen.is_multiple_of(every.get())
    }

    fn truncate(&mut self, packet: Vec<u8>, bytes_kept: usize) -> Vec<Passing> {
        let mut bytes = framed(&packet);
        if bytes_kept >= bytes.len() {
            return vec![Passing::Packet(packet)];
        }
        self.changed += 1;
        bytes.truncate(bytes_kept);
        vec![Passing::Damaged(bytes)]
    }
}

/// What an edit made of a packet.
#[derive(Default)]
struct Edited {
    /// The new packet, if anything in it changed.
    packet: Option<Vec<u8>>,
    /// Whether payload was forged.
    forged: bool,
}

/// Forges an upload packet. Whatever is not one, or carries something else, stays as it is.
fn edit(packet: &[u8], original: &[u8], forged: &[u8]) -> Edited {
    let Ok((header, body)) = Header::split(packet) else {
        return Edited::default();
    };
    let upload = Header { op: Op::Write, group: GROUP_IMAGE, seq: header.seq, id: 1 };
    if header != upload {
        return Edited::default();
    }
    let Ok(mut body) = Value::decode_map(body) else {
        return Edited::default();
    };
    let payload = forge_data(&mut body, original, forged);
    let digest = correct_sha(&mut body, original, forged);
    if !payload && !digest {
        return Edited::default();
    }
    // A packet that would no longer fit the line stays as it is.
    let packet = header.packet(&body.encode()).ok().filter(|packet| packet.len() <= MAX_PACKET_BYTES);
    Edited { forged: payload && packet.is_some(), packet }
}

/// Replaces the piece by the same piece of the forgery. Says whether that made a difference.
fn forge_data(body: &mut Value, original: &[u8], forged: &[u8]) -> bool {
    let Some(begin) = body.get("off").and_then(Value::as_u64) else { return false };
    let Some(Value::Bytes(data)) = body.get_mut("data") else { return false };
    let Ok(begin) = usize::try_from(begin) else { return false };
    let range = begin..begin.saturating_add(data.len());
    if original.get(range.clone()) != Some(data.as_slice()) {
        return false;
    }
    // Same length as the original, or the attacker would not have been built.
    let Some(forgery) = forged.get(range) else { return false };
    let differs = forgery != data.as_slice();
    *data = forgery.to_vec();
    differs
}

/// Announces the digest of the forgery. Says whether that made a difference.
fn correct_sha(body: &mut Value, original: &[u8], forged: &[u8]) -> bool {
    let Some(Value::Bytes(sha)) = body.get_mut("sha") else { return false };
    let announced = Sha256::digest(original);
    if sha.as_slice() != announced.as_slice() {
        return false;
    }
    let corrected = Sha256::digest(forged);
    let differs = corrected != announced;
    *sha = corrected.to_vec();
    differs
}
