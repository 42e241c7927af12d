//! The parameters of a component, as directive override-parameters sets them (draft §8.4.8).
//!
//! "Override" is taken at half its word: a parameter that has a value keeps it, and a manifest
//! that says otherwise contradicts itself.

use crate::MAX_URI_BYTES;
use crate::cbor::{Keys, Kind, Label, Reader};
use crate::component::Component;
use crate::digest;
use crate::reject::Reject;

/// The parameters that are understood (draft §11.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Parameter {
    Vendor = 0,
    Class = 1,
    Digest = 2,
    Size = 3,
    Uri = 4,
}

/// A set of [`Parameter`]s.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known(u8);

impl Known {
    pub(crate) fn contains(self, parameter: Parameter) -> bool {
        self.0 & (1 << parameter as u8) != 0
    }

    fn insert(&mut self, parameter: Parameter) {
        self.0 |= 1 << parameter as u8;
    }
}

/// Reads the argument of override-parameters into the component.
pub(crate) fn override_with<'a>(
    component: &mut Component<'a>,
    known: &mut Known,
    reader: &mut Reader<'a>,
) -> Result<(), Reject> {
    let mut keys = Keys::open(reader)?;
    if keys.left() == 0 {
        return Err(Reject::ParametersEmpty);
    }
    while let Some(key) = keys.next(reader)? {
        let parameter = match key {
            Label::Unsigned(number) => known_parameter(number)?,
            Label::Negative(_) => return Err(Reject::CustomParameter),
        };
        set_one(component, parameter, reader)?;
        known.insert(parameter);
    }
    Ok(())
}

fn known_parameter(number: u64) -> Result<Parameter, Reject> {
    match number {
        1 => Ok(Parameter::Vendor),
        2 => Ok(Parameter::Class),
        3 => Ok(Parameter::Digest),
        5 => Err(Reject::ParameterComponentSlot),
        12 => Err(Reject::ParameterStrictOrder),
        13 => Err(Reject::ParameterSoftFailure),
        14 => Ok(Parameter::Size),
        18 => Err(Reject::ParameterContent),
        19 => Err(Reject::ParameterEncryptionInfo),
        21 => Ok(Parameter::Uri),
        22 => Err(Reject::ParameterSourceComponent),
        23 => Err(Reject::ParameterInvokeArgs),
        24 => Err(Reject::ParameterDeviceIdentifier),
        25 => Err(Reject::ParameterFetchArguments),
        _ => Err(Reject::UnknownParameter),
    }
}

fn set_one<'a>(component: &mut Component<'a>, parameter: Parameter, reader: &mut Reader<'a>) -> Result<(), Reject> {
    match parameter {
        Parameter::Vendor => {
            if reader.kind()? == Kind::Tag {
                return Err(Reject::VendorPen);
            }
            set(&mut component.vendor, read_uuid(reader)?, Reject::ConflictingVendor)
        }
        Parameter::Class => set(&mut component.class, read_uuid(reader)?, Reject::ConflictingClass),
        Parameter::Digest => {
            let digest = digest::sha256(reader.bytes()?)?;
            set(&mut component.digest, digest, Reject::ConflictingDigest)
        }
        Parameter::Size => {
            let size_bytes = reader.unsigned()?;
            if size_bytes == 0 {
                return Err(Reject::ImageSizeZero);
            }
            set(&mut component.size_bytes, size_bytes, Reject::ConflictingSize)
        }
        Parameter::Uri => {
            let uri = reader.text(MAX_URI_BYTES, Reject::UriTooLong)?;
            if uri.is_empty() {
                return Err(Reject::UriEmpty);
            }
            set(&mut component.uri, uri, Reject::ConflictingUri)
        }
    }
}

fn read_uuid(reader: &mut Reader<'_>) -> Result<[u8; 16], Reject> {
    reader.bytes()?.try_into().map_err(|_| Reject::IdentifierSize)
}

/// Sets a value for the first time, or to what it is already.
fn set<T: PartialEq>(slot: &mut Option<T>, value: T, conflict: Reject) -> Result<(), Reject> {
    match slot {
        Some(present) if *present != value => Err(conflict),
        Some(_) => Ok(()),
        None => {
            *slot = Some(value);
            Ok(())
        }
    }
}
