//! Makes `suit_validator` look at everything: left alone, it decodes only what is asked of it.
//!
//! Without that, agreement would only mean that both looked at the first few bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use p256::ecdsa::VerifyingKey;

use suit_validator::SuitError;
use suit_validator::crypto::{CoseCrypto, SuitCrypto};
use suit_validator::handler::{PairView, SuitCommandHandler, SuitSharedSequenceHandler, SuitStartHandler};
use suit_validator::suit_decode;
use suit_validator::suit_manifest::{
    BstrSuitCommandSequence, CommandCustomValue, DigestOrCbor, SuitCondition, SuitDirective, SuitEnvelope,
    SuitManifest, SuitParameters, SuitSharedCommand,
};

use crate::encode::{array, bytes, int, map};

/// What the other decoder makes of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opinion {
    Accepts,
    Rejects,
    Panics,
}

/// Its opinion of everything but the signature, which it is told to take as genuine.
pub(crate) fn opinion_of_form(deliverable: &[u8]) -> Opinion {
    opinion(deliverable, &mut EverySignatureHolds)
}

/// Its opinion of everything, given the one key that it trusts.
pub(crate) fn opinion_with_key(deliverable: &[u8], key: &VerifyingKey) -> Opinion {
    let keys = cose_key_set(key);
    opinion(deliverable, &mut CoseCrypto::new(&keys))
}

fn opinion(deliverable: &[u8], crypto: &mut impl SuitCrypto) -> Opinion {
    match catch_unwind(AssertUnwindSafe(|| suit_decode(deliverable, &mut Walk, crypto))) {
        Ok(Ok(())) => Opinion::Accepts,
        Ok(Err(_)) => Opinion::Rejects,
        Err(_) => Opinion::Panics,
    }
}

/// A COSE_KeySet of one P-256 key for ES256 (RFC 9052 §7).
fn cose_key_set(key: &VerifyingKey) -> Vec<u8> {
    let point = key.to_sec1_point(false);
    let [x, y] = [&point.as_bytes()[1..33], &point.as_bytes()[33..]];
    array(&[map(&[(1, int(2)), (3, int(-7)), (-1, int(1)), (-2, bytes(x)), (-3, bytes(y))])])
}

struct EverySignatureHolds;

impl SuitCrypto for EverySignatureHolds {
    fn verify_cose(&self, _block: &[u8], _digest: &[u8]) -> Result<(), SuitError> {
        Ok(())
    }
}

struct Walk;

impl SuitStartHandler for Walk {
    fn on_envelope<'a>(&mut self, envelope: SuitEnvelope<'a>) -> Result<(), SuitError> {
        walk(&envelope.manifest.get()?)
    }

    fn on_manifest<'a>(&mut self, manifest: SuitManifest<'a>) -> Result<(), SuitError> {
        walk(&manifest)
    }
}

fn walk(manifest: &SuitManifest<'_>) -> Result<(), SuitError> {
    let common = manifest.common.get()?;
    for component in common.components.get()? {
        for part in component?.get()? {
            part?;
        }
    }
    if let Some(shared) = &common.shared_seq {
        shared.get()?.decode_and_dispatch(&mut Walk)?;
    }
    for sequence in [&manifest.validate, &manifest.load, &manifest.invoke].into_iter().flatten() {
        walk_sequence(sequence)?;
    }
    for severable in [&manifest.payload_fetch, &manifest.install].into_iter().flatten() {
        match severable {
            DigestOrCbor::Digest(_) => {}
            DigestOrCbor::Cbor(sequence) => walk_sequence(sequence)?,
        }
    }
    Ok(())
}

fn walk_sequence(sequence: &BstrSuitCommandSequence<'_>) -> Result<(), SuitError> {
    sequence.get()?.decode_and_dispatch(&mut Walk)
}

fn walk_parameters(parameters: &SuitParameters<'_>) -> Result<(), SuitError> {
    if let Some(digest) = &parameters.image_digest {
        digest.get()?;
    }
    Ok(())
}

impl SuitCommandHandler for Walk {
    fn on_conditions<'a>(
        &mut self,
        mut conditions: impl Iterator<Item = PairView<'a, SuitCondition>>,
    ) -> Result<(), SuitError> {
        conditions.try_for_each(|condition| condition.get().map(drop))
    }

    fn on_directives<'a>(
        &mut self,
        mut directives: impl Iterator<Item = PairView<'a, SuitDirective<'a>>>,
    ) -> Result<(), SuitError> {
        directives.try_for_each(|directive| {
            if let SuitDirective::OverrideParameters(parameters) = directive.get()? {
                walk_parameters(&parameters)?;
            }
            Ok(())
        })
    }

    fn on_customs<'a>(
        &mut self,
        mut customs: impl Iterator<Item = PairView<'a, CommandCustomValue<'a>>>,
    ) -> Result<(), SuitError> {
        customs.try_for_each(|custom| custom.get().map(drop))
    }
}

impl SuitSharedSequenceHandler for Walk {
    fn on_conditions<'a>(
        &mut self,
        mut conditions: impl Iterator<Item = PairView<'a, SuitCondition>>,
    ) -> Result<(), SuitError> {
        conditions.try_for_each(|condition| condition.get().map(drop))
    }

    fn on_commands<'a>(
        &mut self,
        mut commands: impl Iterator<Item = PairView<'a, SuitSharedCommand<'a>>>,
    ) -> Result<(), SuitError> {
        commands.try_for_each(|command| {
            if let SuitSharedCommand::OverrideParameters(parameters) = command.get()? {
                walk_parameters(&parameters)?;
            }
            Ok(())
        })
    }
}
