//! The envelope: authentication and manifest first, integrated payloads after them (draft §8.2).
//!
//! A device cannot hold a whole deliverable, so the head is read from what has arrived so far,
//! and each payload is announced by a few bytes that give its name and size. Both answer
//! `Ok(None)` for "more bytes, please" and reject as early as the bytes allow: a length that
//! could never fit is refused when its header arrives, not after it.

use crate::cbor::{Keys, Kind, Label, Reader};
use crate::cose::Authentication;
use crate::reject::Reject;
use crate::{MAX_HEAD_BYTES, MAX_PAYLOAD_BYTES, MAX_PAYLOADS, MAX_URI_BYTES};

/// SUIT_Envelope_Tagged.
const TAG_ENVELOPE: u64 = 107;
/// SUIT_Manifest_Tagged.
const TAG_MANIFEST: u64 = 1070;

const AUTHENTICATION: Label = Label::Unsigned(2);
const MANIFEST: Label = Label::Unsigned(3);

/// What comes before the payloads: who vouches for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    authentication: Authentication<'a>,
    manifest: &'a [u8],
    manifest_bstr: &'a [u8],
    members_left: usize,
    size_bytes: usize,
}

impl<'a> Head<'a> {
    /// The digest of the manifest and the signatures over that digest.
    #[must_use]
    pub fn authentication(&self) -> &Authentication<'a> {
        &self.authentication
    }

    /// The manifest, for [`Manifest::parse`](crate::Manifest::parse) once it is authentic.
    #[must_use]
    pub fn manifest(&self) -> &'a [u8] {
        self.manifest
    }

    /// The manifest with the header of its byte string: what [`Authentication::digest`] covers
    /// (draft §8.3: "computed over the bstr-wrapped SUIT_Manifest").
    #[must_use]
    pub fn manifest_bstr(&self) -> &'a [u8] {
        self.manifest_bstr
    }

    /// How many integrated payloads follow the head.
    #[must_use]
    pub fn members_left(&self) -> usize {
        self.members_left
    }

    /// The size of the head in bytes; the first payload begins there.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }
}

/// Reads the head of a signed envelope from the bytes that have arrived so far.
///
/// `Ok(None)` means that the head is not complete yet. Once it is, more bytes change nothing:
/// whoever knows where the deliverable ends checks for spare bytes, as [`whole`] does.
///
/// # Errors
/// The reasons of the encoding (1 to 10), the envelope (100 to 105) and its authentication (120
/// to 138), [`Reject::Unsigned`] among them.
pub fn head(bytes: &[u8]) -> Result<Option<Head<'_>>, Reject> {
    read_head(bytes, Demand::Signatures)
}

/// As [`head`], for a device that was provisioned without signatures: an envelope without any is
/// accepted too. On every other device this would be the hole that updates exist to close.
///
/// # Errors
/// As [`head`], without [`Reject::Unsigned`].
pub fn head_even_unsigned(bytes: &[u8]) -> Result<Option<Head<'_>>, Reject> {
    read_head(bytes, Demand::Nothing)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    Signatures,
    Nothing,
}

fn read_head(bytes: &[u8], demand: Demand) -> Result<Option<Head<'_>>, Reject> {
    match read_complete_head(bytes, demand) {
        Ok(head) => Ok(Some(head)),
        Err(Reject::Truncated) => Ok(None),
        Err(reason) => Err(reason),
    }
}

fn read_complete_head(bytes: &[u8], demand: Demand) -> Result<Head<'_>, Reject> {
    let mut reader = Reader::arriving(bytes);
    read_tag(&mut reader)?;
    let mut keys = Keys::open(&mut reader)?;
    if keys.left() > 2 + MAX_PAYLOADS as u64 {
        return Err(Reject::TooManyPayloads);
    }
    if keys.next(&mut reader)? != Some(AUTHENTICATION) {
        return Err(Reject::AuthenticationMissing);
    }
    let authentication = Authentication::parse(head_bstr(bytes, &mut reader)?.content)?;
    if demand == Demand::Signatures && authentication.signatures().next().is_none() {
        return Err(Reject::Unsigned);
    }
    if keys.next(&mut reader)? != Some(MANIFEST) {
        return Err(Reject::ManifestMissing);
    }
    let manifest = head_bstr(bytes, &mut reader)?;
    Ok(Head {
        authentication,
        manifest: manifest.content,
        manifest_bstr: manifest.encoded,
        members_left: usize::try_from(keys.left()).map_err(|_| Reject::TooManyPayloads)?,
        size_bytes: bytes.len() - reader.left(),
    })
}

fn read_tag(reader: &mut Reader<'_>) -> Result<(), Reject> {
    if reader.kind()? != Kind::Tag {
        return Err(Reject::NotAnEnvelope);
    }
    match reader.tag()? {
        TAG_ENVELOPE => Ok(()),
        TAG_MANIFEST => Err(Reject::BareManifest),
        _ => Err(Reject::NotAnEnvelope),
    }
}

struct ByteString<'a> {
    /// With its header.
    encoded: &'a [u8],
    content: &'a [u8],
}

/// A byte string that must end within the longest head.
fn head_bstr<'a>(bytes: &'a [u8], reader: &mut Reader<'a>) -> Result<ByteString<'a>, Reject> {
    let from_here = reader.rest();
    let length = reader.bytes_length()?;
    let start = (bytes.len() - reader.left()) as u64;
    if length > (MAX_HEAD_BYTES as u64).saturating_sub(start) {
        return Err(Reject::HeadTooLong);
    }
    let content = reader.take(length)?;
    let encoded = Reader::arriving(from_here).take((from_here.len() - reader.left()) as u64)?;
    Ok(ByteString { encoded, content })
}

/// An integrated payload: its name and size, read from the bytes before its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The name: the [`uri`](crate::Component::uri) of the component that fetches this payload.
    pub name: &'a str,
    /// The size of the payload in bytes.
    pub size_bytes: usize,
    /// The size of what precedes the payload, name included, in bytes.
    pub header_size_bytes: usize,
}

impl Member<'_> {
    /// Checks that this member may come after the one called `previous`.
    ///
    /// # Errors
    /// [`Reject::DuplicateKey`] or [`Reject::UnsortedKeys`]: shorter names come first, names of
    /// one length in the order of their bytes (RFC 8949 §4.2.1).
    pub fn follows(&self, previous: &str) -> Result<(), Reject> {
        let order = (self.name.len(), self.name).cmp(&(previous.len(), previous));
        match order {
            core::cmp::Ordering::Greater => Ok(()),
            core::cmp::Ordering::Equal => Err(Reject::DuplicateKey),
            core::cmp::Ordering::Less => Err(Reject::UnsortedKeys),
        }
    }
}

/// Reads one member after the head, up to where its payload begins.
///
/// `Ok(None)` means that more bytes are needed. The members' order cannot be seen from one of
/// them: see [`Member::follows`].
///
/// # Errors
/// A severed element of the manifest (1016, 1020, 1023), an unknown member, or a name or size
/// out of bounds.
pub fn member(bytes: &[u8]) -> Result<Option<Member<'_>>, Reject> {
    match read_complete_member(bytes) {
        Ok(member) => Ok(Some(member)),
        Err(Reject::Truncated) => Ok(None),
        Err(reason) => Err(reason),
    }
}

fn read_complete_member(bytes: &[u8]) -> Result<Member<'_>, Reject> {
    let mut reader = Reader::arriving(bytes);
    if matches!(reader.kind()?, Kind::Unsigned | Kind::Negative) {
        return Err(numbered_member(reader.label()?));
    }
    let name = reader.text(MAX_URI_BYTES, Reject::NameTooLong)?;
    if name.is_empty() {
        return Err(Reject::NameEmpty);
    }
    let length = reader.bytes_length()?;
    if length > MAX_PAYLOAD_BYTES {
        return Err(Reject::PayloadTooLarge);
    }
    Ok(Member {
        name,
        size_bytes: usize::try_from(length).map_err(|_| Reject::PayloadTooLarge)?,
        header_size_bytes: bytes.len() - reader.left(),
    })
}

fn numbered_member(label: Label) -> Reject {
    match label {
        AUTHENTICATION | MANIFEST => Reject::DuplicateKey,
        Label::Unsigned(16) => Reject::EnvelopePayloadFetch,
        Label::Unsigned(20) => Reject::EnvelopeInstall,
        Label::Unsigned(23) => Reject::EnvelopeText,
        Label::Unsigned(_) | Label::Negative(_) => Reject::UnknownEnvelopeMember,
    }
}

/// Checks the envelope of a deliverable that is all there: head, members, and nothing after them.
///
/// # Errors
/// As [`head`] and [`member`], and [`Reject::Truncated`] or [`Reject::TrailingBytes`] where the
/// bytes end too early or too late.
pub fn whole(bytes: &[u8]) -> Result<Head<'_>, Reject> {
    let head = read_complete_head(bytes, Demand::Signatures)?;
    let mut reader = Reader::arriving(bytes);
    reader.take(head.size_bytes as u64)?;
    let mut previous: Option<Member<'_>> = None;
    for _ in 0..head.members_left {
        let member = read_complete_member(reader.rest())?;
        if let Some(previous) = previous {
            member.follows(previous.name)?;
        }
        reader.take(member.header_size_bytes as u64)?;
        reader.take(member.size_bytes as u64)?;
        previous = Some(member);
    }
    reader.finish()?;
    Ok(head)
}
