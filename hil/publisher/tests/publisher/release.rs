//! The envelope says what the release says, in the form that the draft gives it.
//!
//! The expected trees are written out by hand from the draft, number by number: they are the second
//! opinion on the constants in the writer.

use ciborium::Value;
use publisher::{Algorithm, Authentication, PublisherError, Release, Role};

use crate::reader::{Envelope, bytes_of, decode, encode, items, suit_digest, value_of};
use crate::{CLASS, VENDOR, image, keys, release_of, two_components};

/// Command sequences are mostly small integers.
fn numbers(values: &[i64]) -> Vec<Value> {
    values.iter().copied().map(Value::from).collect()
}

/// The command sequence under `key`.
fn sequence(manifest: &Value, key: i64) -> Vec<Value> {
    items(decode(&bytes_of(value_of(manifest, key))))
}

fn shared_commands(index: i64, payload: &[u8]) -> Vec<Value> {
    let parameters = Value::Map(vec![
        (Value::from(1), Value::Bytes(VENDOR.to_vec())),
        (Value::from(2), Value::Bytes(CLASS.to_vec())),
        (Value::from(3), Value::Bytes(suit_digest(payload))),
        (Value::from(14), Value::from(payload.len() as u64)),
    ]);
    [numbers(&[12, index, 20]), vec![parameters], numbers(&[1, 15, 2, 15])].concat()
}

fn install_commands(index: i64, uri: &str) -> Vec<Value> {
    let parameters = Value::Map(vec![(Value::from(21), Value::from(uri))]);
    [numbers(&[12, index, 20]), vec![parameters], numbers(&[21, 2, 3, 15])].concat()
}

#[test]
fn a_manifest_of_one_component_has_the_form_of_the_draft() {
    let release = release_of(vec![image("app", 0xAA, 1000)], Authentication::DigestOnly);
    let envelope = Envelope::read(&release.build().expect("a sound release").bytes);
    let manifest = decode(&envelope.manifest);

    let keys: Vec<_> = manifest.as_map().expect("a map").iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(keys, numbers(&[1, 2, 3, 7, 9, 20]));
    assert_eq!(value_of(&manifest, 1), Value::from(1));
    assert_eq!(value_of(&manifest, 2), Value::from(7));

    let common = decode(&bytes_of(value_of(&manifest, 3)));
    let identifier = Value::Array(vec![Value::Bytes(b"app".to_vec())]);
    assert_eq!(value_of(&common, 2), Value::Array(vec![identifier]));
    assert_eq!(sequence(&common, 4), shared_commands(0, &[0xAA; 1000]));

    assert_eq!(sequence(&manifest, 7), numbers(&[12, 0, 3, 15]));
    assert_eq!(sequence(&manifest, 9), numbers(&[12, 0, 23, 2]));
    assert_eq!(sequence(&manifest, 20), install_commands(0, "#app"));
    assert_eq!(envelope.payloads, [("#app".to_owned(), vec![0xAA; 1000])]);
}

#[test]
fn every_component_has_its_own_commands_and_the_first_is_started() {
    let envelope = Envelope::read(&two_components(Algorithm::Es256).bytes);
    let manifest = decode(&envelope.manifest);
    let common = decode(&bytes_of(value_of(&manifest, 3)));

    let names = items(value_of(&common, 2)).into_iter().map(|id| bytes_of(items(id).remove(0)));
    assert_eq!(names.collect::<Vec<_>>(), [b"radio".to_vec(), b"app".to_vec()]);
    let shared = [shared_commands(0, &[0xBB; 300]), shared_commands(1, &[0xAA; 1000])].concat();
    assert_eq!(sequence(&common, 4), shared);
    assert_eq!(sequence(&manifest, 7), numbers(&[12, 0, 3, 15, 12, 1, 3, 15]));
    assert_eq!(sequence(&manifest, 9), numbers(&[12, 0, 23, 2]));
    let install = [install_commands(0, "#radio"), install_commands(1, "#app")].concat();
    assert_eq!(sequence(&manifest, 20), install);
}

#[test]
fn payloads_stand_in_the_order_of_their_encoded_keys() {
    let images = ["radio", "b", "a", "app"].map(|name| image(name, 1, 1)).to_vec();
    let deliverable = release_of(images, Authentication::DigestOnly).build().expect("a sound release");
    let envelope = Envelope::read(&deliverable.bytes);
    let order: Vec<_> = envelope.payloads.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(order, ["#a", "#b", "#app", "#radio"]);
    let components: Vec<_> = deliverable.map.components.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(components, ["radio", "b", "a", "app"]);
}

#[test]
fn the_signature_is_the_release_keys_and_nobody_elses() {
    let keys = keys();
    for (algorithm, number) in [(Algorithm::Es256, -7), (Algorithm::Esp256, -9)] {
        let envelope = Envelope::read(&two_components(algorithm).bytes);
        let block = envelope.block.as_ref().expect("it is signed");
        assert_eq!(decode(&block.protected), Value::Map(vec![(Value::from(1), Value::from(number))]));
        assert!(envelope.digests_hold());
        assert!(envelope.is_signed_by(keys.signer(Role::Release)));
        assert!(!envelope.is_signed_by(keys.signer(Role::Attacker)));
        assert!(!envelope.is_signed_by(keys.signer(Role::OtherProduct)));
    }
}

#[test]
fn a_release_signed_by_nobody_carries_the_digest_alone() {
    let release = release_of(vec![image("app", 0xAA, 10)], Authentication::DigestOnly);
    let deliverable = release.build().expect("a sound release");
    let envelope = Envelope::read(&deliverable.bytes);
    assert!(envelope.block.is_none());
    assert!(envelope.digests_hold());
    assert_eq!(deliverable.map.signature, None);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(two_components(Algorithm::Esp256), two_components(Algorithm::Esp256));
}

#[test]
fn the_map_points_at_what_it_names() {
    let deliverable = two_components(Algorithm::Es256);
    let (bytes, map) = (&deliverable.bytes, &deliverable.map);
    let envelope = Envelope::read(bytes);
    let block = envelope.block.expect("it is signed");

    assert_eq!(bytes[map.wrapper_digest.clone()], envelope.suit_digest[4..]);
    assert_eq!(map.wrapper_digest.len(), 32);
    let signature = map.signature.clone().expect("it is signed");
    assert_eq!(signature.len(), 64);
    assert_eq!(bytes[signature], block.signature);
    assert_eq!(bytes[map.manifest.clone()], envelope.manifest);
    assert_eq!(map.head, 0..map.manifest.end);
    let wrapper = bytes_of(decode(&bytes[map.wrapper.clone()]));
    assert_eq!(items(decode(&wrapper)).len(), 2);

    for component in &map.components {
        let payload = &bytes[component.payload.clone()];
        let key = format!("#{}", component.name);
        assert!(envelope.payloads.contains(&(key, payload.to_vec())));
        let digest = &suit_digest(payload)[4..];
        let found: Vec<_> = (0..bytes.len() - 32).filter(|&at| bytes[at..at + 32] == *digest).collect();
        let mapped: Vec<_> = component.image_digests.iter().map(|range| range.start).collect();
        assert_eq!(mapped, found, "every place of the digest, and no other");
        assert!(component.image_digests.iter().all(|range| range.len() == 32));
        assert!(component.image_digests.iter().all(|range| range.end <= map.manifest.end));
    }
}

#[test]
fn lengths_and_numbers_of_every_size_are_written_in_the_shortest_form() {
    for size_bytes in [1, 23, 24, 255, 256, 65_535, 65_536] {
        for sequence in [0, 23, 24, 255, 256, 65_536, u64::from(u32::MAX) + 1, u64::MAX] {
            let images = vec![image("app", 0xAA, size_bytes)];
            let release = Release { sequence, ..release_of(images, Authentication::DigestOnly) };
            let deliverable = release.build().expect("a sound release");
            // `ciborium` always writes the shortest form and keeps the order of keys.
            assert_eq!(encode(&decode(&deliverable.bytes)), deliverable.bytes);
            let manifest = &deliverable.bytes[deliverable.map.manifest.clone()];
            assert_eq!(encode(&decode(manifest)), manifest);
            assert_eq!(value_of(&decode(manifest), 2), Value::from(sequence));
        }
    }
}

#[test]
fn a_release_that_cannot_be_meant_is_refused() {
    let build = |images| release_of(images, Authentication::DigestOnly).build();
    assert!(matches!(build(vec![]), Err(PublisherError::NoImages)));
    let twice = vec![image("app", 1, 1), image("app", 2, 1)];
    assert!(matches!(build(twice), Err(PublisherError::DuplicateComponent { name }) if name == "app"));
    let empty = vec![image("app", 1, 1), image("radio", 1, 0)];
    assert!(matches!(build(empty), Err(PublisherError::EmptyImage { component }) if component == "radio"));
    for name in ["", "a b", "a#b", "../app", "größe", "a\n"] {
        let refused = build(vec![image(name, 1, 1)]);
        assert!(matches!(refused, Err(PublisherError::ComponentName { .. })), "{name:?}");
    }
}
