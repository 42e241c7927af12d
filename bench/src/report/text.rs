//! Outcomes for people: one line per step, the teeth, and where it went wrong the way to repeat it.
//!
//! Lines begin with the word of the verdict, always in the same column, so that a long run can be
//! read by running an eye down that column.

use std::io::{self, Write};
use std::time::Duration;

use record::{Breach, ClaimOutcome, Judgement, StepJudgement, StepOutcome, TeethOutcome, Verdict};
use scenario::Scenario;

use super::{Closing, Opening, Report};
use crate::framework;
use crate::outcome::Outcome;
use crate::terminal::{Word, harmless};
use crate::words;

/// Narrowest column for the names of rigs.
const RIG_WIDTH: usize = 12;

/// Widest column for the names of steps; a longer name pushes its own line only.
const STEP_WIDTH: usize = 36;

/// Reports to a person.
pub(crate) struct Text<W> {
    out: W,
    rig_width: usize,
    /// The scenario whose heading stands above.
    under: Option<String>,
}

/// One line of a verdict.
struct Row {
    /// Empty below the first line.
    rig: String,
    word: Word,
    time: Option<Duration>,
    what: String,
    saw: String,
}

impl<W: Write> Text<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, rig_width: RIG_WIDTH, under: None }
    }
}

impl<W: Write> Report for Text<W> {
    fn open(&mut self, opening: &Opening) -> io::Result<()> {
        self.rig_width = opening.rigs.iter().map(|rig| rig.chars().count()).fold(RIG_WIDTH, usize::max);
        let profiles = if opening.profiles.len() == 1 { "profile" } else { "profiles" };
        writeln!(
            self.out,
            "  otabench {}   seed {:#x}   rigs: {}   {profiles}: {}",
            env!("CARGO_PKG_VERSION"),
            opening.seed,
            opening.rigs.join(", "),
            opening.profiles.join(", "),
        )
    }

    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.heading(outcome)?;
        let width = step_width(outcome.scenario.as_ref());
        for row in rows(outcome) {
            self.row(&row, width)?;
        }
        self.details(outcome)?;
        self.out.flush()
    }

    fn close(&mut self, closing: &Closing) -> io::Result<()> {
        let time = closing.elapsed.map(seconds).unwrap_or_default();
        let tally = closing.tally;
        writeln!(
            self.out,
            "\n     Summary {time} {}: {} held, {} broken, {} skipped, {}{}",
            closing.subject,
            tally.held,
            tally.broken,
            tally.skipped,
            words::counted(tally.errors, "error", "errors"),
            if closing.not_begun > 0 { format!(", {} not begun", closing.not_begun) } else { String::new() },
        )?;
        if let Some(record) = &closing.record {
            writeln!(self.out, "      record {}", harmless(&record.display().to_string()))?;
        }
        if let Some(repeat) = &closing.repeat {
            writeln!(self.out, "      repeat {}", harmless(repeat))?;
        }
        self.out.flush()
    }
}

impl<W: Write> Text<W> {
    /// Name, claim and what it is evidence for, once for all rigs.
    fn heading(&mut self, outcome: &Outcome) -> io::Result<()> {
        let name = outcome.name();
        if self.under.as_deref() == Some(name) {
            return Ok(());
        }
        self.under = Some(name.to_owned());
        writeln!(self.out)?;
        match &outcome.scenario {
            Some(scenario) => {
                let heading = format!("{name}   {}        {}", scenario.claim, evidence_for(scenario));
                writeln!(self.out, "{}", harmless(heading.trim_end()))
            }
            None => writeln!(self.out, "{name}"),
        }
    }

    fn row(&mut self, row: &Row, step_width: usize) -> io::Result<()> {
        let rig = format!("{:width$}", row.rig, width = self.rig_width);
        let time = format!("{:10}", row.time.map(seconds).unwrap_or_default());
        let what = format!("{:step_width$}", row.what);
        let line = format!("  {rig} {} {time} {what}  {}", row.word, row.saw);
        writeln!(self.out, "{}", line.trim_end())
    }

    /// What a person needs where the claim did not hold: the step, the reason, the way to repeat it.
    fn details(&mut self, outcome: &Outcome) -> io::Result<()> {
        let mut lines = Vec::new();
        if let Some(breach) = outcome.breach() {
            lines.extend(breach_lines(breach));
        }
        if let Some(trouble) = outcome.trouble() {
            lines.push(format!("error: {}", harmless(&trouble.message)));
            lines.push(format!("  = help: {}", harmless(&trouble.help)));
        }
        if let Some(Verdict::Skipped { remedy, .. }) = outcome.judgement().map(|judgement| &judgement.verdict) {
            lines.push(format!("remedy    {}", harmless(remedy)));
        }
        if outcome.breach().is_some() || outcome.trouble().is_some() {
            lines.extend(place_lines(outcome));
        } else if outcome.times.is_none() {
            // It was only judged, perhaps among many: say which record this is.
            lines.extend(record_line(outcome));
        }
        for line in lines {
            writeln!(self.out, "      {line}")?;
        }
        Ok(())
    }
}

fn breach_lines(breach: &Breach) -> Vec<String> {
    let mut lines = vec![
        format!("step      {}", harmless(&breach.step)),
        format!("expected  {}", harmless(&breach.expected)),
        format!("saw       {}", harmless(&breach.saw)),
    ];
    lines.extend(breach.case.map(|case| format!("case      {case}")));
    lines
}

fn place_lines(outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = record_line(outcome).into_iter().collect();
    lines.extend(outcome.record.as_ref().map(|record| {
        let artefacts = record.with_file_name(record::ARTEFACTS_FOLDER);
        format!("artefacts {}", harmless(&artefacts.display().to_string()))
    }));
    lines.extend(outcome.repeat.as_ref().map(|repeat| format!("repeat    {}", harmless(repeat))));
    lines
}

fn record_line(outcome: &Outcome) -> Option<String> {
    outcome.record.as_ref().map(|record| format!("record    {}", harmless(&record.display().to_string())))
}

/// The lines of one outcome. An ERROR has one: what was seen on the way proves nothing.
fn rows(outcome: &Outcome) -> Vec<Row> {
    let claim_time = outcome.times.map(|times| times.claim);
    let only = |what: &str, saw: &str| {
        let (what, saw) = (harmless(what), harmless(saw));
        vec![Row { rig: harmless(outcome.rig()), word: outcome.word(), time: claim_time, what, saw }]
    };
    let Some(judgement) = outcome.judgement() else {
        return only("nothing can be said about the device", "");
    };
    match &judgement.verdict {
        Verdict::Skipped { missing, .. } => only(missing, "is missing here"),
        Verdict::Error(_) => only("nothing can be said about the device", ""),
        Verdict::Held | Verdict::Broken(_) => judged_rows(outcome, judgement),
    }
}

fn judged_rows(outcome: &Outcome, judgement: &Judgement) -> Vec<Row> {
    let mut rows = sweep_row(outcome, judgement).into_iter().collect::<Vec<_>>();
    rows.extend(judgement.steps.iter().filter_map(step_row));
    rows.extend(outcome.scenario.as_ref().and_then(|scenario| teeth_row(scenario, &judgement.teeth)));
    if let Some(first) = rows.first_mut() {
        first.rig = harmless(outcome.rig());
        first.time = outcome.times.map(|times| times.claim);
    }
    if let Some(teeth) = rows.iter_mut().find(|row| row.word == Word::Teeth) {
        teeth.time = outcome.times.map(|times| times.teeth);
    }
    rows
}

fn sweep_row(outcome: &Outcome, judgement: &Judgement) -> Option<Row> {
    let swept = words::sweep(outcome.scenario.as_ref()?)?;
    let word = match judgement.claim {
        ClaimOutcome::Held => Word::Held,
        ClaimOutcome::Broken(_) => Word::Broken,
        ClaimOutcome::NotJudged => Word::Error,
    };
    Some(Row {
        rig: String::new(),
        word,
        time: None,
        what: format!("{} cases", judgement.cases),
        saw: harmless(&swept),
    })
}

fn step_row(step: &StepJudgement) -> Option<Row> {
    let word = match step.outcome {
        StepOutcome::Met => Word::Held,
        StepOutcome::NotMet => Word::Broken,
        StepOutcome::NothingExpected => return None,
    };
    Some(Row { rig: String::new(), word, time: None, what: harmless(&step.name), saw: harmless(&step.saw) })
}

fn teeth_row(scenario: &Scenario, teeth: &TeethOutcome) -> Option<Row> {
    let what = harmless(&words::weakness(&scenario.teeth.weakness));
    let (word, saw) = match teeth {
        TeethOutcome::Bit(bite) => {
            let case = bite.case.map(|case| format!(" ({case})")).unwrap_or_default();
            (Word::Teeth, format!("broken at \"{}\"{case}, as it must be", harmless(&bite.step)))
        }
        TeethOutcome::DidNotBite { step, saw, .. } => {
            (Word::Error, format!("not broken at \"{}\": {}", harmless(step), harmless(saw)))
        }
        TeethOutcome::NotJudged => return None,
    };
    Some(Row { rig: String::new(), word, time: None, what, saw })
}

fn step_width(scenario: Option<&Scenario>) -> usize {
    let Some(scenario) = scenario else { return 0 };
    let steps = scenario.steps.iter().filter(|step| words::expectation(&step.expect).is_some());
    let names = steps.map(|step| step.name.chars().count());
    let weakness = words::weakness(&scenario.teeth.weakness).chars().count();
    names.fold(weakness, usize::max).min(STEP_WIDTH)
}

fn evidence_for(scenario: &Scenario) -> String {
    let step = framework::step_of(&scenario.covers, standards::standards());
    let framework = step.map(|step| format!("NTIA {}", step.name()));
    framework.into_iter().chain(scenario.threat.clone()).collect::<Vec<_>>().join(" · ")
}

fn seconds(time: Duration) -> String {
    format!("[{:>7.3}s]", time.as_secs_f64())
}
