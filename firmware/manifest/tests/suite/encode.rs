//! A CBOR encoder for tests: every function returns the bytes of one item.
//!
//! It encodes what it is told, in the order it is told, valid or not.

/// An item header with the shortest argument (RFC 8949 §3).
pub(crate) fn header(major: u8, argument: u64) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    let (info, from) = match argument {
        0..=23 => return vec![major << 5 | bytes[7]],
        24..=0xff => (24, 7),
        0x100..=0xffff => (25, 6),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 0),
    };
    let mut item = vec![major << 5 | info];
    item.extend(&bytes[from..]);
    item
}

pub(crate) fn uint(value: u64) -> Vec<u8> {
    header(0, value)
}

pub(crate) fn int(value: i64) -> Vec<u8> {
    match u64::try_from(value) {
        Ok(value) => header(0, value),
        Err(_) => header(1, value.unsigned_abs() - 1),
    }
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    [header(2, content.len() as u64), content.to_vec()].concat()
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    [header(3, content.len() as u64), content.as_bytes().to_vec()].concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [header(4, items.len() as u64), items.concat()].concat()
}

/// A map with integer keys, in the order given.
pub(crate) fn map(pairs: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let content: Vec<Vec<u8>> = pairs.iter().flat_map(|(key, value)| [int(*key), value.clone()]).collect();
    [header(5, pairs.len() as u64), content.concat()].concat()
}

pub(crate) fn tag(number: u64, item: &[u8]) -> Vec<u8> {
    [header(6, number), item.to_vec()].concat()
}

pub(crate) fn null() -> Vec<u8> {
    vec![0xf6]
}

pub(crate) fn boolean_true() -> Vec<u8> {
    vec![0xf5]
}
