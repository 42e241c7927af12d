//! Console framing: round trips, noise, damage, and floods of a million bytes.
//!
//! The decoder's promises are about what it does *not* do: panic, lose a packet to noise, or hold
//! more memory than a line and a packet.

use link::Error;
use link::frame::{Decoder, Found, MAX_LINE_BYTES, MAX_PACKET_BYTES, encode};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Both capacities double as they grow, so twice the contents is the bound.
const MOST_HELD_BYTES: usize = 2 * (MAX_PACKET_BYTES + 2 * MAX_LINE_BYTES);

fn framed(packet: &[u8]) -> Vec<u8> {
    encode(packet).expect("within the limit")
}

fn malformed(found: &[Found]) -> Vec<Error> {
    found
        .iter()
        .filter_map(|item| match item {
            Found::Packet(_) => None,
            Found::Malformed(error) => Some(*error),
        })
        .collect()
}

fn random_bytes(rng: &mut ChaCha8Rng, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    rng.fill_bytes(&mut bytes);
    bytes
}

#[test]
fn every_size_of_packet_survives_the_round_trip() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for size in (0..700).chain([4095, 4096, MAX_PACKET_BYTES - 1, MAX_PACKET_BYTES]) {
        let packet = random_bytes(&mut rng, size);
        let lines = framed(&packet);
        assert_eq!(Decoder::new().push(&lines), [Found::Packet(packet)], "{size}");
    }
}

#[test]
fn no_line_is_longer_than_the_console_allows() {
    let lines = framed(&[0x5a; 1000]);
    let lengths: Vec<usize> = lines.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::len).collect();
    assert!(lengths.iter().all(|&length| length <= MAX_LINE_BYTES));
    assert_eq!(lengths[0], MAX_LINE_BYTES);
    assert_eq!(lines.last(), Some(&b'\n'));
}

#[test]
fn a_packet_above_the_limit_is_not_encoded() {
    let seen_bytes = MAX_PACKET_BYTES + 1;
    let limit_bytes = MAX_PACKET_BYTES;
    assert_eq!(encode(&vec![0; seen_bytes]), Err(Error::PacketTooLarge { seen_bytes, limit_bytes }));
}

#[test]
fn packets_are_found_however_the_stream_is_cut() {
    let packets: Vec<Vec<u8>> = (1..30).map(|size| vec![0xa5; size * 17]).collect();
    let stream: Vec<u8> = packets.iter().flat_map(|packet| framed(packet)).collect();
    for size in [1, 2, 3, 7, 64, 127, 1000] {
        let mut decoder = Decoder::new();
        let found: Vec<_> = stream.chunks(size).flat_map(|piece| decoder.packets(piece)).collect();
        assert_eq!(found, packets, "cut into {size}");
    }
}

#[test]
fn log_lines_prompts_and_escape_sequences_between_lines_are_skipped() {
    let packet = vec![7; 300];
    let mut stream = b"*** Booting ***\r\n\x1b[32muart:~$ \x1b[0m".to_vec();
    for line in framed(&packet).split_inclusive(|&byte| byte == b'\n') {
        stream.extend_from_slice(line);
        stream.extend_from_slice(b"[00:00:01] <inf> app: \x1b]0;owned\x07 ::error::gotcha\n");
    }
    let mut decoder = Decoder::new();
    assert_eq!(decoder.push(&stream), [Found::Packet(packet)]);
    assert_eq!(decoder.malformed_count(), 0);
    assert!(decoder.noise_bytes() > 100);
}

#[test]
fn carriage_returns_before_the_newline_are_accepted() {
    let packet = vec![9; 200];
    let text = String::from_utf8(framed(&packet)).expect("framing is ASCII");
    assert_eq!(Decoder::new().packets(text.replace('\n', "\r\n").as_bytes()), [packet]);
}

#[test]
fn each_kind_of_damage_is_reported_by_its_name_and_the_next_packet_still_arrives() {
    let over = [b"\x06\x09".to_vec(), vec![b'A'; 200], b"\n".to_vec()].concat();
    let cases: [(&[u8], Error); 9] = [
        (b"\x06\x09AB?D\n", Error::StrayByte { byte: b'?' }),
        (b"\x06\x09ABC\n", Error::LineNotBase64 { line_bytes: 3 }),
        (b"\x06\x09AA==\n", Error::LengthMissing { seen_bytes: 1 }),
        (b"\x06\x09AAE=\n", Error::LengthTooSmall { declared_bytes: 1 }),
        (b"\x06\x09//8=\n", Error::PacketTooLarge { seen_bytes: 65_533, limit_bytes: MAX_PACKET_BYTES }),
        (b"\x04\x14AAAA\n", Error::ContinuationWithoutStart),
        (b"\x06\x09AAIAAAA=\n", Error::PacketOverrun { seen_bytes: 3, declared_bytes: 2 }),
        (b"\x06\x09AAIAAQ==\n", Error::ChecksumWrong { seen: 1, computed: 0 }),
        (&over, Error::LineTooLong { limit_bytes: MAX_LINE_BYTES }),
    ];
    for (bytes, expected) in cases {
        let mut decoder = Decoder::new();
        assert_eq!(malformed(&decoder.push(bytes)), [expected]);
        assert_eq!(decoder.malformed_count(), 1);
        assert_eq!(decoder.packets(&framed(b"still here")), [b"still here"]);
    }
}

#[test]
fn a_packet_cut_short_is_reported_when_the_next_one_begins() {
    let mut decoder = Decoder::new();
    let long = framed(&[1; 300]);
    assert_eq!(decoder.push(&long[..200]), []);
    let found = decoder.push(&framed(b"next"));
    // The line in progress ends where the new marker begins, and the packet with the new line.
    assert_eq!(malformed(&found), [Error::Interrupted { seen_bytes: 71 }, Error::Interrupted { seen_bytes: 91 }]);
    assert_eq!(found.last(), Some(&Found::Packet(b"next".to_vec())));
}

#[test]
fn two_hundred_thousand_noisy_inputs_neither_panic_nor_fill_the_memory() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut decoder = Decoder::new();
    for _ in 0..200_000 {
        let size = usize::from(rng.next_u32().to_le_bytes()[0]) / 2;
        let mut noise = random_bytes(&mut rng, size);
        flavour(&mut rng, &mut noise);
        decoder.push(&noise);
        assert!(decoder.held_bytes() <= MOST_HELD_BYTES);
    }
    assert!(decoder.malformed_count() > 10_000, "the noise must reach the inner checks");
    decoder.push(b"\n");
    assert_eq!(decoder.packets(&framed(b"alive")), [b"alive"]);
}

/// Makes noise more like frames: markers, base64 letters, newlines.
fn flavour(rng: &mut ChaCha8Rng, noise: &mut Vec<u8>) {
    let kind = rng.next_u32() % 4;
    for byte in noise.iter_mut().skip(if kind == 1 { 0 } else { 2 }) {
        if kind > 0 {
            *byte = b"ABCDabcd0189+/=\n"[usize::from(*byte % 16)];
        }
    }
    match kind {
        2 => drop(noise.splice(0..noise.len().min(2), *b"\x06\x09")),
        3 => drop(noise.splice(0..noise.len().min(2), *b"\x04\x14")),
        _ => {}
    }
}

#[test]
fn a_flood_that_never_ends_its_packet_is_held_within_bounds() {
    let mut decoder = Decoder::new();
    decoder.push(b"\x06\x09H/8A\n");
    for _ in 0..100_000 {
        decoder.push(b"\x04\x14");
        decoder.push(&[b'A'; 124]);
        decoder.push(b"\n");
        assert!(decoder.held_bytes() <= MOST_HELD_BYTES);
    }
    decoder.push(&[b'A'; 1_000_000]);
    assert!(decoder.held_bytes() <= MOST_HELD_BYTES);
}

#[test]
fn every_flipped_bit_of_a_framed_packet_is_noticed() {
    let packet = b"the quick brown fox".to_vec();
    let lines = framed(&packet);
    for bit in 0..lines.len() * 8 {
        let mut damaged = lines.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let found = Decoder::new().packets(&damaged);
        assert!(found.is_empty(), "bit {bit} slipped through");
    }
}
