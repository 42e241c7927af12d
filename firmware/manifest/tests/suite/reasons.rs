//! Every reason to reject is reached by bytes of its own, or it would not be a reason.
//!
//! Each line spoils a good sample in one place. A reason without a line fails the test, as does
//! a line that is rejected for another reason.

use std::collections::BTreeSet;

use manifest::{MAX_COMPONENTS, MAX_HEAD_BYTES, MAX_PAYLOAD_BYTES, MAX_URI_BYTES, Manifest, Reject};

use crate::encode::{array, boolean_true, bytes, header, int, map, null, tag, text, uint};
use crate::sample::{
    self, DIGEST, ES256, OTHER_DIGEST, Parts, changed, changed_two, digest_of, envelope, sequence, sign1, suit_digest,
    wrapper,
};

pub(crate) enum Input {
    Head(Vec<u8>),
    Member(Vec<u8>),
    Whole(Vec<u8>),
    Manifest(Vec<u8>),
}

use Input::{Head, Member, Whole};

/// Each reason with at least one input that is rejected for it.
pub(crate) fn table() -> Vec<(Reject, Input)> {
    let table = [
        encoding(),
        envelope_members(),
        digests(),
        signatures(),
        manifest_members(),
        components(),
        sequences(),
        parameters(),
        conflicts(),
        orders(),
        unsupported_commands(),
        unsupported_parameters(),
    ];
    table.into_iter().flatten().collect()
}

#[test]
fn every_reason_is_reached() {
    let table = table();
    for (reason, input) in &table {
        assert_eq!(reject(input), Some(*reason));
    }
    let reached: BTreeSet<Reject> = table.iter().map(|(reason, _)| *reason).collect();
    let unreached: Vec<&Reject> = Reject::ALL.iter().filter(|reason| !reached.contains(reason)).collect();
    assert!(unreached.is_empty(), "{unreached:?}");
}

#[test]
fn numbers_and_names_are_unique() {
    let numbers: BTreeSet<u16> = Reject::ALL.iter().map(|reason| reason.number()).collect();
    let names: BTreeSet<&str> = Reject::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(numbers.len(), Reject::ALL.len());
    assert_eq!(names.len(), Reject::ALL.len());
}

#[test]
fn names_are_kebab_case() {
    for reason in Reject::ALL {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(reason.name().chars().all(kebab), "{reason}");
    }
}

#[test]
fn numbers_on_the_wire_stay() {
    // A sample of each block: renumbering one would shift its neighbours.
    assert_eq!(Reject::UnsortedKeys.number(), 10);
    assert_eq!(Reject::PayloadTooLarge.number(), 109);
    assert_eq!(Reject::SignatureSize.number(), 138);
    assert_eq!(Reject::ComponentIdTooLong.number(), 213);
    assert_eq!(Reject::ConflictingUri.number(), 321);
    assert_eq!(Reject::ImageNeverChecked.number(), 355);
    assert_eq!(Reject::CommandCopy.number(), 4022);
    assert_eq!(Reject::ParameterEncryptionInfo.number(), 5019);
}

fn reject(input: &Input) -> Option<Reject> {
    match input {
        Head(bytes) => manifest::head(bytes).err(),
        Member(bytes) => manifest::member(bytes).err(),
        Whole(bytes) => manifest::whole(bytes).err(),
        Input::Manifest(bytes) => Manifest::parse(bytes).err(),
    }
}

/// A manifest of these members.
fn members(pairs: &[(i64, Vec<u8>)]) -> Input {
    Input::Manifest(map(pairs))
}

/// The good sample with one member replaced or, if it is new, appended.
fn with_member(key: i64, value: Vec<u8>) -> Input {
    let mut pairs = Parts::one().members();
    match pairs.iter_mut().find(|(present, _)| *present == key) {
        Some(pair) => pair.1 = value,
        None => pairs.push((key, value)),
    }
    pairs.sort_by_key(|(key, _)| *key);
    members(&pairs)
}

/// The good sample with another validate sequence, given as bytes.
fn with_validate(sequence: &[u8]) -> Input {
    with_member(7, bytes(sequence))
}

/// The good sample with an override of one more parameter in install.
fn with_parameter(key: i64, value: Vec<u8>) -> Input {
    Input::Manifest(changed(|parts| parts.install.insert(0, (20, map(&[(key, value)])))))
}

fn encoding() -> Vec<(Reject, Input)> {
    let good = sample::signed(&Parts::one().encode(), ES256, &[]);
    let two_payloads =
        |first, second| Whole(sample::signed(&Parts::one().encode(), ES256, &[(first, b"1"), (second, b"2")]));
    vec![
        (Reject::Truncated, Whole(good[..good.len() - 1].to_vec())),
        (Reject::Overrun, with_validate(&[0x82, 0x03])),
        (Reject::TrailingBytes, Whole([good, vec![0]].concat())),
        (Reject::TrailingBytes, with_validate(&[0x82, 0x03, 0x0f, 0x00])),
        (Reject::IndefiniteLength, with_validate(&[0x9f, 0x03, 0x0f, 0xff])),
        (Reject::IndefiniteLength, Head(vec![0xd8, 0x6b, 0xbf])),
        (Reject::NonShortest, with_validate(&[0x82, 0x18, 0x03, 0x0f])),
        (Reject::NonShortest, with_validate(&[0x98, 0x02, 0x03, 0x0f])),
        (Reject::NonShortest, with_validate(&[0x82, 0x03, 0x19, 0x00, 0x0f])),
        (Reject::NonShortest, Head(vec![0xda, 0x00, 0x00, 0x00, 0x6b])),
        (Reject::NonShortest, Head(vec![0xd8, 0x6b, 0xbb, 0, 0, 0, 0, 0, 0, 0, 2])),
        (Reject::ReservedEncoding, with_validate(&[0x82, 0x1c, 0x0f])),
        (Reject::WrongType, with_validate(&[0x82, 0x03, 0x82, 0x03, 0x0f])),
        (Reject::WrongType, with_validate(&[0x82, 0x03, 0xf9, 0x00, 0x00])),
        (Reject::WrongType, with_validate(&[0x82, 0x0c, 0xf4])),
        (Reject::NotUtf8, Member(vec![0x61, 0xff, 0x40])),
        (Reject::NotUtf8, with_parameter(21, vec![0x61, 0xff])),
        (Reject::DuplicateKey, two_payloads("#a", "#a")),
        (Reject::DuplicateKey, Member(vec![0x02, 0x40])),
        (Reject::DuplicateKey, members(&[(1, uint(1)), (1, uint(1))])),
        (Reject::UnsortedKeys, two_payloads("#b", "#a")),
        (Reject::UnsortedKeys, two_payloads("#aa", "#b")),
        (Reject::UnsortedKeys, members(&[(1, uint(1)), (2, uint(1)), (0, uint(1))])),
    ]
}

fn envelope_members() -> Vec<(Reject, Input)> {
    let manifest = Parts::one().encode();
    let good = wrapper(&digest_of(&manifest), &[sign1(&map(&[(1, int(ES256))]), &map(&[]), &[1; 64])]);
    let only = |pairs: &[(i64, Vec<u8>)]| Head(tag(107, &map(pairs)));
    let long = "x".repeat(MAX_URI_BYTES + 1);
    vec![
        (Reject::NotAnEnvelope, Head(map(&[]))),
        (Reject::NotAnEnvelope, Head(tag(18, &map(&[])))),
        (Reject::BareManifest, Head(tag(1070, &manifest))),
        (Reject::HeadTooLong, Head([&[0xd8, 0x6b, 0xa2, 0x02][..], &header(2, u64::MAX)].concat())),
        (Reject::HeadTooLong, Head(envelope(&good, &[0; MAX_HEAD_BYTES], &[]))),
        (Reject::AuthenticationMissing, only(&[])),
        (Reject::AuthenticationMissing, only(&[(3, bytes(&manifest)), (2, bytes(&good))])),
        (Reject::ManifestMissing, only(&[(2, bytes(&good))])),
        (Reject::ManifestMissing, only(&[(2, bytes(&good)), (20, bytes(&[]))])),
        (Reject::TooManyPayloads, Head(vec![0xd8, 0x6b, 0xa0 + 2 + MAX_COMPONENTS as u8 + 1])),
        (Reject::UnknownEnvelopeMember, Member(vec![0x04, 0x40])),
        (Reject::NameEmpty, Member(vec![0x60, 0x40])),
        (Reject::NameTooLong, Member(text(&long))),
        (Reject::PayloadTooLarge, Member([text("#x"), header(2, MAX_PAYLOAD_BYTES + 1)].concat())),
        (Reject::EnvelopePayloadFetch, Member(vec![0x10, 0x40])),
        (Reject::EnvelopeInstall, Member(vec![0x14, 0x40])),
        (Reject::EnvelopeText, Member(vec![0x17, 0x40])),
    ]
}

fn digests() -> Vec<(Reject, Input)> {
    let with_digest = |digest: Vec<u8>| Head(envelope(&wrapper(&digest, &[]), &[], &[]));
    vec![
        (Reject::DigestMissing, Head(envelope(&array(&[]), &[], &[]))),
        (Reject::DigestShape, with_digest(array(&[int(-16), bytes(&DIGEST), bytes(&[])]))),
        (Reject::DigestAlgorithm, with_digest(array(&[int(-44), bytes(&[0; 64])]))),
        (Reject::DigestSize, with_digest(array(&[int(-16), bytes(&DIGEST[1..])]))),
        (Reject::DigestSize, with_parameter(3, bytes(&suit_digest(&DIGEST[1..])))),
        (Reject::Unsigned, with_digest(suit_digest(&DIGEST))),
    ]
}

fn signatures() -> Vec<(Reject, Input)> {
    let with_blocks = |blocks: &[Vec<u8>]| Head(envelope(&wrapper(&suit_digest(&DIGEST), blocks), &[], &[]));
    let with_block = |block: Vec<u8>| with_blocks(&[block]);
    let with_headers = |protected: &[(i64, Vec<u8>)], unprotected: &[(i64, Vec<u8>)]| {
        with_block(sign1(&map(protected), &map(unprotected), &[1; 64]))
    };
    let es256 = map(&[(1, int(ES256))]);
    let good = sign1(&es256, &map(&[]), &[1; 64]);
    let id = (4, bytes(b"id"));
    vec![
        (Reject::TooManySignatures, with_blocks(&vec![good; 5])),
        (Reject::Mac0, with_block(tag(17, &array(&[])))),
        (Reject::Mac, with_block(tag(97, &array(&[])))),
        (Reject::SeveralSigners, with_block(tag(98, &array(&[])))),
        (Reject::UnknownAuthentication, with_block(array(&[]))),
        (Reject::UnknownAuthentication, with_block(tag(16, &array(&[])))),
        (Reject::SignatureShape, with_block(tag(18, &array(&[bytes(&es256), map(&[]), null()])))),
        (Reject::AlgorithmMissing, with_headers(&[], &[])),
        (Reject::AlgorithmMissing, with_block(sign1(&[], &map(&[]), &[1; 64]))),
        (Reject::AlgorithmUnprotected, with_headers(&[], &[(1, int(ES256))])),
        (Reject::AlgorithmUnprotected, with_headers(&[(1, int(ES256))], &[(1, int(ES256))])),
        (Reject::HssLms, with_headers(&[(1, int(-46))], &[])),
        (Reject::UnknownAlgorithm, with_headers(&[(1, int(-8))], &[])),
        (Reject::UnknownCoseHeader, with_headers(&[(1, int(ES256)), (2, array(&[]))], &[])),
        (Reject::UnknownCoseHeader, with_headers(&[(1, int(ES256))], &[(33, bytes(&[]))])),
        (Reject::TwoKeyIds, with_headers(&[(1, int(ES256)), id.clone()], &[id])),
        (Reject::PayloadAttached, with_block(tag(18, &array(&[bytes(&es256), map(&[]), bytes(&[]), bytes(&[1; 64])])))),
        (Reject::SignatureSize, with_block(sign1(&es256, &map(&[]), &[1; 63]))),
    ]
}

fn manifest_members() -> Vec<(Reject, Input)> {
    let severed = array(&[int(-16), bytes(&DIGEST)]);
    vec![
        (Reject::VersionMissing, members(&[])),
        (Reject::VersionMissing, members(&[(2, uint(1))])),
        (Reject::UnsupportedVersion, members(&[(1, uint(2))])),
        (Reject::SequenceNumberMissing, members(&[(1, uint(1))])),
        (Reject::CommonMissing, members(&[(1, uint(1)), (2, uint(1)), (7, bytes(&[]))])),
        (Reject::UnknownManifestMember, with_member(6, bytes(&[]))),
        (Reject::UnknownManifestMember, members(&[Parts::one().members(), vec![(-1, uint(0))]].concat())),
        (Reject::SeveredPayloadFetch, with_member(16, severed.clone())),
        (Reject::SeveredInstall, with_member(20, severed.clone())),
        (Reject::SeveredText, with_member(23, severed)),
        (Reject::ReferenceUri, with_member(4, text("https://example.com/full.suit"))),
        (Reject::ManifestComponentId, with_member(5, array(&[bytes(&[0])]))),
        (Reject::Text, with_member(23, bytes(&map(&[])))),
    ]
}

fn components() -> Vec<(Reject, Input)> {
    let named = |components: Vec<Vec<u8>>| Input::Manifest(changed(|parts| parts.components = components));
    let id = |part: u8| array(&[bytes(&[part])]);
    vec![
        (Reject::ComponentsMissing, with_member(3, bytes(&map(&[])))),
        (Reject::ComponentsMissing, named(vec![])),
        (Reject::UnknownCommonMember, with_member(3, bytes(&map(&[(2, array(&[id(0)])), (3, uint(0))])))),
        (Reject::TooManyComponents, named((0..5).map(id).collect())),
        (Reject::DuplicateComponent, named(vec![id(0), id(1), id(0)])),
        (Reject::ComponentIdEmpty, named(vec![array(&[])])),
        (Reject::ComponentIdTooLong, named(vec![array(&vec![bytes(&[0]); 5])])),
        (Reject::Dependencies, with_member(3, bytes(&map(&[(1, map(&[])), (2, array(&[id(0)]))])))),
    ]
}

fn sequences() -> Vec<(Reject, Input)> {
    let command = |number: i64, argument: Vec<u8>| with_validate(&sequence(&[(number, argument)]));
    vec![
        (Reject::SequenceEmpty, with_validate(&array(&[]))),
        (Reject::ArgumentMissing, with_validate(&array(&[uint(3)]))),
        (Reject::ReportingPolicy, command(3, uint(16))),
        (Reject::UnknownCommand, command(0, uint(15))),
        (Reject::UnknownCommand, command(i64::MAX, uint(15))),
        (Reject::CustomCommand, command(-257, null())),
        (Reject::ComponentIndexMissing, Input::Manifest(changed_two(|parts| drop(parts.validate.remove(0))))),
        (Reject::ComponentIndexRange, command(12, uint(1))),
        (Reject::ComponentIndexTrue, command(12, boolean_true())),
        (Reject::ComponentIndexList, command(12, array(&[uint(0)]))),
        (Reject::ParametersEmpty, command(20, map(&[]))),
    ]
}

fn parameters() -> Vec<(Reject, Input)> {
    vec![
        (Reject::UnknownParameter, with_parameter(4, uint(0))),
        (Reject::CustomParameter, with_parameter(-257, uint(0))),
        (Reject::IdentifierSize, with_parameter(1, bytes(&[0; 15]))),
        (Reject::IdentifierSize, with_parameter(2, bytes(&[0; 17]))),
        (Reject::VendorPen, with_parameter(1, tag(112, &bytes(&[0; 3])))),
        (Reject::ImageSizeZero, with_parameter(14, uint(0))),
        (Reject::UriEmpty, with_parameter(21, text(""))),
        (Reject::UriTooLong, with_parameter(21, text(&"x".repeat(MAX_URI_BYTES + 1)))),
    ]
}

fn conflicts() -> Vec<(Reject, Input)> {
    let in_validate = |key: i64, value: Vec<u8>| {
        Input::Manifest(changed(|parts| parts.validate.insert(0, (20, map(&[(key, value)])))))
    };
    vec![
        (Reject::ConflictingVendor, in_validate(1, bytes(&[0; 16]))),
        (Reject::ConflictingClass, in_validate(2, bytes(&[0; 16]))),
        (Reject::ConflictingDigest, in_validate(3, bytes(&suit_digest(&OTHER_DIGEST)))),
        (Reject::ConflictingDigest, with_parameter(3, bytes(&suit_digest(&OTHER_DIGEST)))),
        (Reject::ConflictingSize, in_validate(14, uint(1))),
        (Reject::ConflictingUri, in_validate(21, text("#other"))),
    ]
}

fn orders() -> Vec<(Reject, Input)> {
    let spoiled = |change: fn(&mut Parts)| Input::Manifest(changed(change));
    let without = |key: i64| {
        let mut pairs = sample::parameter_pairs();
        pairs.retain(|(present, _)| *present != key);
        Input::Manifest(changed(|parts| parts.shared[0].1 = map(&pairs)))
    };
    let in_two = |change: fn(&mut Parts)| Input::Manifest(changed_two(change));
    vec![
        (Reject::VendorCheckMisplaced, spoiled(|parts| parts.validate.push((1, uint(15))))),
        (Reject::ClassCheckMisplaced, spoiled(|parts| parts.install.push((2, uint(15))))),
        (Reject::ImageCheckMisplaced, spoiled(|parts| parts.shared.push((3, uint(15))))),
        (Reject::ImageCheckMisplaced, spoiled(|parts| parts.load.push((3, uint(15))))),
        (Reject::FetchMisplaced, spoiled(|parts| parts.validate.push((21, uint(2))))),
        (Reject::InvokeMisplaced, spoiled(|parts| parts.install.push((23, uint(2))))),
        (Reject::VendorUnset, without(1)),
        (Reject::ClassUnset, without(2)),
        (Reject::DigestUnset, without(3)),
        (Reject::SizeUnset, without(14)),
        (Reject::UriUnset, spoiled(|parts| drop(parts.install.remove(0)))),
        (Reject::ImageCheckBeforeFetch, spoiled(|parts| parts.install.insert(0, (3, uint(15))))),
        (Reject::FetchedTwice, spoiled(|parts| parts.install.push((21, uint(2))))),
        (Reject::FetchedTwice, spoiled(|parts| parts.payload_fetch = parts.install.clone())),
        (Reject::InvokedTwice, spoiled(|parts| parts.invoke.push((23, uint(2))))),
        (Reject::VendorNeverChecked, spoiled(|parts| drop(parts.shared.remove(1)))),
        (Reject::ClassNeverChecked, spoiled(|parts| drop(parts.shared.remove(2)))),
        (Reject::ImageNeverChecked, spoiled(|parts| parts.validate.clear())),
        (Reject::ImageNeverChecked, in_two(|parts| parts.validate.truncate(2))),
    ]
}

fn unsupported_commands() -> Vec<(Reject, Input)> {
    let command = |number: i64| with_validate(&sequence(&[(number, uint(15))]));
    vec![
        (Reject::CommandComponentSlot, command(5)),
        (Reject::CommandCheckContent, command(6)),
        (Reject::CommandDependencyIntegrity, command(7)),
        (Reject::CommandIsDependency, command(8)),
        (Reject::CommandProcessDependency, command(11)),
        (Reject::CommandAbort, command(14)),
        (Reject::CommandTryEach, command(15)),
        (Reject::CommandWrite, command(18)),
        (Reject::CommandSetParameters, command(19)),
        (Reject::CommandCopy, command(22)),
        (Reject::CommandDeviceIdentifier, command(24)),
        (Reject::CommandSwap, command(31)),
        (Reject::CommandRunSequence, command(32)),
    ]
}

fn unsupported_parameters() -> Vec<(Reject, Input)> {
    let parameter = |number: i64| with_parameter(number, uint(0));
    vec![
        (Reject::ParameterComponentSlot, parameter(5)),
        (Reject::ParameterStrictOrder, parameter(12)),
        (Reject::ParameterSoftFailure, parameter(13)),
        (Reject::ParameterContent, parameter(18)),
        (Reject::ParameterEncryptionInfo, parameter(19)),
        (Reject::ParameterSourceComponent, parameter(22)),
        (Reject::ParameterInvokeArgs, parameter(23)),
        (Reject::ParameterDeviceIdentifier, parameter(24)),
        (Reject::ParameterFetchArguments, parameter(25)),
    ]
}
