//! A scenario file by keys and types, before anybody asks whether it makes sense.
//!
//! Every key is optional here. Whether one may be missing depends on the others, and that is sense.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use crate::problem::Problems;
use crate::read::{Keys, Number, Text, Value, list, number, table, text};

/// Texts in a list, and where the list stands.
pub(crate) type Texts = Spanned<Vec<Text>>;

/// A whole scenario file.
pub(crate) struct Scenario {
    /// The first key: the place to complain about what is missing altogether.
    pub(crate) start: Range<usize>,
    pub(crate) claim: Option<Text>,
    pub(crate) covers: Option<Texts>,
    pub(crate) threat: Option<Text>,
    pub(crate) device: Option<Spanned<Device>>,
    pub(crate) attacker: Option<Spanned<Attacker>>,
    pub(crate) fault: Option<Spanned<Fault>>,
    pub(crate) steps: Option<Spanned<Vec<Spanned<Step>>>>,
    pub(crate) teeth: Option<Spanned<Teeth>>,
}

/// `[device]`.
pub(crate) struct Device {
    pub(crate) profile: Option<Text>,
    pub(crate) runs: Option<Text>,
    pub(crate) needs: Option<Texts>,
}

/// `[attacker]`.
pub(crate) struct Attacker {
    pub(crate) on: Option<Text>,
    pub(crate) edit: Option<Spanned<Tamper>>,
    pub(crate) drop: Option<Spanned<Every>>,
    pub(crate) duplicate: Option<Spanned<Every>>,
    pub(crate) truncate: Option<Spanned<Every>>,
    pub(crate) during: Option<Texts>,
}

/// `{ every = 3 }`.
pub(crate) struct Every {
    pub(crate) every: Option<Number>,
}

/// `[fault]`.
pub(crate) struct Fault {
    pub(crate) cut_power: Option<Text>,
    pub(crate) during: Option<Texts>,
    pub(crate) tear: Option<Texts>,
    pub(crate) at_least: Option<Number>,
    pub(crate) battery: Option<Text>,
    pub(crate) flash: Option<Text>,
    pub(crate) when: Option<Text>,
}

/// `[[step]]`.
pub(crate) struct Step {
    pub(crate) name: Option<Text>,
    /// Where the verbs stand, in the order of [`VERBS`].
    pub(crate) verbs: Vec<Range<usize>>,
    pub(crate) offer: Option<Spanned<Offer>>,
    pub(crate) power: Option<Text>,
    pub(crate) wait: Option<Text>,
    pub(crate) replay: Option<Text>,
    pub(crate) go_on: Option<Text>,
    pub(crate) battery: Option<Text>,
    pub(crate) button: Option<Text>,
    pub(crate) charge: Option<Text>,
    pub(crate) clock: Option<Text>,
    pub(crate) flip_bits: Option<Spanned<Flip>>,
    pub(crate) expect: Option<Spanned<Expect>>,
}

/// What can happen in a step.
pub(crate) const VERBS: &[&str] =
    &["offer", "power", "wait", "replay", "continue", "battery", "charge", "clock", "button", "flip-bits"];

/// The table of bits that flip.
pub(crate) struct Flip {
    pub(crate) place: Option<Text>,
    pub(crate) at: Option<Text>,
    pub(crate) bits: Option<Number>,
}

/// The table of an offer.
pub(crate) struct Offer {
    pub(crate) version: Option<Text>,
    pub(crate) signed_by: Option<Text>,
    pub(crate) behaves: Option<Text>,
    pub(crate) vendor: Option<Text>,
    pub(crate) class: Option<Text>,
    pub(crate) tamper: Option<Spanned<Tamper>>,
    pub(crate) size: Option<Text>,
    pub(crate) reset: Option<Text>,
}

/// The table of a change to a deliverable.
pub(crate) struct Tamper {
    pub(crate) what: Option<Text>,
    pub(crate) at: Option<Text>,
    pub(crate) flip_bits: Option<Number>,
    pub(crate) fix_up: Option<Text>,
    pub(crate) at_least: Option<Number>,
}

/// The table of an expectation.
pub(crate) struct Expect {
    pub(crate) refused: Option<Text>,
    pub(crate) runs: Option<Text>,
    pub(crate) runs_one_of: Option<Texts>,
    pub(crate) halted: Option<Text>,
    pub(crate) untouched: Option<Texts>,
    pub(crate) as_after: Option<Text>,
}

/// `[teeth]`.
pub(crate) struct Teeth {
    pub(crate) without: Option<Text>,
    pub(crate) mutant: Option<Text>,
    pub(crate) breaks: Option<Spanned<Breaks>>,
}

/// The table of what the teeth break.
pub(crate) struct Breaks {
    pub(crate) step: Option<Text>,
    pub(crate) saw: Option<Text>,
}

/// Reads the shape of a whole file.
pub(crate) fn scenario<'t>(tree: &'t Spanned<DeTable<'t>>, problems: &mut Problems) -> Scenario {
    let spans = tree.get_ref().keys().map(Spanned::span);
    let start = spans.min_by_key(|span| span.start).unwrap_or(0..0);
    let mut keys = Keys::new(tree.get_ref(), "a scenario", problems);
    let scenario = Scenario {
        start,
        claim: keys.take("claim", text),
        covers: keys.take("covers", list(text)),
        threat: keys.take("threat", text),
        device: keys.take("device", table("`[device]`", device)),
        attacker: keys.take("attacker", table("`[attacker]`", attacker)),
        fault: keys.take("fault", table("`[fault]`", fault)),
        steps: keys.take("step", list(|value, problems| table("a step", step)(value, problems))),
        teeth: keys.take("teeth", table("`[teeth]`", teeth)),
    };
    keys.finish();
    scenario
}

fn device(keys: &mut Keys<'_, '_>) -> Device {
    Device { profile: keys.take("profile", text), runs: keys.take("runs", text), needs: keys.take("needs", list(text)) }
}

fn attacker<'t>(keys: &mut Keys<'t, '_>) -> Attacker {
    Attacker {
        on: keys.take("on", text),
        edit: keys.take("edit", table("an edit", tamper)),
        drop: keys.take("drop", every),
        duplicate: keys.take("duplicate", every),
        truncate: keys.take("truncate", every),
        during: keys.take("during", list(text)),
    }
}

fn every<'t>(value: &'t Value<'t>, problems: &mut Problems) -> Option<Spanned<Every>> {
    table("an act of the attacker", |keys: &mut Keys<'t, '_>| Every { every: keys.take("every", number) })(
        value, problems,
    )
}

fn fault(keys: &mut Keys<'_, '_>) -> Fault {
    Fault {
        cut_power: keys.take("cut-power", text),
        during: keys.take("during", list(text)),
        tear: keys.take("tear", list(text)),
        at_least: keys.take("at-least", number),
        battery: keys.take("battery", text),
        flash: keys.take("flash", text),
        when: keys.take("when", text),
    }
}

fn step(keys: &mut Keys<'_, '_>) -> Step {
    Step {
        name: keys.take("name", text),
        verbs: VERBS.iter().filter_map(|verb| keys.place(verb)).collect(),
        offer: keys.take("offer", table("an offer", offer)),
        power: keys.take("power", text),
        wait: keys.take("wait", text),
        replay: keys.take("replay", text),
        go_on: keys.take("continue", text),
        battery: keys.take("battery", text),
        button: keys.take("button", text),
        charge: keys.take("charge", text),
        clock: keys.take("clock", text),
        flip_bits: keys.take("flip-bits", table("bits that flip", flip)),
        expect: keys.take("expect", table("an expectation", expect)),
    }
}

fn flip(keys: &mut Keys<'_, '_>) -> Flip {
    Flip { place: keys.take("in", text), at: keys.take("at", text), bits: keys.take("bits", number) }
}

fn offer(keys: &mut Keys<'_, '_>) -> Offer {
    Offer {
        version: keys.take("version", text),
        signed_by: keys.take("signed-by", text),
        behaves: keys.take("behaves", text),
        vendor: keys.take("vendor", text),
        class: keys.take("class", text),
        tamper: keys.take("tamper", table("a tamper", tamper)),
        size: keys.take("size", text),
        reset: keys.take("reset", text),
    }
}

fn tamper(keys: &mut Keys<'_, '_>) -> Tamper {
    Tamper {
        what: keys.take("what", text),
        at: keys.take("at", text),
        flip_bits: keys.take("flip-bits", number),
        fix_up: keys.take("fix-up", text),
        at_least: keys.take("at-least", number),
    }
}

fn expect(keys: &mut Keys<'_, '_>) -> Expect {
    Expect {
        refused: keys.take("refused", text),
        runs: keys.take("runs", text),
        runs_one_of: keys.take("runs-one-of", list(text)),
        halted: keys.take("halted", text),
        as_after: keys.take("as-after", text),
        untouched: keys.take("untouched", list(text)),
    }
}

fn teeth(keys: &mut Keys<'_, '_>) -> Teeth {
    Teeth {
        without: keys.take("without", text),
        mutant: keys.take("mutant", text),
        breaks: keys.take("breaks", table("what the teeth break", breaks)),
    }
}

fn breaks(keys: &mut Keys<'_, '_>) -> Breaks {
    Breaks { step: keys.take("step", text), saw: keys.take("saw", text) }
}
