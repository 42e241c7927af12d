//! What is read from a good deliverable, and how it arrives piece by piece.
//!
//! A device never holds a whole deliverable, so every prefix must lead to the same answer.

use manifest::{Algorithm, Manifest, Order, Reject, head, member, whole};

use crate::encode::{bytes, int, map};
use crate::judge::{Verdict, judge};
use crate::sample::{self, Parts, envelope, sign1, signed, wrapper};

#[test]
fn every_shape_of_the_corpus_is_accepted() {
    for deliverable in sample::corpus() {
        assert_eq!(judge(&deliverable, sample::key().verifying_key()), Verdict::Accepted);
    }
}

#[test]
fn a_manifest_of_one_component_is_understood() {
    let bytes = Parts::one().encode();
    let manifest = Manifest::parse(&bytes).expect("the sample is good");
    assert_eq!(manifest.sequence(), sample::SEQUENCE);
    let [component] = manifest.components() else { panic!("the sample has one component") };
    assert_eq!(component.id.parts().collect::<Vec<_>>(), [[0]]);
    assert_eq!(component.vendor, Some(sample::VENDOR));
    assert_eq!(component.class, Some(sample::CLASS));
    assert_eq!(component.digest, Some(sample::DIGEST));
    assert_eq!(component.size_bytes, Some(sample::SIZE_BYTES));
    assert_eq!(component.uri, Some(sample::URI));
    for order in
        [Order::CheckVendor, Order::CheckClass, Order::Fetch, Order::CheckFetched, Order::Validate, Order::Invoke]
    {
        assert!(component.orders(order), "{order:?}");
    }
}

#[test]
fn a_manifest_fits_on_a_small_stack() {
    assert!(size_of::<Manifest<'_>>() <= 1024, "{} bytes", size_of::<Manifest<'_>>());
    assert!(size_of::<manifest::Head<'_>>() <= 512, "{} bytes", size_of::<manifest::Head<'_>>());
}

#[test]
fn only_what_is_ordered_is_reported() {
    let bytes = sample::changed(|parts| {
        parts.install.clear();
        parts.invoke.clear();
    });
    let manifest = Manifest::parse(&bytes).expect("validating alone is allowed");
    let [component] = manifest.components() else { panic!("the sample has one component") };
    assert!(component.orders(Order::Validate));
    for order in [Order::Fetch, Order::CheckFetched, Order::Invoke] {
        assert!(!component.orders(order), "{order:?}");
    }
}

#[test]
fn setting_a_parameter_again_to_its_value_is_allowed() {
    let bytes = sample::changed(|parts| parts.validate.insert(0, (20, sample::parameters())));
    Manifest::parse(&bytes).expect("nothing contradicts");
}

#[test]
fn payload_fetch_may_fetch_instead_of_install() {
    let bytes = sample::changed(|parts| std::mem::swap(&mut parts.payload_fetch, &mut parts.install));
    let manifest = Manifest::parse(&bytes).expect("both are places to fetch");
    assert!(manifest.components()[0].orders(Order::Fetch));
}

#[test]
fn the_key_id_is_read_from_either_header() {
    let with_id = map(&[(1, int(sample::ESP256)), (4, bytes(b"release"))]);
    let without_id = map(&[(1, int(sample::ESP256))]);
    let id_alone = map(&[(4, bytes(b"release"))]);
    for (protected, unprotected) in [(with_id, map(&[])), (without_id, id_alone)] {
        let manifest = Parts::one().encode();
        let block = sign1(&protected, &unprotected, &[1; 64]);
        let deliverable = envelope(&wrapper(&sample::digest_of(&manifest), &[block]), &manifest, &[]);
        let head = whole(&deliverable).expect("well-formed");
        let signature = head.authentication().signatures().next().expect("there is one");
        assert_eq!(signature.key_id, Some(&b"release"[..]));
        assert_eq!(signature.algorithm, Algorithm::Esp256);
    }
}

#[test]
fn a_head_is_the_same_however_much_of_the_rest_has_arrived() {
    for deliverable in sample::corpus() {
        let complete = whole(&deliverable).expect("the corpus is good");
        for arrived in 0..=deliverable.len() {
            let answer = head(&deliverable[..arrived]).expect("nothing is wrong with the beginning");
            if arrived < complete.size_bytes() {
                assert_eq!(answer, None, "{arrived} bytes");
            } else {
                assert_eq!(answer, Some(complete), "{arrived} bytes");
            }
        }
    }
}

#[test]
fn members_are_announced_before_their_payload_arrives() {
    let payload = [7; 300];
    let deliverable = signed(&Parts::one().encode(), sample::ES256, &[(sample::URI, &payload)]);
    let head = whole(&deliverable).expect("well-formed");
    assert_eq!(head.members_left(), 1);
    let rest = &deliverable[head.size_bytes()..];
    let announced = member(rest).expect("well-formed").expect("complete");
    assert_eq!((announced.name, announced.size_bytes), (sample::URI, 300));
    assert_eq!(rest[announced.header_size_bytes..], payload);
    for arrived in 0..rest.len() {
        let expected = (arrived >= announced.header_size_bytes).then_some(announced);
        assert_eq!(member(&rest[..arrived]), Ok(expected), "{arrived} bytes");
    }
}

#[test]
fn a_deliverable_that_stops_early_is_truncated() {
    for deliverable in sample::corpus() {
        for arrived in 0..deliverable.len() {
            assert_eq!(whole(&deliverable[..arrived]), Err(Reject::Truncated), "{arrived} bytes");
        }
    }
}

#[test]
fn an_unsigned_envelope_is_read_only_where_that_is_asked_for() {
    let envelope = sample::unsigned(&Parts::one().encode());
    assert_eq!(head(&envelope), Err(Reject::Unsigned));
    let head = manifest::head_even_unsigned(&envelope).expect("well-formed").expect("complete");
    assert_eq!(head.authentication().signatures().count(), 0);
}

#[test]
fn an_unsigned_envelope_is_refused_before_its_manifest_arrives() {
    let envelope = sample::unsigned(&Parts::one().encode());
    let wrapper_end = envelope.len() - bytes(&Parts::one().encode()).len() - 1;
    assert_eq!(head(&envelope[..wrapper_end]), Err(Reject::Unsigned));
    assert_eq!(head(&envelope[..wrapper_end - 1]), Ok(None));
}
