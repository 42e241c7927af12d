//! SMP packets on a text console: line markers, base64, CRC-16/XMODEM.
//!
//! A console carries other things too: log lines, prompts, escape sequences, floods. The decoder
//! therefore hunts for the two-byte markers anywhere, holds no more than one line and one packet
//! however long the flood, and reports what is broken instead of stopping.
//!
//! Source: "SMP over console", Zephyr project documentation, "SMP Transport Specification". A
//! packet is `length (16 bit, checksum included) | packet | CRC`, all big-endian; this is cut into
//! lines `06 09` (first) or `04 14` (others), base64, newline, of at most 127 bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_16_XMODEM, Crc};

use crate::Error;

/// Longest console line in bytes, markers and newline included (Zephyr `MCUMGR_SERIAL_MAX_FRAME`).
pub const MAX_LINE_BYTES: usize = 127;

/// Largest packet in bytes that either direction may carry. No device in reach has a larger
/// buffer, and a hostile one must not choose how much memory we hold.
pub const MAX_PACKET_BYTES: usize = 8192;

const FIRST: [u8; 2] = [0x06, 0x09];
const CONTINUATION: [u8; 2] = [0x04, 0x14];
const LENGTH_BYTES: usize = 2;
const CHECKSUM_BYTES: usize = 2;
/// Characters that fit between the marker and the newline.
const LINE_CHARS: usize = MAX_LINE_BYTES - 3;
/// Bytes per line before base64: whole groups of three, so that lines can be decoded one by one.
const LINE_PAYLOAD_BYTES: usize = LINE_CHARS / 4 * 3;
const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// Turns a packet into console lines.
///
/// # Errors
/// [`Error::PacketTooLarge`] above [`MAX_PACKET_BYTES`].
pub fn encode(packet: &[u8]) -> Result<Vec<u8>, Error> {
    if packet.len() > MAX_PACKET_BYTES {
        return Err(Error::PacketTooLarge { seen_bytes: packet.len(), limit_bytes: MAX_PACKET_BYTES });
    }
    let declared =
        u16::try_from(packet.len() + CHECKSUM_BYTES).expect("MAX_PACKET_BYTES and a checksum fit in 16 bits");
    let mut plain = declared.to_be_bytes().to_vec();
    plain.extend_from_slice(packet);
    plain.extend_from_slice(&CRC.checksum(packet).to_be_bytes());

    let mut lines = Vec::with_capacity(plain.len() / LINE_PAYLOAD_BYTES * MAX_LINE_BYTES + MAX_LINE_BYTES);
    let mut marker = FIRST;
    for piece in plain.chunks(LINE_PAYLOAD_BYTES) {
        lines.extend_from_slice(&marker);
        lines.extend_from_slice(STANDARD.encode(piece).as_bytes());
        lines.push(b'\n');
        marker = CONTINUATION;
    }
    Ok(lines)
}

/// What the decoder found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A whole packet with a correct checksum.
    Packet(Vec<u8>),
    /// Something that began like a frame and was not one.
    Malformed(Error),
}

/// Finds packets in a stream of console bytes, however it is cut into pieces.
#[derive(Debug, Clone, Default)]
pub struct Decoder {
    hunt: Hunt,
    packet: Option<Partial>,
    noise_bytes: u64,
    malformed_count: u64,
}

/// Where in a line the decoder is.
#[derive(Debug, Clone, Default)]
enum Hunt {
    /// Outside any frame.
    #[default]
    Noise,
    /// The first byte of this marker was seen.
    Marker(LineKind),
    /// Between marker and newline.
    Line(LineKind, Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    First,
    Continuation,
}

/// A packet of which some lines have arrived: the packet so far, and its announced size.
#[derive(Debug, Clone)]
struct Partial {
    bytes: Vec<u8>,
    declared_bytes: usize,
}

impl Decoder {
    /// A decoder that has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the stream and returns what they completed, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for &byte in bytes {
            self.step(byte, &mut found);
        }
        self.malformed_count += found.iter().filter(|item| matches!(item, Found::Malformed(_))).count() as u64;
        found
    }

    /// Like [`Decoder::push`], for a caller who wants only the packets; the rest stays counted.
    pub fn packets(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.push(bytes)
            .into_iter()
            .filter_map(|item| match item {
                Found::Packet(packet) => Some(packet),
                Found::Malformed(_) => None,
            })
            .collect()
    }

    /// Bytes so far that belonged to no frame.
    #[must_use]
    pub fn noise_bytes(&self) -> u64 {
        self.noise_bytes
    }

    /// Malformed frames so far.
    #[must_use]
    pub fn malformed_count(&self) -> u64 {
        self.malformed_count
    }

    /// Bytes held at the moment: never more than one line and one packet.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let line = match &self.hunt {
            Hunt::Noise | Hunt::Marker(_) => 0,
            Hunt::Line(_, line) => line.capacity(),
        };
        line + self.packet.as_ref().map_or(0, |partial| partial.bytes.capacity())
    }

    fn step(&mut self, byte: u8, found: &mut Vec<Found>) {
        self.hunt = match std::mem::take(&mut self.hunt) {
            Hunt::Noise => self.noise(byte),
            Hunt::Marker(kind) if byte == kind.marker()[1] => Hunt::Line(kind, Vec::with_capacity(LINE_CHARS)),
            Hunt::Marker(_) => {
                self.noise_bytes += 1;
                self.noise(byte)
            }
            Hunt::Line(kind, line) => self.in_line(kind, line, byte, found),
        };
    }

    fn noise(&mut self, byte: u8) -> Hunt {
        match LineKind::beginning(byte) {
            Some(kind) => Hunt::Marker(kind),
            None => {
                self.noise_bytes += 1;
                Hunt::Noise
            }
        }
    }

    fn in_line(&mut self, kind: LineKind, mut line: Vec<u8>, byte: u8, found: &mut Vec<Found>) -> Hunt {
        if byte == b'\n' {
            found.extend(self.line_complete(kind, &line));
            return Hunt::Noise;
        }
        // Consoles like to send CR LF; base64 has no CR, so it cannot be anything else.
        if byte == b'\r' {
            return Hunt::Line(kind, line);
        }
        if let Some(next) = LineKind::beginning(byte) {
            let seen_bytes = line.len();
            found.push(Found::Malformed(Error::Interrupted { seen_bytes }));
            return Hunt::Marker(next);
        }
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')) {
            found.push(Found::Malformed(Error::StrayByte { byte }));
            return Hunt::Noise;
        }
        if line.len() == LINE_CHARS {
            let limit_bytes = MAX_LINE_BYTES;
            found.push(Found::Malformed(Error::LineTooLong { limit_bytes }));
            return Hunt::Noise;
        }
        line.push(byte);
        Hunt::Line(kind, line)
    }

    fn line_complete(&mut self, kind: LineKind, line: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let unfinished = match kind {
            LineKind::First => self.packet.take(),
            LineKind::Continuation => None,
        };
        if let Some(partial) = unfinished {
            let seen_bytes = partial.bytes.len();
            found.push(Found::Malformed(Error::Interrupted { seen_bytes }));
        }
        match self.add_line(kind, line) {
            Ok(None) => {}
            Ok(Some(packet)) => found.push(Found::Packet(packet)),
            Err(error) => found.push(Found::Malformed(error)),
        }
        found
    }

    /// Adds a line to the packet in progress. An error drops that packet.
    fn add_line(&mut self, kind: LineKind, line: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let begun = self.packet.take();
        let piece = STANDARD.decode(line).map_err(|_| Error::LineNotBase64 { line_bytes: line.len() })?;
        let mut partial = match kind {
            LineKind::First => Partial::begin(&piece)?,
            LineKind::Continuation => {
                let mut partial = begun.ok_or(Error::ContinuationWithoutStart)?;
                partial.bytes.extend_from_slice(&piece);
                partial
            }
        };
        let seen_bytes = partial.bytes.len();
        let declared_bytes = partial.declared_bytes;
        if seen_bytes > declared_bytes {
            return Err(Error::PacketOverrun { seen_bytes, declared_bytes });
        }
        if seen_bytes < declared_bytes {
            self.packet = Some(partial);
            return Ok(None);
        }
        partial.check()?;
        partial.bytes.truncate(declared_bytes - CHECKSUM_BYTES);
        Ok(Some(partial.bytes))
    }
}

impl LineKind {
    fn marker(self) -> [u8; 2] {
        match self {
            Self::First => FIRST,
            Self::Continuation => CONTINUATION,
        }
    }

    fn beginning(byte: u8) -> Option<Self> {
        [Self::First, Self::Continuation].into_iter().find(|kind| kind.marker()[0] == byte)
    }
}

impl Partial {
    fn begin(piece: &[u8]) -> Result<Self, Error> {
        let Some((length, rest)) = piece.split_first_chunk::<LENGTH_BYTES>() else {
            return Err(Error::LengthMissing { seen_bytes: piece.len() });
        };
        let declared_bytes = usize::from(u16::from_be_bytes(*length));
        if declared_bytes < CHECKSUM_BYTES {
            return Err(Error::LengthTooSmall { declared_bytes });
        }
        if declared_bytes > MAX_PACKET_BYTES + CHECKSUM_BYTES {
            return Err(Error::PacketTooLarge {
                seen_bytes: declared_bytes - CHECKSUM_BYTES,
                limit_bytes: MAX_PACKET_BYTES,
            });
        }
        Ok(Self { bytes: rest.to_vec(), declared_bytes })
    }

    fn check(&self) -> Result<(), Error> {
        let Some((packet, checksum)) = self.bytes.split_last_chunk::<CHECKSUM_BYTES>() else {
            return Err(Error::LengthTooSmall { declared_bytes: self.declared_bytes });
        };
        let seen = u16::from_be_bytes(*checksum);
        let computed = CRC.checksum(packet);
        if seen == computed { Ok(()) } else { Err(Error::ChecksumWrong { seen, computed }) }
    }
}
