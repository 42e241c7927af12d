//! Every verb of the attacker, against a device that believes what it is told.
//!
//! Each test says what reached the device and what the attacker claims to have done; the two must
//! tell the same story, and an attack without effect must say so.

use std::num::NonZeroU32;

use link::frame::Decoder;
use link::smp::{Chunk, Request};
use link::{
    Attacker, Buffer, Direction, Error, Outcome, Patience, Recording, Refusal, Side, Upload, Value, Verb, VerbName,
};
use sha2::{Digest as _, Sha256};

use crate::device::{Device, Manners, deliverable, nobody, packet, play, play_attacker, sides_agree};

fn every(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("tests count from one")
}

fn attacker(verb: Verb) -> Attacker {
    Attacker::new(vec![verb]).expect("the verb is sound")
}

fn upload(count_bytes: usize) -> Upload {
    Upload::new(deliverable(count_bytes), Buffer::Ask, 0, Patience::default())
}

fn forgery(count_bytes: usize, at: usize) -> Vec<u8> {
    let mut forged = deliverable(count_bytes);
    forged[at] ^= 0x01;
    forged
}

fn edit(original: Vec<u8>, forged: Vec<u8>) -> Attacker {
    attacker(Verb::Edit { original, forged })
}

#[test]
fn without_a_verb_everything_passes_and_is_recorded() {
    let mut path = nobody();
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert!(sides_agree(&path));
    assert!(path.traffic().is_untouched(Direction::ToPublisher));
    assert_eq!(path.recording().packets(), device.packets);
    assert_eq!(path.acts().total(), 0);
    assert_eq!(path.acts().idle(), []);
}

#[test]
fn without_a_verb_even_noise_passes_as_it_came() {
    let noise = b"\x1b[2J\x06\x09broken\nlog\r\n";
    assert_eq!(nobody().to_device(noise), [noise]);
    assert_eq!(nobody().to_publisher(noise), noise);
    assert_eq!(nobody().to_device(b""), Vec::<Vec<u8>>::new());
}

#[test]
fn one_flipped_bit_arrives_in_one_packet_with_checksum_and_digest_repaired() {
    let forged = forgery(5000, 2500);
    let mut path = edit(deliverable(5000), forged.clone());
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert_eq!(device.image, forged);
    assert_eq!(device.announced_sha, Some(Sha256::digest(&forged).to_vec()));
    assert_eq!(device.decoder.malformed_count(), 0);
    assert_eq!(path.acts().total(), 1);
    assert!(!sides_agree(&path));
    assert_eq!(path.recording().packets().len(), device.packets.len());
    assert_ne!(path.recording().packets(), device.packets);
}

#[test]
fn a_whole_other_deliverable_arrives_in_the_place_of_the_original() {
    let forged: Vec<u8> = deliverable(5000).iter().map(|byte| !byte).collect();
    let mut path = edit(deliverable(5000), forged.clone());
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert_eq!(device.image, forged);
    let pieces = u32::try_from(device.packets.len() - 1).expect("short");
    assert_eq!(path.acts().total(), pieces);
}

#[test]
fn a_forgery_equal_to_the_original_is_an_attack_that_did_nothing() {
    let mut path = edit(deliverable(5000), deliverable(5000));
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert!(sides_agree(&path));
    assert_eq!(path.acts().idle(), [VerbName::Edit]);
}

#[test]
fn an_edit_of_another_deliverable_changes_nothing() {
    let mut path = edit(vec![1; 5000], vec![2; 5000]);
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert_eq!(device.image, deliverable(5000));
    assert_eq!(path.acts().idle(), [VerbName::Edit]);
}

#[test]
fn a_corrected_digest_alone_does_not_count_as_an_edit() {
    let mut path = edit(deliverable(5000), forgery(5000, 4999));
    let mut device = Device::new(Manners::Refuses { group: 64, rc: 1 });
    play(&mut upload(5000), &mut path, &mut device);
    assert!(!sides_agree(&path), "the digest was corrected");
    assert_eq!(path.acts().idle(), [VerbName::Edit]);
}

#[test]
fn a_forgery_of_another_length_is_refused() {
    let verb = Verb::Edit { original: vec![0; 10], forged: vec![0; 11] };
    let error = Error::ForgeryLength { original_bytes: 10, forged_bytes: 11 };
    assert_eq!(Attacker::new(vec![verb]).err(), Some(error));
}

#[test]
fn fields_the_attacker_does_not_know_survive_his_edit() {
    let body = Value::map([
        ("off", Value::Unsigned(0)),
        ("data", Value::Bytes(vec![1, 2, 3, 4])),
        ("upgrade", Value::Bool(true)),
    ]);
    let header = Request::Upload(Chunk { off_bytes: 0, data: Vec::new(), whole: None }).header(5);
    let sent = link::frame::encode(&header.packet(&body.encode()).expect("short")).expect("short");
    let mut path = edit(vec![1, 2, 3, 4], vec![1, 9, 3, 4]);
    let pieces = path.to_device(&sent);
    let arrived = Decoder::new().packets(&pieces[0]).remove(0);
    let (_, arrived) = link::Header::split(&arrived).expect("repaired");
    let arrived = Value::decode_map(arrived).expect("repaired");
    assert_eq!(arrived.get("data"), Some(&Value::Bytes(vec![1, 9, 3, 4])));
    assert_eq!(arrived.get("upgrade"), Some(&Value::Bool(true)));
}

#[test]
fn hostile_offsets_do_not_confuse_an_edit() {
    for off_bytes in [1, 4, u64::MAX] {
        let piece = Request::Upload(Chunk { off_bytes, data: vec![1, 2, 3, 4], whole: None });
        let sent = link::frame::encode(&packet(&piece, 0)).expect("short");
        assert_eq!(edit(vec![1, 2, 3, 4], vec![0; 4]).to_device(&sent), [sent]);
    }
}

#[test]
fn every_second_packet_is_lost_and_counted() {
    let mut path = attacker(Verb::Drop { every: every(2) });
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert_eq!(device.image, deliverable(5000));
    let sent = path.recording().packets().len();
    let lost = path.acts().total() as usize;
    assert_eq!(lost, sent / 2);
    assert_eq!(device.packets.len(), sent - lost);
}

#[test]
fn a_path_that_loses_everything_ends_in_silence() {
    let mut path = attacker(Verb::Drop { every: every(1) });
    let mut device = Device::new(Manners::Good);
    let outcome = play(&mut upload(5000), &mut path, &mut device);
    assert_eq!(outcome, Outcome::Failed(Error::NoAnswer { attempts: 4 }));
    assert!(device.packets.is_empty());
    assert_eq!(path.traffic().count_bytes(Side::Device, Direction::ToDevice), 0);
}

#[test]
fn a_verb_that_never_came_to_its_turn_is_idle() {
    let mut path = attacker(Verb::Drop { every: every(1_000_000) });
    play(&mut upload(5000), &mut path, &mut Device::new(Manners::Good));
    assert!(sides_agree(&path));
    assert_eq!(path.acts().idle(), [VerbName::Drop]);
}

#[test]
fn every_packet_sent_twice_arrives_twice_and_the_upload_is_still_whole() {
    let mut path = attacker(Verb::Duplicate { every: every(1) });
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    let sent = path.recording().packets();
    assert_eq!(path.acts().total() as usize, sent.len());
    assert_eq!(device.packets.len(), 2 * sent.len());
    assert!(device.packets.chunks(2).zip(sent).all(|(pair, once)| pair == [once.clone(), once.clone()]));
}

#[test]
fn a_packet_cut_short_is_lost_together_with_nothing_else() {
    let mut path = attacker(Verb::Truncate { every: every(3), bytes_kept: 150 });
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert_eq!(device.image, deliverable(5000));
    assert!(path.acts().total() > 3);
    assert!(device.decoder.malformed_count() > 0);
}

#[test]
fn a_cut_beyond_the_end_of_the_packet_is_idle() {
    let mut path = attacker(Verb::Truncate { every: every(1), bytes_kept: 10_000 });
    play(&mut upload(5000), &mut path, &mut Device::new(Manners::Good));
    assert!(sides_agree(&path));
    assert_eq!(path.acts().idle(), [VerbName::Truncate]);
}

#[test]
fn a_packet_cut_to_nothing_is_counted_and_leaves_no_trace() {
    let mut path = attacker(Verb::Truncate { every: every(1), bytes_kept: 0 });
    let sent = link::frame::encode(&packet(&Request::Params, 0)).expect("short");
    assert!(path.to_device(&sent).is_empty());
    assert_eq!(path.acts().total(), 1);
}

fn record_session() -> Recording {
    let mut path = nobody();
    let outcome = play(&mut upload(3000), &mut path, &mut Device::new(Manners::Good));
    assert_eq!(outcome, Outcome::Uploaded);
    path.recording().clone()
}

#[test]
fn a_recorded_session_installs_again_on_a_device_that_believes_it() {
    let session = record_session();
    let mut path = attacker(Verb::Replay { session: session.clone() });
    assert_eq!(path.acts().idle(), [VerbName::Replay]);
    let mut replay = path.replay(1000).expect("recorded on a link").expect("a replay is planned");
    let mut device = Device::new(Manners::Good);
    let outcome = play_attacker(&mut replay, &mut path, &mut device);
    let count = u32::try_from(session.packets().len()).expect("short");
    assert_eq!(outcome, Outcome::Replayed { sent: count, answered: count, refusals: Vec::new() });
    assert_eq!(device.image, deliverable(3000));
    assert_eq!(device.packets, session.packets());
    assert_eq!(path.acts().total(), count);
    assert_eq!(path.traffic().count_bytes(Side::Publisher, Direction::ToDevice), 0);
}

#[test]
fn a_refused_replay_reports_the_device_s_code() {
    let mut path = attacker(Verb::Replay { session: record_session() });
    let mut replay = path.replay(1000).expect("recorded on a link").expect("a replay is planned");
    let mut device = Device::new(Manners::Refuses { group: 64, rc: 10 });
    let outcome = play_attacker(&mut replay, &mut path, &mut device);
    let Outcome::Replayed { refusals, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(refusals.first(), Some(&Refusal { group: 64, rc: 10 }));
}

#[test]
fn a_replay_to_a_silent_device_comes_to_its_end() {
    let session = Recording::new(vec![packet(&Request::Params, 0), b"nonsense".to_vec(), Vec::new()]);
    let mut path = attacker(Verb::Replay { session });
    let mut replay = path.replay(1000).expect("short").expect("a replay is planned");
    let outcome = play_attacker(&mut replay, &mut path, &mut Device::new(Manners::Silent));
    assert_eq!(outcome, Outcome::Replayed { sent: 3, answered: 0, refusals: Vec::new() });
}

#[test]
fn who_has_no_replay_has_nothing_to_play() {
    assert!(nobody().replay(1000).expect("nothing to encode").is_none());
}

#[test]
fn verbs_work_one_after_the_other_in_the_order_given() {
    let forged = forgery(5000, 100);
    let verbs = vec![
        Verb::Edit { original: deliverable(5000), forged: forged.clone() },
        Verb::Duplicate { every: every(2) },
        Verb::Drop { every: every(5) },
    ];
    let mut path = Attacker::new(verbs).expect("sound");
    let mut device = Device::new(Manners::Good);
    assert_eq!(play(&mut upload(5000), &mut path, &mut device), Outcome::Uploaded);
    assert_eq!(device.image, forged);
    assert_eq!(path.acts().idle(), []);
    let json = serde_json::to_string(&path.acts()).expect("plain data");
    assert!(json.starts_with(r#"[{"verb":"edit","changed":1},{"verb":"duplicate","changed":"#), "{json}");
}

#[test]
fn a_recording_survives_being_written_down() {
    let session = record_session();
    let json = serde_json::to_string(&session).expect("plain data");
    assert_eq!(serde_json::from_str::<Recording>(&json).expect("just written"), session);
    assert!(serde_json::from_str::<Recording>(r#"{"packets":["0g"]}"#).is_err());
    assert!(serde_json::from_str::<Recording>(r#"{"packets":[],"more":1}"#).is_err());
}

#[test]
fn the_same_attack_twice_leaves_the_same_traffic() {
    let run = || {
        let mut path = attacker(Verb::Drop { every: every(3) });
        play(&mut upload(5000), &mut path, &mut Device::new(Manners::Deaf(4)));
        path.traffic().to_json_lines()
    };
    assert_eq!(run(), run());
}
