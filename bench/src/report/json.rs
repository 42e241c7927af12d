//! Outcomes for programs: one JSON object per claim and rig, each on a line of its own.
//!
//! The fields of [`Verdict`] are the schema `otabench.verdict/1`. A field is always there; where
//! there is nothing to say it is `null` or empty. Within a schema's number fields are only added.

use std::fmt::Write as _;
use std::io::{self, Write};

use record::{Breach, StepJudgement, StepOutcome, TeethOutcome};
use serde::Serialize;

use super::{Closing, Opening, Report};
use crate::outcome::{Outcome, Trouble};
use crate::terminal::is_order;
use crate::words;

/// Schema of the objects.
const SCHEMA: &str = "otabench.verdict/1";

/// Reports to a program.
pub(crate) struct Json<W> {
    out: W,
}

/// What one scenario on one rig came to.
#[derive(Serialize)]
struct Verdict<'a> {
    /// [`SCHEMA`].
    schema: &'static str,
    /// Version of the bench that judged.
    otabench: &'static str,
    /// Name of the scenario; `null` where a record is too damaged to say.
    scenario: Option<&'a str>,
    /// The sentence that must hold; `null` likewise.
    claim: Option<&'a str>,
    /// Ids of the statements this is evidence for.
    covers: &'a [String],
    /// The threat, in a catalogue's words; `null` where the scenario names none.
    threat: Option<&'a str>,
    /// Name of the profile the device is provisioned with; `null` where the scenario is.
    profile: Option<&'a str>,
    /// Name of the rig; `null` where a record is too damaged to say.
    rig: Option<&'a str>,
    /// `simulated`, `emulated` or `silicon`; `null` likewise.
    method: Option<record::Method>,
    /// The seed in hexadecimal, such as `0x5eed`: a text, because JSON numbers lose large ones.
    seed: Option<String>,
    /// `HELD`, `BROKEN`, `SKIPPED` or `ERROR`.
    verdict: &'static str,
    /// The code a run of nothing else ends with.
    exit_code: u8,
    /// The scenario's steps, in order; empty where nothing was judged.
    steps: Vec<Step<'a>>,
    /// Cases of the sweep that were tried; 0 where the scenario sweeps nothing.
    cases: u32,
    /// The run that must break the claim; `null` where it was not judged.
    teeth: Option<Teeth<'a>>,
    /// Where the claim broke; only with `BROKEN`.
    breach: Option<Break<'a>>,
    /// Why nothing can be said; only with `ERROR`.
    mistake: Option<Mistake>,
    /// What is not there; only with `SKIPPED`.
    missing: Option<Missing<'a>>,
    /// How long it took in milliseconds; `null` where a record was only judged.
    elapsed_ms: Option<u64>,
    /// Path of the record; `null` where nothing was recorded.
    record: Option<String>,
    /// The command that plays it again; `null` where nobody can know it.
    repeat: Option<&'a str>,
}

#[derive(Serialize)]
struct Step<'a> {
    name: &'a str,
    /// What had to be seen; `null` where the step only sets the scene.
    expected: Option<&'a str>,
    saw: &'a str,
    /// `HELD`, `BROKEN`, or `null` where nothing was expected.
    outcome: Option<&'static str>,
}

#[derive(Serialize)]
struct Teeth<'a> {
    /// How the device was weakened.
    weakness: String,
    /// Whether the claim broke as it must: `bit` or `did-not-bite`.
    outcome: &'static str,
    step: &'a str,
    /// The case of the sweep; `null` where there is none.
    case: Option<String>,
    saw: &'a str,
}

#[derive(Serialize)]
struct Break<'a> {
    step: &'a str,
    /// The case of the sweep; `null` where there is none.
    case: Option<String>,
    expected: &'a str,
    saw: &'a str,
}

#[derive(Serialize)]
struct Mistake {
    message: String,
    help: String,
    /// `bench`, or `infrastructure` where trying again is safe.
    blame: String,
}

#[derive(Serialize)]
struct Missing<'a> {
    what: &'a str,
    remedy: &'a str,
}

impl<W: Write> Json<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Report for Json<W> {
    fn open(&mut self, _: &Opening) -> io::Result<()> {
        Ok(())
    }

    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        line(&mut self.out, &verdict(outcome))?;
        self.out.flush()
    }

    fn close(&mut self, _: &Closing) -> io::Result<()> {
        Ok(())
    }
}

/// Writes one value as a line of JSON. What a terminal or a CI system would take for an order is
/// written as `\u` escapes, which mean the same to every JSON reader.
pub(super) fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let mut safe = String::with_capacity(json.len() + 1);
    for character in json.chars() {
        if is_order(character) || (character == '#' && safe.ends_with('#')) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(safe, "\\u{unit:04x}").expect("a string takes everything");
            }
        } else {
            safe.push(character);
        }
    }
    safe.push('\n');
    out.write_all(safe.as_bytes())
}

fn verdict(outcome: &Outcome) -> Verdict<'_> {
    let (scenario, setting, judgement) = (outcome.scenario.as_ref(), outcome.setting.as_ref(), outcome.judgement());
    Verdict {
        schema: SCHEMA,
        otabench: env!("CARGO_PKG_VERSION"),
        scenario: scenario.map(|scenario| scenario.name.as_str()),
        claim: scenario.map(|scenario| scenario.claim.as_str()),
        covers: scenario.map(|scenario| scenario.covers.as_slice()).unwrap_or_default(),
        threat: scenario.and_then(|scenario| scenario.threat.as_deref()),
        profile: scenario.map(|scenario| scenario.device.profile.as_str()),
        rig: setting.map(|setting| setting.rig.as_str()),
        method: setting.map(|setting| setting.method),
        seed: setting.map(|setting| format!("{:#x}", setting.seed)),
        verdict: judgement.map_or("ERROR", |judgement| judgement.verdict.word()),
        exit_code: outcome.exit().code(),
        steps: judgement.map(|judgement| judgement.steps.iter().map(step).collect()).unwrap_or_default(),
        cases: judgement.map_or(0, |judgement| judgement.cases),
        teeth: teeth(outcome),
        breach: outcome.breach().map(breach),
        mistake: outcome.trouble().map(mistake),
        missing: missing(outcome),
        elapsed_ms: outcome
            .times
            .map(|times| u64::try_from((times.claim + times.teeth).as_millis()).unwrap_or(u64::MAX)),
        record: outcome.record.as_ref().map(|record| record.display().to_string()),
        repeat: outcome.repeat.as_deref(),
    }
}

fn step(step: &StepJudgement) -> Step<'_> {
    let outcome = match step.outcome {
        StepOutcome::Met => Some("HELD"),
        StepOutcome::NotMet => Some("BROKEN"),
        StepOutcome::NothingExpected => None,
    };
    Step { name: &step.name, expected: step.expected.as_deref(), saw: &step.saw, outcome }
}

fn teeth(outcome: &Outcome) -> Option<Teeth<'_>> {
    let weakness = words::weakness(&outcome.scenario.as_ref()?.teeth.weakness);
    match &outcome.judgement()?.teeth {
        TeethOutcome::Bit(bite) => {
            let case = bite.case.map(|case| case.to_string());
            Some(Teeth { weakness, outcome: "bit", step: &bite.step, case, saw: &bite.saw })
        }
        TeethOutcome::DidNotBite { step, saw, .. } => {
            Some(Teeth { weakness, outcome: "did-not-bite", step, case: None, saw })
        }
        TeethOutcome::NotJudged => None,
    }
}

fn breach(breach: &Breach) -> Break<'_> {
    let case = breach.case.map(|case| case.to_string());
    Break { step: &breach.step, case, expected: &breach.expected, saw: &breach.saw }
}

fn mistake(trouble: Trouble) -> Mistake {
    Mistake { message: trouble.message, help: trouble.help, blame: trouble.blame.to_string() }
}

fn missing(outcome: &Outcome) -> Option<Missing<'_>> {
    match &outcome.judgement()?.verdict {
        record::Verdict::Skipped { missing, remedy } => Some(Missing { what: missing, remedy }),
        record::Verdict::Held | record::Verdict::Broken(_) | record::Verdict::Error(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn orders_are_escaped_and_mean_the_same() {
        let text = "a ##[error]b \u{202e}\u{1b}\u{7f}\u{e0041} ä";
        let mut out = Vec::new();
        line(&mut out, &text).expect("a vector takes everything");
        let written = String::from_utf8(out).expect("JSON is text");
        assert!(!written.contains("##"), "{written}");
        assert!(!written.trim_end().contains(super::is_order), "{written}");
        assert_eq!(serde_json::from_str::<String>(&written).ok().as_deref(), Some(text));
    }
}
