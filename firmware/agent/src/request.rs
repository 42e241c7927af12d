//! SMP requests as the agent understands them (MCUmgr's Simple Management Protocol, v1 and v2).
//!
//! Header, big-endian: reserved 3 bits, version 2, operation 3; flags; body length; group; sequence
//! number; command id. The body is a CBOR map. Keys the agent does not know are skipped here, as
//! the protocol asks: nothing in a request is trusted, only the signed manifest is.

use menu::SMP_GROUP;
use minicbor::Decoder;
use minicbor::decode::Error;

const HEADER_BYTES: usize = 8;
const READ: u8 = 0;
const WRITE: u8 = 2;

/// What a response must repeat of its request.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) version: u8,
    pub(crate) operation: u8,
    pub(crate) group: u16,
    pub(crate) sequence: u8,
    pub(crate) id: u8,
}

/// One request.
pub(crate) enum Request<'a> {
    Echo {
        text: &'a str,
    },
    Reset,
    Params,
    ImageState,
    Upload(Chunk<'a>),
    SlotInfo,
    Events {
        from: u32,
    },
    /// A command this agent does not have.
    Unknown,
    /// A command it has, with a body it cannot read.
    Garbled,
}

/// A piece of a deliverable.
pub(crate) struct Chunk<'a> {
    pub(crate) offset_bytes: u64,
    /// Size of the whole deliverable; only in the first piece.
    pub(crate) total_bytes: Option<u64>,
    pub(crate) data: &'a [u8],
}

/// Reads a packet; `None` where it is not a request at all.
pub(crate) fn parse(packet: &[u8]) -> Option<(Header, Request<'_>)> {
    let (head, body) = packet.split_first_chunk::<HEADER_BYTES>()?;
    let [versions, _flags, len_high, len_low, group_high, group_low, sequence, id] = *head;
    let header = Header {
        version: versions >> 3 & 3,
        operation: versions & 7,
        group: u16::from_be_bytes([group_high, group_low]),
        sequence,
        id,
    };
    if usize::from(u16::from_be_bytes([len_high, len_low])) != body.len() || header.operation & 1 != 0 {
        return None;
    }
    Some((header, request(header, body).unwrap_or(Request::Garbled)))
}

fn request(header: Header, body: &[u8]) -> Result<Request<'_>, Error> {
    match (header.group, header.id, header.operation) {
        (0, 0, READ | WRITE) => text(body).map(|text| Request::Echo { text }),
        (0, 5, WRITE) => Ok(Request::Reset),
        (0, 6, READ) => Ok(Request::Params),
        // A test or confirm mark changes nothing here: a verified update is on trial already, and
        // only the new image confirms itself. Clients that insist get the state as it is.
        (1, 0, READ | WRITE) => Ok(Request::ImageState),
        (1, 1, WRITE) => chunk(body).map(Request::Upload),
        (1, 6, READ) => Ok(Request::SlotInfo),
        (SMP_GROUP, 0, READ) => from(body).map(|from| Request::Events { from }),
        _ => Ok(Request::Unknown),
    }
}

fn text(body: &[u8]) -> Result<&str, Error> {
    let mut text = "";
    each_key(body, |key, decoder| {
        match key {
            "d" => text = decoder.str()?,
            _ => decoder.skip()?,
        }
        Ok(())
    })?;
    Ok(text)
}

fn from(body: &[u8]) -> Result<u32, Error> {
    let mut from = 0;
    each_key(body, |key, decoder| {
        match key {
            "from" => from = decoder.u32()?,
            _ => decoder.skip()?,
        }
        Ok(())
    })?;
    Ok(from)
}

fn chunk(body: &[u8]) -> Result<Chunk<'_>, Error> {
    let mut chunk = Chunk { offset_bytes: 0, total_bytes: None, data: &[] };
    let mut offset = None;
    each_key(body, |key, decoder| {
        match key {
            "off" => offset = Some(decoder.u64()?),
            "len" => chunk.total_bytes = Some(decoder.u64()?),
            "data" => chunk.data = decoder.bytes()?,
            _ => decoder.skip()?,
        }
        Ok(())
    })?;
    chunk.offset_bytes = offset.ok_or_else(|| Error::message("no offset"))?;
    Ok(chunk)
}

/// Calls `visit` for each key of the body's map, definite or not; it must read or skip the value.
fn each_key<'a>(
    body: &'a [u8],
    mut visit: impl FnMut(&'a str, &mut Decoder<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    if body.is_empty() {
        return Ok(());
    }
    let mut decoder = Decoder::new(body);
    let count = decoder.map()?;
    let mut read = 0;
    while count.is_none_or(|count| read < count) {
        if count.is_none() && decoder.datatype()? == minicbor::data::Type::Break {
            break;
        }
        let key = decoder.str()?;
        visit(key, &mut decoder)?;
        read += 1;
    }
    Ok(())
}
