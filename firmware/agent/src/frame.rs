//! SMP over a serial console: base64 lines with a length and a CRC.
//!
//! A packet travels as lines of at most 127 bytes. The first begins `06 09`, the following `04 14`,
//! each ends in a newline; joined, they are the base64 of length (big-endian, CRC included), packet
//! and CRC-16/XMODEM. Anything else on the line is noise and skipped, so a console can share it.
//! (MCUmgr's serial transport, as its specification "SMP over console" has it.)

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_16_XMODEM, Crc};

/// Longest packet, SMP header included, that the agent takes; it tells clients as `buf_size`.
pub const MAX_PACKET_BYTES: usize = 1024;

const FIRST: [u8; 2] = [0x06, 0x09];
const NEXT: [u8; 2] = [0x04, 0x14];
/// Base64 characters in a full line: 127 less start and newline.
const LINE_TEXT_BYTES: usize = 124;
/// What those characters stand for.
const LINE_DATA_BYTES: usize = LINE_TEXT_BYTES / 4 * 3;
const WRAPPED_BYTES: usize = 2 + MAX_PACKET_BYTES + 2;
const TEXT_BYTES: usize = WRAPPED_BYTES.div_ceil(3) * 4;
const CHECKSUM: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// Puts packets together from the bytes of a serial line.
pub(crate) struct Frames {
    line: Line,
    text: [u8; TEXT_BYTES],
    held: usize,
    data: [u8; WRAPPED_BYTES],
}

/// Where in a line the next byte falls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// At the first byte.
    Start,
    /// After the first byte of a start marker.
    Marker(u8),
    /// In the text of a frame.
    Text,
    /// In a line that is not ours.
    Noise,
}

impl Frames {
    pub(crate) fn new() -> Self {
        Self { line: Line::Start, text: [0; TEXT_BYTES], held: 0, data: [0; WRAPPED_BYTES] }
    }

    /// Takes one byte. When it completes a packet, returns the packet's size.
    pub(crate) fn push(&mut self, byte: u8) -> Option<usize> {
        if byte == b'\n' {
            let was_text = self.line == Line::Text;
            self.line = Line::Start;
            return if was_text { self.complete() } else { None };
        }
        self.line = match self.line {
            // No marker is base64, so one begins anew wherever it stands: lines are cut short, and
            // consoles do not always end theirs.
            _ if byte == FIRST[0] || byte == NEXT[0] => Line::Marker(byte),
            Line::Marker(first) => self.open(first, byte),
            Line::Start | Line::Noise => Line::Noise,
            Line::Text => self.keep(byte),
        };
        None
    }

    /// The packet that [`Frames::push`] completed.
    pub(crate) fn packet(&self, size: usize) -> &[u8] {
        &self.data[2..2 + size]
    }

    fn open(&mut self, first: u8, second: u8) -> Line {
        if [first, second] == FIRST {
            self.held = 0;
            Line::Text
        } else if [first, second] == NEXT && self.held > 0 {
            Line::Text
        } else {
            Line::Noise
        }
    }

    fn keep(&mut self, byte: u8) -> Line {
        if byte == b'\r' {
            return Line::Text;
        }
        match self.text.get_mut(self.held) {
            Some(place) => {
                *place = byte;
                self.held += 1;
                Line::Text
            }
            None => {
                self.held = 0;
                Line::Noise
            }
        }
    }

    /// Decodes what has been kept, if it is a whole packet.
    fn complete(&mut self) -> Option<usize> {
        let decoded = STANDARD.decode_slice(self.text.get(..self.held)?, &mut self.data);
        let Ok(size) = decoded else {
            // The last group of a line may be incomplete only in a damaged frame.
            self.held = 0;
            return None;
        };
        let wanted = usize::from(u16::from_be_bytes(*self.data.first_chunk()?));
        if size < 2 + wanted {
            return None;
        }
        self.held = 0;
        let (packet, checksum) = self.data.get(2..2 + wanted)?.split_last_chunk::<2>()?;
        let whole = size == 2 + wanted && CHECKSUM.checksum(packet) == u16::from_be_bytes(*checksum);
        whole.then_some(packet.len())
    }
}

/// Sends a packet as console lines.
pub(crate) fn send(packet: &[u8], out: &mut dyn FnMut(&[u8])) {
    let mut wrapped = [0; WRAPPED_BYTES];
    let end = 2 + packet.len();
    // Answers are built in a buffer of MAX_PACKET_BYTES, so the length fits.
    wrapped[..2].copy_from_slice(&(packet.len() as u16 + 2).to_be_bytes());
    wrapped[2..end].copy_from_slice(packet);
    wrapped[end..end + 2].copy_from_slice(&CHECKSUM.checksum(packet).to_be_bytes());
    let mut marker = FIRST;
    for piece in wrapped[..end + 2].chunks(LINE_DATA_BYTES) {
        let mut text = [0; LINE_TEXT_BYTES];
        let size = STANDARD.encode_slice(piece, &mut text).expect("a line holds its base64");
        out(&marker);
        out(&text[..size]);
        out(b"\n");
        marker = NEXT;
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn framed(packet: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        send(packet, &mut |piece| bytes.extend_from_slice(piece));
        bytes
    }

    fn packets(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = Frames::new();
        let complete = bytes.iter().filter_map(|byte| frames.push(*byte).map(|size| frames.packet(size).to_vec()));
        complete.collect()
    }

    #[test]
    fn a_packet_of_any_size_survives_the_line() {
        for size in 1..=MAX_PACKET_BYTES {
            let packet: Vec<u8> = (0..size).map(|index| index as u8).collect();
            assert_eq!(packets(&framed(&packet)), [packet], "{size} bytes");
        }
    }

    #[test]
    fn noise_before_and_between_frames_is_skipped() {
        let mut bytes = b"boot: hello\x06 world\n".to_vec();
        bytes.extend(framed(&[1; 200]));
        bytes.extend(b"\x1b[31mred");
        bytes.extend(framed(&[2; 3]));
        assert_eq!(packets(&bytes), [std::vec![1; 200], std::vec![2; 3]]);
    }

    #[test]
    fn a_line_that_was_cut_short_does_not_swallow_the_next() {
        let good = framed(&[5; 60]);
        for kept in 1..good.len() - 1 {
            let mut bytes = good[..kept].to_vec();
            bytes.extend(framed(&[9; 4]));
            assert_eq!(packets(&bytes), [std::vec![9; 4]], "{kept} bytes kept");
        }
    }

    #[test]
    fn every_changed_byte_loses_the_packet_and_no_more() {
        let good = framed(&[7; 150]);
        for index in 0..good.len() {
            let mut bytes = good.clone();
            bytes[index] ^= 0x01;
            bytes.extend(b"\n");
            bytes.extend(framed(&[9; 4]));
            let got = packets(&bytes);
            assert_eq!(got.last(), Some(&std::vec![9; 4]), "byte {index}");
            assert!(got.len() == 1 || got[0] == [7; 150], "byte {index}");
        }
    }
}
