//! Answers from devices that mean harm, or are broken.
//!
//! None of them may hang an exchange, pass for an answer, or cost more memory than they are long.

use link::answer::Answer;
use link::cbor::{MAX_DEPTH, MAX_ITEMS};
use link::smp::{Header, Op, Request};
use link::{Buffer, Error, Exchange, Next, Outcome, Patience, Single, Upload, Value};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::device::{Device, Manners, deliverable, first_packet, nobody, play, refusal, reply};

fn echo() -> Single {
    Single::new(Request::Echo { text: "hi".to_owned() }, 9, Patience::default()).expect("short")
}

/// The header of an echo that was just sent.
fn sent(exchange: &mut Single) -> Header {
    let packet = first_packet(exchange);
    Header::split(&packet).expect("our own packet").0
}

fn is_waiting(exchange: &mut dyn Exchange) -> bool {
    matches!(exchange.next(), Next::Wait { .. })
}

#[test]
fn an_echo_comes_back() {
    let outcome = play(&mut echo(), &mut nobody(), &mut Device::new(Manners::Good));
    assert_eq!(outcome, Outcome::Answered(Answer::Echo { text: "hi".to_owned() }));
}

#[test]
fn an_answer_that_is_not_ours_is_ignored_and_counted() {
    let mut exchange = echo();
    let ours = sent(&mut exchange);
    let body = Value::map([("r", Value::Text("forged".to_owned()))]);
    let foreign = [
        Header { seq: ours.seq.wrapping_sub(1), ..ours },
        Header { group: 1, ..ours },
        Header { id: 5, ..ours },
        Header { op: Op::Read, ..ours },
    ];
    for header in foreign {
        exchange.received(&reply(header, &body));
        assert!(is_waiting(&mut exchange));
    }
    exchange.received(&ours.packet(&body.encode()).expect("short"));
    assert!(is_waiting(&mut exchange), "the request itself, echoed by the line, is no answer");
    assert_eq!(exchange.tally().foreign, 5);
}

#[test]
fn an_answer_before_the_question_is_a_guess() {
    let mut exchange = echo();
    let header = Request::Echo { text: String::new() }.header(9);
    exchange.received(&reply(header, &Value::map([("r", Value::Text("hi".to_owned()))])));
    assert!(matches!(exchange.next(), Next::Send(_)));
}

#[test]
fn headers_that_are_not_version_2_are_ignored() {
    let mut exchange = echo();
    let good = reply(sent(&mut exchange), &Value::map([("r", Value::Text("hi".to_owned()))]));
    let mut damaged: Vec<Vec<u8>> = (0..8).map(|size| good[..size].to_vec()).collect();
    for (at, value) in [(0, 0x03), (0, 0x13), (0, 0x0f), (0, 0x2b), (1, 1), (2, 1), (3, 0)] {
        let mut packet = good.clone();
        packet[at] = value;
        damaged.push(packet);
    }
    damaged.push([good.clone(), vec![0]].concat());
    for packet in &damaged {
        exchange.received(packet);
        assert!(is_waiting(&mut exchange), "{packet:02x?}");
    }
    exchange.received(&good);
    assert!(matches!(exchange.next(), Next::Done(Outcome::Answered(_))));
}

#[test]
fn a_device_that_talks_without_answering_is_given_up() {
    let mut exchange = echo();
    sent(&mut exchange);
    for _ in 0..1001 {
        exchange.received(b"nonsense");
    }
    let error = Error::TooManyForeign { limit: 1000 };
    assert_eq!(exchange.next(), Next::Done(Outcome::Failed(error)));
}

#[test]
fn a_silent_device_is_asked_four_times_and_given_up() {
    let mut exchange = echo();
    let mut device = Device::new(Manners::Silent);
    let outcome = play(&mut exchange, &mut nobody(), &mut device);
    assert_eq!(outcome, Outcome::Failed(Error::NoAnswer { attempts: 4 }));
    assert_eq!(device.packets.len(), 4);
    assert!(device.packets.iter().all(|packet| *packet == device.packets[0]));
}

#[test]
fn a_reset_is_never_sent_twice() {
    let mut exchange = Single::new(Request::Reset, 0, Patience::default()).expect("short");
    let mut device = Device::new(Manners::Silent);
    let outcome = play(&mut exchange, &mut nobody(), &mut device);
    assert_eq!(outcome, Outcome::Failed(Error::NoAnswer { attempts: 1 }));
    assert_eq!(device.packets.len(), 1);
}

#[test]
fn both_spellings_of_no_are_understood() {
    let request = Request::Status;
    let new = refusal(64, 10).encode();
    assert_eq!(Answer::decode(&request, &new), Ok(Answer::Refused { group: 64, rc: 10 }));
    let old = Value::map([("rc", Value::Unsigned(3))]).encode();
    assert_eq!(Answer::decode(&request, &old), Ok(Answer::Refused { group: 64, rc: 3 }));
    let zero = Value::map([("rc", Value::Unsigned(0))]);
    assert_eq!(Answer::decode(&request, &zero.encode()), Ok(Answer::Status(zero)));
}

#[test]
fn a_refusal_that_is_malformed_is_an_error_and_not_a_yes() {
    let number = |number| Value::Unsigned(number);
    let cases = [
        (Value::map([("err", Value::Null)]), Error::FieldMissing { field: "group" }),
        (Value::map([("err", Value::map([("group", number(1))]))]), Error::FieldMissing { field: "rc" }),
        (
            Value::map([("err", Value::map([("group", number(65_536)), ("rc", number(1))]))]),
            Error::FieldWrong { field: "group" },
        ),
        (Value::map([("rc", Value::Negative(-1))]), Error::FieldWrong { field: "rc" }),
    ];
    for (body, error) in cases {
        assert_eq!(Answer::decode(&Request::Reset, &body.encode()), Err(error));
    }
}

#[test]
fn step_events_come_in_whole_pairs_or_not_at_all() {
    let request = Request::Events { from: 5 };
    let decode = |first, steps: &[u8]| {
        let steps = Value::Bytes(steps.to_vec());
        let body = Value::map([("first", Value::Unsigned(first)), ("steps", steps)]);
        Answer::decode(&request, &body.encode())
    };
    let steps = vec![[4, 0], [5, 1]];
    assert_eq!(decode(5, &[4, 0, 5, 1]), Ok(Answer::Events { first: 5, steps }));
    assert_eq!(decode(5, &[]), Ok(Answer::Events { first: 5, steps: Vec::new() }));
    assert_eq!(decode(5, &[4, 0, 5]), Err(Error::FieldWrong { field: "steps" }));
    assert_eq!(decode(1 << 32, &[]), Err(Error::FieldWrong { field: "first" }));
    assert_eq!(Answer::decode(&request, b"\xa0"), Err(Error::FieldMissing { field: "first" }));
}

#[test]
fn an_answer_to_our_question_with_a_broken_body_ends_the_exchange() {
    let mut exchange = echo();
    let header = Header { op: Op::WriteResponse, ..sent(&mut exchange) };
    exchange.received(&header.packet(b"\xa1\x61").expect("short"));
    assert!(matches!(exchange.next(), Next::Done(Outcome::Failed(Error::BodyMalformed { .. }))));
}

#[test]
fn cbor_that_no_smp_packet_has_is_refused_by_name() {
    let nested = [b"\xa1\x61a".to_vec(), vec![0x81; 60], vec![0]].concat();
    let long = [b"\xa1\x61a\x9a\x00\x01\x00\x00".to_vec(), vec![0; 65_536]].concat();
    let cases: [(&[u8], Error); 14] = [
        (b"", Error::BodyMalformed { at_byte: 0 }),
        (b"\x80", Error::BodyNotAMap),
        (b"\xa0\x00", Error::BodyTrailingBytes { count_bytes: 1 }),
        (b"\xa1\x01\x02", Error::BodyMalformed { at_byte: 1 }),
        (b"\xa2\x61a\x00\x61a\x01", Error::BodyKeyRepeated { at_byte: 4 }),
        (b"\xbf\x61a\x00", Error::BodyMalformed { at_byte: 4 }),
        (b"\xa1\x61a\xff", Error::BodyUnsupported { at_byte: 3, initial_byte: 0xff }),
        (b"\xa1\x61a\xc0\x60", Error::BodyUnsupported { at_byte: 3, initial_byte: 0xc0 }),
        (b"\xa1\x61a\xf9\x00\x00", Error::BodyUnsupported { at_byte: 3, initial_byte: 0xf9 }),
        (b"\xa1\x61a\x5f\x41a\xff", Error::BodyUnsupported { at_byte: 3, initial_byte: 0x5f }),
        (b"\xa1\x61a\x61\xff", Error::BodyMalformed { at_byte: 3 }),
        (b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", Error::BodyMalformed { at_byte: 9 }),
        (&nested, Error::BodyTooDeep { limit: MAX_DEPTH }),
        (&long, Error::BodyTooManyItems { limit: MAX_ITEMS }),
    ];
    for (body, error) in cases {
        assert_eq!(Value::decode_map(body), Err(error));
    }
}

#[test]
fn every_truncation_of_an_answer_is_an_error() {
    let body = refusal(1, 2).encode();
    for size in 0..body.len() {
        assert!(Value::decode_map(&body[..size]).is_err(), "{size} bytes");
    }
}

#[test]
fn what_is_written_can_be_read_again() {
    let value = Value::map([
        ("n", Value::Unsigned(u64::MAX)),
        ("m", Value::Negative(-42)),
        ("b", Value::Bytes(vec![0; 300])),
        ("a", Value::Array(vec![Value::Null, Value::Bool(true), Value::map([])])),
        ("t", Value::Text("ü".to_owned())),
    ]);
    assert_eq!(Value::decode_map(&value.encode()), Ok(value));
}

#[test]
fn random_bodies_never_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let seed = [refusal(1, 2).encode(), b"\xbf\x61a\x9f\x01\xff\xff".to_vec()];
    for round in 0..200_000 {
        let mut body = seed[round % 2].clone();
        for _ in 0..=rng.next_u32() % 4 {
            let at = rng.next_u32() as usize % body.len();
            body[at] = rng.next_u32().to_le_bytes()[0];
        }
        let _ = Answer::decode(&Request::ImageState, &body);
        let _ = Answer::decode(&Request::SlotInfo, &body);
        let _ = Answer::decode(&Request::Events { from: 0 }, &body);
    }
}

#[test]
fn a_buffer_too_small_for_a_single_byte_is_an_error() {
    let run = |size| {
        let mut device = Device::new(Manners::Good).with_buffer(size);
        let mut upload = Upload::new(deliverable(100), Buffer::Ask, 0, Patience::default());
        play(&mut upload, &mut nobody(), &mut device)
    };
    let needed_bytes = 78;
    for seen_bytes in [0, 1, needed_bytes - 1] {
        assert_eq!(run(seen_bytes), Outcome::Failed(Error::BufferTooSmall { seen_bytes, needed_bytes }));
    }
    assert_eq!(run(needed_bytes), Outcome::Uploaded);
}

#[test]
fn a_buffer_of_impossible_size_does_not_make_impossible_packets() {
    let mut device = Device::new(Manners::Good).with_buffer(u64::MAX);
    let mut upload = Upload::new(deliverable(50_000), Buffer::Ask, 0, Patience::default());
    assert_eq!(play(&mut upload, &mut nobody(), &mut device), Outcome::Uploaded);
    assert!(device.largest_packet_bytes <= link::frame::MAX_PACKET_BYTES);
}
