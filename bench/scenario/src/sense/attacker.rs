//! `[attacker]`: where he sits, what he does, and in which steps.
//!
//! Some step he acts in must have traffic; an attacker who never meets a packet proves nothing.

use toml::Spanned;

use super::steps::{Steps, has_traffic};
use super::{Need, no_repeats, not_empty_list, tamper, within};
use crate::model::{Act, Attacker};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words::PLACES;

const ON: Need = Need { key: "on", of: "`[attacker]`", example: "on = \"update-link\"" };
const EVERY: Need = Need { key: "every", of: "an act of the attacker", example: "every = 3" };

pub(super) fn check(
    attacker: &Spanned<shape::Attacker>,
    steps: &Steps<'_>,
    problems: &mut Problems,
) -> Option<Attacker> {
    let (fields, table) = (attacker.get_ref(), attacker.span());
    let on = ON.of(&fields.on, table.clone(), problems).and_then(|word| PLACES.read(word, problems));
    let does_nothing =
        fields.edit.is_none() && fields.drop.is_none() && fields.duplicate.is_none() && fields.truncate.is_none();
    if does_nothing {
        let problem = Problem::at(table, "this attacker does nothing");
        problems.add(problem.help("give him `edit`, `drop`, `duplicate` or `truncate`"));
    }
    let acts = acts(fields, problems);
    let during = during(fields, steps, problems);
    Some(Attacker { on: on?, acts, during })
}

fn acts(fields: &shape::Attacker, problems: &mut Problems) -> Vec<Act> {
    let edit = fields.edit.as_ref().and_then(|edit| tamper::check(edit, problems)).map(Act::Edit);
    // Dropping or cutting every single packet is no attack on an update but the absence of a link.
    let drop = every(fields.drop.as_ref(), 2, problems).map(|every| Act::Drop { every });
    let duplicate = every(fields.duplicate.as_ref(), 1, problems).map(|every| Act::Duplicate { every });
    let truncate = every(fields.truncate.as_ref(), 2, problems).map(|every| Act::Truncate { every });
    [edit, drop, duplicate, truncate].into_iter().flatten().collect()
}

fn every(act: Option<&Spanned<shape::Every>>, least: u32, problems: &mut Problems) -> Option<u32> {
    /// No session has more packets than this.
    const MOST: u32 = 1_000_000;
    let act = act?;
    within(EVERY.of(&act.get_ref().every, act.span(), problems)?, "every", least, MOST, problems)
}

fn during(fields: &shape::Attacker, steps: &Steps<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(during) = &fields.during else { return Vec::new() };
    not_empty_list(during, "during", "leave it out where he acts in every step", problems);
    no_repeats(during.get_ref(), "`during`", problems);
    for name in during.get_ref() {
        meets_traffic(name, steps, problems);
    }
    during.get_ref().iter().map(|name| name.get_ref().clone()).collect()
}

fn meets_traffic(name: &Text, steps: &Steps<'_>, problems: &mut Problems) {
    let Some(index) = steps.find(name, problems) else { return };
    let step = &steps.list[index];
    if step.action.as_ref().is_some_and(|action| !has_traffic(action)) {
        let message = format!("nothing passes the attacker in the step {}", quoted(name.get_ref()));
        problems.add(Problem::at(name.span(), message).also(step.place.clone(), "that step"));
    }
}
