//! Everything that can go wrong on the link, as one closed enum.
//!
//! The fields are numbers, never text from the device: an error message ends on a terminal or in
//! a CI log, and a hostile device must not be able to write there.

/// What was seen on the link and should not have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A packet is larger than this side is willing to hold.
    #[error("packet of {seen_bytes} bytes, the limit is {limit_bytes}")]
    PacketTooLarge {
        /// Size announced or given.
        seen_bytes: usize,
        /// Largest size accepted.
        limit_bytes: usize,
    },
    /// A console line did not end within the limit of the transport.
    #[error("console line longer than {limit_bytes} bytes")]
    LineTooLong {
        /// Longest line accepted, newline included.
        limit_bytes: usize,
    },
    /// A byte that cannot be part of a frame appeared inside one.
    #[error("byte {byte:#04x} inside a frame")]
    StrayByte {
        /// The byte.
        byte: u8,
    },
    /// A line between marker and newline is not base64.
    #[error("line of {line_bytes} characters is not base64")]
    LineNotBase64 {
        /// Characters between marker and newline.
        line_bytes: usize,
    },
    /// The first line of a packet is too short to hold the packet's length.
    #[error("first line holds {seen_bytes} bytes, the length alone takes 2")]
    LengthMissing {
        /// Bytes on the line after decoding.
        seen_bytes: usize,
    },
    /// The announced length has no room for the checksum.
    #[error("announced length {declared_bytes} is smaller than the checksum")]
    LengthTooSmall {
        /// Length announced, checksum included.
        declared_bytes: usize,
    },
    /// A continuation line arrived although no packet had begun.
    #[error("continuation without a first line")]
    ContinuationWithoutStart,
    /// A new packet or line began before the last one was complete.
    #[error("interrupted after {seen_bytes} bytes")]
    Interrupted {
        /// Bytes of the unfinished piece.
        seen_bytes: usize,
    },
    /// More bytes arrived than the packet announced.
    #[error("{seen_bytes} bytes for a packet of {declared_bytes}")]
    PacketOverrun {
        /// Bytes received.
        seen_bytes: usize,
        /// Bytes announced, checksum included.
        declared_bytes: usize,
    },
    /// CRC-16/XMODEM over the packet does not match.
    #[error("checksum {seen:#06x}, computed {computed:#06x}")]
    ChecksumWrong {
        /// The checksum that was sent.
        seen: u16,
        /// The checksum of what was received.
        computed: u16,
    },

    /// Too short for an SMP header.
    #[error("{seen_bytes} bytes are no SMP header")]
    HeaderTooShort {
        /// Size of the packet.
        seen_bytes: usize,
    },
    /// Not SMP version 2, an unknown operation, or reserved bits in use.
    #[error("first two header bytes {first:#04x} {second:#04x} are not SMP version 2")]
    HeaderUnknown {
        /// Reserved bits, version and operation.
        first: u8,
        /// Flags, all of them reserved.
        second: u8,
    },
    /// The header's length and the packet's disagree.
    #[error("body of {seen_bytes} bytes, the header says {declared_bytes}")]
    BodyLengthWrong {
        /// Bytes after the header.
        seen_bytes: usize,
        /// Length field of the header.
        declared_bytes: usize,
    },

    /// The body is not well-formed CBOR, or ends early.
    #[error("malformed CBOR at byte {at_byte} of the body")]
    BodyMalformed {
        /// Where.
        at_byte: usize,
    },
    /// The body uses CBOR that has no business in an SMP packet.
    #[error("CBOR type {initial_byte:#04x} at byte {at_byte} of the body is not accepted")]
    BodyUnsupported {
        /// Where.
        at_byte: usize,
        /// CBOR initial byte: major type and additional information.
        initial_byte: u8,
    },
    /// Nested deeper than any SMP packet.
    #[error("CBOR nested deeper than {limit}")]
    BodyTooDeep {
        /// Deepest nesting accepted.
        limit: usize,
    },
    /// More items than any SMP packet has.
    #[error("more than {limit} CBOR items")]
    BodyTooManyItems {
        /// Most items accepted.
        limit: usize,
    },
    /// A map names a key twice.
    #[error("key repeated at byte {at_byte} of the body")]
    BodyKeyRepeated {
        /// Where the second one begins.
        at_byte: usize,
    },
    /// Something follows the body's one item.
    #[error("{count_bytes} bytes after the body")]
    BodyTrailingBytes {
        /// How many.
        count_bytes: usize,
    },
    /// The body is not a map.
    #[error("the body is not a map")]
    BodyNotAMap,
    /// A field that must be there is not.
    #[error("field `{field}` is missing")]
    FieldMissing {
        /// Its name.
        field: &'static str,
    },
    /// A field has the wrong type or an impossible value.
    #[error("field `{field}` has the wrong type or an impossible value")]
    FieldWrong {
        /// Its name.
        field: &'static str,
    },

    /// The device did not answer.
    #[error("no answer after {attempts} attempts")]
    NoAnswer {
        /// How often the request was sent.
        attempts: u32,
    },
    /// The device keeps asking for bytes that it was given.
    #[error("no progress at offset {off_bytes} after {steps} chunks")]
    NoProgress {
        /// The offset that the device asked for last.
        off_bytes: u64,
        /// Chunks sent so far.
        steps: u64,
    },
    /// The device asks for bytes beyond the end of the deliverable.
    #[error("the device asks for offset {off_bytes} of {len_bytes}")]
    OffsetBeyondEnd {
        /// The offset.
        off_bytes: u64,
        /// Size of the deliverable.
        len_bytes: u64,
    },
    /// The device's buffer cannot hold a single byte of payload.
    #[error("a buffer of {seen_bytes} bytes is too small, {needed_bytes} are needed")]
    BufferTooSmall {
        /// The buffer that the device announces.
        seen_bytes: u64,
        /// The least that a chunk takes.
        needed_bytes: u64,
    },
    /// The device keeps talking, but does not answer.
    #[error("more than {limit} packets that answer nothing")]
    TooManyForeign {
        /// Most of them accepted in one exchange.
        limit: u32,
    },
    /// The device says that what it received is not what was announced.
    #[error("the device denies that the upload matches its digest")]
    DigestDenied,

    /// A forgery in flight cannot change the length of the stream.
    #[error("forgery of {forged_bytes} bytes for {original_bytes} bytes")]
    ForgeryLength {
        /// Length of the deliverable that the publisher sends.
        original_bytes: usize,
        /// Length of what the attacker would put in its place.
        forged_bytes: usize,
    },
    /// A line of recorded traffic cannot be read.
    #[error("line {line} of the traffic is malformed")]
    TrafficMalformed {
        /// Line number, from 1.
        line: usize,
    },
}
