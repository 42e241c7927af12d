//! A writer of deterministic CBOR that remembers where things are.
//!
//! Attacks and faults are aimed at bytes of the finished deliverable ("bit 3 of the signature"), and
//! most of these bytes lie in byte strings within byte strings. A general encoder cannot say where
//! they end up, and parsing the result to find out would need the very reader that this crate must
//! not have. So the writer carries marks, and moves them when one encoding is wrapped in another.
//!
//! Deterministic means RFC 8949 section 4.2.1: shortest heads, definite lengths, sorted map keys. The
//! first two hold by construction; the order of keys is up to the caller.

use std::ops::Range;

/// A place that must be found again in the finished bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The authentication wrapper, with the head of its byte string.
    Wrapper,
    /// The digest bytes in the wrapper.
    WrapperDigest,
    /// The signature bytes.
    Signature,
    /// The content of the manifest's byte string.
    Manifest,
    /// An image digest in the manifest, by component index.
    ImageDigest(usize),
    /// The content of an integrated payload, by component index.
    Payload(usize),
}

/// The CBOR major types (RFC 8949 section 3.1), already in the top three bits.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Major {
    Unsigned = 0 << 5,
    Negative = 1 << 5,
    Bytes = 2 << 5,
    Text = 3 << 5,
    Array = 4 << 5,
    Map = 5 << 5,
    Tag = 6 << 5,
}

/// The one simple value that the format needs (RFC 8949 section 3.3).
const NULL: u8 = 0xF6;

/// CBOR under construction, and the marks in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    marks: Vec<(Mark, Range<usize>)>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn finish(self) -> (Vec<u8>, Vec<(Mark, Range<usize>)>) {
        (self.bytes, self.marks)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn unsigned(&mut self, value: u64) -> &mut Self {
        self.head(Major::Unsigned, value)
    }

    /// Writes a signed integer; CBOR stores a negative `n` as `-1 - n`.
    pub(crate) fn integer(&mut self, value: i64) -> &mut Self {
        if value < 0 {
            self.head(Major::Negative, (-1 - value).unsigned_abs())
        } else {
            self.unsigned(value.unsigned_abs())
        }
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(Major::Bytes, value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    /// Writes a byte string and marks its content.
    pub(crate) fn marked_bytes(&mut self, mark: Mark, value: &[u8]) -> &mut Self {
        self.bytes(value);
        let end = self.bytes.len();
        self.marks.push((mark, end - value.len()..end));
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.head(Major::Text, value.len() as u64);
        self.bytes.extend_from_slice(value.as_bytes());
        self
    }

    /// Opens an array; the caller writes `count` items after it.
    pub(crate) fn array(&mut self, count: usize) -> &mut Self {
        self.head(Major::Array, count as u64)
    }

    /// Opens a map; the caller writes `count` pairs after it, keys in ascending order of their bytes.
    pub(crate) fn map(&mut self, count: usize) -> &mut Self {
        self.head(Major::Map, count as u64)
    }

    pub(crate) fn tag(&mut self, number: u64) -> &mut Self {
        self.head(Major::Tag, number)
    }

    pub(crate) fn null(&mut self) -> &mut Self {
        self.bytes.push(NULL);
        self
    }

    /// Writes `inner` as it is; its marks move along.
    pub(crate) fn append(&mut self, inner: Writer) -> &mut Self {
        let shift = self.bytes.len();
        self.bytes.extend_from_slice(&inner.bytes);
        for (mark, range) in inner.marks {
            self.marks.push((mark, range.start + shift..range.end + shift));
        }
        self
    }

    /// Writes `inner` as the content of a byte string (CDDL's `bstr .cbor`).
    pub(crate) fn embed(&mut self, inner: Writer) -> &mut Self {
        self.head(Major::Bytes, inner.bytes.len() as u64).append(inner)
    }

    /// Marks the whole content of this writer.
    pub(crate) fn marked(mut self, mark: Mark) -> Self {
        self.marks.push((mark, 0..self.bytes.len()));
        self
    }

    /// Writes major type and argument in the shortest of the five forms.
    fn head(&mut self, major: Major, argument: u64) -> &mut Self {
        let major = major as u8;
        let be = argument.to_be_bytes();
        match argument {
            0..=23 => self.bytes.push(major | be[7]),
            24..=0xFF => self.bytes.extend_from_slice(&[major | 24, be[7]]),
            0x100..=0xFFFF => self.long_head(major | 25, &be[6..]),
            0x1_0000..=0xFFFF_FFFF => self.long_head(major | 26, &be[4..]),
            0x1_0000_0000..=u64::MAX => self.long_head(major | 27, &be),
        }
        self
    }

    fn long_head(&mut self, initial: u8, argument_be: &[u8]) {
        self.bytes.push(initial);
        self.bytes.extend_from_slice(argument_be);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 8949 appendix A.
    #[test]
    fn integers_are_written_as_in_the_rfc() {
        let cases: [(i64, &str); 13] = [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (255, "18ff"),
            (256, "190100"),
            (1000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (-1, "20"),
            (-10, "29"),
            (-100, "3863"),
            (i64::MIN, "3b7fffffffffffffff"),
        ];
        for (value, expected) in cases {
            let mut writer = Writer::new();
            writer.integer(value);
            assert_eq!(hex::encode(writer.as_bytes()), expected, "{value}");
        }
        let mut writer = Writer::new();
        writer.unsigned(u64::MAX);
        assert_eq!(hex::encode(writer.as_bytes()), "1bffffffffffffffff");
    }

    #[test]
    fn strings_arrays_maps_tags_and_null_are_written_as_in_the_rfc() {
        let mut writer = Writer::new();
        writer.tag(107).array(4).bytes(&[1, 2, 3, 4]).text("IETF").map(0).null();
        assert_eq!(hex::encode(writer.as_bytes()), "d86b8444010203046449455446a0f6");
    }

    #[test]
    fn marks_follow_their_bytes_through_every_wrapping() {
        let mut inner = Writer::new();
        inner.array(2).integer(-16).marked_bytes(Mark::WrapperDigest, &[0xD1; 32]);
        let mut outer = Writer::new();
        outer.array(2).text("before").embed(inner.marked(Mark::Manifest));
        let mut outermost = Writer::new();
        outermost.tag(107).append(outer);

        let (bytes, marks) = outermost.finish();
        assert_eq!(marks[0].0, Mark::WrapperDigest);
        assert_eq!(bytes[marks[0].1.clone()], [0xD1; 32]);
        assert_eq!(marks[1].0, Mark::Manifest);
        assert_eq!(bytes[marks[1].1.clone()][..2], [0x82, 0x2F]);
        assert_eq!(marks[1].1.end, bytes.len());
    }
}
