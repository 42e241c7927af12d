//! What makes a manifest trustworthy: a signature by an anchor, and the digest that binds it.
//!
//! Agent and first stage ask the same question with the same code, so an image that was let in is
//! judged no differently when it is run.

use crypto::{Crypto, CryptoError, Sha256};
use manifest::{Component, Head, Manifest, Reject, Signature};
use menu::{Anchor, Feature, Provision, Refusal};

/// Reads the head of an envelope as far as it has arrived. `Ok(None)`: more bytes are needed.
///
/// # Errors
/// [`Refusal::Unsigned`] on a device that demands signatures, or a refusal of the form.
pub fn head<'a>(provision: &Provision, bytes: &'a [u8]) -> Result<Option<Head<'a>>, Refusal> {
    let head = if provision.features.has(Feature::Signature) {
        manifest::head(bytes)
    } else {
        manifest::head_even_unsigned(bytes)
    };
    head.map_err(refusal)
}

/// Authenticates the head and only then reads the manifest in it. A device that demands no signatures
/// reads what it is given: the digest in an unsigned wrapper vouches for nothing.
///
/// # Errors
/// [`Refusal::BadSignature`], [`Refusal::ManifestDigestMismatch`], or a refusal of the form.
pub fn manifest<'a, C: Crypto>(
    crypto: &mut C,
    provision: &Provision,
    head: &Head<'a>,
) -> Result<Manifest<'a>, Refusal> {
    if provision.features.has(Feature::Signature) {
        signature(crypto, provision, head)?;
        let digest = crypto::digest(crypto, head.manifest_bstr()).map_err(|_| Refusal::CryptoFailed)?;
        if digest != head.authentication().digest {
            return Err(Refusal::ManifestDigestMismatch);
        }
    }
    Manifest::parse(head.manifest()).map_err(refusal)
}

/// One signature by one anchor is enough.
fn signature<C: Crypto>(crypto: &mut C, provision: &Provision, head: &Head<'_>) -> Result<(), Refusal> {
    for signature in head.authentication().signatures() {
        let digest = signed_digest(crypto, head, signature).map_err(|_| Refusal::CryptoFailed)?;
        for anchor in provision.anchors.iter().flatten() {
            if verifies(crypto, anchor, &digest, signature)? {
                return Ok(());
            }
        }
    }
    Err(Refusal::BadSignature)
}

fn signed_digest<C: Crypto>(
    crypto: &mut C,
    head: &Head<'_>,
    signature: &Signature<'_>,
) -> Result<[u8; 32], CryptoError> {
    let mut hash = crypto.sha256()?;
    let mut outcome = Ok(());
    signature.to_be_signed(head.authentication().digest_bstr, &mut |piece| {
        outcome = outcome.and_then(|()| hash.update(piece));
    });
    outcome?;
    hash.finish()
}

fn verifies<C: Crypto>(
    crypto: &mut C,
    anchor: &Anchor,
    digest: &[u8; 32],
    signature: &Signature<'_>,
) -> Result<bool, Refusal> {
    match crypto.verify_p256(&anchor.point, digest, signature.signature) {
        Ok(()) => Ok(true),
        Err(CryptoError::BadSignature | CryptoError::BadKey) => Ok(false),
        Err(CryptoError::Backend) => Err(Refusal::CryptoFailed),
    }
}

/// Whether a component is made for this device.
///
/// # Errors
/// [`Refusal::WrongVendor`] or [`Refusal::WrongClass`] where the manifest names another one or none.
pub fn identity(provision: &Provision, component: &Component<'_>) -> Result<(), Refusal> {
    if !provision.features.has(Feature::DeviceIdentity) {
        return Ok(());
    }
    if component.vendor != Some(provision.vendor) {
        return Err(Refusal::WrongVendor);
    }
    if component.class != Some(provision.class) {
        return Err(Refusal::WrongClass);
    }
    Ok(())
}

/// The refusal that a reason of the manifest reader stands for.
pub fn refusal(reject: Reject) -> Refusal {
    // The reader numbers what the draft defines and this device does not implement from 1000 on.
    const UNSUPPORTED_FROM: u16 = 1000;
    if reject == Reject::Unsigned {
        Refusal::Unsigned
    } else if reject == Reject::HeadTooLong {
        Refusal::HeadTooLarge
    } else if reject.number() >= UNSUPPORTED_FROM {
        Refusal::Unsupported
    } else {
        Refusal::Malformed
    }
}
