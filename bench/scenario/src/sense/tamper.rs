//! A change to a deliverable, at rest or in flight.
//!
//! `every-byte` is a sweep, and a sweep has a floor: without `at-least` an empty part would hold.

use toml::Spanned;

use super::{Need, at_least, no_filler, within};
use crate::model::{FixUp, Part, Position, Tamper};
use crate::problem::{Problem, Problems};
use crate::shape;
use crate::words::{FIX_UPS, PARTS, POSITIONS};

const WHAT: Need = Need { key: "what", of: "the change", example: "what = \"payload\"" };
const AT: Need = Need { key: "at", of: "the change", example: "at = \"middle\"" };
const FLIP_BITS: Need = Need { key: "flip-bits", of: "the change", example: "flip-bits = 1" };
const AT_LEAST: Need = Need { key: "at-least", of: "a sweep over every byte", example: "at-least = 100" };

pub(super) fn check(tamper: &Spanned<shape::Tamper>, problems: &mut Problems) -> Option<Tamper> {
    let (fields, table) = (tamper.get_ref(), tamper.span());
    let what = WHAT.of(&fields.what, table.clone(), problems).and_then(|word| PARTS.read(word, problems));
    let at = AT.of(&fields.at, table.clone(), problems).and_then(|word| POSITIONS.read(word, problems));
    if let (Some(what), Some(Position::Filler), Some(word)) = (what, at, &fields.at) {
        match what {
            Part::Payload => {}
            Part::Manifest | Part::Signature | Part::Digest => no_filler(word, problems),
        }
    }
    let bits = FLIP_BITS.of(&fields.flip_bits, table, problems);
    let flip_bits = bits.and_then(|number| within(number, "flip-bits", 1, 8, problems));
    let fix_up = fields.fix_up.as_ref().map_or(Some(FixUp::None), |word| FIX_UPS.read(word, problems));
    let floor = at.and_then(|at| floor(tamper, at, problems));
    Some(Tamper { what: what?, at: at?, flip_bits: u8::try_from(flip_bits?).ok()?, fix_up: fix_up?, at_least: floor })
}

fn floor(tamper: &Spanned<shape::Tamper>, at: Position, problems: &mut Problems) -> Option<u32> {
    let fields = tamper.get_ref();
    match at {
        Position::EveryByte => {
            AT_LEAST.of(&fields.at_least, tamper.span(), problems).and_then(|number| at_least(number, problems))
        }
        Position::Start | Position::Middle | Position::End | Position::Filler => {
            if let Some(number) = &fields.at_least {
                let problem = Problem::at(number.span(), "`at-least` belongs to a sweep, and this change is made once");
                problems.add(problem.help("leave it out, or write `at = \"every-byte\"`"));
            }
            None
        }
    }
}
