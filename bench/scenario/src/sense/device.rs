//! `[device]`: the profile it is provisioned with, what it runs, what the scenario needs of it.
//!
//! The profile is a name and never a path: which file it comes from is not the scenario's business.

use menu::Feature;

use super::{Need, no_repeats, version};
use crate::Context;
use crate::model::{self, Version};
use crate::name;
use crate::problem::{Problem, Problems};
use crate::profile::Profile;
use crate::read::Text;
use crate::shape;
use crate::text::quoted;
use crate::words;

const DEVICE: Need =
    Need { key: "[device]", of: "the scenario", example: "[device]\nprofile = \"resilient\"\nruns = \"2.1.0\"" };
const PROFILE: Need = Need { key: "profile", of: "`[device]`", example: "profile = \"resilient\"" };
const RUNS: Need = Need { key: "runs", of: "`[device]`", example: "runs = \"2.1.0\"" };

/// What is known of the device; parts that made no sense are absent.
pub(super) struct Checked<'c> {
    pub(super) profile: Option<&'c Profile>,
    pub(super) runs: Option<Version>,
    needs: Vec<Feature>,
}

impl Checked<'_> {
    pub(super) fn finish(self) -> Option<model::Device> {
        let profile = self.profile?;
        Some(model::Device {
            profile: profile.name.clone(),
            features: profile.features,
            runs: self.runs?,
            needs: self.needs,
        })
    }
}

pub(super) fn check<'c>(file: &shape::Scenario, context: &Context<'c>, problems: &mut Problems) -> Checked<'c> {
    let Some(device) = DEVICE.of(&file.device, file.start.clone(), problems) else {
        return Checked { profile: None, runs: None, needs: Vec::new() };
    };
    let (fields, table) = (device.get_ref(), device.span());
    let word = PROFILE.of(&fields.profile, table.clone(), problems);
    let profile = word.and_then(|word| profile(word, context.profiles, problems));
    let runs = RUNS.of(&fields.runs, table, problems).and_then(|runs| version(runs, problems));
    let needs = fields.needs.as_ref().map_or(&[][..], |needs| needs.get_ref());
    no_repeats(needs, "`needs`", problems);
    let needs = needs.iter().filter_map(|word| need(word, profile, problems)).collect();
    Checked { profile, runs, needs }
}

fn profile<'c>(word: &Text, known: &'c [Profile], problems: &mut Problems) -> Option<&'c Profile> {
    let found = known.iter().find(|profile| profile.name == *word.get_ref());
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|profile| profile.name.as_str()).collect();
        problems.add(if name::is_path(word.get_ref()) {
            let problem =
                Problem::at(word.span(), format!("{} is a path; a profile has a name", quoted(word.get_ref())));
            problem.help(format!("profiles: {}", names.join(", ")))
        } else {
            words::unknown("profile", "profiles", word, &names)
        });
    }
    found
}

fn need(word: &Text, profile: Option<&Profile>, problems: &mut Problems) -> Option<Feature> {
    let feature = words::feature(word, problems)?;
    if let Some(profile) = profile.filter(|profile| !profile.features.has(feature)) {
        let message = format!("the scenario needs `{feature}`, which the profile {} lacks", quoted(&profile.name));
        problems.add(Problem::at(word.span(), message).label("would be skipped everywhere").help(features(profile)));
    }
    Some(feature)
}

/// The features of a profile, as help.
pub(super) fn features(profile: &Profile) -> String {
    let names: Vec<&str> = profile.features.iter().map(|feature| feature.name()).collect();
    format!("the profile {} has: {}", quoted(&profile.name), names.join(", "))
}
