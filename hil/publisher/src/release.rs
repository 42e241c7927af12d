//! From images to a SUIT envelope (draft-ietf-suit-manifest-37).
//!
//! One form is written, not every form the draft allows: payloads travel inside the envelope, every
//! component is installed from its own payload, and the first component is the one that is started.
//! Each command sequence names its component even where there is only one, so the same few lines serve
//! one component and many, and a device never has to rely on a default.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::cbor::{Mark, Writer};
use crate::cose::{self, Algorithm};
use crate::deliverable::Deliverable;
use crate::error::PublisherError;
use crate::keys::Signer;

/// An update as the manufacturer thinks of it.
#[derive(Clone, Debug)]
pub struct Release<'k> {
    /// The manifest's sequence number: a device refuses one below that of what it holds.
    pub sequence: u64,
    /// The vendor identifier, a UUID (RFC 9562).
    pub vendor: [u8; 16],
    /// The class identifier, a UUID: the kind of device that the update is for.
    pub class: [u8; 16],
    /// One image for each component; the first is started after the update.
    pub images: Vec<Image>,
    /// Who vouches for it.
    pub authentication: Authentication<'k>,
}

/// The new content of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The component's name: its identifier on the device is `[h'<the name in ASCII>']`.
    pub component: String,
    /// The bytes to be installed.
    pub payload: Vec<u8>,
}

/// What stands in the authentication wrapper.
#[derive(Clone, Copy, Debug)]
pub enum Authentication<'k> {
    /// The manifest's digest and one signature over it.
    Signed {
        /// Whose key signs.
        signer: &'k Signer,
        /// How the signature is announced.
        algorithm: Algorithm,
    },
    /// The manifest's digest alone: anybody could have written it.
    DigestOnly,
}

impl Release<'_> {
    /// Encodes, and signs where that is asked for. The same release gives the same bytes.
    ///
    /// # Errors
    /// A release without images, with an empty image, with two images for one component, or with a
    /// component name that cannot stand in a URI.
    pub fn build(&self) -> Result<Deliverable, PublisherError> {
        self.check()?;
        let manifest = self.manifest().marked(Mark::Manifest);
        let digest = manifest_digest(manifest.as_bytes());

        let mut envelope = Writer::new();
        envelope.tag(ENVELOPE_TAG).map(2 + self.images.len());
        envelope.unsigned(envelope_key::AUTHENTICATION).append(wrapper(&digest, self.authentication));
        envelope.unsigned(envelope_key::MANIFEST).embed(manifest);
        self.write_payloads(&mut envelope);

        let names = self.images.iter().map(|image| image.component.as_str());
        Ok(Deliverable::new(envelope, names))
    }

    fn check(&self) -> Result<(), PublisherError> {
        if self.images.is_empty() {
            return Err(PublisherError::NoImages);
        }
        let mut seen = BTreeSet::new();
        for image in &self.images {
            let name = &image.component;
            if name.is_empty() || !name.bytes().all(is_unreserved) {
                return Err(PublisherError::ComponentName { name: name.clone() });
            }
            if !seen.insert(name) {
                return Err(PublisherError::DuplicateComponent { name: name.clone() });
            }
            if image.payload.is_empty() {
                return Err(PublisherError::EmptyImage { component: name.clone() });
            }
        }
        Ok(())
    }

    /// SUIT_Manifest (section 8.4).
    fn manifest(&self) -> Writer {
        let mut manifest = Writer::new();
        manifest.map(6);
        manifest.unsigned(manifest_key::VERSION).unsigned(MANIFEST_VERSION);
        manifest.unsigned(manifest_key::SEQUENCE).unsigned(self.sequence);
        manifest.unsigned(manifest_key::COMMON).embed(self.common());
        manifest.unsigned(manifest_key::VALIDATE).embed(self.validate());
        manifest.unsigned(manifest_key::INVOKE).embed(invoke());
        manifest.unsigned(manifest_key::INSTALL).embed(self.install());
        manifest
    }

    /// SUIT_Common (section 8.4.5): which components there are, and what is true of them at all times.
    fn common(&self) -> Writer {
        let mut common = Writer::new();
        common.map(2);
        common.unsigned(common_key::COMPONENTS).array(self.images.len());
        for image in &self.images {
            common.array(1).bytes(image.component.as_bytes());
        }
        common.unsigned(common_key::SHARED_SEQUENCE).embed(self.shared_sequence());
        common
    }

    /// Every component says whom it is for: a device with several targets checks each on its own.
    fn shared_sequence(&self) -> Writer {
        let mut sequence = Sequence::default();
        for (index, image) in self.images.iter().enumerate() {
            let mut digest = Writer::new();
            let image_digest = Sha256::digest(&image.payload);
            digest.array(2).integer(SHA256).marked_bytes(Mark::ImageDigest(index), &image_digest);

            sequence.select(index);
            let parameters = sequence.command(directive::OVERRIDE_PARAMETERS).map(4);
            parameters.unsigned(parameter::VENDOR).bytes(&self.vendor);
            parameters.unsigned(parameter::CLASS).bytes(&self.class);
            parameters.unsigned(parameter::IMAGE_DIGEST).embed(digest);
            parameters.unsigned(parameter::IMAGE_SIZE).unsigned(image.payload.len() as u64);
            sequence.command(condition::VENDOR).unsigned(REPORT_ALL);
            sequence.command(condition::CLASS).unsigned(REPORT_ALL);
        }
        sequence.finish()
    }

    /// Run at every boot: what is installed is what the manifest says.
    fn validate(&self) -> Writer {
        let mut sequence = Sequence::default();
        for index in 0..self.images.len() {
            sequence.select(index);
            sequence.command(condition::IMAGE_MATCH).unsigned(REPORT_ALL);
        }
        sequence.finish()
    }

    /// Run once: fetch the payload from this very envelope, and check what was written.
    fn install(&self) -> Writer {
        let mut sequence = Sequence::default();
        for (index, image) in self.images.iter().enumerate() {
            sequence.select(index);
            let parameters = sequence.command(directive::OVERRIDE_PARAMETERS).map(1);
            parameters.unsigned(parameter::URI).text(&payload_key(image));
            sequence.command(directive::FETCH).unsigned(REPORT_FAILURE);
            sequence.command(condition::IMAGE_MATCH).unsigned(REPORT_ALL);
        }
        sequence.finish()
    }

    /// Integrated payloads (section 7.5), in the order of their encoded keys: shorter ones first.
    fn write_payloads(&self, envelope: &mut Writer) {
        let mut order: Vec<usize> = (0..self.images.len()).collect();
        order.sort_by_key(|&index| {
            let name = self.images[index].component.as_str();
            (name.len(), name)
        });
        for index in order {
            let image = &self.images[index];
            envelope.text(&payload_key(image));
            envelope.marked_bytes(Mark::Payload(index), &image.payload);
        }
    }
}

/// Starts the first component.
fn invoke() -> Writer {
    let mut sequence = Sequence::default();
    sequence.select(0);
    sequence.command(directive::INVOKE).unsigned(REPORT_FAILURE);
    sequence.finish()
}

/// A command sequence (section 8.4.6): an array in which commands and arguments alternate.
#[derive(Default)]
struct Sequence {
    commands: usize,
    body: Writer,
}

impl Sequence {
    /// Makes the following commands act on the component of that index.
    fn select(&mut self, index: usize) {
        self.command(directive::SET_COMPONENT_INDEX).unsigned(index as u64);
    }

    /// Adds a command; the caller writes its argument, one item.
    fn command(&mut self, code: u64) -> &mut Writer {
        self.commands += 1;
        self.body.unsigned(code)
    }

    fn finish(self) -> Writer {
        let mut sequence = Writer::new();
        sequence.array(2 * self.commands).append(self.body);
        sequence
    }
}

/// The authentication wrapper as a byte string (section 8.3), marked from its head.
pub(crate) fn wrapper(digest: &[u8; 32], authentication: Authentication<'_>) -> Writer {
    let mut suit_digest = Writer::new();
    suit_digest.array(2).integer(SHA256).marked_bytes(Mark::WrapperDigest, digest);

    let mut content = Writer::new();
    match authentication {
        Authentication::Signed { signer, algorithm } => {
            let block = cose::sign1_detached(signer, algorithm, suit_digest.as_bytes());
            content.array(2).embed(suit_digest).embed(block);
        }
        Authentication::DigestOnly => {
            content.array(1).embed(suit_digest);
        }
    }
    let mut wrapper = Writer::new();
    wrapper.embed(content);
    wrapper.marked(Mark::Wrapper)
}

/// SHA-256 over the manifest's byte string *with its head*: what the draft digests, and an easy thing
/// to get wrong (section 8.3).
pub(crate) fn manifest_digest(manifest: &[u8]) -> [u8; 32] {
    let mut as_byte_string = Writer::new();
    as_byte_string.bytes(manifest);
    Sha256::digest(as_byte_string.as_bytes()).into()
}

/// The key of an integrated payload is a URI reference that consists of a fragment only.
fn payload_key(image: &Image) -> String {
    format!("#{}", image.component)
}

/// The characters that stand for themselves anywhere in a URI (RFC 3986 section 2.3).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// The tag of a SUIT_Envelope (section 8.2).
const ENVELOPE_TAG: u64 = 107;
/// The only manifest version there is.
const MANIFEST_VERSION: u64 = 1;
/// SHA-256 in IANA's registry "COSE Algorithms".
const SHA256: i64 = -16;
/// Reporting policy (section 8.4.7): send record and system information, on success and on failure.
const REPORT_ALL: u64 = 0b1111;
/// Reporting policy (section 8.4.7): send the record on failure.
const REPORT_FAILURE: u64 = 0b0010;

/// Keys of SUIT_Envelope.
mod envelope_key {
    pub(super) const AUTHENTICATION: u64 = 2;
    pub(super) const MANIFEST: u64 = 3;
}

/// Keys of SUIT_Manifest.
mod manifest_key {
    pub(super) const VERSION: u64 = 1;
    pub(super) const SEQUENCE: u64 = 2;
    pub(super) const COMMON: u64 = 3;
    pub(super) const VALIDATE: u64 = 7;
    pub(super) const INVOKE: u64 = 9;
    pub(super) const INSTALL: u64 = 20;
}

/// Keys of SUIT_Common.
mod common_key {
    pub(super) const COMPONENTS: u64 = 2;
    pub(super) const SHARED_SEQUENCE: u64 = 4;
}

/// Commands that check.
mod condition {
    pub(super) const VENDOR: u64 = 1;
    pub(super) const CLASS: u64 = 2;
    pub(super) const IMAGE_MATCH: u64 = 3;
}

/// Commands that act.
mod directive {
    pub(super) const SET_COMPONENT_INDEX: u64 = 12;
    pub(super) const OVERRIDE_PARAMETERS: u64 = 20;
    pub(super) const FETCH: u64 = 21;
    pub(super) const INVOKE: u64 = 23;
}

/// Parameters of a component.
mod parameter {
    pub(super) const VENDOR: u64 = 1;
    pub(super) const CLASS: u64 = 2;
    pub(super) const IMAGE_DIGEST: u64 = 3;
    pub(super) const IMAGE_SIZE: u64 = 14;
    pub(super) const URI: u64 = 21;
}
