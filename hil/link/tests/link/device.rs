//! A small device that takes uploads, and the pump between it and an exchange.
//!
//! It is not the firmware: it has just the manners, good and bad, that the client must cope with.

use std::collections::VecDeque;

use link::frame::{self, Decoder};
use link::{Attacker, Direction, Exchange, Header, Next, Op, Outcome, Request, Side, Value};

/// What the device does besides answering correctly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Manners {
    Good,
    /// Loses every n-th packet that arrives.
    Deaf(u32),
    /// Forgets everything once, when it has so many bytes.
    ForgetsAt(usize),
    /// Has these many bytes already.
    Keeps(usize),
    /// Always wants this offset.
    AlwaysWants(u64),
    /// Wants two offsets in turn, for ever.
    Swings(u64, u64),
    /// Says no to every piece.
    Refuses {
        group: u16,
        rc: u16,
    },
    /// Says no to the piece that begins here, once.
    RefusesOnceAt(usize),
    /// Says no to the question about its buffers.
    KnowsNoParams,
    /// Says nothing about its buffers.
    SilentAboutParams,
    /// Never says anything.
    Silent,
    /// Denies the digest at the end.
    Denies,
}

#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) image: Vec<u8>,
    pub(crate) announced_sha: Option<Vec<u8>>,
    pub(crate) announced_len: u64,
    pub(crate) packets: Vec<Vec<u8>>,
    pub(crate) largest_packet_bytes: usize,
    pub(crate) decoder: Decoder,
    manners: Manners,
    buf_size_bytes: u64,
    swings: u32,
}

impl Device {
    pub(crate) fn new(manners: Manners) -> Self {
        Self {
            image: Vec::new(),
            announced_sha: None,
            announced_len: 0,
            packets: Vec::new(),
            largest_packet_bytes: 0,
            decoder: Decoder::new(),
            manners,
            buf_size_bytes: 400,
            swings: 0,
        }
    }

    pub(crate) fn with_buffer(mut self, bytes: u64) -> Self {
        self.buf_size_bytes = bytes;
        self
    }

    /// Takes bytes from the line and returns what it says.
    pub(crate) fn hear(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut said = Vec::new();
        for packet in self.decoder.packets(bytes) {
            self.largest_packet_bytes = self.largest_packet_bytes.max(packet.len());
            self.packets.push(packet.clone());
            if let Some(answer) = self.answer(&packet) {
                said.extend(frame::encode(&answer).expect("answers are short"));
            }
        }
        said
    }

    fn answer(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let count = u32::try_from(self.packets.len()).expect("tests are short");
        let lost = matches!(self.manners, Manners::Deaf(every) if count.is_multiple_of(every));
        if lost || self.manners == Manners::Silent {
            return None;
        }
        let (header, body) = Header::split(packet).ok()?;
        let body = Value::decode_map(body).ok()?;
        let said = match (header.group, header.id) {
            (0, 0) => Value::map([("r", body.get("d")?.clone())]),
            (0, 6) => self.params()?,
            (1, 1) => self.piece(&body)?,
            _ => Value::map([]),
        };
        Some(reply(header, &said))
    }

    fn params(&self) -> Option<Value> {
        if self.manners == Manners::SilentAboutParams {
            return None;
        }
        if self.manners == Manners::KnowsNoParams {
            return Some(refusal(0, 8));
        }
        let size = Value::Unsigned(self.buf_size_bytes);
        Some(Value::map([("buf_size", size), ("buf_count", Value::Unsigned(4))]))
    }

    fn piece(&mut self, body: &Value) -> Option<Value> {
        if let Manners::Refuses { group, rc } = self.manners {
            return Some(refusal(group, rc));
        }
        let begin = usize::try_from(body.get("off")?.as_u64()?).ok()?;
        let data = body.get("data")?.as_bytes()?;
        if let Manners::RefusesOnceAt(at) = self.manners
            && begin >= at
        {
            self.manners = Manners::Good;
            return Some(refusal(64, 40));
        }
        if begin == 0 {
            self.announced_len = body.get("len")?.as_u64()?;
            self.announced_sha = Some(body.get("sha")?.as_bytes()?.to_vec());
            self.image.clear();
        }
        self.take(begin, data);
        let mut entries = vec![("off".to_owned(), Value::Unsigned(self.wanted()))];
        if self.image.len() as u64 == self.announced_len {
            let matches = self.manners != Manners::Denies;
            entries.push(("match".to_owned(), Value::Bool(matches)));
        }
        Some(Value::Map(entries))
    }

    fn take(&mut self, begin: usize, data: &[u8]) {
        if let (0, Manners::Keeps(bytes)) = (begin, &self.manners) {
            self.image = vec![0; *bytes];
            return;
        }
        if begin == self.image.len() {
            self.image.extend_from_slice(data);
        }
        if let Manners::ForgetsAt(bytes) = self.manners
            && self.image.len() >= bytes
        {
            self.image.clear();
            self.manners = Manners::Good;
        }
    }

    fn wanted(&mut self) -> u64 {
        self.swings += 1;
        if let Manners::AlwaysWants(off) = self.manners {
            return off;
        }
        if let Manners::Swings(one, other) = self.manners {
            return if self.swings.is_multiple_of(2) { one } else { other };
        }
        self.image.len() as u64
    }
}

pub(crate) fn refusal(group: u16, rc: u16) -> Value {
    let number = |small: u16| Value::Unsigned(u64::from(small));
    Value::map([("err", Value::map([("group", number(group)), ("rc", number(rc))]))])
}

/// The packet that answers a request.
pub(crate) fn reply(request: Header, body: &Value) -> Vec<u8> {
    let op = request.op.response().unwrap_or(Op::WriteResponse);
    Header { op, ..request }.packet(&body.encode()).expect("answers are short")
}

/// Pumps an exchange between publisher and device, with the attacker in between.
pub(crate) fn play(exchange: &mut dyn Exchange, attacker: &mut Attacker, device: &mut Device) -> Outcome {
    let mut publisher = Decoder::new();
    let mut inbox = VecDeque::new();
    for _ in 0..100_000 {
        match exchange.next() {
            Next::Done(outcome) => return outcome,
            Next::Send(bytes) => {
                for piece in attacker.to_device(&bytes) {
                    let said = device.hear(&piece);
                    inbox.extend(publisher.packets(&attacker.to_publisher(&said)));
                }
            }
            Next::Wait { .. } => match inbox.pop_front() {
                Some(packet) => exchange.received(&packet),
                None => exchange.timed_out(),
            },
        }
    }
    panic!("the exchange does not end");
}

/// Pumps the attacker's own session to the device, past the publisher.
pub(crate) fn play_attacker(replay: &mut dyn Exchange, attacker: &mut Attacker, device: &mut Device) -> Outcome {
    let mut ears = Decoder::new();
    let mut inbox = VecDeque::new();
    for _ in 0..100_000 {
        match replay.next() {
            Next::Done(outcome) => return outcome,
            Next::Send(bytes) => {
                let said = device.hear(&attacker.inject(&bytes));
                inbox.extend(ears.packets(&attacker.intercept(&said)));
            }
            Next::Wait { .. } => match inbox.pop_front() {
                Some(packet) => replay.received(&packet),
                None => replay.timed_out(),
            },
        }
    }
    panic!("the replay does not end");
}

/// An attacker without a verb.
pub(crate) fn nobody() -> Attacker {
    Attacker::new(Vec::new()).expect("no verb, nothing to refuse")
}

/// A deliverable of so many bytes, all different enough to notice a swap.
pub(crate) fn deliverable(count_bytes: usize) -> Vec<u8> {
    (0..count_bytes).map(|at| (at * 31 + at / 251).to_le_bytes()[0]).collect()
}

/// The packet inside the first thing an exchange sends.
pub(crate) fn first_packet(exchange: &mut dyn Exchange) -> Vec<u8> {
    let Next::Send(bytes) = exchange.next() else {
        panic!("nothing is sent");
    };
    Decoder::new().packets(&bytes).remove(0)
}

/// A packet of a request, for tests that look at bytes.
pub(crate) fn packet(request: &Request, seq: u8) -> Vec<u8> {
    request.packet(seq).expect("test requests are short")
}

/// Whether what reached one end, towards the device, is what left the other.
pub(crate) fn sides_agree(attacker: &Attacker) -> bool {
    let traffic = attacker.traffic();
    traffic.sha(Side::Publisher, Direction::ToDevice) == traffic.sha(Side::Device, Direction::ToDevice)
}
