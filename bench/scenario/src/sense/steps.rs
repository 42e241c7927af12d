//! The steps in order, and looking one up by name.
//!
//! Attacker, fault, replays and teeth refer to steps by name, so the list keeps the place of every
//! step in the file, and keeps steps that are broken: a reference to one of them is not a second
//! mistake.

use std::ops::Range;

use super::{Need, action, expect};
use crate::model::{Action, Expect, Step, Version};
use crate::name;
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words;

const STEP: Need = Need {
    key: "[[step]]",
    of: "the scenario",
    example: "[[step]]\nname = \"after a power cycle\"\npower = \"cycle\"",
};
const NAME: Need = Need { key: "name", of: "a step", example: "name = \"after a power cycle\"" };

/// The steps as far as they make sense.
pub(super) struct Steps<'s> {
    pub(super) list: Vec<Checked<'s>>,
    /// The version the device runs at the beginning.
    runs: Option<Version>,
}

/// One step as far as it makes sense.
pub(super) struct Checked<'s> {
    pub(super) name: Option<&'s Text>,
    pub(super) action: Option<Action>,
    pub(super) expect: Expect,
    /// Where the expectation stands, if there is one.
    pub(super) expects_at: Option<Range<usize>>,
    /// Where the step begins.
    pub(super) place: Range<usize>,
}

pub(super) fn check<'s>(file: &'s shape::Scenario, runs: Option<Version>, problems: &mut Problems) -> Steps<'s> {
    let mut steps = Steps { list: Vec::new(), runs };
    let Some(shapes) = STEP.of(&file.steps, file.start.clone(), problems) else { return steps };
    for shape in shapes.get_ref() {
        let (fields, place) = (shape.get_ref(), shape.span());
        let name = NAME.of(&fields.name, place.clone(), problems);
        if let Some(name) = name {
            check_name(name, &steps, problems);
        }
        let action = action::check(fields, place.clone(), &steps, problems);
        let expects_at = fields.expect.as_ref().map(|expect| expect.span());
        steps.list.push(Checked { name, action, expect: Expect::default(), expects_at, place });
        if let Some(expect) = &fields.expect {
            let expect = expect::check(expect, &steps, problems);
            // The step was pushed just above, so there is a last one.
            steps.list.last_mut().expect("a step was just added").expect = expect;
        }
    }
    if let Some(last) = steps.list.last().filter(|_| steps.list.iter().all(|step| step.expects_at.is_none())) {
        let problem = Problem::at(last.place.clone(), "no step expects anything, so nothing can break the claim");
        problems.add(problem.help("write, for example, `expect = { runs = \"2.1.0\" }`"));
    }
    if steps.list.is_empty() {
        problems.add(Problem::at(shapes.span(), "the scenario has no steps"));
    }
    steps
}

fn check_name(name: &Text, earlier: &Steps<'_>, problems: &mut Problems) {
    name::of_step(name, problems);
    if let Some(first) = earlier.names().find(|first| first.get_ref() == name.get_ref()) {
        let problem = Problem::at(name.span(), format!("two steps are called {}", quoted(name.get_ref())));
        let problem = problem.label("again").also(first.span(), "first");
        problems.add(problem.help("teeth, faults and the report refer to a step by its name"));
    }
}

impl<'s> Steps<'s> {
    fn names(&self) -> impl Iterator<Item = &'s Text> {
        self.list.iter().filter_map(|step| step.name)
    }

    /// The place in the list of the step with this name.
    pub(super) fn position(&self, name: &Text) -> Option<usize> {
        self.list.iter().position(|step| step.name.is_some_and(|known| known.get_ref() == name.get_ref()))
    }

    /// The same; a name that no step has becomes a problem.
    pub(super) fn find(&self, name: &Text, problems: &mut Problems) -> Option<usize> {
        let found = self.position(name);
        // A step without a name, or no step at all, has been reported and may be the one that is meant.
        let all_named = !self.list.is_empty() && self.list.iter().all(|step| step.name.is_some());
        if found.is_none() && all_named {
            let known: Vec<&str> = self.names().map(|name| name.get_ref().as_str()).collect();
            problems.add(words::unknown("step", "steps", name, &known));
        }
        found
    }

    /// The version that a step offers or offers again.
    pub(super) fn offered_in(&self, index: usize) -> Option<Version> {
        match self.list[index].action.as_ref()? {
            Action::Offer(offer) => Some(offer.version),
            Action::Replay { session } | Action::Continue { offer: session } => {
                let source = self.list.iter().find(|step| step.name.is_some_and(|name| name.get_ref() == session))?;
                match source.action.as_ref()? {
                    Action::Offer(offer) => Some(offer.version),
                    Action::PowerCycle
                    | Action::FlipBits(_)
                    | Action::Wait { .. }
                    | Action::Replay { .. }
                    | Action::Continue { .. }
                    | Action::Rig(_) => None,
                }
            }
            Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => None,
        }
    }

    /// The versions that the device may hold when the first `count` steps are over; `None` while
    /// mistakes elsewhere leave that open.
    pub(super) fn versions_after(&self, count: usize) -> Option<Vec<Version>> {
        let mut versions = vec![self.runs?];
        for step in &self.list[..count] {
            match step.action.as_ref()? {
                Action::Offer(offer) => versions.push(offer.version),
                Action::PowerCycle
                | Action::FlipBits(_)
                | Action::Wait { .. }
                | Action::Replay { .. }
                | Action::Continue { .. }
                | Action::Rig(_) => {}
            }
        }
        Some(versions)
    }

    pub(super) fn finish(self) -> Option<Vec<Step>> {
        let finish = |step: Checked<'_>| {
            Some(Step { name: step.name?.get_ref().clone(), action: step.action?, expect: step.expect })
        };
        self.list.into_iter().map(finish).collect()
    }
}

/// Whether anything travels over the link in a step.
pub(super) fn has_traffic(action: &Action) -> bool {
    match action {
        Action::Offer(_) | Action::Replay { .. } | Action::Continue { .. } => true,
        Action::PowerCycle | Action::FlipBits(_) | Action::Wait { .. } | Action::Rig(_) => false,
    }
}
