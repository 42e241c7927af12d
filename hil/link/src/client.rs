//! Exchanges between publisher and device, as state machines without a port and without a clock.
//!
//! The caller pumps: ask [`Exchange::next`], send what it says, hand back every packet that
//! arrives, report every time-out. So the attacker can stand between, and time can be virtual.
//!
//! The upload follows mcumgr's image upload (Zephyr documentation, "Image Management", command 1):
//! the device answers every piece with the offset that it wants next, which may skip (it has the
//! bytes already) or go back (it lost some). Nothing bounds that but us.

use sha2::{Digest as _, Sha256};

use crate::answer::Digest;
use crate::courier::{Courier, Patience};
use crate::frame::MAX_PACKET_BYTES;
use crate::replay::Refusal;
use crate::smp::{Chunk, Request, Whole};
use crate::{Answer, Error};

/// Buffer size in bytes assumed for a device that does not tell (mcumgr's smallest).
pub const DEFAULT_BUFFER_BYTES: u64 = 256;

/// Answers in a row that do not accept the piece just sent, before the upload is given up.
const MAX_STALLS: u32 = 8;

/// What the console framing adds to a packet in the device's buffer: length and checksum.
const FRAMING_BYTES: u64 = 4;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send these bytes: one packet, framed.
    Send(Vec<u8>),
    /// Wait for the device.
    Wait {
        /// Milliseconds of the rig's clock, counted from the last [`Next::Send`], after which a
        /// time-out is to be reported. Whatever arrives meanwhile does not start them anew: a
        /// device that keeps talking must not be able to stretch them.
        ms: u32,
    },
    /// Finished. Every later call says the same.
    Done(Outcome),
}

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The device has the whole deliverable, by its own account.
    Uploaded,
    /// The device answered the single request.
    Answered(Answer),
    /// The device said no.
    Refused {
        /// Group that defines the code.
        group: u16,
        /// The code.
        rc: u16,
    },
    /// A recorded session was played to its end.
    Replayed {
        /// Packets sent to the device.
        sent: u32,
        /// Packets that the device answered.
        answered: u32,
        /// Answers that said no, in order.
        refusals: Vec<Refusal>,
    },
    /// The exchange did not come to an end of its own.
    Failed(Error),
}

/// What happened on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Packets sent, repetitions included.
    pub sent: u32,
    /// Time-outs reported while waiting.
    pub timed_out: u32,
    /// Packets that answered nothing.
    pub foreign: u32,
}

/// A conversation with a device, pumped from outside.
pub trait Exchange {
    /// What to do next.
    fn next(&mut self) -> Next;
    /// Hands over a packet from the device.
    fn received(&mut self, packet: &[u8]);
    /// Reports that the wait is over.
    fn timed_out(&mut self);
    /// The sequence number for the exchange after this one.
    fn next_seq(&self) -> u8;
    /// What happened on the way.
    fn tally(&self) -> Tally;
}

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Single {
    courier: Courier,
    outcome: Option<Outcome>,
}

impl Single {
    /// Begins an exchange under this sequence number.
    ///
    /// # Errors
    /// [`Error::PacketTooLarge`] if the request does not fit a packet.
    pub fn new(request: Request, seq: u8, patience: Patience) -> Result<Self, Error> {
        let mut courier = Courier::new(seq, patience);
        courier.load(request)?;
        Ok(Self { courier, outcome: None })
    }
}

impl Exchange for Single {
    fn next(&mut self) -> Next {
        match &self.outcome {
            Some(outcome) => Next::Done(outcome.clone()),
            None => self.courier.next(),
        }
    }

    fn received(&mut self, packet: &[u8]) {
        if self.outcome.is_some() {
            return;
        }
        self.outcome = match self.courier.received(packet) {
            Ok(None) => None,
            Ok(Some(Answer::Refused { group, rc })) => Some(Outcome::Refused { group, rc }),
            Ok(Some(answer)) => Some(Outcome::Answered(answer)),
            Err(error) => Some(Outcome::Failed(error)),
        };
    }

    fn timed_out(&mut self) {
        if self.outcome.is_none() {
            self.outcome = self.courier.timed_out().err().map(Outcome::Failed);
        }
    }

    fn next_seq(&self) -> u8 {
        self.courier.next_seq()
    }

    fn tally(&self) -> Tally {
        self.courier.tally()
    }
}

/// Where the size of the device's packet buffer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buffer {
    /// Ask the device; without a usable answer, [`DEFAULT_BUFFER_BYTES`].
    Ask,
    /// Known: so many bytes.
    Known(u64),
}

/// The upload of a whole deliverable to image 0.
#[derive(Debug, Clone)]
pub struct Upload {
    courier: Courier,
    deliverable: Vec<u8>,
    sha: [u8; 32],
    buffer_bytes: u64,
    steps: u64,
    stalls: u32,
    outcome: Option<Outcome>,
}

impl Upload {
    /// Begins an upload under this sequence number.
    #[must_use]
    pub fn new(deliverable: Vec<u8>, buffer: Buffer, seq: u8, patience: Patience) -> Self {
        let sha = Sha256::digest(&deliverable).into();
        let mut upload = Self {
            courier: Courier::new(seq, patience),
            deliverable,
            sha,
            buffer_bytes: DEFAULT_BUFFER_BYTES,
            steps: 0,
            stalls: 0,
            outcome: None,
        };
        let begun = match buffer {
            Buffer::Ask => upload.courier.load(Request::Params),
            Buffer::Known(bytes) => upload.begin(bytes),
        };
        upload.outcome = begun.err().map(Outcome::Failed);
        upload
    }

    /// Goes on after the device has refused a piece for the time being: sends that piece again. An
    /// upload that has not ended in a refusal stays as it is.
    ///
    /// # Errors
    /// [`Error::PacketTooLarge`] if the piece does not fit a packet.
    pub fn go_on(&mut self) -> Result<(), Error> {
        if !matches!(self.outcome, Some(Outcome::Refused { .. })) {
            return Ok(());
        }
        self.outcome = None;
        self.stalls = 0;
        self.load(self.sent_bytes())
    }

    fn begin(&mut self, buffer_bytes: u64) -> Result<(), Error> {
        self.buffer_bytes = buffer_bytes;
        self.load(0)
    }

    fn is_asking(&self) -> bool {
        *self.courier.request() == Request::Params
    }

    /// What an answer leads to: an outcome, or the next piece.
    fn heard(&mut self, answer: Answer) -> Result<Option<Outcome>, Error> {
        if let Answer::Params { buf_size_bytes, .. } = answer {
            self.begin(buf_size_bytes)?;
            return Ok(None);
        }
        if let Answer::Upload { off_bytes, digest } = answer {
            return self.wanted(off_bytes, digest);
        }
        // Neither an offset nor a buffer size: only a refusal is left.
        let Answer::Refused { group, rc } = answer else {
            return Err(Error::FieldMissing { field: "off" });
        };
        if self.is_asking() {
            self.begin(DEFAULT_BUFFER_BYTES)?;
            return Ok(None);
        }
        Ok(Some(Outcome::Refused { group, rc }))
    }

    fn wanted(&mut self, off_bytes: u64, digest: Digest) -> Result<Option<Outcome>, Error> {
        let len_bytes = self.len_bytes();
        if off_bytes > len_bytes {
            return Err(Error::OffsetBeyondEnd { off_bytes, len_bytes });
        }
        if digest == Digest::Differs {
            return Err(Error::DigestDenied);
        }
        if off_bytes == len_bytes {
            return Ok(Some(Outcome::Uploaded));
        }
        self.note_progress(off_bytes)?;
        self.load(off_bytes)?;
        Ok(None)
    }

    fn note_progress(&mut self, off_bytes: u64) -> Result<(), Error> {
        let accepted = off_bytes > self.sent_bytes();
        self.stalls = if accepted { 0 } else { self.stalls + 1 };
        if self.stalls >= MAX_STALLS || self.steps >= self.most_steps()? {
            return Err(Error::NoProgress { off_bytes, steps: self.steps });
        }
        Ok(())
    }

    /// Where the piece begins that was sent last.
    fn sent_bytes(&self) -> u64 {
        match self.courier.request() {
            Request::Upload(chunk) => chunk.off_bytes,
            Request::Echo { .. }
            | Request::Reset
            | Request::Params
            | Request::ImageState
            | Request::SetImageState { .. }
            | Request::Erase { .. }
            | Request::SlotInfo
            | Request::Events { .. }
            | Request::Status => 0,
        }
    }

    /// Pieces that an honest device can need: all of them four times over, and some for luck.
    fn most_steps(&self) -> Result<u64, Error> {
        let room = self.room_bytes(0)?;
        Ok(self.len_bytes().div_ceil(room) * 4 + 64)
    }

    fn load(&mut self, off_bytes: u64) -> Result<(), Error> {
        let begin = usize::try_from(off_bytes).expect("an offset within a Vec fits usize");
        let room = usize::try_from(self.room_bytes(off_bytes)?).expect("room is at most MAX_PACKET_BYTES");
        let end = self.deliverable.len().min(begin + room);
        let data = self.deliverable[begin..end].to_vec();
        self.steps += 1;
        self.courier.load(Request::Upload(self.chunk(off_bytes, data)))
    }

    /// Bytes of the deliverable that fit one packet for the device's buffer.
    fn room_bytes(&self, off_bytes: u64) -> Result<u64, Error> {
        let bare = Request::Upload(self.chunk(off_bytes, Vec::new())).packet(0)?;
        // The length of a byte string takes up to two bytes more once it is not empty.
        let taken = bare.len() as u64 + 2 + FRAMING_BYTES;
        let buffer_bytes = self.buffer_bytes.min(MAX_PACKET_BYTES as u64);
        match buffer_bytes.checked_sub(taken) {
            Some(room) if room > 0 => Ok(room),
            Some(_) | None => Err(Error::BufferTooSmall { seen_bytes: self.buffer_bytes, needed_bytes: taken + 1 }),
        }
    }

    fn chunk(&self, off_bytes: u64, data: Vec<u8>) -> Chunk {
        let whole = Whole { len_bytes: self.len_bytes(), sha: self.sha, image: 0 };
        Chunk { off_bytes, data, whole: (off_bytes == 0).then_some(whole) }
    }

    fn len_bytes(&self) -> u64 {
        self.deliverable.len() as u64
    }
}

impl Exchange for Upload {
    fn next(&mut self) -> Next {
        match &self.outcome {
            Some(outcome) => Next::Done(outcome.clone()),
            None => self.courier.next(),
        }
    }

    fn received(&mut self, packet: &[u8]) {
        if self.outcome.is_some() {
            return;
        }
        let outcome = match self.courier.received(packet) {
            Ok(None) => Ok(None),
            Ok(Some(answer)) => self.heard(answer),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(None) => {}
            Ok(Some(outcome)) => self.outcome = Some(outcome),
            Err(error) => self.outcome = Some(Outcome::Failed(error)),
        }
    }

    fn timed_out(&mut self) {
        if self.outcome.is_some() {
            return;
        }
        let Err(error) = self.courier.timed_out() else { return };
        // A device that is silent about its buffers may still take an upload.
        let next = if self.is_asking() { self.begin(DEFAULT_BUFFER_BYTES) } else { Err(error) };
        self.outcome = next.err().map(Outcome::Failed);
    }

    fn next_seq(&self) -> u8 {
        self.courier.next_seq()
    }

    fn tally(&self) -> Tally {
        self.courier.tally()
    }
}
