//! The manifest: sequence number, components, and the command sequences run to their meaning.
//!
//! Members come in canonical order, so the common block with its components is known before the
//! first command sequence is met, and one pass suffices.

use crate::cbor::{Keys, Kind, Label, Reader};
use crate::component::{Component, ComponentId, Order};
use crate::reject::Reject;
use crate::sequence::{Machine, Stage};
use crate::{MAX_COMPONENTS, MAX_ID_PARTS};

/// The only version of the format (draft §8.4.1).
const VERSION: u64 = 1;

/// A manifest, decoded and understood. Borrowing from its bytes, it is about 800 bytes large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest<'a> {
    sequence: u64,
    components: [Component<'a>; MAX_COMPONENTS],
    count: usize,
}

impl<'a> Manifest<'a> {
    /// Decodes a manifest. Verify its authenticity first (draft §6.2).
    ///
    /// Parameters never change once they are set: the digest that install compares with is the
    /// digest that validate compares with. At least one component's vendor and one component's
    /// class are checked before anything else, and nothing is fetched or invoked whose image
    /// validate does not check.
    ///
    /// # Errors
    /// The reasons of the encoding (1 to 10), of digests (121 to 123), and from 200 on all that do
    /// not name an envelope member.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Reject> {
        let mut reader = Reader::complete(bytes);
        let mut keys = Keys::open(&mut reader)?;
        require(keys.next(&mut reader)?, 1, Reject::VersionMissing)?;
        if reader.unsigned()? != VERSION {
            return Err(Reject::UnsupportedVersion);
        }
        require(keys.next(&mut reader)?, 2, Reject::SequenceNumberMissing)?;
        let sequence = reader.unsigned()?;
        require(keys.next(&mut reader)?, 3, Reject::CommonMissing)?;
        let mut machine = read_common(reader.bytes()?)?;
        while let Some(key) = keys.next(&mut reader)? {
            let stage = stage_of(key, &reader)?;
            machine.run(stage, reader.bytes()?)?;
        }
        reader.finish()?;
        check_orders(machine.components())?;
        let (components, count) = machine.into_components();
        Ok(Self { sequence, components, count })
    }

    /// The sequence number, against which older manifests are refused (draft §8.4.2).
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The components, in the order of the manifest: at least one, at most [`MAX_COMPONENTS`].
    #[must_use]
    pub fn components(&self) -> &[Component<'a>] {
        self.components.get(..self.count).unwrap_or_default()
    }
}

fn require(found: Option<Label>, key: u64, missing: Reject) -> Result<(), Reject> {
    if found == Some(Label::Unsigned(key)) { Ok(()) } else { Err(missing) }
}

/// Which command sequence a member of the manifest holds, if it holds one at all.
fn stage_of(key: Label, value: &Reader<'_>) -> Result<Stage, Reject> {
    let number = match key {
        Label::Unsigned(number) => number,
        Label::Negative(_) => return Err(Reject::UnknownManifestMember),
    };
    // Draft §8.4: a severed element is a SUIT_Digest, thus an array where bytes would be.
    let severed = value.kind()? == Kind::Array;
    match number {
        4 => Err(Reject::ReferenceUri),
        5 => Err(Reject::ManifestComponentId),
        7 => Ok(Stage::Validate),
        8 => Ok(Stage::Load),
        9 => Ok(Stage::Invoke),
        16 if severed => Err(Reject::SeveredPayloadFetch),
        16 => Ok(Stage::PayloadFetch),
        20 if severed => Err(Reject::SeveredInstall),
        20 => Ok(Stage::Install),
        23 if severed => Err(Reject::SeveredText),
        23 => Err(Reject::Text),
        _ => Err(Reject::UnknownManifestMember),
    }
}

/// The common block (draft §8.4.5): the components, and the sequence that precedes all others.
fn read_common(bytes: &[u8]) -> Result<Machine<'_>, Reject> {
    let mut reader = Reader::complete(bytes);
    let mut keys = Keys::open(&mut reader)?;
    let mut machine = match keys.next(&mut reader)? {
        Some(Label::Unsigned(1)) => return Err(Reject::Dependencies),
        Some(Label::Unsigned(2)) => read_components(&mut reader)?,
        Some(_) | None => return Err(Reject::ComponentsMissing),
    };
    while let Some(key) = keys.next(&mut reader)? {
        match key {
            Label::Unsigned(4) => machine.run(Stage::Shared, reader.bytes()?)?,
            Label::Unsigned(_) | Label::Negative(_) => return Err(Reject::UnknownCommonMember),
        }
    }
    reader.finish()?;
    Ok(machine)
}

fn read_components<'a>(reader: &mut Reader<'a>) -> Result<Machine<'a>, Reject> {
    let count = reader.array()?;
    if count == 0 {
        return Err(Reject::ComponentsMissing);
    }
    if count > MAX_COMPONENTS as u64 {
        return Err(Reject::TooManyComponents);
    }
    let mut machine = Machine::default();
    for _ in 0..count {
        machine.add(read_component_id(reader)?)?;
    }
    Ok(machine)
}

fn read_component_id<'a>(reader: &mut Reader<'a>) -> Result<ComponentId<'a>, Reject> {
    let mut from_here = *reader;
    let parts = reader.array()?;
    if parts == 0 {
        return Err(Reject::ComponentIdEmpty);
    }
    if parts > MAX_ID_PARTS as u64 {
        return Err(Reject::ComponentIdTooLong);
    }
    for _ in 0..parts {
        reader.bytes()?;
    }
    let size_bytes = from_here.left() - reader.left();
    from_here.take(size_bytes as u64).map(ComponentId::from_checked)
}

/// What must hold of the orders as a whole (draft §6.2, and its templates in §7).
fn check_orders(components: &[Component<'_>]) -> Result<(), Reject> {
    if !components.iter().any(|component| component.orders(Order::CheckVendor)) {
        return Err(Reject::VendorNeverChecked);
    }
    if !components.iter().any(|component| component.orders(Order::CheckClass)) {
        return Err(Reject::ClassNeverChecked);
    }
    for component in components {
        let used = component.orders(Order::Fetch) || component.orders(Order::Invoke);
        if used && !component.orders(Order::Validate) {
            return Err(Reject::ImageNeverChecked);
        }
    }
    Ok(())
}
