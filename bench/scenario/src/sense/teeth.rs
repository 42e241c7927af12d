//! `[teeth]`: the run that must break the claim.
//!
//! Teeth that cannot bite are found here where they can be: a feature the profile does not have, a
//! step that expects nothing, or a sight that the step would be content with.

use menu::Feature;

use super::device::{self, features};
use super::expect::versions_seen;
use super::steps::{Steps, has_traffic};
use super::{Need, version};
use crate::Context;
use crate::model::{Recovery, Saw, Teeth, Version, Weakness};
use crate::problem::{Problem, Problems};
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words::{self, FLASH_REGIONS};

const WITHOUT: Need = Need { key: "without` or `mutant", of: "`[teeth]`", example: "without = \"signature\"" };
const BREAKS: Need =
    Need { key: "breaks", of: "`[teeth]`", example: "breaks = { step = \"replay\", saw = \"installed\" }" };
const STEP: Need = Need { key: "step", of: "`breaks`", example: "step = \"replay\"" };
const SAW: Need = Need { key: "saw", of: "`breaks`", example: "saw = \"installed\"" };

/// What can be written after `saw`; the last one stands for any version.
const SIGHTS: &[&str] = &[
    "installed",
    "refused",
    "nothing runs",
    "the recovery image runs",
    "an unknown image runs",
    "another state",
    "writes running-slot",
    "runs 2.2.0",
];

pub(super) fn check(
    file: &shape::Scenario,
    device: &device::Checked<'_>,
    steps: &Steps<'_>,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<Teeth> {
    let Some(teeth) = &file.teeth else {
        let place = file.claim.as_ref().map_or(file.start.clone(), |claim| claim.span());
        let problem =
            Problem::at(place, "the scenario has no `[teeth]`").label("nothing shows that this can be broken");
        problems.add(problem.help("add `[teeth]` with the feature (`without`) or the `mutant` that breaks the claim"));
        return None;
    };
    let fields = teeth.get_ref();
    let weakness = match (&fields.without, &fields.mutant) {
        (Some(feature), None) => without(feature, device, problems),
        (None, Some(name)) => mutant(name, context, problems),
        (Some(feature), Some(name)) => {
            let problem = Problem::at(name.span(), "teeth are one feature or one mutant, not both");
            problems.add(problem.label("a mutant").also(feature.span(), "a feature"));
            None
        }
        (None, None) => {
            WITHOUT.of(&fields.without, teeth.span(), problems);
            None
        }
    };
    let breaks = BREAKS.of(&fields.breaks, teeth.span(), problems)?;
    let step = STEP.of(&breaks.get_ref().step, breaks.span(), problems);
    let text = SAW.of(&breaks.get_ref().saw, breaks.span(), problems);
    let saw = text.and_then(|text| sight(text, problems));
    let index = step.and_then(|step| steps.find(step, problems));
    if let (Some(step), Some(text), Some(saw), Some(index)) = (step, text, saw, index) {
        bites(Bite { step, text, saw, index }, steps, problems);
    }
    Some(Teeth { weakness: weakness?, step: step?.get_ref().clone(), saw: saw? })
}

fn without(word: &Text, device: &device::Checked<'_>, problems: &mut Problems) -> Option<Weakness> {
    let feature: Feature = words::feature(word, problems)?;
    if let Some(profile) = device.profile.filter(|profile| !profile.features.has(feature)) {
        let message = format!("the profile {} has no `{feature}` to remove", quoted(&profile.name));
        problems.add(Problem::at(word.span(), message).label("these teeth cannot bite").help(features(profile)));
    }
    Some(Weakness::Without(feature))
}

fn mutant(name: &Text, context: &Context<'_>, problems: &mut Problems) -> Option<Weakness> {
    if !context.mutants.contains(&name.get_ref().as_str()) {
        problems.add(words::unknown("mutant", "mutants", name, context.mutants));
        return None;
    }
    Some(Weakness::Mutant(name.get_ref().clone()))
}

fn sight(text: &Text, problems: &mut Problems) -> Option<Saw> {
    match text.get_ref().as_str() {
        "installed" => Some(Saw::Installed),
        "refused" => Some(Saw::Refused),
        "nothing runs" => Some(Saw::NothingRuns),
        "the recovery image runs" => Some(Saw::RecoveryRuns),
        "an unknown image runs" => Some(Saw::UnknownRuns),
        "another state" => Some(Saw::OtherState),
        other => with_a_name(other, text, problems),
    }
}

/// A sight that names a version or a part of flash.
fn with_a_name(written: &str, text: &Text, problems: &mut Problems) -> Option<Saw> {
    let named = |name: &str| Text::new(text.span(), name.to_owned());
    if let Some(number) = written.strip_prefix("runs ") {
        return version(&named(number), problems).map(Saw::Runs);
    }
    if let Some(region) = written.strip_prefix("writes ") {
        return FLASH_REGIONS.read(&named(region), problems).map(Saw::Writes);
    }
    problems.add(words::unknown("sight", "what can be seen", text, SIGHTS));
    None
}

/// What the teeth say: at this step, this is seen.
struct Bite<'a> {
    step: &'a Text,
    text: &'a Text,
    saw: Saw,
    index: usize,
}

fn bites(bite: Bite<'_>, steps: &Steps<'_>, problems: &mut Problems) {
    let step = &steps.list[bite.index];
    let Some(expects_at) = &step.expects_at else {
        let message =
            format!("the step {} expects nothing, so the claim cannot break there", quoted(bite.step.get_ref()));
        problems.add(Problem::at(bite.step.span(), message).also(step.place.clone(), "that step"));
        return;
    };
    let offers = step.action.as_ref().is_none_or(has_traffic);
    let is_about_an_offer = matches!(bite.saw, Saw::Installed | Saw::Refused);
    if is_about_an_offer && !offers {
        let problem =
            Problem::at(bite.text.span(), format!("nothing is offered in the step {}", quoted(bite.step.get_ref())));
        problems
            .add(problem.also(step.place.clone(), "that step").help("say what runs, such as `saw = \"runs 2.2.0\"`"));
        return;
    }
    if bite.saw == Saw::OtherState && step.expect.as_after.is_none() {
        let problem = Problem::at(bite.text.span(), "the step expects no state, so none can be another one");
        problems.add(problem.also(expects_at.clone(), "expected here").help("give it `as-after`"));
    }
    if is_content(&bite, steps) {
        let problem = Problem::at(bite.text.span(), "this is what the step expects, so nothing would be broken");
        problems.add(problem.also(expects_at.clone(), "expected here"));
    }
    if let Saw::Writes(region) = bite.saw
        && !step.expect.untouched.contains(&region)
    {
        let problem = Problem::at(bite.text.span(), format!("the step does not expect `{region}` to be untouched"));
        problems.add(problem.also(expects_at.clone(), "expected here"));
    }
    if let Saw::Runs(version) = bite.saw {
        can_run(version, bite.text, steps, problems);
    }
}

/// Whether the step expects exactly what the teeth claim to be a violation.
fn is_content(bite: &Bite<'_>, steps: &Steps<'_>) -> bool {
    let expect = &steps.list[bite.index].expect;
    match bite.saw {
        Saw::Installed => steps.offered_in(bite.index).is_some_and(|version| expect.runs.contains(&version)),
        Saw::Runs(version) => expect.runs.contains(&version),
        Saw::Refused => expect.refused.is_some(),
        Saw::NothingRuns => expect.halted.is_some(),
        Saw::RecoveryRuns => expect.recovery == Recovery::Runs,
        Saw::UnknownRuns | Saw::Writes(_) | Saw::OtherState => false,
    }
}

fn can_run(version: Version, text: &Text, steps: &Steps<'_>, problems: &mut Problems) {
    let Some(known) = steps.versions_after(steps.list.len()) else { return };
    if !known.contains(&version) {
        let problem = Problem::at(text.span(), format!("nothing brings `{version}` onto the device"));
        problems.add(problem.help(versions_seen(&known)));
    }
}
