//! Makes what the manufacturer (or the attacker) ships: images, and deliverables around them.
//!
//! A deliverable is made for the device it is offered to. One that checks no signatures belongs to a
//! manufacturer who makes none, so for it the release key signs nothing; whoever else signs still
//! does, because an attacker does what he likes.

use std::collections::BTreeMap;
use std::sync::Mutex;

use menu::Feature;
use publisher::{Algorithm, Authentication, Deliverable, Image, Keyring, Release, Role, part_len};
use rig::{ImageSpec, Rig, Slot};
use scenario::model::{Behaviour, Identity, Offer, Position, Reset, Signer, Size, Tamper, Version};

use crate::play::Subject;
use crate::trouble::Trouble;
use crate::words;

/// SUIT identifiers of the device under test, and of another product of another maker.
pub(crate) const VENDOR: [u8; 16] = *b"otabench vendor\x01";
pub(crate) const CLASS: [u8; 16] = *b"otabench class\x00\x01";
const OTHER_VENDOR: [u8; 16] = *b"otabench vendor\x02";
const OTHER_CLASS: [u8; 16] = *b"otabench class\x00\x02";
/// Identifier of the one component.
const COMPONENT: &str = "app";
/// What erased flash looks like.
const PADDING: u8 = 0xff;
/// Identifier of the recovery image.
const RECOVERY: &str = "recovery";
/// The recovery image is as old as the device.
const RECOVERY_SEQUENCE: u64 = menu::sequence_number(1, 0, 0);

/// Makes images and deliverables for one rig with one set of keys. Images are kept: building one
/// may mean compiling it.
pub(crate) struct Maker<'a> {
    rig: &'a dyn Rig,
    keys: &'a Keyring,
    images: Mutex<BTreeMap<Wanted, Vec<u8>>>,
}

/// Which image: version, behaviour, and the mutant whose agent it carries, if any.
type Wanted = (Version, Behaviour, Option<String>);

/// An image that the rig can recognise in memory.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) program: Program,
    pub(crate) size_bytes: usize,
    pub(crate) sha256: String,
}

/// What an image is.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    /// The application, in this version.
    Version(Version),
    /// The recovery.
    Recovery,
}

impl<'a> Maker<'a> {
    pub(crate) fn new(rig: &'a dyn Rig, keys: &'a Keyring) -> Self {
        Self { rig, keys, images: Mutex::new(BTreeMap::new()) }
    }

    pub(crate) fn keys(&self) -> &'a Keyring {
        self.keys
    }

    /// The image of this version and behaviour, as the subject's manufacturer builds it.
    pub(crate) fn image(&self, version: Version, behaves: Behaviour, subject: &Subject) -> Result<Vec<u8>, Trouble> {
        let mut images = self.images.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let wanted = (version, behaves, subject.mutant().map(str::to_owned));
        if let Some(image) = images.get(&wanted) {
            return Ok(image.clone());
        }
        let spec =
            ImageSpec { version: [version.major, version.minor, version.patch], behaviour: words::behaviour(behaves) };
        let image = publisher::seal(self.rig.image(&spec, &subject.firmware)?);
        images.insert(wanted, image.clone());
        Ok(image)
    }

    /// The image of an offer: as it was built, or padded with what its program never looks at.
    fn offered_image(&self, offer: &Offer, subject: &Subject) -> Result<Vec<u8>, Trouble> {
        let mut image = self.image(offer.version, offer.behaves, subject)?;
        match offer.size {
            Size::AsBuilt => Ok(image),
            Size::TooLarge => {
                let layout = self.rig.layout();
                let size_bytes = layout.image(Slot::A).size_bytes + layout.sector_bytes;
                image.resize(size_bytes as usize, PADDING);
                Ok(publisher::seal(image))
            }
        }
    }

    /// SHA-256 of the image of an offer, in hex.
    pub(crate) fn offered_sha256(&self, offer: &Offer, subject: &Subject) -> Result<String, Trouble> {
        Ok(record::sha256_hex(&self.offered_image(offer, subject)?))
    }

    /// How the image of this version and behaviour is recognised.
    pub(crate) fn known(&self, version: Version, behaves: Behaviour, subject: &Subject) -> Result<Known, Trouble> {
        let image = self.image(version, behaves, subject)?;
        Ok(Known::of(Program::Version(version), &image))
    }

    /// How the subject's recovery image is recognised.
    pub(crate) fn known_recovery(&self, subject: &Subject) -> Result<Known, Trouble> {
        Ok(Known::of(Program::Recovery, &self.recovery_image(subject)?))
    }

    fn recovery_image(&self, subject: &Subject) -> Result<Vec<u8>, Trouble> {
        Ok(publisher::seal(self.rig.recovery(&subject.firmware)?))
    }

    /// The recovery image in its signed envelope, as it goes into the factory's flash.
    pub(crate) fn recovery(&self, subject: &Subject) -> Result<Deliverable, Trouble> {
        let payload = self.recovery_image(subject)?;
        let images = vec![Image { component: RECOVERY.to_owned(), payload }];
        let authentication =
            Authentication::Signed { signer: self.keys.signer(Role::Release), algorithm: Algorithm::Esp256 };
        let release = Release { sequence: RECOVERY_SEQUENCE, vendor: VENDOR, class: CLASS, images, authentication };
        Ok(release.build()?)
    }

    /// The deliverable of an offer to this subject, before anybody tampers with it.
    pub(crate) fn deliverable(&self, offer: &Offer, subject: &Subject) -> Result<Deliverable, Trouble> {
        let signed = |role| Authentication::Signed { signer: self.keys.signer(role), algorithm: Algorithm::Esp256 };
        let authentication = match offer.signed_by {
            Signer::Release if !subject.features.has(Feature::Signature) => Authentication::DigestOnly,
            Signer::Release => signed(Role::Release),
            Signer::Attacker => signed(Role::Attacker),
            Signer::OtherProduct => signed(Role::OtherProduct),
            Signer::Nobody => Authentication::DigestOnly,
        };
        let vendor = match offer.vendor {
            Identity::Own => VENDOR,
            Identity::Other => OTHER_VENDOR,
        };
        let class = match offer.class {
            Identity::Own => CLASS,
            Identity::Other => OTHER_CLASS,
        };
        let payload = self.offered_image(offer, subject)?;
        let images = vec![Image { component: COMPONENT.to_owned(), payload }];
        Ok(Release { sequence: offer.version.sequence(), vendor, class, images, authentication }.build()?)
    }
}

impl Known {
    fn of(program: Program, image: &[u8]) -> Self {
        Self { program, size_bytes: image.len(), sha256: record::sha256_hex(image) }
    }
}

/// A genuine offer of this version.
pub(crate) fn genuine(version: Version) -> Offer {
    Offer {
        version,
        signed_by: Signer::Release,
        behaves: Behaviour::Healthy,
        vendor: Identity::Own,
        class: Identity::Own,
        tamper: None,
        size: Size::AsBuilt,
        reset: Reset::Asked,
    }
}

/// Changes a deliverable as ordered; `byte` is the offset where every byte is changed in turn.
pub(crate) fn tamper(deliverable: &Deliverable, tamper: &Tamper, byte: Option<usize>) -> Result<Deliverable, Trouble> {
    let part = words::part(tamper.what);
    let size = part_len(deliverable, part);
    let at = match tamper.at {
        Position::Start => 0,
        Position::Middle => size / 2,
        Position::End => size.saturating_sub(1),
        Position::Filler => publisher::filler_at(size)
            .ok_or_else(|| Trouble::Bench { what: "an image that is too small for its filler".to_owned() })?,
        Position::EveryByte => byte.ok_or_else(|| Trouble::Bench { what: "a sweep without a case".to_owned() })?,
    };
    Ok(publisher::flip_bits(deliverable, part, at, tamper.flip_bits, words::fix_up(tamper.fix_up))?)
}
