//! Profiles: the items of the menu that a device is provisioned with.
//!
//! A profile that contradicts itself is refused here, because a device cannot tell a contradiction
//! from an order: it would enforce what it was told and leave the rest open.

use menu::{Battery, Feature, Features};
use toml::Spanned;

use crate::diagnostic::{DiagnosticKind, Diagnostics};
use crate::name;
use crate::problem::{Problem, Problems};
use crate::read::{self, Keys, Number, Text, list, number};
use crate::text;
use crate::words;

mod energy;

/// What a device is provisioned with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// File name without `.toml`.
    pub name: String,
    /// For whom this profile is, in a sentence.
    pub about: String,
    /// The features the device enforces.
    pub features: Features,
    /// Attempts an image on trial has; 0 without the feature `attempt-limit`.
    pub trial_attempts: u8,
    /// Time each attempt takes at most, in milliseconds; 0 without the feature `attempt-limit`.
    pub trial_ms: u32,
    /// Period of the watchdog in milliseconds; 0 without the feature `watchdog`.
    pub watchdog_ms: u32,
    /// Battery and consumption; all zero without the feature `battery-check`.
    pub battery: Battery,
}

impl Profile {
    /// The same profile without a feature and what depends on it. Its settings stay: a device reads
    /// them only where it has the feature.
    #[must_use]
    pub fn without(&self, feature: Feature) -> Self {
        Self { features: self.features.without(feature), ..self.clone() }
    }
}

/// Reads one profile.
///
/// `file` is shown in diagnostics; its last component without `.toml` becomes the profile's name.
///
/// # Errors
/// Every problem of the first stage (text, shape, sense) that has any.
pub fn parse_profile(file: &str, bytes: &[u8]) -> Result<Profile, Diagnostics> {
    let text = text::check(file, bytes)?;
    let mut problems = Problems::new(DiagnosticKind::Text);
    let tree = text::tree(text, &text::PROFILE, &mut problems);
    problems.stop_if_any(file, text)?;

    let mut problems = Problems::new(DiagnosticKind::Shape);
    let mut keys = Keys::new(tree.get_ref(), "a profile", &mut problems);
    let shape = Shape::take(&mut keys);
    keys.finish();
    problems.stop_if_any(file, text)?;

    let mut problems = Problems::new(DiagnosticKind::Sense);
    let profile = shape.sense(file, &mut problems);
    problems.finish(profile, file, text)
}

/// A profile by keys and types.
struct Shape {
    about: Option<Text>,
    features: Option<Spanned<Vec<Text>>>,
    trial_attempts: Option<Number>,
    trial_ms: Option<Number>,
    watchdog_ms: Option<Number>,
    battery: energy::Shape,
}

impl Shape {
    fn take(keys: &mut Keys<'_, '_>) -> Self {
        Self {
            about: keys.take("about", read::text),
            features: keys.take("features", list(read::text)),
            trial_attempts: keys.take("trial-attempts", number),
            trial_ms: keys.take("trial-ms", number),
            watchdog_ms: keys.take("watchdog-ms", number),
            battery: energy::Shape::take(keys),
        }
    }

    fn sense(&self, file: &str, problems: &mut Problems) -> Option<Profile> {
        let name = name::of_file(file, problems);
        let about = self.about(problems);
        let features = self.features(problems);
        let attempts =
            Setting { key: "trial-attempts", feature: Feature::AttemptLimit, most: u32::from(u8::MAX), usual: 1 };
        let trial_attempts = attempts.value(self.trial_attempts.as_ref(), features, problems);
        let time = Setting { key: "trial-ms", feature: Feature::AttemptLimit, most: 3_600_000, usual: 10_000 };
        let trial_ms = time.value(self.trial_ms.as_ref(), features, problems);
        let watchdog = Setting { key: "watchdog-ms", feature: Feature::Watchdog, most: 3_600_000, usual: 2_000 };
        let watchdog_ms = watchdog.value(self.watchdog_ms.as_ref(), features, problems);
        let battery = self.battery.sense(features, problems);
        Some(Profile {
            name: name?,
            about: about?,
            features: features?,
            trial_attempts: u8::try_from(trial_attempts?).ok()?,
            trial_ms: trial_ms?,
            watchdog_ms: watchdog_ms?,
            battery: battery?,
        })
    }

    fn about(&self, problems: &mut Problems) -> Option<String> {
        match &self.about {
            Some(about) if !about.get_ref().trim().is_empty() => Some(about.get_ref().clone()),
            Some(about) => {
                problems.add(Problem::at(about.span(), "`about` is empty"));
                None
            }
            None => {
                problems.add(Problem::of_file("the profile has no `about`").help("say in a sentence for whom it is"));
                None
            }
        }
    }

    fn features(&self, problems: &mut Problems) -> Option<Features> {
        let Some(list) = &self.features else {
            let problem = Problem::of_file("the profile has no `features`");
            problems.add(problem.help("`features = []` is a device without any protection"));
            return None;
        };
        crate::sense::no_repeats(list.get_ref(), "`features`", problems);
        let known: Option<Vec<Feature>> = list.get_ref().iter().map(|word| words::feature(word, problems)).collect();
        let features: Features = known?.into_iter().collect();
        if let Some((feature, missing)) = features.contradiction() {
            let word = list.get_ref().iter().find(|word| word.get_ref() == feature.name());
            let place = word.map_or(list.span(), |word| word.span());
            let problem = Problem::at(place, format!("`{feature}` cannot work without `{missing}`"));
            problems.add(problem.help(format!("add `{missing}`, or leave `{feature}` out")));
            return None;
        }
        Some(features)
    }
}

/// A number that means something only with its feature.
struct Setting {
    key: &'static str,
    feature: Feature,
    most: u32,
    /// For the message about a missing one.
    usual: u32,
}

impl Setting {
    fn value(&self, number: Option<&Number>, features: Option<Features>, problems: &mut Problems) -> Option<u32> {
        match (number, features?.has(self.feature)) {
            (Some(number), true) => crate::sense::within(number, self.key, 1, self.most, problems),
            (None, false) => Some(0),
            (Some(number), false) => {
                let message = format!("`{}` means nothing without `{}`", self.key, self.feature);
                problems.add(Problem::at(number.span(), message).help("leave it out, or add the feature"));
                None
            }
            (None, true) => {
                let problem = Problem::of_file(format!("the profile has `{}` but no `{}`", self.feature, self.key));
                problems.add(problem.help(format!("write, for example, `{} = {}`", self.key, self.usual)));
                None
            }
        }
    }
}
