//! Third-party vectors: which official envelopes are accepted, and why the others are not.
//!
//! They were written by people who never saw this parser, which is what makes them evidence.

use manifest::{Component, Head, Manifest, Order, Reject};

use crate::judge::{Verdict, judge};
use crate::official::Vectors;

use Verdict::{Accepted, Rejected};

/// Every envelope of the manifest draft. Without COSE there is no signature to accept it by.
const EXAMPLES: &[(&str, &[Verdict])] = &[
    ("suit/example0.txt", &[Rejected(Reject::Unsigned), Accepted]),
    ("suit/example1.txt", &[Rejected(Reject::Unsigned), Accepted]),
    (
        "suit/example2.txt",
        &[Rejected(Reject::Unsigned), Rejected(Reject::ReferenceUri), Rejected(Reject::EnvelopeInstall)],
    ),
    ("suit/example3.txt", &[Rejected(Reject::Unsigned), Rejected(Reject::CommandTryEach)]),
    ("suit/example4.txt", &[Rejected(Reject::Unsigned), Rejected(Reject::ParameterSourceComponent)]),
    ("suit/example5.txt", &[Rejected(Reject::Unsigned), Accepted]),
];

/// Every signed envelope of the encryption draft. The one with ESP256 is authentic, and rejected
/// only afterwards for what its manifest asks. The dependent manifest's signature does not hold
/// under the published key (that of the dependency inside it does): an oversight of the draft.
const ENCRYPTED: &[(&str, Verdict)] = &[
    ("suit-manifest-aes-kw-content.hex.signed", Rejected(Reject::Mac0)),
    ("suit-manifest-aes-kw-slot.hex.signed", Rejected(Reject::Mac0)),
    ("suit-manifest-aes-kw.hex.signed", Rejected(Reject::Mac0)),
    ("suit-manifest-es-ecdh-content.hex.signed", Rejected(Reject::ParameterContent)),
    (DEPENDENCY, Verdict::SignatureFails),
];

const DEPENDENCY: &str = "suit-manifest-es-ecdh-dependency.hex.signed";

#[test]
fn every_official_example_meets_its_verdict() {
    let Some(vectors) = Vectors::find("every_official_example_meets_its_verdict") else { return };
    let key = vectors.key();
    for (file, verdicts) in EXAMPLES {
        let envelopes = vectors.example_envelopes(file);
        let seen: Vec<Verdict> = envelopes.iter().map(|envelope| judge(envelope, &key)).collect();
        assert_eq!(&seen, verdicts, "{file}");
    }
}

#[test]
fn every_envelope_of_the_encryption_draft_meets_its_verdict() {
    let Some(vectors) = Vectors::find("every_envelope_of_the_encryption_draft_meets_its_verdict") else { return };
    for (file, verdict) in ENCRYPTED {
        let envelope = vectors.hex_envelope(&format!("suit-firmware-encryption/{file}"));
        assert_eq!(&judge(&envelope, &vectors.key()), verdict, "{file}");
    }
}

#[test]
fn a_dependency_is_reached_as_an_integrated_payload() {
    let Some(vectors) = Vectors::find("a_dependency_is_reached_as_an_integrated_payload") else { return };
    let envelope = vectors.hex_envelope(&format!("suit-firmware-encryption/{DEPENDENCY}"));
    let head = manifest::whole(&envelope).expect("the envelope is well-formed");
    assert_eq!(Manifest::parse(head.manifest()), Err(Reject::Dependencies));
    let rest = &envelope[head.size_bytes()..];
    let member = manifest::member(rest).expect("the envelope is well-formed").expect("it is complete");
    assert_eq!(member.name, "#dependency-manifest");
    let dependency = &rest[member.header_size_bytes..];
    assert_eq!(dependency.len(), member.size_bytes);
    assert_eq!(judge(dependency, &vectors.key()), Rejected(Reject::ManifestComponentId));
}

#[test]
fn an_official_manifest_means_the_same_with_and_without_signature() {
    let Some(vectors) = Vectors::find("an_official_manifest_means_the_same_with_and_without_signature") else { return };
    for (file, verdicts) in EXAMPLES {
        let envelopes = vectors.example_envelopes(file);
        let [bare, signed] = [&envelopes[0], &envelopes[1]];
        let bare = read(manifest::head_even_unsigned(bare));
        let signed = read(manifest::head(signed));
        assert_eq!(bare.authentication().signatures().count(), 0, "{file}");
        assert_eq!(Manifest::parse(bare.manifest()), Manifest::parse(signed.manifest()), "{file}");
        assert_eq!(Manifest::parse(signed.manifest()).is_ok(), verdicts[1] == Accepted, "{file}");
    }
}

#[test]
fn the_example_of_two_images_is_understood() {
    let Some(vectors) = Vectors::find("the_example_of_two_images_is_understood") else { return };
    let envelope = &vectors.example_envelopes("suit/example5.txt")[1];
    let manifest = Manifest::parse(read(manifest::head(envelope)).manifest()).expect("the table says so");
    assert_eq!(manifest.sequence(), 5);
    let [first, second] = manifest.components() else { panic!("the example has two components") };
    assert_eq!(first.vendor, Some(uuid("fa6b4a53d5ad5fdfbe9de663e4d41ffe")));
    assert_eq!(first.class, Some(uuid("1492af1425695e48bf429b2d51f2ab45")));
    assert_eq!(first.size_bytes, Some(34_768));
    assert_eq!(first.uri, Some("http://example.com/file1.bin"));
    assert_eq!(orders(first), [true, true, true, true, true, true]);
    assert_eq!(second.id.parts().collect::<Vec<_>>(), [[1]]);
    assert_eq!(second.vendor, None);
    assert_eq!(second.size_bytes, Some(76_834));
    assert_eq!(second.uri, Some("http://example.com/file2.bin"));
    assert_eq!(orders(second), [false, false, true, true, true, false]);
}

#[test]
fn every_bit_of_an_accepted_example_matters() {
    let Some(vectors) = Vectors::find("every_bit_of_an_accepted_example_matters") else { return };
    let key = vectors.key();
    for (file, verdicts) in EXAMPLES {
        if verdicts[1] != Accepted {
            continue;
        }
        let genuine = &vectors.example_envelopes(file)[1];
        // Manifest, digest, protected header and signature are all of it but a few headers, and
        // those must not bend either.
        for bit in 0..genuine.len() * 8 {
            let mut flipped = genuine.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(judge(&flipped, &key), Accepted, "{file}, bit {bit}");
        }
    }
}

#[test]
fn a_signature_does_not_carry_over_to_another_manifest() {
    let Some(vectors) = Vectors::find("a_signature_does_not_carry_over_to_another_manifest") else { return };
    let key = vectors.key();
    let [first, second] =
        ["suit/example0.txt", "suit/example5.txt"].map(|file| vectors.example_envelopes(file)[1].clone());
    let [first_head, second_head] = [&first, &second].map(|envelope| read(manifest::head(envelope)));

    // Tag, map, key and the header of a byte string come before the 115 bytes of the wrapper.
    let wrapper_end = 6 + 115;
    let mut foreign_manifest = first[..wrapper_end].to_vec();
    foreign_manifest.extend(&second[wrapper_end..]);
    assert_eq!(read(manifest::head(&foreign_manifest)).manifest(), second_head.manifest());
    assert_eq!(judge(&foreign_manifest, &key), Verdict::DigestDiffers);

    let digest_at = find(&second, second_head.authentication().digest_bstr);
    let mut foreign_signature = foreign_manifest;
    foreign_signature[digest_at..digest_at + 36].copy_from_slice(second_head.authentication().digest_bstr);
    let signature = |head: &Head<'_>| *head.authentication().signatures().next().expect("it is signed").signature;
    assert_eq!(signature(&read(manifest::head(&foreign_signature))), signature(&first_head));
    assert_eq!(judge(&foreign_signature, &key), Verdict::SignatureFails);
}

fn read(head: Result<Option<Head<'_>>, Reject>) -> Head<'_> {
    head.expect("the table says so").expect("the envelope is complete")
}

fn find(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).expect("it was taken from there")
}

fn orders(component: &Component<'_>) -> [bool; 6] {
    use Order::{CheckClass, CheckFetched, CheckVendor, Fetch, Invoke, Validate};
    [CheckVendor, CheckClass, Fetch, CheckFetched, Validate, Invoke].map(|order| component.orders(order))
}

fn uuid(digits: &str) -> [u8; 16] {
    hex::decode(digits).expect("hexadecimal").try_into().expect("16 bytes")
}
