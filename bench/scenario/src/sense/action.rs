//! What happens in a step: exactly one verb.
//!
//! Two verbs in one step would leave open which comes first and what the expectation is about.

use std::ops::Range;

use super::steps::{Steps, has_traffic};
use super::{Need, no_filler, rig, tamper, version, within};
use crate::model::{Action, Behaviour, FlashPlace, Flip, Identity, Offer, Part, Position, Reset, RigAct, Signer, Size};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape::{self, VERBS};
use crate::text::quoted;
use crate::words::{BEHAVIOURS, FLASH_PLACES, HANDS, IDENTITIES, POSITIONS, POWER, PowerWord, RESETS, SIGNERS, SIZES};

const VERSION: Need = Need { key: "version", of: "an offer", example: "version = \"2.2.0\"" };
const IN: Need = Need { key: "in", of: "a place where bits flip", example: "in = \"next-image\"" };
const BITS: Need = Need { key: "bits", of: "a place where bits flip", example: "bits = 1" };
const SIGNED_BY: Need = Need { key: "signed-by", of: "an offer", example: "signed-by = \"release\"" };

pub(super) fn check(
    step: &shape::Step,
    place: Range<usize>,
    earlier: &Steps<'_>,
    problems: &mut Problems,
) -> Option<Action> {
    one_verb(step, place, problems)?;
    if let Some(table) = &step.offer {
        return offer(table.get_ref(), table.span(), problems).map(Action::Offer);
    }
    if let Some(word) = &step.power {
        return POWER.read(word, problems).map(|word| match word {
            PowerWord::Cycle => Action::PowerCycle,
        });
    }
    if let Some(duration) = &step.wait {
        return milliseconds(duration, problems).map(|ms| Action::Wait { ms });
    }
    if let Some(offer) = &step.go_on {
        return go_on(offer, earlier, problems);
    }
    if let Some(level) = &step.battery {
        return rig::battery(level, problems).map(Action::Rig);
    }
    if let Some(energy) = &step.charge {
        return rig::charge(energy, problems).map(Action::Rig);
    }
    if let Some(clock) = &step.clock {
        return rig::clock(clock, problems).map(Action::Rig);
    }
    if let Some(hand) = &step.button {
        return HANDS.read(hand, problems).map(|hand| Action::Rig(RigAct::Button(hand)));
    }
    if let Some(table) = &step.flip_bits {
        return flip(table.get_ref(), table.span(), problems).map(Action::FlipBits);
    }
    step.replay.as_ref().and_then(|session| replay(session, step, earlier, problems))
}

fn one_verb(step: &shape::Step, place: Range<usize>, problems: &mut Problems) -> Option<()> {
    match step.verbs.as_slice() {
        [_] => Some(()),
        [] => {
            let verbs: Vec<String> = VERBS.iter().map(|verb| format!("`{verb}`")).collect();
            let problem = Problem::at(place, "nothing happens in this step");
            problems.add(problem.help(format!("give it one of {}", verbs.join(", "))));
            None
        }
        [first, second, ..] => {
            let (first, second) = if first.start < second.start { (first, second) } else { (second, first) };
            let problem = Problem::at(second.clone(), "two things happen in one step");
            let problem = problem.label("second action").also(first.clone(), "first action");
            problems.add(problem.help("make it two steps, so that their order and what each must lead to is plain"));
            None
        }
    }
}

fn offer(offer: &shape::Offer, table: Range<usize>, problems: &mut Problems) -> Option<Offer> {
    let version = VERSION.of(&offer.version, table.clone(), problems).and_then(|text| version(text, problems));
    let signer = SIGNED_BY.of(&offer.signed_by, table, problems);
    let signed_by = signer.and_then(|word| SIGNERS.read(word, problems));
    let behaves = offer.behaves.as_ref().map_or(Some(Behaviour::Healthy), |word| BEHAVIOURS.read(word, problems));
    let vendor = identity(offer.vendor.as_ref(), problems);
    let class = identity(offer.class.as_ref(), problems);
    let tamper = offer.tamper.as_ref().and_then(|tamper| {
        let checked = tamper::check(tamper, problems)?;
        if checked.what == Part::Signature && signed_by == Some(Signer::Nobody) {
            let problem = Problem::at(tamper.span(), "this changes a signature that is not there");
            problems.add(match signer {
                Some(word) => problem.also(word.span(), "nobody signs"),
                None => problem,
            });
        }
        Some(checked)
    });
    let reset = offer.reset.as_ref().map_or(Some(Reset::Asked), |word| RESETS.read(word, problems));
    let size = offer.size.as_ref().map_or(Some(Size::AsBuilt), |word| SIZES.read(word, problems));
    let (version, signed_by, behaves) = (version?, signed_by?, behaves?);
    Some(Offer { version, signed_by, behaves, vendor: vendor?, class: class?, tamper, size: size?, reset: reset? })
}

fn identity(word: Option<&Text>, problems: &mut Problems) -> Option<Identity> {
    word.map_or(Some(Identity::Own), |word| IDENTITIES.read(word, problems))
}

/// Bits that flip in flash.
fn flip(flip: &shape::Flip, table: Range<usize>, problems: &mut Problems) -> Option<Flip> {
    let place = IN.of(&flip.place, table.clone(), problems).and_then(|word| FLASH_PLACES.read(word, problems));
    let bits = BITS.of(&flip.bits, table, problems).and_then(|number| within(number, "bits", 1, 8, problems));
    let at = match &flip.at {
        None => Some(Position::Middle),
        Some(word) => match POSITIONS.read(word, problems) {
            Some(Position::EveryByte) => {
                let problem = Problem::at(word.span(), "bits in flash flip in one place, not in every byte in turn");
                problems.add(problem.help("write `start`, `middle` or `end`, and one step for each place"));
                None
            }
            read @ Some(Position::Filler) => {
                match place {
                    Some(FlashPlace::NextImage | FlashPlace::OtherImage) | None => {}
                    Some(
                        FlashPlace::NextHead
                        | FlashPlace::NextHeader
                        | FlashPlace::BootRecord
                        | FlashPlace::Floor
                        | FlashPlace::Provisioning,
                    ) => no_filler(word, problems),
                }
                read
            }
            read @ (Some(Position::Start | Position::Middle | Position::End) | None) => read,
        },
    };
    Some(Flip { place: place?, at: at?, bits: u8::try_from(bits?).ok()? })
}

/// A duration such as `10s` or `500ms`, in milliseconds.
fn milliseconds(text: &Text, problems: &mut Problems) -> Option<u32> {
    /// Longer than any watchdog or time-out, and short enough for a rig with a real clock.
    const ONE_HOUR_MS: u32 = 3_600_000;
    let written = text.get_ref().as_str();
    let (digits, unit_ms) = match (written.strip_suffix("ms"), written.strip_suffix('s')) {
        (Some(digits), _) => (digits, 1),
        (None, Some(digits)) => (digits, 1_000),
        (None, None) => ("", 0),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        let problem = Problem::at(text.span(), format!("{} is not a duration", quoted(written)));
        problems.add(problem.help("write whole seconds or milliseconds, such as \"10s\" or \"500ms\""));
        return None;
    }
    let ms = digits.parse::<u32>().ok().and_then(|number| number.checked_mul(unit_ms));
    let in_range = ms.filter(|ms| (1..=ONE_HOUR_MS).contains(ms));
    if in_range.is_none() {
        problems.add(Problem::at(text.span(), "a wait is at least 1 ms and at most 3600 s"));
    }
    in_range
}

fn replay(session: &Text, step: &shape::Step, earlier: &Steps<'_>, problems: &mut Problems) -> Option<Action> {
    let own_name = step.name.as_ref().map(|name| name.get_ref());
    if own_name == Some(session.get_ref()) {
        problems.add(Problem::at(session.span(), "a step cannot replay itself"));
        return None;
    }
    let Some(index) = earlier.position(session) else {
        problems.add(not_earlier(session, earlier));
        return None;
    };
    let source = &earlier.list[index];
    match source.action.as_ref()? {
        Action::Offer(_) => Some(Action::Replay { session: session.get_ref().clone() }),
        other @ (Action::Replay { .. }
        | Action::Continue { .. }
        | Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Rig(_)) => {
            let what = if has_traffic(other) { "makes no offer of its own" } else { "sends nothing" };
            let message = format!("the step {} {what}", quoted(session.get_ref()));
            let problem = Problem::at(session.span(), message).also(source.place.clone(), "that step");
            problems.add(problem.help("replay a step that makes an offer"));
            None
        }
    }
}

/// An offer that was refused for the time being, by the step that made it.
fn go_on(offer: &Text, earlier: &Steps<'_>, problems: &mut Problems) -> Option<Action> {
    let Some(index) = earlier.position(offer) else {
        problems.add(not_earlier(offer, earlier));
        return None;
    };
    let source = &earlier.list[index];
    match source.action.as_ref()? {
        Action::Offer(_) => Some(Action::Continue { offer: offer.get_ref().clone() }),
        Action::Replay { .. }
        | Action::Continue { .. }
        | Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Rig(_) => {
            let message = format!("the step {} makes no offer of its own", quoted(offer.get_ref()));
            let problem = Problem::at(offer.span(), message).also(source.place.clone(), "that step");
            problems.add(problem.help("continue a step that makes an offer"));
            None
        }
    }
}

fn not_earlier(session: &Text, earlier: &Steps<'_>) -> Problem {
    let message = format!("no earlier step is called {}", quoted(session.get_ref()));
    let problem = Problem::at(session.span(), message).label("named here");
    let known: Vec<&str> =
        earlier.list.iter().filter_map(|step| step.name).map(|name| name.get_ref().as_str()).collect();
    crate::suggest::help(problem, session.get_ref(), "earlier steps", &known)
}
