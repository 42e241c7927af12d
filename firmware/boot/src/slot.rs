//! What a slot or the recovery's region holds: a header, the head of the envelope it came in, and the image.
//!
//! The signed head is kept with the image, so the first stage can verify on every boot what the
//! agent verified once.

use crypto::Crypto;
use embedded_storage::nor_flash::NorFlash;
use manifest::{Component, Manifest};
use menu::{Feature, Layout, MAX_HEAD_BYTES, Origin, Provision, SlotHeader};

use crate::store::StoreError;
use crate::trust;

/// Identifier of the one component this device has, as the manifest spells it.
pub const COMPONENT: &[u8] = b"app";

/// Identifier of the recovery image, which is no component that an update could replace.
pub const RECOVERY: &[u8] = b"recovery";

/// Why a slot does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The flash could not be read.
    Storage,
    /// It holds nothing that may run.
    NotBootable,
}

/// What stands in a slot.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The head of the envelope.
    pub head: &'a [u8],
    /// Length of the image in bytes.
    pub image_bytes: u32,
}

/// Reads header and head of a slot.
///
/// # Errors
/// [`Fault::NotBootable`] where there is no whole header or its lengths cannot be.
pub fn read<'a, F: NorFlash>(
    flash: &mut F,
    layout: &Layout,
    origin: Origin,
    buffer: &'a mut [u8; MAX_HEAD_BYTES],
) -> Result<Held<'a>, Fault> {
    let at = layout.origin(origin).offset_bytes;
    let mut bytes = [0; SlotHeader::BYTES];
    flash.read(at, &mut bytes).map_err(|_| Fault::Storage)?;
    let header = SlotHeader::from_bytes(&bytes).ok_or(Fault::NotBootable)?;
    let head = buffer.get_mut(..header.head_bytes as usize).ok_or(Fault::NotBootable)?;
    if header.image_bytes > layout.image_of(origin).size_bytes {
        return Err(Fault::NotBootable);
    }
    flash.read(at + SlotHeader::BYTES as u32, head).map_err(|_| Fault::Storage)?;
    Ok(Held { head, image_bytes: header.image_bytes })
}

/// Reads a piece of a slot's image, from `from_bytes` on.
///
/// # Errors
/// [`Fault::Storage`] where the flash cannot be read.
pub fn read_image<F: NorFlash>(
    flash: &mut F,
    layout: &Layout,
    origin: Origin,
    from_bytes: u32,
    piece: &mut [u8],
) -> Result<(), Fault> {
    flash.read(layout.image_of(origin).offset_bytes + from_bytes, piece).map_err(|_| Fault::Storage)
}

/// Verifies an image against the head it is kept with, and returns its sequence number.
///
/// # Errors
/// [`Fault::NotBootable`] where signature, component, identity, sequence number, size or digest do not hold.
pub fn verify<C: Crypto>(
    crypto: &mut C,
    provision: &Provision,
    origin: Origin,
    head: &[u8],
    image: &[u8],
    floor: u64,
) -> Result<u64, Fault> {
    let head = trust::head(provision, head).ok().flatten().ok_or(Fault::NotBootable)?;
    let manifest = trust::manifest(crypto, provision, &head).map_err(|_| Fault::NotBootable)?;
    if provision.features.has(Feature::Sequence) && manifest.sequence() < floor {
        return Err(Fault::NotBootable);
    }
    let [component] = manifest.components() else { return Err(Fault::NotBootable) };
    let name = match origin {
        Origin::Slot(_) => COMPONENT,
        Origin::Recovery => RECOVERY,
    };
    if !is_called(component, name) {
        return Err(Fault::NotBootable);
    }
    trust::identity(provision, component).map_err(|_| Fault::NotBootable)?;
    let digest = crypto::digest(crypto, image).map_err(|_| Fault::NotBootable)?;
    if component.digest != Some(digest) || component.size_bytes != Some(image.len() as u64) {
        return Err(Fault::NotBootable);
    }
    Ok(manifest.sequence())
}

/// Whether this is the component's identifier.
pub fn is_called(component: &Component<'_>, name: &[u8]) -> bool {
    let mut parts = component.id.parts();
    parts.next() == Some(name) && parts.next().is_none()
}

/// The sequence number a slot claims, unverified. `None` where there is no readable manifest.
pub fn claimed_sequence(head: &[u8]) -> Option<u64> {
    let head = manifest::head_even_unsigned(head).ok().flatten()?;
    Manifest::parse(head.manifest()).ok().map(|manifest| manifest.sequence())
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Flash => Fault::Storage,
            StoreError::NotProvisioned => Fault::NotBootable,
        }
    }
}
