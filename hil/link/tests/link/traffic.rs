//! What is kept of the traffic, and what can be concluded from it.
//!
//! A record must not depend on how a serial port happened to cut the bytes.

use link::traffic::MAX_KEPT_BYTES;
use link::{Direction, Error, Side, Traffic};
use sha2::{Digest as _, Sha256};

#[test]
fn a_line_of_traffic_reads_like_what_happened() {
    let mut traffic = Traffic::default();
    traffic.note(Side::Publisher, Direction::ToDevice, b"\x06\x09");
    traffic.note(Side::Device, Direction::ToPublisher, b"\n");
    let expected = concat!(
        r#"{"side":"publisher","direction":"to-device","bytes":"0609"}"#,
        "\n",
        r#"{"side":"device","direction":"to-publisher","bytes":"0a"}"#,
        "\n"
    );
    assert_eq!(traffic.to_json_lines(), expected);
    let again = Traffic::from_json_lines(expected).expect("just written");
    assert_eq!(again.passed(), traffic.passed());
    let (side, direction) = (Side::Device, Direction::ToPublisher);
    assert_eq!(again.sha(side, direction), traffic.sha(side, direction));
}

#[test]
fn digests_do_not_depend_on_how_the_bytes_were_cut() {
    let mut traffic = Traffic::default();
    traffic.note(Side::Publisher, Direction::ToDevice, b"abcdef");
    traffic.note(Side::Device, Direction::ToDevice, b"abc");
    assert!(!traffic.is_untouched(Direction::ToDevice));
    traffic.note(Side::Device, Direction::ToDevice, b"");
    traffic.note(Side::Device, Direction::ToDevice, b"def");
    assert!(traffic.is_untouched(Direction::ToDevice));
    let sha: [u8; 32] = Sha256::digest(b"abcdef").into();
    assert_eq!(traffic.sha(Side::Device, Direction::ToDevice), sha);
    assert_eq!(traffic.passed().len(), 3);
}

#[test]
fn lines_that_are_not_traffic_are_refused_with_their_number() {
    let good = r#"{"side":"device","direction":"to-device","bytes":""}"#;
    for bad in ["", "{}", r#"{"side":"device","direction":"to-device","bytes":"0"}"#, &good.replace('}', ",\"x\":1}")] {
        let lines = format!("{good}\n{bad}\n");
        let error = Traffic::from_json_lines(&lines).err();
        assert_eq!(error, Some(Error::TrafficMalformed { line: 2 }), "{bad}");
    }
}

#[test]
fn a_flood_is_counted_and_digested_but_not_kept() {
    let mut traffic = Traffic::default();
    let piece = vec![0x55; 1 << 20];
    for _ in 0..70 {
        traffic.note(Side::Device, Direction::ToPublisher, &piece);
    }
    traffic.note(Side::Device, Direction::ToPublisher, b"small, but after the hole");
    let kept: u64 = traffic.passed().iter().map(|passed| passed.bytes.len() as u64).sum();
    assert_eq!(kept, MAX_KEPT_BYTES);
    let all = traffic.count_bytes(Side::Device, Direction::ToPublisher);
    assert_eq!(traffic.left_out_bytes(), all - kept);
}
