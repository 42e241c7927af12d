//! Bytes that other people's software produced, for the same things.
//!
//! Sources, all of the Python package `smp` 4.2.0 (github.com/JPHutchins/smp, Apache-2.0), the
//! library under `smpmgr` and `smpclient`: the printed examples of `smp.packet.encode` and
//! `smp.packet.decode`, the records under `tests/binary_regressions/records`, and
//! `tests/test_regressions.py`. The frame of the echo request is the output of its `encode`.

use link::answer::{Answer, ImageState};
use link::frame::{Decoder, Found, encode};
use link::smp::{Chunk, Header, Mark, Op, Request, Whole};
use link::{Error, Value};
use sha2::{Digest as _, Sha256};

use crate::device::packet;

fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).expect("literals in this file are hex")
}

#[test]
fn the_example_frame_of_the_smp_package_is_ours_too() {
    let frame = b"\x06\tAA9IZWxsbywgd29ybGQhet4=\n";
    assert_eq!(encode(b"Hello, world!").expect("short"), frame);
    assert_eq!(Decoder::new().packets(frame), [b"Hello, world!"]);
}

#[test]
fn the_same_example_in_lines_of_eight_bytes_is_understood() {
    let lines = b"\x06\tAA9I\n\x04\x14ZWxs\n\x04\x14bywg\n\x04\x14d29y\n\x04\x14bGQh\n\x04\x14et4=\n";
    assert_eq!(Decoder::new().push(lines), [Found::Packet(b"Hello, world!".to_vec())]);
}

/// Made with `encode(bytes(i % 256 for i in range(1000)), line_length=128)`, which fills lines of
/// 127 bytes as we do.
#[test]
fn a_packet_of_many_lines_is_cut_where_the_smp_package_cuts_it() {
    let packet: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let lines = encode(&packet).expect("short");
    assert_eq!(lines.len(), 1373);
    let sha = "3da528e27ab8e99240627a6938a4f7373ac234afd1bc14006e8a7658ac3f72c6";
    assert_eq!(hex::encode(Sha256::digest(&lines)), sha);
}

/// The fifteen lines printed in the documentation of `smp.packet.decode`.
const UPLOAD_LINES: [&str; 15] = [
    "06094148344b41414230414147610a",
    "041441615a6a6247567544574e760a",
    "04145a6d59594b6d4e7a6147464d0a",
    "041464484a3163335167625755670a",
    "0414596e4a765a475268644746590a",
    "04145141414241674d45425159480a",
    "041443416b4b4377774e446738510a",
    "041445524954464255574678675a0a",
    "04144768736348523466494345690a",
    "04144979516c4a69636f4b536f720a",
    "04144c4330754c7a41784d6a4d300a",
    "04144e5459334f446b364f7a77390a",
    "0414506a396c615731685a3255410a",
    "04145a3356775a334a685a4758300a",
    "04147134673d0a",
];

#[test]
fn an_upload_request_of_the_smp_package_is_understood_to_the_last_field() {
    let stream: Vec<u8> = UPLOAD_LINES.iter().flat_map(|line| unhex(line)).collect();
    let packet = Decoder::new().packets(&stream).remove(0);
    let (header, body) = Header::split(&packet).expect("a peer's header");
    assert_eq!(header, Header { op: Op::Write, group: 1, seq: 154, id: 1 });
    let data: Vec<u8> = (0..64).collect();
    let expected = Value::map([
        ("len", Value::Unsigned(13)),
        ("off", Value::Unsigned(42)),
        ("sha", Value::Bytes(b"trust me bro".to_vec())),
        ("data", Value::Bytes(data)),
        ("image", Value::Unsigned(0)),
        ("upgrade", Value::Bool(false)),
    ]);
    assert_eq!(Value::decode_map(body), Ok(expected));
}

#[test]
fn our_requests_are_byte_for_byte_those_of_the_smp_package() {
    let echo = Request::Echo { text: "Hello world!".to_owned() };
    assert_eq!(packet(&echo, 139), unhex("0a00001000008b00a161646c48656c6c6f20776f726c6421"));
    assert_eq!(packet(&Request::Reset, 141), unhex("0a00000100008d05a0"));
    assert_eq!(packet(&Request::ImageState, 13), unhex("0800000100010d00a0"));
    assert_eq!(packet(&Request::Erase { slot: None }, 14), unhex("0a00000100010e05a0"));
    assert_eq!(encode(&packet(&echo, 139)).expect("short"), b"\x06\tABoKAAAQAACLAKFhZGxIZWxsbyB3b3JsZCGqEQ==\n");
}

/// The records have this upload for a vendor's copy of the command in group 64; only the group's
/// low byte (offset 5) differs from group 1.
#[test]
fn our_later_pieces_are_byte_for_byte_those_of_the_smp_package() {
    let piece = Request::Upload(Chunk { off_bytes: 105_000, data: b"test".to_vec(), whole: None });
    let mut recorded = unhex("0a00001400404b01a2636f66661a00019a2864646174614474657374");
    recorded[5] = 1;
    assert_eq!(packet(&piece, 75), recorded);
}

/// Made with `ImageUploadWriteRequest(off=0, data=bytes(range(8)), image=0, len=200, sha=bytes(32),
/// sequence=7)`.
#[test]
fn our_first_piece_is_byte_for_byte_that_of_the_smp_package() {
    let whole = Whole { len_bytes: 200, sha: [0; 32], image: 0 };
    let piece = Request::Upload(Chunk { off_bytes: 0, data: (0..8).collect(), whole: Some(whole) });
    let recorded = [
        "0a00004700010701a5636c656e18c8636f6666006373686158200000000000000000",
        "000000000000000000000000000000000000000000000000",
        "646461746148000102030405060765696d61676500",
    ]
    .concat();
    assert_eq!(packet(&piece, 7), unhex(&recorded));
}

fn answer_to(request: &Request, recorded: &str) -> Result<Answer, Error> {
    let packet = unhex(recorded);
    let (header, body) = Header::split(&packet)?;
    assert!(header.answers(&request.header(header.seq)));
    Answer::decode(request, body)
}

#[test]
fn recorded_answers_are_understood() {
    let params = answer_to(&Request::Params, "0900001600009806a2686275665f73697a6501696275665f636f756e7402");
    assert_eq!(params, Ok(Answer::Params { buf_size_bytes: 1, buf_count: 2 }));
    assert_eq!(answer_to(&Request::Erase { slot: None }, "0b00000100011005a0"), Ok(Answer::Done));
    let piece = Request::Upload(Chunk { off_bytes: 0, data: Vec::new(), whole: None });
    let wanted = answer_to(&piece, "0b00001100011d01a2636f66661affffffff656d61746368f5");
    let digest = link::answer::Digest::Matches;
    assert_eq!(wanted, Ok(Answer::Upload { off_bytes: 0xffff_ffff, digest }));
    assert_eq!(answer_to(&piece, "0b00000100011401a0"), Err(Error::FieldMissing { field: "off" }));
}

#[test]
fn a_recorded_image_list_is_understood() {
    let entry = concat!(
        "a96468617368414164736c6f740065696d6167650066616374697665f56770656e64696e67f5",
        "6776657273696f6e65302e312e3068626f6f7461626c65f569636f6e6669726d6564f5697065726d616e656e74f5"
    );
    let recorded = format!("090000be00010000a266696d6167657382{entry}{entry}6b73706c697453746174757300");
    let image = ImageState {
        image: 0,
        slot: 0,
        version: "0.1.0".to_owned(),
        hash: Some(b"A".to_vec()),
        bootable: true,
        pending: true,
        confirmed: true,
        active: true,
        permanent: true,
    };
    let expected = Answer::Images(vec![image.clone(), image]);
    assert_eq!(answer_to(&Request::ImageState, &recorded), Ok(expected));
}

/// A real device's answer (smpclient issue 41): an indefinite map, which we read, under a version
/// 1 header, which we do not.
#[test]
fn a_version_1_answer_is_not_taken_for_version_2() {
    let mut recorded = b"\x03\x00\x00\x0c\x00\x01\x02\x01\xbfbrc\x00coff\x18\xa5\xff".to_vec();
    assert_eq!(Header::split(&recorded), Err(Error::HeaderUnknown { first: 3, second: 0 }));
    recorded[0] = 0x0b;
    let piece = Request::Upload(Chunk { off_bytes: 0, data: Vec::new(), whole: None });
    let (_, body) = Header::split(&recorded).expect("version 2 now");
    let digest = link::answer::Digest::Unsaid;
    assert_eq!(Answer::decode(&piece, body), Ok(Answer::Upload { off_bytes: 165, digest }));
}

#[test]
fn choosing_an_image_says_for_how_long() {
    let hash = Some(vec![0xab; 4]);
    let trial = Request::SetImageState { hash: hash.clone(), mark: Mark::Trial };
    assert_eq!(packet(&trial, 1)[8..], unhex("a2646861736844abababab67636f6e6669726df4"));
    let keep = Request::SetImageState { hash: None, mark: Mark::Confirmed };
    assert_eq!(packet(&keep, 1)[8..], unhex("a167636f6e6669726df5"));
}
