//! What a manifest says of one component: who it is for, which image it wants, what to do.
//!
//! The command sequences are a small program. Running it symbolically leaves these facts, so
//! that the device acts on data it can check at leisure and interprets nothing while it writes
//! to flash.

use core::fmt;

use crate::cbor::Reader;

/// One component of the device and all that the manifest orders for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Component<'a> {
    /// Which part of the device.
    pub id: ComponentId<'a>,
    /// The vendor it is made for: a UUID (parameter 1).
    pub vendor: Option<[u8; 16]>,
    /// The class of devices it is made for: a UUID (parameter 2).
    pub class: Option<[u8; 16]>,
    /// SHA-256 of the image (parameter 3).
    pub digest: Option<[u8; 32]>,
    /// The size of the image in bytes, never 0 (parameter 14).
    pub size_bytes: Option<u64>,
    /// Where the image comes from (parameter 21): the name of an integrated payload, or a URI to
    /// fetch. Never empty.
    pub uri: Option<&'a str>,
    /// What the command sequences do with it.
    pub orders: Orders,
}

impl Component<'_> {
    /// Whether the manifest orders this for the component.
    #[must_use]
    pub fn orders(&self, order: Order) -> bool {
        self.orders.contains(order)
    }
}

/// Something a manifest can order for a component. Every order's parameters are present: a fetch
/// has a URI, a size and a digest, each check has what it compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Order {
    /// Condition 1 in the shared sequence: the vendor must match before anything happens.
    CheckVendor = 0,
    /// Condition 2 in the shared sequence: the class must match before anything happens.
    CheckClass = 1,
    /// Directive 21 in payload-fetch or install: get the image and store it.
    Fetch = 2,
    /// Condition 3 after the fetch: the stored image must match its digest.
    CheckFetched = 3,
    /// Condition 3 in validate: the image must match its digest, after an update and on each boot.
    Validate = 4,
    /// Directive 23: run the image.
    Invoke = 5,
}

/// A set of [`Order`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orders(u8);

impl Orders {
    /// Whether the order is among them.
    #[must_use]
    pub const fn contains(self, order: Order) -> bool {
        self.0 & (1 << order as u8) != 0
    }

    pub(crate) fn insert(&mut self, order: Order) {
        self.0 |= 1 << order as u8;
    }
}

/// The identifier of a component: one or more byte strings (draft §8.4.5.1).
///
/// Two identifiers are equal exactly if their parts are, because only one encoding is accepted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ComponentId<'a> {
    encoded: &'a [u8],
}

impl<'a> ComponentId<'a> {
    pub(crate) fn from_checked(encoded: &'a [u8]) -> Self {
        Self { encoded }
    }

    /// The identifier as a CBOR array of byte strings.
    #[must_use]
    pub fn encoded(&self) -> &'a [u8] {
        self.encoded
    }

    /// The byte strings of the identifier, at most [`MAX_ID_PARTS`](crate::MAX_ID_PARTS).
    pub fn parts(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut reader = Reader::complete(self.encoded);
        let parts = reader.array().unwrap_or(0);
        (0..parts).map_while(move |_| reader.bytes().ok())
    }
}

impl fmt::Debug for ComponentId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parts()).finish()
    }
}
