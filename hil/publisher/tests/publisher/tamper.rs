//! Tampering changes what it says, nothing else, and repairs all that needs no key.
//!
//! An attack that does less than it says would let a defence hold that is not there.

use publisher::{
    Algorithm, Authentication, Deliverable, FixUp, Part, PublisherError, Role, flip_bits, part_len, strip_signature,
};

use crate::reader::{Envelope, bytes_of, decode};
use crate::{VENDOR, image, keys, release_of, two_components};

/// Offsets at which the two differ.
fn differences(a: &Deliverable, b: &Deliverable) -> Vec<usize> {
    assert_eq!(a.bytes.len(), b.bytes.len());
    (0..a.bytes.len()).filter(|&at| a.bytes[at] != b.bytes[at]).collect()
}

/// The offset of the vendor identifier in the manifest: changing it leaves well-formed CBOR.
fn vendor_offset(deliverable: &Deliverable) -> usize {
    let manifest = &deliverable.bytes[deliverable.map.manifest.clone()];
    manifest.windows(16).position(|window| window == VENDOR).expect("the manifest names the vendor")
}

#[test]
fn a_naive_flip_changes_one_byte_of_the_part() {
    let genuine = two_components(Algorithm::Es256);
    for part in [Part::Payload, Part::Manifest, Part::Signature, Part::Digest] {
        for offset in [0, part_len(&genuine, part) / 2, part_len(&genuine, part) - 1] {
            let tampered = flip_bits(&genuine, part, offset, 1, FixUp::None).expect("inside");
            let changed = differences(&genuine, &tampered);
            assert_eq!(changed.len(), 1);
            assert_eq!(genuine.bytes[changed[0]] ^ tampered.bytes[changed[0]], 1);
            assert_eq!(tampered.map, genuine.map);
        }
    }
}

#[test]
fn parts_have_the_sizes_of_what_they_name() {
    let genuine = two_components(Algorithm::Es256);
    assert_eq!(part_len(&genuine, Part::Payload), 1300);
    assert_eq!(part_len(&genuine, Part::Manifest), genuine.map.manifest.len());
    assert_eq!(part_len(&genuine, Part::Signature), 64);
    assert_eq!(part_len(&genuine, Part::Digest), 32);
}

#[test]
fn payload_offsets_count_through_the_components() {
    let genuine = two_components(Algorithm::Es256);
    let at = |offset| flip_bits(&genuine, Part::Payload, offset, 1, FixUp::None).expect("inside");
    let [radio, app] = &genuine.map.components[..] else { panic!("two components") };
    assert_eq!(differences(&genuine, &at(299)), [radio.payload.end - 1]);
    assert_eq!(differences(&genuine, &at(300)), [app.payload.start]);
}

#[test]
fn as_many_bits_are_flipped_as_were_asked_for() {
    let genuine = two_components(Algorithm::Es256);
    for bits in 1..=8 {
        let tampered = flip_bits(&genuine, Part::Payload, 5, bits, FixUp::None).expect("inside");
        let changed = differences(&genuine, &tampered);
        let pattern = genuine.bytes[changed[0]] ^ tampered.bytes[changed[0]];
        assert_eq!(pattern.count_ones(), u32::from(bits));
    }
}

#[test]
fn a_naive_payload_flip_breaks_the_image_digest_only() {
    let genuine = two_components(Algorithm::Es256);
    let tampered = flip_bits(&genuine, Part::Payload, 42, 1, FixUp::None).expect("inside");
    let envelope = Envelope::read(&tampered.bytes);
    assert!(!envelope.image_digests_hold());
    assert!(envelope.is_signed_by(keys().signer(Role::Release)));
}

#[test]
fn a_competent_flip_leaves_only_the_signature_to_object() {
    let genuine = two_components(Algorithm::Esp256);
    let vendor = vendor_offset(&genuine);
    for (part, offset) in [(Part::Payload, 0), (Part::Payload, 1299), (Part::Manifest, vendor)] {
        let tampered = flip_bits(&genuine, part, offset, 3, FixUp::UnkeyedDigests).expect("inside");
        let envelope = Envelope::read(&tampered.bytes);
        assert!(envelope.digests_hold(), "{part} {offset}");
        assert!(!envelope.is_signed_by(keys().signer(Role::Release)), "{part} {offset}");
        assert_ne!(tampered.bytes, genuine.bytes);
    }
}

#[test]
fn a_competent_flip_of_the_signature_is_just_a_flip() {
    let genuine = two_components(Algorithm::Es256);
    let tampered = flip_bits(&genuine, Part::Signature, 10, 1, FixUp::UnkeyedDigests).expect("inside");
    assert_eq!(differences(&genuine, &tampered).len(), 1);
    assert!(!Envelope::read(&tampered.bytes).is_signed_by(keys().signer(Role::Release)));
}

#[test]
fn a_flip_that_the_repair_would_undo_is_an_error() {
    let genuine = two_components(Algorithm::Es256);
    let undone = flip_bits(&genuine, Part::Digest, 5, 1, FixUp::UnkeyedDigests);
    assert!(matches!(undone, Err(PublisherError::FlipUndone { part: Part::Digest, byte_offset: 5 })));
    flip_bits(&genuine, Part::Digest, 5, 1, FixUp::None).expect("without the repair it stands");
}

#[test]
fn a_competent_flip_puts_the_checksum_of_an_image_right() {
    const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    let payload = publisher::seal(vec![7; 100]);
    let images = vec![publisher::Image { component: "app".into(), payload }];
    let sealed = release_of(images, Authentication::DigestOnly).build().expect("a sound release");
    let holds = |deliverable: &Deliverable| {
        let image = &deliverable.bytes[deliverable.map.components[0].payload.clone()];
        let (code, checksum) = image.split_last_chunk::<4>().expect("it was sealed");
        CRC.checksum(code) == u32::from_le_bytes(*checksum)
    };
    assert!(holds(&sealed));
    assert!(!holds(&flip_bits(&sealed, Part::Payload, 50, 1, FixUp::None).expect("inside")));
    assert!(holds(&flip_bits(&sealed, Part::Payload, 50, 1, FixUp::UnkeyedDigests).expect("inside")));
    let filler = publisher::filler_at(108).expect("it is large enough");
    assert!(holds(&flip_bits(&sealed, Part::Payload, filler, 1, FixUp::UnkeyedDigests).expect("inside")));
    let undone = flip_bits(&sealed, Part::Payload, 105, 1, FixUp::UnkeyedDigests);
    assert!(matches!(undone, Err(PublisherError::FlipUndone { part: Part::Payload, byte_offset: 105 })));
}

#[test]
fn every_byte_of_a_manifest_can_be_flipped_and_only_what_covers_it_is_repaired() {
    let genuine = two_components(Algorithm::Es256);
    for offset in 0..part_len(&genuine, Part::Manifest) {
        let tampered = flip_bits(&genuine, Part::Manifest, offset, 1, FixUp::UnkeyedDigests).expect("inside");
        let manifest = genuine.map.manifest.clone();
        let digest = genuine.map.wrapper_digest.clone();
        let changed = differences(&genuine, &tampered);
        assert!(changed.iter().all(|at| manifest.contains(at) || digest.contains(at)), "byte {offset}");
        assert_eq!(changed.iter().filter(|at| manifest.contains(at)).count(), 1, "byte {offset}");
    }
}

#[test]
fn the_signature_is_stripped_and_nothing_else() {
    let genuine = two_components(Algorithm::Es256);
    let stripped = strip_signature(&genuine).expect("it is signed");
    let envelope = Envelope::read(&stripped.bytes);
    assert!(envelope.block.is_none());
    assert!(envelope.digests_hold());
    assert_eq!(envelope.payloads, Envelope::read(&genuine.bytes).payloads);

    let images = vec![image("radio", 0xBB, 300), image("app", 0xAA, 1000)];
    let never_signed = release_of(images, Authentication::DigestOnly).build().expect("a sound release");
    assert_eq!(stripped, never_signed, "bytes and map are those of a release that nobody signed");
}

#[test]
fn a_competent_attacker_changes_the_payload_and_strips_the_signature() {
    let genuine = two_components(Algorithm::Es256);
    let changed = flip_bits(&genuine, Part::Payload, 7, 1, FixUp::UnkeyedDigests).expect("inside");
    let stripped = strip_signature(&changed).expect("it is signed");
    assert!(Envelope::read(&stripped.bytes).digests_hold());
    let twice = flip_bits(&stripped, Part::Payload, 700, 1, FixUp::UnkeyedDigests).expect("inside");
    assert!(Envelope::read(&twice.bytes).digests_hold());
    let wrapper = bytes_of(decode(&twice.bytes[twice.map.wrapper.clone()]));
    assert_eq!(decode(&wrapper).as_array().map(Vec::len), Some(1));
}

#[test]
fn what_cannot_be_done_is_an_error() {
    let genuine = two_components(Algorithm::Es256);
    let unsigned = strip_signature(&genuine).expect("it is signed");
    assert!(matches!(strip_signature(&unsigned), Err(PublisherError::NotSigned)));
    assert_eq!(part_len(&unsigned, Part::Signature), 0);
    for bits in [0, 9, 255] {
        let refused = flip_bits(&genuine, Part::Payload, 0, bits, FixUp::None);
        assert!(matches!(refused, Err(PublisherError::FlipCount { bits: b }) if b == bits));
    }
    for (deliverable, part, offset, size) in
        [(&genuine, Part::Payload, 1300, 1300), (&genuine, Part::Digest, 32, 32), (&unsigned, Part::Signature, 0, 0)]
    {
        let refused = flip_bits(deliverable, part, offset, 1, FixUp::None);
        assert!(matches!(refused, Err(PublisherError::OutsidePart { part_size_bytes, .. }) if part_size_bytes == size));
    }
}
