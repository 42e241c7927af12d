//! A second opinion: the crate `suit_validator`, written by others from the same draft.
//!
//! Both read one corpus: our deliverables, official envelopes where they are at hand, every
//! input of the table of reasons, and mutated manifests in envelopes whose digest was made to fit
//! (otherwise nothing but the digest would ever be compared). Wherever the two disagree, the
//! cause must be on one of the lists, and the lists are exact: what never makes a difference
//! comes off.

use std::collections::BTreeSet;

use manifest::{Manifest, Reject};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::encode::{bytes, header, int, map, tag, uint};
use crate::judge::{Verdict, judge};
use crate::mutations::mutate;
use crate::official::Vectors;
use crate::oracle::{Opinion, opinion_of_form, opinion_with_key};
use crate::reasons::{self, Input};
use crate::sample::{self, ES256, ESP256, Parts};

const MUTANTS: usize = 100_000;

/// It decodes without asking for one spelling only: items after the end, long forms of numbers,
/// keys twice or out of order, arrays with further elements, values of no use of any type.
const FORGIVEN_ENCODING: &[Reject] = &[
    Reject::TrailingBytes,
    Reject::NonShortest,
    Reject::WrongType,
    Reject::DuplicateKey,
    Reject::UnsortedKeys,
    Reject::DigestSize,
    Reject::IdentifierSize,
];

/// It takes a manifest without envelope (tag 1070) as authentic, signed by nobody.
const UNSIGNED: &[Reject] = &[Reject::BareManifest];

/// It skips members, commands and parameters that it does not know, and does not mind the
/// version, so it runs what is left of a manifest that may have been meant otherwise.
const SKIPPED: &[Reject] = &[
    Reject::AuthenticationMissing,
    Reject::UnknownEnvelopeMember,
    Reject::VersionMissing,
    Reject::UnsupportedVersion,
    Reject::SequenceNumberMissing,
    Reject::UnknownManifestMember,
    Reject::ComponentsMissing,
    Reject::UnknownCommonMember,
    Reject::SequenceEmpty,
    Reject::ReportingPolicy,
    Reject::UnknownCommand,
    Reject::ParametersEmpty,
    Reject::UnknownParameter,
    Reject::ManifestComponentId,
    Reject::Dependencies,
    Reject::CommandDependencyIntegrity,
    Reject::CommandIsDependency,
    Reject::CommandProcessDependency,
    Reject::CommandSetParameters,
    Reject::ParameterEncryptionInfo,
];

/// It decodes commands and does not run them, so it never sees what they amount to.
const NOT_RUN: &[Reject] = &[
    Reject::DuplicateComponent,
    Reject::ComponentIdEmpty,
    Reject::ComponentIndexMissing,
    Reject::ComponentIndexRange,
    Reject::ImageSizeZero,
    Reject::UriEmpty,
    Reject::ConflictingVendor,
    Reject::ConflictingClass,
    Reject::ConflictingDigest,
    Reject::ConflictingSize,
    Reject::ConflictingUri,
    Reject::VendorCheckMisplaced,
    Reject::ClassCheckMisplaced,
    Reject::ImageCheckMisplaced,
    Reject::FetchMisplaced,
    Reject::InvokeMisplaced,
    Reject::VendorUnset,
    Reject::ClassUnset,
    Reject::DigestUnset,
    Reject::SizeUnset,
    Reject::UriUnset,
    Reject::ImageCheckBeforeFetch,
    Reject::FetchedTwice,
    Reject::InvokedTwice,
    Reject::VendorNeverChecked,
    Reject::ClassNeverChecked,
    Reject::ImageNeverChecked,
];

/// It supports more of the draft, and has other limits.
const NOT_SUPPORTED_HERE: &[Reject] = &[
    Reject::EnvelopePayloadFetch,
    Reject::EnvelopeInstall,
    Reject::EnvelopeText,
    Reject::SeveredPayloadFetch,
    Reject::SeveredInstall,
    Reject::SeveredText,
    Reject::ReferenceUri,
    Reject::Text,
    Reject::TooManyComponents,
    Reject::ComponentIdTooLong,
    Reject::CustomCommand,
    Reject::ComponentIndexTrue,
    Reject::ComponentIndexList,
    Reject::CustomParameter,
    Reject::VendorPen,
    Reject::UriTooLong,
    Reject::CommandComponentSlot,
    Reject::CommandCheckContent,
    Reject::CommandAbort,
    Reject::CommandTryEach,
    Reject::CommandWrite,
    Reject::CommandCopy,
    Reject::CommandDeviceIdentifier,
    Reject::CommandSwap,
    Reject::CommandRunSequence,
    Reject::ParameterComponentSlot,
    Reject::ParameterContent,
    Reject::ParameterSourceComponent,
    Reject::ParameterInvokeArgs,
];

#[test]
fn the_other_decoder_accepts_more_only_for_listed_reasons() {
    let mut seen = BTreeSet::new();
    let mut agreed = 0;
    for deliverable in corpus() {
        match (ours(&deliverable), opinion_of_form(&deliverable)) {
            (Err(reason), Opinion::Accepts) => drop(seen.insert(reason)),
            (Ok(()), Opinion::Accepts) | (Err(_), Opinion::Rejects) => agreed += 1,
            (Ok(()), Opinion::Rejects) => {
                assert!(has_integrated_payloads(&deliverable), "{}", hex::encode(deliverable))
            }
            (_, Opinion::Panics) => panic!("it panics: {}", hex::encode(deliverable)),
        }
    }
    let lists = [FORGIVEN_ENCODING, UNSIGNED, SKIPPED, NOT_RUN, NOT_SUPPORTED_HERE];
    let listed: BTreeSet<Reject> = lists.into_iter().flatten().copied().collect();
    assert_eq!(listed.len(), lists.map(<[Reject]>::len).iter().sum::<usize>(), "a reason is listed twice");
    assert_eq!(seen, listed);
    assert!(agreed > MUTANTS / 2, "they agree on {agreed} only: too few to say anything");
}

#[test]
fn both_decoders_reject_every_flipped_bit() {
    let key = *sample::key().verifying_key();
    let genuine = sample::signed(&Parts::one().encode(), ES256, &[]);
    for bit in 0..genuine.len() * 8 {
        let mut flipped = genuine.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(judge(&flipped, &key), Verdict::Accepted, "bit {bit}");
        assert_eq!(opinion_with_key(&flipped, &key), Opinion::Rejects, "bit {bit}");
    }
}

#[test]
fn both_decoders_accept_both_algorithms() {
    let key = *sample::key().verifying_key();
    for algorithm in [ES256, ESP256] {
        let genuine = sample::signed(&Parts::one().encode(), algorithm, &[]);
        assert_eq!(judge(&genuine, &key), Verdict::Accepted);
        assert_eq!(opinion_with_key(&genuine, &key), Opinion::Accepts);
    }
}

#[test]
fn both_decoders_agree_on_the_accepted_official_examples() {
    let Some(vectors) = Vectors::find("both_decoders_agree_on_the_accepted_official_examples") else { return };
    for file in ["suit/example0.txt", "suit/example1.txt", "suit/example5.txt"] {
        for envelope in vectors.example_envelopes(file) {
            let accepted = judge(&envelope, &vectors.key()) == Verdict::Accepted;
            let opinion = opinion_with_key(&envelope, &vectors.key());
            assert_eq!(opinion == Opinion::Accepts, accepted, "{file}: {opinion:?}");
        }
    }
}

fn ours(deliverable: &[u8]) -> Result<(), Reject> {
    let head = manifest::whole(deliverable)?;
    Manifest::parse(head.manifest()).map(drop)
}

/// The one thing that only this decoder reads: members of the envelope with a name for a key.
fn has_integrated_payloads(deliverable: &[u8]) -> bool {
    manifest::whole(deliverable).is_ok_and(|head| head.members_left() > 0)
}

fn corpus() -> Vec<Vec<u8>> {
    let mut corpus = sample::corpus();
    corpus.extend(reasons::table().into_iter().map(|(_, input)| match input {
        Input::Head(bytes) | Input::Whole(bytes) => bytes,
        Input::Member(member) => with_member(&member),
        Input::Manifest(manifest) => enclose(&manifest),
    }));
    let manifests = [Parts::one().encode(), Parts::two().encode()];
    let mut random = ChaCha8Rng::seed_from_u64(0x5eed);
    corpus.extend((0..MUTANTS).map(|round| enclose(&mutate(&manifests[round % 2], &manifests, &mut random))));
    if let Some(vectors) =
        Vectors::find("the_other_decoder_accepts_more_only_for_listed_reasons, on official envelopes")
    {
        let examples = (0..6).map(|number| format!("suit/example{number}.txt"));
        corpus.extend(examples.flat_map(|file| vectors.example_envelopes(&file)));
    }
    corpus
}

/// An envelope around some manifest bytes: the digest fits, the signature is 64 times one.
fn enclose(manifest: &[u8]) -> Vec<u8> {
    sample::envelope(&wrapper_for(manifest), manifest, &[])
}

/// An envelope with one more member, as it is.
fn with_member(member: &[u8]) -> Vec<u8> {
    let manifest = Parts::one().encode();
    let members = [uint(2), bytes(&wrapper_for(&manifest)), uint(3), bytes(&manifest), member.to_vec()];
    tag(107, &[header(5, 3), members.concat()].concat())
}

fn wrapper_for(manifest: &[u8]) -> Vec<u8> {
    let block = sample::sign1(&map(&[(1, int(ES256))]), &map(&[]), &[1; 64]);
    sample::wrapper(&sample::digest_of(manifest), &[block])
}
