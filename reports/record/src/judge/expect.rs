//! Whether a step showed what the scenario expects of it.
//!
//! Four things count: the refusal and the halt, which must be exactly those that are named, the image
//! that runs, as the rig measured it, and what was written to flash. What the device says about itself is
//! never used.

use scenario::model::{Expect, FlashRegion, Recovery, Version};

use super::grammar::Facts;
use super::written;
use crate::event::{Answer, Observed, Running};

/// Whether an expectation was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was, or there was none.
    Met,
    /// It was not.
    NotMet,
}

/// How closely what was seen must be what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// A refusal must be the one that is named: on the scenario's own device, that reason shows which
    /// defence spoke.
    Letter,
    /// Whatever was to be refused must not have been taken: on another device, another defence may
    /// speak first.
    Substance,
}

/// Compares a step's expectation with what was seen.
pub(super) fn compare(expect: &Expect, facts: &Facts<'_>, rule: Rule) -> Outcome {
    let observed = facts.observed;
    let refused = match (&expect.refused, &observed.answer) {
        (None, _) => Outcome::Met,
        (Some(refusal), Some(Answer::Refused(reason))) if reason == refusal.name() => Outcome::Met,
        (Some(_), Some(Answer::Refused(_) | Answer::RefusedUnknown { .. } | Answer::Silent)) => match rule {
            Rule::Letter => Outcome::NotMet,
            Rule::Substance => Outcome::Met,
        },
        (Some(_), Some(Answer::Accepted) | None) => Outcome::NotMet,
    };
    let runs = match &observed.running {
        Running::Image { version, .. } if expect.runs.iter().any(|allowed| allowed.to_string() == *version) => {
            Outcome::Met
        }
        Running::Image { .. } | Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. }
            if expect.runs.is_empty() =>
        {
            Outcome::Met
        }
        Running::Image { .. } | Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => {
            Outcome::NotMet
        }
    };
    let recovers = match expect.recovery {
        Recovery::NotExpected => true,
        Recovery::Runs => matches!(observed.running, Running::Recovery { .. }),
    };
    let halted = match (&expect.halted, &observed.running) {
        (None, _) => Outcome::Met,
        (Some(halt), Running::Nothing { halt: Some(reason) }) if reason == halt.name() => Outcome::Met,
        (Some(_), Running::Nothing { .. }) => match rule {
            Rule::Letter => Outcome::NotMet,
            Rule::Substance => Outcome::Met,
        },
        (Some(_), Running::Image { .. } | Running::Recovery { .. } | Running::Unknown { .. }) => Outcome::NotMet,
    };
    let untouched = written::touched(&expect.untouched, facts.written).is_none();
    if refused == Outcome::Met && runs == Outcome::Met && halted == Outcome::Met && recovers && untouched {
        Outcome::Met
    } else {
        Outcome::NotMet
    }
}

/// The expectation in words; `None` where there is none.
pub(super) fn words(expect: &Expect) -> Option<String> {
    let refused = expect.refused.map(|refusal| format!("refused: {refusal}"));
    let runs = (!expect.runs.is_empty()).then(|| {
        let versions: Vec<String> = expect.runs.iter().map(Version::to_string).collect();
        format!("runs {}", versions.join(" or "))
    });
    let recovers = (expect.recovery == Recovery::Runs).then(|| "the recovery image runs".to_owned());
    let halted = expect.halted.map(|halt| format!("halted: {halt}"));
    let untouched = (!expect.untouched.is_empty()).then(|| {
        let regions: Vec<&str> = expect.untouched.iter().map(|region| region.name()).collect();
        format!("untouched: {}", regions.join(", "))
    });
    let state = expect.as_after.as_ref().map(|step| format!("the state as after `{step}`"));
    let parts: Vec<String> =
        refused.into_iter().chain(runs).chain(recovers).chain(halted).chain(untouched).chain(state).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What was seen, in words: with what was written where nothing was to be, if everything else was met.
pub(super) fn seen(expect: &Expect, facts: &Facts<'_>) -> String {
    let rest = Expect { untouched: Vec::new(), ..expect.clone() };
    match compare(&rest, facts, Rule::Letter) {
        Outcome::Met => with_writes(&expect.untouched, facts),
        Outcome::NotMet => facts.observed.to_string(),
    }
}

/// What was seen, with what was written to these parts of flash.
pub(super) fn with_writes(untouched: &[FlashRegion], facts: &Facts<'_>) -> String {
    match written::touched(untouched, facts.written) {
        Some((region, part)) => format!("{}, writes {region} ({part})", facts.observed),
        None => facts.observed.to_string(),
    }
}

/// The lie, in words, of a device that says it runs something else than was measured.
pub(super) fn lie(observed: &Observed) -> Option<String> {
    let says = observed.says.as_deref()?;
    let runs = match &observed.running {
        Running::Image { version, .. } if version == says => return None,
        Running::Image { version, .. } => format!("runs {}", crate::words::plain(version)),
        Running::Recovery { .. } | Running::Unknown { .. } | Running::Nothing { .. } => observed.running.to_string(),
    };
    Some(format!("says {}, {runs}", crate::words::plain(says)))
}
