//! From the scenario's words to those of publisher, rig and record.
//!
//! Each crate has its own enum, because each knows only what it needs; the matches here have no
//! catch-all, so a new word does not compile until it means something everywhere.

use record::{Case, FlashOperation, Method, Tear};
use rig::{Behaviour, FlashFaultKind, FlashOp};
use scenario::model;

pub(crate) fn behaviour(word: model::Behaviour) -> Behaviour {
    match word {
        model::Behaviour::Healthy => Behaviour::Healthy,
        model::Behaviour::Hangs => Behaviour::Hangs,
        model::Behaviour::Crashes => Behaviour::Crashes,
        model::Behaviour::NeverConfirms => Behaviour::NeverConfirms,
        model::Behaviour::ConfirmsLate => Behaviour::ConfirmsLate,
        model::Behaviour::RunsWild => Behaviour::RunsWild,
    }
}

pub(crate) fn part(word: model::Part) -> publisher::Part {
    match word {
        model::Part::Payload => publisher::Part::Payload,
        model::Part::Manifest => publisher::Part::Manifest,
        model::Part::Signature => publisher::Part::Signature,
        model::Part::Digest => publisher::Part::Digest,
    }
}

pub(crate) fn fix_up(word: model::FixUp) -> publisher::FixUp {
    match word {
        model::FixUp::None => publisher::FixUp::None,
        model::FixUp::UnkeyedDigests => publisher::FixUp::UnkeyedDigests,
    }
}

pub(crate) fn rig_tear(word: model::Tear) -> rig::Tear {
    match word {
        model::Tear::Nothing => rig::Tear::Nothing,
        model::Tear::Half => rig::Tear::Half,
        model::Tear::All => rig::Tear::All,
    }
}

pub(crate) fn record_tear(word: model::Tear) -> Tear {
    match word {
        model::Tear::Nothing => Tear::Nothing,
        model::Tear::Half => Tear::Half,
        model::Tear::All => Tear::All,
    }
}

pub(crate) fn scenario_tear(word: Tear) -> model::Tear {
    match word {
        Tear::Nothing => model::Tear::Nothing,
        Tear::Half => model::Tear::Half,
        Tear::All => model::Tear::All,
    }
}

pub(crate) fn flash_fault(word: model::FlashFault) -> FlashFaultKind {
    match word {
        model::FlashFault::FailedErase => FlashFaultKind::FailedErase,
        model::FlashFault::WornOutSector => FlashFaultKind::WornOutSector,
        model::FlashFault::SilentWrite => FlashFaultKind::SilentWrite,
        model::FlashFault::StuckBits => FlashFaultKind::StuckBits,
        model::FlashFault::UnstableBits => FlashFaultKind::UnstableBits,
    }
}

pub(crate) fn method(word: rig::Method) -> Method {
    match word {
        rig::Method::Simulated => Method::Simulated,
        rig::Method::Emulated => Method::Emulated,
        rig::Method::Silicon => Method::Silicon,
    }
}

pub(crate) fn operation(operation: &FlashOp) -> FlashOperation {
    match operation {
        FlashOp::Program { .. } => FlashOperation::Program,
        FlashOp::Erase { .. } => FlashOperation::Erase,
    }
}

/// The verb of an attack as records write it.
pub(crate) fn verb(name: link::VerbName) -> &'static str {
    match name {
        link::VerbName::Edit => "edit",
        link::VerbName::Drop => "drop",
        link::VerbName::Duplicate => "duplicate",
        link::VerbName::Truncate => "truncate",
        link::VerbName::Replay => "replay",
    }
}

/// The byte that a case of a sweep changes.
pub(crate) fn byte_of(case: Option<&Case>) -> Option<usize> {
    match case {
        Some(Case::Byte { byte, .. }) => Some(*byte as usize),
        Some(Case::Cut { .. }) | None => None,
    }
}
