//! Uploads of a whole deliverable to devices with good and bad manners.
//!
//! The device decides the offset. Every way in which it may is here: forward, back, to the end,
//! beyond it, and nowhere.

use link::smp::{Header, Request};
use link::{Answer, Buffer, Error, Exchange, Outcome, Patience, Single, Upload, Value};
use sha2::{Digest as _, Sha256};

use crate::device::{Device, Manners, deliverable, first_packet, nobody, play};

fn upload(count_bytes: usize) -> Upload {
    Upload::new(deliverable(count_bytes), Buffer::Ask, 0, Patience::default())
}

fn run(count_bytes: usize, device: &mut Device) -> (Outcome, Upload) {
    let mut upload = upload(count_bytes);
    let outcome = play(&mut upload, &mut nobody(), device);
    (outcome, upload)
}

#[test]
fn deliverables_of_every_awkward_size_arrive_whole() {
    for size in [0, 1, 23, 24, 255, 256, 257, 1000, 65_535, 65_536, 65_600, 200_000] {
        let mut device = Device::new(Manners::Good);
        let (outcome, _) = run(size, &mut device);
        assert_eq!(outcome, Outcome::Uploaded, "{size} bytes");
        assert_eq!(device.image, deliverable(size));
        let sha = Sha256::digest(deliverable(size)).to_vec();
        assert_eq!(device.announced_sha, Some(sha));
    }
}

#[test]
fn packets_fit_the_buffer_that_the_device_announces_and_use_it() {
    for size in [128, 256, 300, 512, 1024, 2475] {
        let mut device = Device::new(Manners::Good).with_buffer(size);
        assert_eq!(run(20_000, &mut device).0, Outcome::Uploaded);
        let largest = device.largest_packet_bytes as u64 + 4;
        assert!(largest <= size, "{largest} bytes in a buffer of {size}");
        assert!(largest + 8 >= size, "{largest} bytes waste a buffer of {size}");
    }
}

#[test]
fn only_the_first_piece_describes_the_whole() {
    let mut device = Device::new(Manners::Good);
    run(2000, &mut device);
    let bodies: Vec<Value> = device
        .packets
        .iter()
        .map(|packet| Header::split(packet).expect("our own packet").1)
        .map(|body| Value::decode_map(body).expect("our own body"))
        .collect();
    assert_eq!(bodies[0], Value::map([]), "the question about buffers");
    let described: Vec<bool> = bodies.iter().map(|body| body.get("len").is_some()).collect();
    assert_eq!(described[..3], [false, true, false]);
    assert_eq!(bodies[1].get("image"), Some(&Value::Unsigned(0)));
}

#[test]
fn a_device_that_does_not_tell_its_buffer_gets_pieces_for_256_bytes() {
    for manners in [Manners::KnowsNoParams, Manners::SilentAboutParams] {
        let mut device = Device::new(manners);
        assert_eq!(run(3000, &mut device).0, Outcome::Uploaded);
        assert_eq!(device.image, deliverable(3000));
        assert!(device.largest_packet_bytes + 4 <= 256);
    }
}

#[test]
fn a_known_buffer_is_not_asked_for() {
    let mut upload = Upload::new(deliverable(10), Buffer::Known(256), 77, Patience::default());
    let packet = first_packet(&mut upload);
    let (header, _) = Header::split(&packet).expect("our own packet");
    assert_eq!((header.group, header.id, header.seq), (1, 1, 77));
}

#[test]
fn lost_packets_are_sent_again_and_the_upload_still_arrives() {
    for every in [2, 3, 5] {
        let mut device = Device::new(Manners::Deaf(every));
        let (outcome, upload) = run(10_000, &mut device);
        assert_eq!(outcome, Outcome::Uploaded, "one in {every} lost");
        assert_eq!(device.image, deliverable(10_000));
        assert!(upload.tally().timed_out > 0);
    }
}

#[test]
fn a_device_that_lost_everything_half_way_is_started_afresh() {
    let mut device = Device::new(Manners::ForgetsAt(5000));
    assert_eq!(run(10_000, &mut device).0, Outcome::Uploaded);
    assert_eq!(device.image, deliverable(10_000));
}

#[test]
fn a_device_that_has_a_part_already_gets_only_the_rest() {
    let mut device = Device::new(Manners::Keeps(9_900));
    assert_eq!(run(10_000, &mut device).0, Outcome::Uploaded);
    assert_eq!(device.image[9_900..], deliverable(10_000)[9_900..]);
    assert!(device.packets.len() <= 4);
}

#[test]
fn a_device_that_has_everything_already_gets_one_piece() {
    let mut device = Device::new(Manners::Keeps(10_000));
    assert_eq!(run(10_000, &mut device).0, Outcome::Uploaded);
    assert_eq!(device.packets.len(), 2);
}

#[test]
fn a_device_that_never_advances_is_given_up() {
    for off in [0, 300] {
        let mut device = Device::new(Manners::AlwaysWants(off));
        let (outcome, _) = run(10_000, &mut device);
        assert!(
            matches!(outcome, Outcome::Failed(Error::NoProgress { off_bytes, .. }) if off_bytes == off),
            "{outcome:?}"
        );
        assert!(device.packets.len() < 20);
    }
}

#[test]
fn a_device_that_swings_between_two_offsets_is_given_up() {
    let mut device = Device::new(Manners::Swings(0, 5000));
    let (outcome, _) = run(10_000, &mut device);
    assert!(matches!(outcome, Outcome::Failed(Error::NoProgress { .. })), "{outcome:?}");
    assert!(device.packets.len() < 400);
}

#[test]
fn an_offset_beyond_the_end_is_an_error() {
    let mut device = Device::new(Manners::AlwaysWants(u64::MAX));
    let error = Error::OffsetBeyondEnd { off_bytes: u64::MAX, len_bytes: 10_000 };
    assert_eq!(run(10_000, &mut device).0, Outcome::Failed(error));
}

#[test]
fn a_refusal_ends_the_upload_with_the_device_s_code() {
    let mut device = Device::new(Manners::Refuses { group: 64, rc: 10 });
    assert_eq!(run(10_000, &mut device).0, Outcome::Refused { group: 64, rc: 10 });
    assert_eq!(device.packets.len(), 2);
}

#[test]
fn an_upload_that_was_refused_for_a_while_goes_on_where_it_stopped() {
    let mut device = Device::new(Manners::RefusesOnceAt(5_000));
    let (outcome, mut upload) = run(10_000, &mut device);
    assert_eq!(outcome, Outcome::Refused { group: 64, rc: 40 });
    let taken_bytes = device.image.len();
    assert!(taken_bytes >= 5_000, "{taken_bytes}");
    let packets = device.packets.len();
    upload.go_on().expect("the piece has fitted a packet before");
    assert_eq!(play(&mut upload, &mut nobody(), &mut device), Outcome::Uploaded);
    assert_eq!(device.image, deliverable(10_000));
    assert!(device.packets.len() - packets < packets, "only the rest is sent");
}

#[test]
fn an_upload_that_has_ended_does_not_go_on() {
    let mut device = Device::new(Manners::Good);
    let (_, mut upload) = run(1_000, &mut device);
    let packets = device.packets.len();
    upload.go_on().expect("nothing is to be sent");
    assert_eq!(play(&mut upload, &mut nobody(), &mut device), Outcome::Uploaded);
    assert_eq!(device.packets.len(), packets);
}

#[test]
fn a_denied_digest_is_not_an_upload() {
    let mut device = Device::new(Manners::Denies);
    assert_eq!(run(1000, &mut device).0, Outcome::Failed(Error::DigestDenied));
}

#[test]
fn a_silent_device_ends_the_upload_in_bounded_time() {
    let mut device = Device::new(Manners::Silent);
    assert_eq!(run(1000, &mut device).0, Outcome::Failed(Error::NoAnswer { attempts: 4 }));
    assert_eq!(device.packets.len(), 8, "four questions about buffers, four first pieces");
}

#[test]
fn sequence_numbers_run_on_across_exchanges() {
    let mut upload = Upload::new(deliverable(100_000), Buffer::Ask, 250, Patience::default());
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload, &mut nobody(), &mut device), Outcome::Uploaded);
    let seqs: Vec<u8> = device.packets.iter().map(|packet| packet[6]).collect();
    let expected: Vec<u8> = (250..=255).chain(0..=255).cycle().take(seqs.len()).collect();
    assert_eq!(seqs[..260], expected[..260]);
    assert_eq!(upload.next_seq(), seqs[seqs.len() - 1].wrapping_add(1));
}

#[test]
fn an_outcome_stays_what_it_is() {
    let mut device = Device::new(Manners::Good);
    let (outcome, mut upload) = run(1000, &mut device);
    upload.timed_out();
    upload.received(&device.packets[0]);
    assert_eq!(play(&mut upload, &mut nobody(), &mut device), outcome);
}

#[test]
fn a_device_without_a_view_of_its_own_answers_done() {
    let mut erase = Single::new(Request::Erase { slot: Some(1) }, 0, Patience::default()).expect("short");
    let outcome = play(&mut erase, &mut nobody(), &mut Device::new(Manners::Good));
    assert_eq!(outcome, Outcome::Answered(Answer::Done));
}
