//! Carries one request to the device and its answer back: sending, waiting, sending again.
//!
//! The one place where retries, sequence numbers and foreign packets are decided, so that the
//! single request and the upload cannot differ in them.

use crate::client::{Next, Tally};
use crate::smp::{Header, Repeat, Request};
use crate::{Answer, Error, frame};

/// Packets that answer nothing, accepted while one request is on its way. A device that talks
/// more is not answering, and must not keep the bench busy.
pub(crate) const MAX_FOREIGN: u32 = 1000;

/// How long to wait, and how often to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Wait for an answer, in milliseconds of the rig's clock.
    pub answer_ms: u32,
    /// Wait for the answer to a request that makes the device erase, in milliseconds.
    pub erase_ms: u32,
    /// How often to send again after a time-out.
    pub retries: u32,
}

impl Default for Patience {
    /// Two seconds, ten for an erase, three retries: what the public clients use, roughly.
    fn default() -> Self {
        Self { answer_ms: 2_000, erase_ms: 10_000, retries: 3 }
    }
}

impl Patience {
    fn wait_ms(&self, request: &Request) -> u32 {
        match request {
            Request::Upload(chunk) if chunk.off_bytes == 0 => self.erase_ms,
            Request::Erase { .. } => self.erase_ms,
            Request::Echo { .. }
            | Request::Reset
            | Request::Params
            | Request::ImageState
            | Request::SetImageState { .. }
            | Request::Upload(_)
            | Request::SlotInfo
            | Request::Events { .. }
            | Request::Status => self.answer_ms,
        }
    }

    fn retries(&self, request: &Request) -> u32 {
        match request.repeat() {
            Repeat::Harmless => self.retries,
            Repeat::Harmful => 0,
        }
    }
}

/// One request on its way.
#[derive(Debug, Clone)]
pub(crate) struct Courier {
    patience: Patience,
    next_seq: u8,
    tally: Tally,
    request: Request,
    header: Header,
    frame: Vec<u8>,
    attempts: u32,
    foreign: u32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// To be sent, or sent again.
    Ready,
    /// Sent.
    Waiting,
    /// Nothing to carry, or answered: everything that still comes is foreign.
    Idle,
}

impl Courier {
    /// A courier with nothing to carry yet.
    pub(crate) fn new(seq: u8, patience: Patience) -> Self {
        let request = Request::Status;
        Self {
            patience,
            next_seq: seq,
            tally: Tally::default(),
            header: request.header(seq),
            request,
            frame: Vec::new(),
            attempts: 0,
            foreign: 0,
            stage: Stage::Idle,
        }
    }

    /// Takes the next request, under the next sequence number.
    pub(crate) fn load(&mut self, request: Request) -> Result<(), Error> {
        let seq = self.next_seq;
        self.frame = frame::encode(&request.packet(seq)?)?;
        self.header = request.header(seq);
        self.request = request;
        self.next_seq = seq.wrapping_add(1);
        self.attempts = 0;
        self.foreign = 0;
        self.stage = Stage::Ready;
        Ok(())
    }

    pub(crate) fn next(&mut self) -> Next {
        match self.stage {
            Stage::Ready => {
                self.stage = Stage::Waiting;
                self.attempts += 1;
                self.tally.sent += 1;
                Next::Send(self.frame.clone())
            }
            Stage::Waiting | Stage::Idle => Next::Wait { ms: self.patience.wait_ms(&self.request) },
        }
    }

    /// The answer, if this packet is one. Anything else on the line is counted and ignored: an
    /// old answer, somebody else's, or an attempt at one.
    pub(crate) fn received(&mut self, packet: &[u8]) -> Result<Option<Answer>, Error> {
        let body = match Header::split(packet) {
            Ok((header, body)) if self.expects(&header) => body,
            Ok(_) | Err(_) => return self.foreign().map(|()| None),
        };
        self.stage = Stage::Idle;
        Answer::decode(&self.request, body).map(Some)
    }

    /// Sends again, or gives up.
    pub(crate) fn timed_out(&mut self) -> Result<(), Error> {
        if self.stage != Stage::Waiting {
            return Ok(());
        }
        self.tally.timed_out += 1;
        if self.attempts > self.patience.retries(&self.request) {
            return Err(Error::NoAnswer { attempts: self.attempts });
        }
        self.stage = Stage::Ready;
        Ok(())
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    pub(crate) fn next_seq(&self) -> u8 {
        self.next_seq
    }

    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    /// An answer counts only after its request was sent; sent before, it is a guess.
    fn expects(&self, header: &Header) -> bool {
        let sent = self.attempts > 0 && self.stage != Stage::Idle;
        sent && header.answers(&self.header)
    }

    fn foreign(&mut self) -> Result<(), Error> {
        let limit = MAX_FOREIGN;
        self.tally.foreign = self.tally.foreign.saturating_add(1);
        self.foreign += 1;
        if self.foreign > limit {
            return Err(Error::TooManyForeign { limit });
        }
        Ok(())
    }
}
