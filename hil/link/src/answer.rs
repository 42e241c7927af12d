//! What a device may answer.
//!
//! An answer is read against the request it belongs to, field by field; unknown extra fields are
//! skipped, because devices of every vendor add some. A field that is there must have the right
//! type. Nothing here is believed: a verdict rests on what the rig measures, not on these words.

use crate::smp::Request;
use crate::{Error, Value};

/// A well-formed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The device says no. SMP version 2: `{"err": {"group", "rc"}}`. An old-style `{"rc"}` other
    /// than zero counts too, in the group of the request: overlooking a no would be worse than
    /// accepting its old spelling.
    Refused {
        /// Group that defines the code.
        group: u16,
        /// The code.
        rc: u16,
    },
    /// To [`Request::Echo`].
    Echo {
        /// What the device repeated.
        text: String,
    },
    /// To [`Request::Reset`], [`Request::Erase`]: done, or about to be.
    Done,
    /// To [`Request::Params`].
    Params {
        /// Size of a packet buffer in bytes.
        buf_size_bytes: u64,
        /// Number of buffers.
        buf_count: u64,
    },
    /// To [`Request::ImageState`] and [`Request::SetImageState`].
    Images(Vec<ImageState>),
    /// To [`Request::Upload`].
    Upload {
        /// The offset in bytes that the device wants next.
        off_bytes: u64,
        /// What the device says about the digest, after the last piece.
        digest: Digest,
    },
    /// To [`Request::SlotInfo`].
    Slots(Vec<SlotInfo>),
    /// To [`Request::Events`].
    Events {
        /// Number of the first event given. Later than asked for, if the device has forgotten
        /// some; as asked for and without events, if there are none yet.
        first: u32,
        /// The events in order, in the device's two bytes each: step number, phase number.
        steps: Vec<[u8; 2]>,
    },
    /// To [`Request::Status`]: the body as it came.
    Status(Value),
}

/// What a device says about the digest of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// Nothing.
    Unsaid,
    /// It matches.
    Matches,
    /// It does not.
    Differs,
}

/// One image in one slot, as the device tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageState {
    /// Image (component), 0 if not given.
    pub image: u64,
    /// Slot.
    pub slot: u64,
    /// Version, in the device's words.
    pub version: String,
    /// Digest, if given.
    pub hash: Option<Vec<u8>>,
    /// Could run.
    pub bootable: bool,
    /// Will run next.
    pub pending: bool,
    /// Will stay.
    pub confirmed: bool,
    /// Runs now.
    pub active: bool,
    /// Will run next, and stay.
    pub permanent: bool,
}

/// One slot, as the device tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotInfo {
    /// Image (component).
    pub image: u64,
    /// Slot.
    pub slot: u64,
    /// Size in bytes, if given.
    pub size_bytes: Option<u64>,
}

impl Answer {
    /// Reads the body of an answer to `request`.
    ///
    /// # Errors
    /// The `Body…` and `Field…` variants of [`Error`].
    pub fn decode(request: &Request, body: &[u8]) -> Result<Self, Error> {
        let body = Value::decode_map(body)?;
        if let Some(refused) = refusal(&body, request.header(0).group)? {
            return Ok(refused);
        }
        Ok(match request {
            Request::Echo { .. } => Self::Echo { text: text(&body, "r")? },
            Request::Reset | Request::Erase { .. } => Self::Done,
            Request::Params => {
                Self::Params { buf_size_bytes: number(&body, "buf_size")?, buf_count: number(&body, "buf_count")? }
            }
            Request::ImageState | Request::SetImageState { .. } => Self::Images(images(&body)?),
            Request::Upload(_) => Self::Upload { off_bytes: number(&body, "off")?, digest: digest(&body)? },
            Request::SlotInfo => Self::Slots(slots(&body)?),
            Request::Events { .. } => events(&body)?,
            Request::Status => Self::Status(body),
        })
    }
}

/// The refusal in a body, if it is one. `group` is that of the request.
pub(crate) fn refusal(body: &Value, group: u16) -> Result<Option<Answer>, Error> {
    if let Some(err) = body.get("err") {
        let group = small(err, "group")?;
        let rc = small(err, "rc")?;
        return Ok(Some(Answer::Refused { group, rc }));
    }
    if body.get("rc").is_none() {
        return Ok(None);
    }
    let rc = small(body, "rc")?;
    Ok((rc != 0).then_some(Answer::Refused { group, rc }))
}

fn images(body: &Value) -> Result<Vec<ImageState>, Error> {
    list(body, "images")?.iter().map(image_state).collect()
}

fn image_state(entry: &Value) -> Result<ImageState, Error> {
    Ok(ImageState {
        image: optional_number(entry, "image")?.unwrap_or(0),
        slot: number(entry, "slot")?,
        version: text(entry, "version")?,
        hash: hash(entry)?,
        bootable: flag(entry, "bootable")?,
        pending: flag(entry, "pending")?,
        confirmed: flag(entry, "confirmed")?,
        active: flag(entry, "active")?,
        permanent: flag(entry, "permanent")?,
    })
}

fn slots(body: &Value) -> Result<Vec<SlotInfo>, Error> {
    let mut slots = Vec::new();
    for entry in list(body, "images")? {
        let image = number(entry, "image")?;
        for slot in list(entry, "slots")? {
            slots.push(SlotInfo { image, slot: number(slot, "slot")?, size_bytes: optional_number(slot, "size")? });
        }
    }
    Ok(slots)
}

fn events(body: &Value) -> Result<Answer, Error> {
    let first = number(body, "first")?;
    let first = u32::try_from(first).map_err(|_| Error::FieldWrong { field: "first" })?;
    let field = "steps";
    let bytes = body.get(field).ok_or(Error::FieldMissing { field })?;
    let (steps, rest) = bytes.as_bytes().ok_or(Error::FieldWrong { field })?.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Error::FieldWrong { field });
    }
    Ok(Answer::Events { first, steps: steps.to_vec() })
}

fn digest(body: &Value) -> Result<Digest, Error> {
    let field = "match";
    match body.get(field).map(Value::as_bool) {
        None => Ok(Digest::Unsaid),
        Some(Some(true)) => Ok(Digest::Matches),
        Some(Some(false)) => Ok(Digest::Differs),
        Some(None) => Err(Error::FieldWrong { field }),
    }
}

fn hash(entry: &Value) -> Result<Option<Vec<u8>>, Error> {
    let field = "hash";
    let Some(value) = entry.get(field) else { return Ok(None) };
    let bytes = value.as_bytes().ok_or(Error::FieldWrong { field })?;
    Ok(Some(bytes.to_vec()))
}

/// A truth value; devices leave false ones out.
fn flag(entry: &Value, field: &'static str) -> Result<bool, Error> {
    entry.get(field).map_or(Some(false), Value::as_bool).ok_or(Error::FieldWrong { field })
}

fn number(entry: &Value, field: &'static str) -> Result<u64, Error> {
    optional_number(entry, field)?.ok_or(Error::FieldMissing { field })
}

fn optional_number(entry: &Value, field: &'static str) -> Result<Option<u64>, Error> {
    entry.get(field).map(|value| value.as_u64().ok_or(Error::FieldWrong { field })).transpose()
}

fn small(entry: &Value, field: &'static str) -> Result<u16, Error> {
    u16::try_from(number(entry, field)?).map_err(|_| Error::FieldWrong { field })
}

fn text(entry: &Value, field: &'static str) -> Result<String, Error> {
    let value = entry.get(field).ok_or(Error::FieldMissing { field })?;
    let text = value.as_text().ok_or(Error::FieldWrong { field })?;
    Ok(text.to_owned())
}

fn list<'v>(entry: &'v Value, field: &'static str) -> Result<&'v [Value], Error> {
    let value = entry.get(field).ok_or(Error::FieldMissing { field })?;
    value.as_array().ok_or(Error::FieldWrong { field })
}
