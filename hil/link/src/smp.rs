//! The Simple Management Protocol, version 2: headers, and the requests a publisher makes.
//!
//! Only what an update needs is here. Requests are written exactly as the public clients write
//! them (same keys, same order), so a device cannot tell our publisher from `smpmgr`.
//!
//! Source: Zephyr project documentation, "SMP Protocol Specification" and the pages of the
//! management groups. The header is 8 bytes, big-endian:
//! `reserved:3 version:2 operation:3 | flags:8 | length:16 | group:16 | sequence:8 | command:8`.

use crate::{Error, Value};

/// Size of the header in bytes.
pub const HEADER_BYTES: usize = 8;
/// Group 0: operating system management.
pub const GROUP_OS: u16 = 0;
/// Group 1: image management.
pub const GROUP_IMAGE: u16 = 1;
/// Group 64, the first that belongs to the application: what the bench's own firmware adds.
pub const GROUP_BENCH: u16 = 64;

/// The version bits of SMP version 2 (version 1 is zero).
const VERSION_2: u8 = 0b01 << 3;
const OPERATION_MASK: u8 = 0b111;

/// What a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// A question (0).
    Read,
    /// The answer to it (1).
    ReadResponse,
    /// An order (2).
    Write,
    /// The answer to it (3).
    WriteResponse,
}

impl Op {
    /// The operation that answers this one; an answer is answered by nothing.
    #[must_use]
    pub fn response(self) -> Option<Self> {
        match self {
            Self::Read => Some(Self::ReadResponse),
            Self::Write => Some(Self::WriteResponse),
            Self::ReadResponse | Self::WriteResponse => None,
        }
    }

    fn bits(self) -> u8 {
        match self {
            Self::Read => 0,
            Self::ReadResponse => 1,
            Self::Write => 2,
            Self::WriteResponse => 3,
        }
    }

    fn from_bits(bits: u8) -> Option<Self> {
        [Self::Read, Self::ReadResponse, Self::Write, Self::WriteResponse].into_iter().find(|op| op.bits() == bits)
    }
}

/// An SMP version 2 header, without the length: that follows from the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Question, order, or the answer to one.
    pub op: Op,
    /// Management group.
    pub group: u16,
    /// Sequence number, repeated in the answer.
    pub seq: u8,
    /// Command within the group.
    pub id: u8,
}

impl Header {
    /// Puts the header before a body.
    ///
    /// # Errors
    /// [`Error::PacketTooLarge`] if the body does not fit the length field.
    pub fn packet(&self, body: &[u8]) -> Result<Vec<u8>, Error> {
        let length = u16::try_from(body.len()).map_err(|_| Error::PacketTooLarge {
            seen_bytes: HEADER_BYTES.saturating_add(body.len()),
            limit_bytes: HEADER_BYTES + usize::from(u16::MAX),
        })?;
        let mut packet = vec![VERSION_2 | self.op.bits(), 0];
        packet.extend_from_slice(&length.to_be_bytes());
        packet.extend_from_slice(&self.group.to_be_bytes());
        packet.extend_from_slice(&[self.seq, self.id]);
        packet.extend_from_slice(body);
        Ok(packet)
    }

    /// Separates header and body of a packet.
    ///
    /// # Errors
    /// [`Error::HeaderTooShort`], [`Error::HeaderUnknown`], [`Error::BodyLengthWrong`].
    pub fn split(packet: &[u8]) -> Result<(Self, &[u8]), Error> {
        let Some((header, body)) = packet.split_first_chunk::<HEADER_BYTES>() else {
            return Err(Error::HeaderTooShort { seen_bytes: packet.len() });
        };
        let [first, second, length_high, length_low, group_high, group_low, seq, id] = *header;
        let unknown = Error::HeaderUnknown { first, second };
        if first & !OPERATION_MASK != VERSION_2 {
            return Err(unknown);
        }
        if second != 0 {
            return Err(unknown);
        }
        let op = Op::from_bits(first & OPERATION_MASK).ok_or(unknown)?;
        let declared_bytes = usize::from(u16::from_be_bytes([length_high, length_low]));
        if declared_bytes != body.len() {
            return Err(Error::BodyLengthWrong { seen_bytes: body.len(), declared_bytes });
        }
        let group = u16::from_be_bytes([group_high, group_low]);
        Ok((Self { op, group, seq, id }, body))
    }

    /// Whether `self` is the header of an answer to `request`.
    #[must_use]
    pub fn answers(&self, request: &Self) -> bool {
        request.op.response().is_some_and(|op| *self == Self { op, ..*request })
    }
}

/// What a publisher asks of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// 0/0: say this again.
    Echo {
        /// The text.
        text: String,
    },
    /// 0/5: restart.
    Reset,
    /// 0/6: size and number of the device's packet buffers.
    Params,
    /// 1/0, read: what is in the slots.
    ImageState,
    /// 1/0, write: choose what runs.
    SetImageState {
        /// Digest of the image; none means the one that runs.
        hash: Option<Vec<u8>>,
        /// For a trial, or for good.
        mark: Mark,
    },
    /// 1/1: a piece of a deliverable.
    Upload(Chunk),
    /// 1/5: erase a slot.
    Erase {
        /// Which; none means the device's default.
        slot: Option<u32>,
    },
    /// 1/6: sizes of the slots.
    SlotInfo,
    /// 64/0: the device's step events, beginning with this one.
    Events {
        /// Number of the first event wanted, from 0.
        from: u32,
    },
    /// 64/1: the device's own account of itself.
    Status,
}

/// How an image is to run next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Once, and then back unless confirmed.
    Trial,
    /// For good.
    Confirmed,
}

/// A piece of a deliverable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where in the deliverable it begins, in bytes.
    pub off_bytes: u64,
    /// The piece.
    pub data: Vec<u8>,
    /// What the first piece says about the whole.
    pub whole: Option<Whole>,
}

/// What the first piece of an upload says about the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Size of the deliverable in bytes.
    pub len_bytes: u64,
    /// SHA-256 of the deliverable.
    pub sha: [u8; 32],
    /// Which image (component) it is for.
    pub image: u32,
}

impl Request {
    /// The header of this request.
    #[must_use]
    pub fn header(&self, seq: u8) -> Header {
        let (op, group, id) = match self {
            Self::Echo { .. } => (Op::Write, GROUP_OS, 0),
            Self::Reset => (Op::Write, GROUP_OS, 5),
            Self::Params => (Op::Read, GROUP_OS, 6),
            Self::ImageState => (Op::Read, GROUP_IMAGE, 0),
            Self::SetImageState { .. } => (Op::Write, GROUP_IMAGE, 0),
            Self::Upload(_) => (Op::Write, GROUP_IMAGE, 1),
            Self::Erase { .. } => (Op::Write, GROUP_IMAGE, 5),
            Self::SlotInfo => (Op::Read, GROUP_IMAGE, 6),
            Self::Events { .. } => (Op::Read, GROUP_BENCH, 0),
            Self::Status => (Op::Read, GROUP_BENCH, 1),
        };
        Header { op, group, seq, id }
    }

    /// The whole packet of this request.
    ///
    /// # Errors
    /// [`Error::PacketTooLarge`] if text, hash or data do not fit a packet.
    pub fn packet(&self, seq: u8) -> Result<Vec<u8>, Error> {
        self.header(seq).packet(&self.body().encode())
    }

    /// Whether sending it a second time, because the answer was lost, is harmless. A second reset
    /// is not: it would use up the trial boot of a new image.
    #[must_use]
    pub fn repeat(&self) -> Repeat {
        match self {
            Self::Reset => Repeat::Harmful,
            Self::Echo { .. }
            | Self::Params
            | Self::ImageState
            | Self::SetImageState { .. }
            | Self::Upload(_)
            | Self::Erase { .. }
            | Self::SlotInfo
            | Self::Events { .. }
            | Self::Status => Repeat::Harmless,
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::Echo { text } => Value::map([("d", Value::Text(text.clone()))]),
            Self::Reset | Self::Params | Self::ImageState | Self::SlotInfo | Self::Status => Value::map([]),
            Self::SetImageState { hash, mark } => set_state_body(hash.as_deref(), *mark),
            Self::Upload(chunk) => chunk.body(),
            Self::Erase { slot: None } => Value::map([]),
            Self::Erase { slot: Some(slot) } => Value::map([("slot", Value::Unsigned(u64::from(*slot)))]),
            Self::Events { from } => Value::map([("from", Value::Unsigned(u64::from(*from)))]),
        }
    }
}

/// Whether a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is the same as once.
    Harmless,
    /// Twice is something else.
    Harmful,
}

fn set_state_body(hash: Option<&[u8]>, mark: Mark) -> Value {
    let confirm = Value::Bool(match mark {
        Mark::Trial => false,
        Mark::Confirmed => true,
    });
    match hash {
        Some(hash) => Value::map([("hash", Value::Bytes(hash.to_vec())), ("confirm", confirm)]),
        None => Value::map([("confirm", confirm)]),
    }
}

impl Chunk {
    fn body(&self) -> Value {
        let off = Value::Unsigned(self.off_bytes);
        let data = Value::Bytes(self.data.clone());
        match self.whole {
            Some(whole) => Value::map([
                ("len", Value::Unsigned(whole.len_bytes)),
                ("off", off),
                ("sha", Value::Bytes(whole.sha.to_vec())),
                ("data", data),
                ("image", Value::Unsigned(u64::from(whole.image))),
            ]),
            None => Value::map([("off", off), ("data", data)]),
        }
    }
}
