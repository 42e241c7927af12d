//! The bounded subset of CBOR that SMP packets carry, as a small tree.
//!
//! A tree and not a derive: the attacker must be able to change one field of somebody else's
//! packet and leave the others alone, and a hostile device must not choose how deep we recurse or
//! how much we allocate. Indefinite maps and arrays are accepted, since Zephyr devices send them;
//! tags, floats and strings in pieces are not.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use crate::Error;

/// Deepest nesting accepted. SMP's own deepest answer (slot information) nests four deep.
pub const MAX_DEPTH: usize = 8;
/// Most items accepted in one body.
pub const MAX_ITEMS: usize = 4096;

/// One CBOR item. Text comes from the device: escape it before it meets a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An unsigned integer.
    Unsigned(u64),
    /// A negative integer that fits 64 bits.
    Negative(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text string.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// A map with distinct text keys, in the order sent.
    Map(Vec<(String, Value)>),
    /// True or false.
    Bool(bool),
    /// Null.
    Null,
}

impl Value {
    /// Decodes a body: one map, nothing after it.
    ///
    /// # Errors
    /// The `Body…` variants of [`Error`].
    pub fn decode_map(body: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader { decoder: Decoder::new(body), body, items_left: MAX_ITEMS };
        let value = reader.item(0)?;
        let count_bytes = body.len() - reader.decoder.position();
        if count_bytes > 0 {
            return Err(Error::BodyTrailingBytes { count_bytes });
        }
        match value {
            Self::Map(_) => Ok(value),
            Self::Unsigned(_)
            | Self::Negative(_)
            | Self::Bytes(_)
            | Self::Text(_)
            | Self::Array(_)
            | Self::Bool(_)
            | Self::Null => Err(Error::BodyNotAMap),
        }
    }

    /// Encodes with definite lengths and shortest integers.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        self.write(&mut encoder).expect("writing to a Vec cannot fail");
        encoder.into_writer()
    }

    /// A map from its entries.
    #[must_use]
    pub fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// The entry of a map, if this is a map and has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Like [`Value::get`], to change the entry.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a map; of anything else, none.
    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        if let Self::Map(entries) = self { entries } else { &[] }
    }

    /// The number, if this is an unsigned integer.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Unsigned(number) = self { Some(*number) } else { None }
    }

    /// The bytes, if this is a byte string.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The text, if this is a text string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    fn write(&self, encoder: &mut Encoder<Vec<u8>>) -> Result<(), WriteError> {
        match self {
            Self::Unsigned(number) => drop(encoder.u64(*number)?),
            Self::Negative(number) => drop(encoder.i64(*number)?),
            Self::Bytes(bytes) => drop(encoder.bytes(bytes)?),
            Self::Text(text) => drop(encoder.str(text)?),
            Self::Bool(truth) => drop(encoder.bool(*truth)?),
            Self::Null => drop(encoder.null()?),
            Self::Array(items) => {
                encoder.array(items.len() as u64)?;
                for item in items {
                    item.write(encoder)?;
                }
            }
            Self::Map(entries) => {
                encoder.map(entries.len() as u64)?;
                for (key, value) in entries {
                    encoder.str(key)?;
                    value.write(encoder)?;
                }
            }
        }
        Ok(())
    }
}

type WriteError = minicbor::encode::Error<std::convert::Infallible>;

/// Walks a body, with what is left of the item budget.
struct Reader<'b> {
    decoder: Decoder<'b>,
    body: &'b [u8],
    items_left: usize,
}

impl Reader<'_> {
    fn item(&mut self, depth: usize) -> Result<Value, Error> {
        self.spend(depth)?;
        let at_byte = self.decoder.position();
        let malformed = |_| Error::BodyMalformed { at_byte };
        Ok(match self.decoder.datatype().map_err(malformed)? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => Value::Unsigned(self.decoder.u64().map_err(malformed)?),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => Value::Negative(self.decoder.i64().map_err(malformed)?),
            Type::Bytes => Value::Bytes(self.decoder.bytes().map_err(malformed)?.to_vec()),
            Type::String => Value::Text(self.decoder.str().map_err(malformed)?.to_owned()),
            Type::Bool => Value::Bool(self.decoder.bool().map_err(malformed)?),
            Type::Null => {
                self.decoder.null().map_err(malformed)?;
                Value::Null
            }
            Type::Array | Type::ArrayIndef => self.array(depth)?,
            Type::Map | Type::MapIndef => self.map(depth)?,
            Type::Int
            | Type::F16
            | Type::F32
            | Type::F64
            | Type::Simple
            | Type::BytesIndef
            | Type::StringIndef
            | Type::Tag
            | Type::Break
            | Type::Undefined
            | Type::Unknown(_) => {
                let initial_byte = self.body.get(at_byte).copied().unwrap_or_default();
                return Err(Error::BodyUnsupported { at_byte, initial_byte });
            }
        })
    }

    fn spend(&mut self, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::BodyTooDeep { limit: MAX_DEPTH });
        }
        let limit = MAX_ITEMS;
        self.items_left = self.items_left.checked_sub(1).ok_or(Error::BodyTooManyItems { limit })?;
        Ok(())
    }

    /// An array. Nothing is reserved for the announced length: only what is there takes memory.
    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        let at_byte = self.decoder.position();
        let mut ending = Ending::from(self.decoder.array().map_err(|_| Error::BodyMalformed { at_byte })?);
        let mut items = Vec::new();
        while ending.more(&mut self.decoder)? {
            items.push(self.item(depth + 1)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, Error> {
        let at_byte = self.decoder.position();
        let mut ending = Ending::from(self.decoder.map().map_err(|_| Error::BodyMalformed { at_byte })?);
        let mut entries: Vec<(String, Value)> = Vec::new();
        while ending.more(&mut self.decoder)? {
            let at_byte = self.decoder.position();
            let key = self.decoder.str().map_err(|_| Error::BodyMalformed { at_byte })?.to_owned();
            if entries.iter().any(|(name, _)| *name == key) {
                return Err(Error::BodyKeyRepeated { at_byte });
            }
            let value = self.item(depth + 1)?;
            entries.push((key, value));
        }
        Ok(Value::Map(entries))
    }
}

/// How an array or map ends: after so many entries, or at a break.
enum Ending {
    After(u64),
    AtBreak,
}

impl From<Option<u64>> for Ending {
    fn from(count: Option<u64>) -> Self {
        count.map_or(Self::AtBreak, Self::After)
    }
}

impl Ending {
    /// Whether another entry follows; steps over the break.
    fn more(&mut self, decoder: &mut Decoder<'_>) -> Result<bool, Error> {
        match self {
            Self::After(left) => {
                let more = *left > 0;
                *left = left.saturating_sub(1);
                Ok(more)
            }
            Self::AtBreak => {
                let at_byte = decoder.position();
                let next = decoder.datatype().map_err(|_| Error::BodyMalformed { at_byte })?;
                if next != Type::Break {
                    return Ok(true);
                }
                decoder.set_position(at_byte + 1);
                Ok(false)
            }
        }
    }
}
