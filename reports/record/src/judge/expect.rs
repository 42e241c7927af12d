//! Whether a step showed what the scenario expects of it.
//!
//! Only three things count: the refusal and the halt, which must be exactly those that are named, and
//! the image that runs, as the rig measured it. What the device says about itself is never used.

use scenario::model::{Expect, Version};

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
pub(super) fn compare(expect: &Expect, observed: &Observed, rule: Rule) -> Outcome {
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
        Running::Image { .. } | Running::Unknown { .. } | Running::Nothing { .. } if expect.runs.is_empty() => {
            Outcome::Met
        }
        Running::Image { .. } | Running::Unknown { .. } | Running::Nothing { .. } => Outcome::NotMet,
    };
    let halted = match (&expect.halted, &observed.running) {
        (None, _) => Outcome::Met,
        (Some(halt), Running::Nothing { halt: Some(reason) }) if reason == halt.name() => Outcome::Met,
        (Some(_), Running::Nothing { .. }) => match rule {
            Rule::Letter => Outcome::NotMet,
            Rule::Substance => Outcome::Met,
        },
        (Some(_), Running::Image { .. } | Running::Unknown { .. }) => Outcome::NotMet,
    };
    if refused == Outcome::Met && runs == Outcome::Met && halted == Outcome::Met {
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
    let halted = expect.halted.map(|halt| format!("halted: {halt}"));
    let parts: Vec<String> = refused.into_iter().chain(runs).chain(halted).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The lie, in words, of a device that says it runs something else than was measured.
pub(super) fn lie(observed: &Observed) -> Option<String> {
    let says = observed.says.as_deref()?;
    let runs = match &observed.running {
        Running::Image { version, .. } if version == says => return None,
        Running::Image { version, .. } => format!("runs {}", crate::words::plain(version)),
        Running::Unknown { .. } | Running::Nothing { .. } => observed.running.to_string(),
    };
    Some(format!("says {}, {runs}", crate::words::plain(says)))
}
