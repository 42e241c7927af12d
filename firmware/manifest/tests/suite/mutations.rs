//! A million random mutations of good deliverables: no panic, and nothing forged gets through.
//!
//! Seeded, so that a failure repeats. Signatures are the slow part, and most mutants die before
//! theirs is looked at; of those whose digest holds, the first few thousand are verified.

use manifest::{Head, Manifest};
use p256::ecdsa::VerifyingKey;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::judge::{digest_matches, every_signature_holds};
use crate::official::Vectors;
use crate::sample;

const MUTANTS: usize = 1_000_000;
const VERIFIED: usize = 2_000;

#[derive(Default, Debug)]
struct Tally {
    head_accepted: usize,
    manifest_accepted: usize,
    digest_held: usize,
    verified: usize,
}

/// Genuine deliverables and the keys that signed them.
struct Origin {
    corpus: Vec<Vec<u8>>,
    keys: Vec<VerifyingKey>,
}

/// Our own deliverables, and the accepted official ones where they are at hand.
fn origin() -> Origin {
    let mut origin = Origin { corpus: sample::corpus(), keys: vec![*sample::key().verifying_key()] };
    if let Some(vectors) = Vectors::find("a_million_mutants_neither_panic_nor_pass, with official envelopes") {
        let accepted = ["suit/example0.txt", "suit/example1.txt", "suit/example5.txt"];
        origin.corpus.extend(accepted.map(|file| vectors.example_envelopes(file).remove(1)));
        origin.keys.push(vectors.key());
    }
    origin
}

#[test]
fn a_million_mutants_neither_panic_nor_pass() {
    let Origin { corpus, keys } = origin();
    let mut random = ChaCha8Rng::seed_from_u64(0x5eed);
    let mut tally = Tally::default();
    for _ in 0..MUTANTS {
        let genuine = &corpus[random.random_range(0..corpus.len())];
        let mutant = mutate(genuine, &corpus, &mut random);
        examine(&mutant, &corpus, &keys, &mut tally);
    }
    // The mutants must have reached every layer, or this test has shown nothing.
    assert!(tally.head_accepted > MUTANTS / 10, "{tally:?}");
    assert!(tally.manifest_accepted > MUTANTS / 100, "{tally:?}");
    assert_eq!(tally.verified, VERIFIED, "{tally:?}");
}

#[test]
fn mutants_of_a_manifest_do_not_panic() {
    let manifests = [sample::Parts::one().encode(), sample::Parts::two().encode()];
    let mut random = ChaCha8Rng::seed_from_u64(0x5eed);
    let mut accepted = 0;
    for round in 0..MUTANTS / 4 {
        let mutant = mutate(&manifests[round % 2], &manifests, &mut random);
        accepted += usize::from(Manifest::parse(&mutant).is_ok());
    }
    assert!(accepted > 1000, "only {accepted}: too few to say anything");
}

#[test]
fn more_bytes_never_change_the_answer_about_a_head() {
    let corpus = sample::corpus();
    let mut random = ChaCha8Rng::seed_from_u64(0x5eed);
    for round in 0..2_000 {
        let mutant = mutate(&corpus[round % corpus.len()], &corpus, &mut random);
        let final_answer = manifest::head(&mutant);
        let mut answers = (0..mutant.len()).map(|arrived| manifest::head(&mutant[..arrived]));
        if let Some(first) = answers.find(|answer| *answer != Ok(None)) {
            assert_eq!(first, final_answer, "{}", hex::encode(&mutant));
        }
    }
}

fn examine(mutant: &[u8], corpus: &[Vec<u8>], keys: &[VerifyingKey], tally: &mut Tally) {
    let Ok(Some(head)) = manifest::head(mutant) else { return };
    tally.head_accepted += 1;
    tally.manifest_accepted += usize::from(Manifest::parse(head.manifest()).is_ok());
    let _ = manifest::whole(mutant);
    let _ = manifest::member(&mutant[head.size_bytes()..]);
    if !digest_matches(&head) || is_genuine(&head, corpus) {
        return;
    }
    tally.digest_held += 1;
    if tally.verified < VERIFIED {
        tally.verified += 1;
        let forged = keys.iter().any(|key| every_signature_holds(&head, key));
        assert!(!forged, "forged: {}", hex::encode(mutant));
    }
}

/// Whether everything that counts was left as it was: the manifest and its signatures.
fn is_genuine(head: &Head<'_>, corpus: &[Vec<u8>]) -> bool {
    corpus.iter().any(|genuine| {
        let genuine = manifest::whole(genuine).expect("the corpus is good");
        let signatures = |head: &Head<'_>| -> Vec<Vec<u8>> {
            let signatures = head.authentication().signatures();
            signatures.map(|signature| [signature.protected, &signature.signature[..]].concat()).collect()
        };
        genuine.manifest() == head.manifest() && signatures(&genuine) == signatures(head)
    })
}

/// One to four edits.
pub(crate) fn mutate(genuine: &[u8], corpus: &[Vec<u8>], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut mutant = genuine.to_vec();
    for _ in 0..random.random_range(1..=4) {
        edit(&mut mutant, corpus, random);
    }
    mutant
}

fn edit(mutant: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut ChaCha8Rng) {
    if mutant.is_empty() {
        mutant.push(random.random());
    }
    let at = random.random_range(0..mutant.len());
    let end = random.random_range(at..=mutant.len().min(at + 16));
    match random.random_range(0..9) {
        0 | 1 => mutant[at] ^= 1 << random.random_range(0..8),
        2 => mutant[at] = random.random(),
        3 => mutant[at] = mutant[at].wrapping_add(1),
        4 => mutant[at] = mutant[at].wrapping_sub(1),
        5 => mutant.insert(at, random.random()),
        6 => drop(mutant.drain(at..end)),
        7 => {
            let copy = mutant[at..end].to_vec();
            mutant.splice(at..at, copy);
        }
        _ => splice_from_another(mutant, at, corpus, random),
    }
}

fn splice_from_another(mutant: &mut Vec<u8>, at: usize, corpus: &[Vec<u8>], random: &mut ChaCha8Rng) {
    let other = &corpus[random.random_range(0..corpus.len())];
    let from = random.random_range(0..other.len());
    let length = random.random_range(0..=16).min(other.len() - from).min(mutant.len() - at);
    mutant.splice(at..at + length, other[from..from + length].iter().copied());
}
