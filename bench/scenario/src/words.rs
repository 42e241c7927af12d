//! The closed vocabularies of the notation, each word with what it stands for.
//!
//! Words of the menu (features, refusals) are not repeated here: they have their names there.

use menu::{Feature, Halt, Refusal};

use crate::model::{
    Behaviour, Cuts, FixUp, FlashFault, FlashPlace, FlashRegion, Hand, Identity, Moment, Part, Place, Position, Reset,
    Signer, Size, Tear,
};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::suggest;
use crate::text::quoted;

/// A closed vocabulary.
pub(crate) struct Words<T: 'static> {
    /// What one word is, for messages: `signer`.
    pub(crate) one: &'static str,
    /// The same for several: `signers`.
    pub(crate) many: &'static str,
    words: &'static [(&'static str, T)],
}

impl<T: Copy> Words<T> {
    /// What a word of the file stands for.
    pub(crate) fn read(&self, word: &Text, problems: &mut Problems) -> Option<T> {
        let found = self.words.iter().find(|(name, _)| name == word.get_ref());
        if found.is_none() {
            let known: Vec<&str> = self.words.iter().map(|(name, _)| *name).collect();
            problems.add(unknown(self.one, self.many, word, &known));
        }
        found.map(|(_, meaning)| *meaning)
    }
}

/// The problem of a word that nobody knows.
pub(crate) fn unknown(one: &str, many: &str, word: &Text, known: &[&str]) -> Problem {
    let problem = Problem::at(word.span(), format!("unknown {one} {}", quoted(word.get_ref())));
    suggest::help(problem, word.get_ref(), many, known)
}

/// The feature of this name.
pub(crate) fn feature(word: &Text, problems: &mut Problems) -> Option<Feature> {
    let feature = Feature::from_name(word.get_ref());
    if feature.is_none() {
        let known: Vec<&str> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        problems.add(unknown("feature", "features", word, &known));
    }
    feature
}

/// The refusal of this name.
pub(crate) fn refusal(word: &Text, problems: &mut Problems) -> Option<Refusal> {
    let refusal = Refusal::from_name(word.get_ref());
    if refusal.is_none() {
        let known: Vec<&str> = Refusal::ALL.iter().map(|refusal| refusal.name()).collect();
        problems.add(unknown("refusal", "refusals", word, &known));
    }
    refusal
}

/// The halt of this name.
pub(crate) fn halt(word: &Text, problems: &mut Problems) -> Option<Halt> {
    let halt = Halt::from_name(word.get_ref());
    if halt.is_none() {
        let known: Vec<&str> = Halt::ALL.iter().map(|halt| halt.name()).collect();
        problems.add(unknown("halt", "halts", word, &known));
    }
    halt
}

pub(crate) const PLACES: Words<Place> =
    Words { one: "place of the attacker", many: "places", words: &[("update-link", Place::UpdateLink)] };

pub(crate) const PARTS: Words<Part> = Words {
    one: "part of a deliverable",
    many: "parts",
    words: &[
        ("payload", Part::Payload),
        ("manifest", Part::Manifest),
        ("signature", Part::Signature),
        ("digest", Part::Digest),
    ],
};

pub(crate) const POSITIONS: Words<Position> = Words {
    one: "position",
    many: "positions",
    words: &[
        ("start", Position::Start),
        ("middle", Position::Middle),
        ("end", Position::End),
        ("filler", Position::Filler),
        ("every-byte", Position::EveryByte),
    ],
};

pub(crate) const FLASH_PLACES: Words<FlashPlace> = Words {
    one: "place in flash",
    many: "places",
    words: &[
        (FlashPlace::NextImage.name(), FlashPlace::NextImage),
        (FlashPlace::NextHead.name(), FlashPlace::NextHead),
        (FlashPlace::NextHeader.name(), FlashPlace::NextHeader),
        (FlashPlace::OtherImage.name(), FlashPlace::OtherImage),
        (FlashPlace::BootRecord.name(), FlashPlace::BootRecord),
        (FlashPlace::Floor.name(), FlashPlace::Floor),
        (FlashPlace::Provisioning.name(), FlashPlace::Provisioning),
    ],
};

pub(crate) const FLASH_FAULTS: Words<FlashFault> = Words {
    one: "fault of the flash",
    many: "faults",
    words: &[
        (FlashFault::FailedErase.name(), FlashFault::FailedErase),
        (FlashFault::WornOutSector.name(), FlashFault::WornOutSector),
        (FlashFault::SilentWrite.name(), FlashFault::SilentWrite),
        (FlashFault::StuckBits.name(), FlashFault::StuckBits),
        (FlashFault::UnstableBits.name(), FlashFault::UnstableBits),
    ],
};

pub(crate) const FLASH_REGIONS: Words<FlashRegion> = Words {
    one: "part of flash",
    many: "parts",
    words: &[
        (FlashRegion::Flash.name(), FlashRegion::Flash),
        (FlashRegion::Slots.name(), FlashRegion::Slots),
        (FlashRegion::RunningSlot.name(), FlashRegion::RunningSlot),
        (FlashRegion::Floor.name(), FlashRegion::Floor),
        (FlashRegion::BootRecords.name(), FlashRegion::BootRecords),
        (FlashRegion::Provisioning.name(), FlashRegion::Provisioning),
    ],
};

pub(crate) const SIZES: Words<Size> = Words {
    one: "size of an image",
    many: "sizes",
    words: &[("as-built", Size::AsBuilt), ("too-large", Size::TooLarge)],
};

pub(crate) const RESETS: Words<Reset> =
    Words { one: "end of an offer", many: "ends", words: &[("asked", Reset::Asked), ("not-asked", Reset::NotAsked)] };

pub(crate) const FIX_UPS: Words<FixUp> = Words {
    one: "fix-up",
    many: "fix-ups",
    words: &[("none", FixUp::None), ("unkeyed-digests", FixUp::UnkeyedDigests)],
};

pub(crate) const CUTS: Words<Cuts> =
    Words { one: "place to cut power", many: "places", words: &[("every-flash-operation", Cuts::EveryFlashOperation)] };

pub(crate) const TEARS: Words<Tear> = Words {
    one: "tear",
    many: "tears",
    words: &[("nothing", Tear::Nothing), ("half", Tear::Half), ("all", Tear::All)],
};

pub(crate) const MOMENTS: Words<Moment> =
    Words { one: "moment", many: "moments", words: &[("half-way", Moment::HalfWay)] };

pub(crate) const HANDS: Words<Hand> = Words {
    one: "use of a button",
    many: "uses",
    words: &[("press", Hand::Press), ("hold", Hand::Hold), ("release", Hand::Release)],
};

pub(crate) const SIGNERS: Words<Signer> = Words {
    one: "signer",
    many: "signers",
    words: &[
        ("release", Signer::Release),
        ("attacker", Signer::Attacker),
        ("other-product", Signer::OtherProduct),
        ("nobody", Signer::Nobody),
    ],
};

pub(crate) const BEHAVIOURS: Words<Behaviour> = Words {
    one: "behaviour",
    many: "behaviours",
    words: &[
        ("healthy", Behaviour::Healthy),
        ("hangs", Behaviour::Hangs),
        ("crashes", Behaviour::Crashes),
        ("never-confirms", Behaviour::NeverConfirms),
        ("confirms-late", Behaviour::ConfirmsLate),
        ("runs-wild", Behaviour::RunsWild),
    ],
};

pub(crate) const IDENTITIES: Words<Identity> =
    Words { one: "identity", many: "identities", words: &[("own", Identity::Own), ("other", Identity::Other)] };

/// What `power` can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PowerWord {
    /// Off and on again.
    Cycle,
}

pub(crate) const POWER: Words<PowerWord> =
    Words { one: "power action", many: "power actions", words: &[("cycle", PowerWord::Cycle)] };
