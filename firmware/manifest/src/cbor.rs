//! A reader for the deterministic CBOR that a SUIT manifest is made of (RFC 8949 §4.2.1).
//!
//! Hand-written, because a general decoder forgives what a signed manifest must not contain: two
//! spellings of one number, lengths left open, keys twice. It reads only what the caller asks
//! for and has no way to skip an item, so nothing nests deeper than the calls in this crate.

use crate::reject::Reject;

/// The type of the next item, as far as the manifest format uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

/// An integer as a map key, command or algorithm. A negative number -1-n is held as n.
///
/// The derived order is the bytewise order of the encodings, as RFC 8949 §4.2.1 sorts keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    Unsigned(u64),
    Negative(u64),
}

/// The value of the simple item `true` (RFC 8949 §3.3).
pub(crate) const TRUE: u64 = 21;
/// The value of the simple item `null` (RFC 8949 §3.3).
pub(crate) const NULL: u64 = 22;

/// Reads items off the front of a slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// What it means when the slice ends too early.
    short: Reject,
}

impl<'a> Reader<'a> {
    /// A reader of bytes that are still arriving: their end is [`Reject::Truncated`].
    pub(crate) fn arriving(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, short: Reject::Truncated }
    }

    /// A reader of the content of a byte string: its end is final, thus [`Reject::Overrun`].
    pub(crate) fn complete(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, short: Reject::Overrun }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The bytes that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The end: nothing may be left.
    pub(crate) fn finish(self) -> Result<(), Reject> {
        if self.rest.is_empty() { Ok(()) } else { Err(Reject::TrailingBytes) }
    }

    /// The type of the next item, which stays unread.
    pub(crate) fn kind(&self) -> Result<Kind, Reject> {
        self.rest.first().map(|first| kind_of(*first)).ok_or(self.short)
    }

    /// An unsigned integer.
    pub(crate) fn unsigned(&mut self) -> Result<u64, Reject> {
        self.expect(Kind::Unsigned)
    }

    /// An integer of either sign.
    pub(crate) fn label(&mut self) -> Result<Label, Reject> {
        if self.kind()? == Kind::Negative {
            return self.expect(Kind::Negative).map(Label::Negative);
        }
        self.expect(Kind::Unsigned).map(Label::Unsigned)
    }

    /// A byte string.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Reject> {
        let length = self.expect(Kind::Bytes)?;
        self.take(length)
    }

    /// The header of a byte string: how many bytes follow.
    pub(crate) fn bytes_length(&mut self) -> Result<u64, Reject> {
        self.expect(Kind::Bytes)
    }

    /// A text string of `limit` bytes at most; a longer one is `too_long`, known by its header.
    pub(crate) fn text(&mut self, limit: usize, too_long: Reject) -> Result<&'a str, Reject> {
        let length = self.expect(Kind::Text)?;
        if length > limit as u64 {
            return Err(too_long);
        }
        core::str::from_utf8(self.take(length)?).map_err(|_| Reject::NotUtf8)
    }

    /// The header of an array: how many items follow.
    pub(crate) fn array(&mut self) -> Result<u64, Reject> {
        self.expect(Kind::Array)
    }

    /// The header of a map: how many pairs follow.
    pub(crate) fn map(&mut self) -> Result<u64, Reject> {
        self.expect(Kind::Map)
    }

    /// A tag; the tagged item follows.
    pub(crate) fn tag(&mut self) -> Result<u64, Reject> {
        self.expect(Kind::Tag)
    }

    /// A simple value such as [`TRUE`] and [`NULL`].
    pub(crate) fn simple(&mut self) -> Result<u64, Reject> {
        self.expect(Kind::Simple)
    }

    /// The next `length` bytes as they are.
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], Reject> {
        let length = usize::try_from(length).map_err(|_| self.short)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(self.short)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The header of an item that must be of this kind: its number, length, count or tag.
    fn expect(&mut self, kind: Kind) -> Result<u64, Reject> {
        if self.kind()? != kind {
            return Err(Reject::WrongType);
        }
        self.argument(kind)
    }

    fn argument(&mut self, kind: Kind) -> Result<u64, Reject> {
        let first = self.array_of::<1>()?[0];
        let (value, smallest) = match first & 0b1_1111 {
            small @ 0..=23 => return Ok(u64::from(small)),
            31 => return Err(Reject::IndefiniteLength),
            // Floats and one-byte simple values have no place in a manifest.
            _ if kind == Kind::Simple => return Err(Reject::WrongType),
            24 => (u64::from(self.array_of::<1>()?[0]), 24),
            25 => (u64::from(u16::from_be_bytes(self.array_of()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.array_of()?)), 1 << 16),
            27 => (u64::from_be_bytes(self.array_of()?), 1 << 32),
            _ => return Err(Reject::ReservedEncoding),
        };
        if value < smallest { Err(Reject::NonShortest) } else { Ok(value) }
    }

    fn array_of<const N: usize>(&mut self) -> Result<[u8; N], Reject> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(self.short)?;
        self.rest = rest;
        Ok(*taken)
    }
}

fn kind_of(first: u8) -> Kind {
    match first >> 5 {
        0 => Kind::Unsigned,
        1 => Kind::Negative,
        2 => Kind::Bytes,
        3 => Kind::Text,
        4 => Kind::Array,
        5 => Kind::Map,
        6 => Kind::Tag,
        _ => Kind::Simple,
    }
}

/// The integer keys of one map, in canonical order and without duplicates.
///
/// Draft §8.1 demands the canonical order for all maps. It costs nothing to check, it makes
/// duplicates visible without memory, and it leaves one spelling for each map. For integer keys
/// the two orders that RFC 8949 calls canonical (§4.2.1 and §4.2.3) are the same.
#[derive(Debug)]
pub(crate) struct Keys {
    left: u64,
    previous: Option<Label>,
}

impl Keys {
    /// Reads the header of a map.
    pub(crate) fn open(reader: &mut Reader<'_>) -> Result<Self, Reject> {
        Ok(Self { left: reader.map()?, previous: None })
    }

    /// How many keys are left.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// The next key, or `None` after the last. The caller reads the value.
    pub(crate) fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<Label>, Reject> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        let key = reader.label()?;
        match self.previous {
            Some(previous) if previous == key => return Err(Reject::DuplicateKey),
            Some(previous) if previous > key => return Err(Reject::UnsortedKeys),
            Some(_) | None => {}
        }
        self.left = left;
        self.previous = Some(key);
        Ok(Some(key))
    }
}
