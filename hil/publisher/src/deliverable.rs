//! What the manufacturer ships, and where its parts lie.
//!
//! The map is made while writing, not by reading back. That is what lets an attack name a part of the
//! deliverable and hit it to the byte, even in a deliverable that has been damaged before.

use std::ops::Range;

use crate::cbor::{Mark, Writer};

/// A SUIT envelope with its integrated payloads, and the places of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliverable {
    /// The envelope as it goes over the wire.
    pub bytes: Vec<u8>,
    /// Where its parts are in [`Self::bytes`].
    pub map: Map,
}

/// The places of the parts, as byte ranges of [`Deliverable::bytes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// The whole authentication wrapper, from the head of its byte string.
    pub wrapper: Range<usize>,
    /// The 32 bytes of the manifest's digest in the wrapper.
    pub wrapper_digest: Range<usize>,
    /// The 64 bytes of the signature (`r | s`), if there is one.
    pub signature: Option<Range<usize>>,
    /// The content of the manifest's byte string, without its head.
    pub manifest: Range<usize>,
    /// The components, in the order of their index in the manifest.
    pub components: Vec<ComponentMap>,
    /// From the first byte to the end of the manifest: all that comes before the payloads.
    pub head: Range<usize>,
}

/// The places that belong to one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentMap {
    /// The name of the component.
    pub name: String,
    /// Every place in the manifest where the 32 bytes of the image's digest stand.
    pub image_digests: Vec<Range<usize>>,
    /// The bytes of the image.
    pub payload: Range<usize>,
}

impl Deliverable {
    /// Finishes `envelope`, whose component marks count through `names`.
    pub(crate) fn new<'n>(envelope: Writer, names: impl Iterator<Item = &'n str>) -> Self {
        let (bytes, marks) = envelope.finish();
        let map = Map::new(marks, names);
        Self { bytes, map }
    }
}

impl Map {
    fn new<'n>(marks: Vec<(Mark, Range<usize>)>, names: impl Iterator<Item = &'n str>) -> Self {
        let components = names.map(ComponentMap::empty).collect();
        let mut map =
            Self { wrapper: 0..0, wrapper_digest: 0..0, signature: None, manifest: 0..0, components, head: 0..0 };
        for (mark, range) in marks {
            match mark {
                Mark::Wrapper => map.wrapper = range,
                Mark::WrapperDigest => map.wrapper_digest = range,
                Mark::Signature => map.signature = Some(range),
                Mark::Manifest => map.manifest = range,
                Mark::ImageDigest(index) => map.components[index].image_digests.push(range),
                Mark::Payload(index) => map.components[index].payload = range,
            }
        }
        map.head = 0..map.manifest.end;
        map
    }

    /// The map after `removed_bytes` bytes were taken out of the wrapper, the signature among them.
    ///
    /// The digest stays where it is: it stands before the signature, and the wrapper's byte string has
    /// a head of two bytes with a signature as well as without.
    pub(crate) fn without_signature(&self, removed_bytes: usize) -> Self {
        let earlier = |range: &Range<usize>| range.start - removed_bytes..range.end - removed_bytes;
        let components = self.components.iter().map(|component| ComponentMap {
            name: component.name.clone(),
            image_digests: component.image_digests.iter().map(earlier).collect(),
            payload: earlier(&component.payload),
        });
        Self {
            wrapper: self.wrapper.start..self.wrapper.end - removed_bytes,
            wrapper_digest: self.wrapper_digest.clone(),
            signature: None,
            manifest: earlier(&self.manifest),
            components: components.collect(),
            head: 0..self.head.end - removed_bytes,
        }
    }
}

impl ComponentMap {
    fn empty(name: &str) -> Self {
        Self { name: name.to_owned(), image_digests: Vec::new(), payload: 0..0 }
    }
}
