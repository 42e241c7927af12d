//! Outcomes for CI systems, as JUnit XML.
//!
//! There is no standard behind the format, only schemas that disagree. What is written here passes
//! the two that are checked in practice (Ant's and Jenkins'): no attributes on `testsuites`, only
//! `name`, `classname` and `time` on `testcase`, at most three decimals, a timestamp without zone.
//! BROKEN is a failure, ERROR an error, SKIPPED is skipped: a bench that failed says nothing about
//! the device.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite, XmlString};
use record::Verdict;

use super::{Closing, Opening, Report};
use crate::clock::Moment;
use crate::outcome::{Finding, Outcome};

/// Reports to a CI system, when everything was played.
pub(crate) struct Junit<W> {
    out: W,
    seed: u64,
    suites: Vec<TestSuite>,
}

impl<W: Write> Junit<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, seed: 0, suites: Vec::new() }
    }

    /// The suite of a scenario: all its rigs.
    fn suite(&mut self, name: &str) -> &mut TestSuite {
        if self.suites.last().is_none_or(|suite| suite.name.as_str() != name) {
            let suite = self.new_suite(name);
            self.suites.push(suite);
        }
        self.suites.last_mut().expect("a suite was pushed if there was none")
    }

    fn new_suite(&self, name: &str) -> TestSuite {
        let mut suite = TestSuite::new(name);
        suite.add_property(Property::new("otabench", env!("CARGO_PKG_VERSION")));
        suite.add_property(Property::new("seed", format!("{:#x}", self.seed)));
        suite.set_time(Duration::ZERO);
        suite.set_system_out("");
        suite.set_system_err("");
        let attributes = [
            ("timestamp", Moment::now().iso_8601()),
            ("hostname", "localhost".to_owned()),
            ("package", "otabench".to_owned()),
            ("id", self.suites.len().to_string()),
        ];
        for (name, value) in attributes {
            suite.extra.insert(XmlString::new(name), XmlString::new(value));
        }
        suite
    }
}

impl<W: Write> Report for Junit<W> {
    fn open(&mut self, opening: &Opening) -> io::Result<()> {
        self.seed = opening.seed;
        Ok(())
    }

    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        let mut case = TestCase::new(outcome.rig(), status(outcome));
        case.set_classname(format!("otabench.{}", outcome.name()));
        let time = outcome.times.map_or(Duration::ZERO, |times| times.claim + times.teeth);
        case.set_time(time);
        let suite = self.suite(outcome.name());
        suite.set_time(suite.time.unwrap_or_default() + time);
        suite.add_test_case(case);
        Ok(())
    }

    fn close(&mut self, _: &Closing) -> io::Result<()> {
        let mut report = quick_junit::Report::unnamed();
        report.add_test_suites(self.suites.drain(..));
        let xml = report.to_string().map_err(io::Error::other)?;
        self.out.write_all(safe(&xml).as_bytes())?;
        self.out.flush()
    }
}

fn status(outcome: &Outcome) -> TestCaseStatus {
    let verdict = match &outcome.finding {
        Finding::Judged(judgement) => Some(&judgement.verdict),
        Finding::Unusable(_) => None,
    };
    let mut status = match verdict {
        Some(Verdict::Held) => return TestCaseStatus::success(),
        Some(Verdict::Broken(breach)) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(breach.to_string()).set_type("BROKEN");
            status
        }
        Some(Verdict::Skipped { missing, remedy }) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("{missing}: {remedy}")).set_type("SKIPPED");
            return status;
        }
        Some(Verdict::Error(_)) | None => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let message = outcome.trouble().map_or_else(String::new, |trouble| trouble.message);
            status.set_message(message).set_type("ERROR");
            status
        }
    };
    status.set_description(description(outcome));
    status
}

/// What a person needs who sees only this element.
fn description(outcome: &Outcome) -> String {
    let mut lines = Vec::new();
    lines.extend(outcome.scenario.as_ref().map(|scenario| format!("claim: {}", scenario.claim)));
    lines.extend(outcome.trouble().map(|trouble| format!("help: {}", trouble.help)));
    lines.extend(outcome.record.as_ref().map(|record| format!("record: {}", record.display())));
    lines.extend(outcome.repeat.as_ref().map(|repeat| format!("repeat: {repeat}")));
    lines.join("\n")
}

/// Takes the attributes off `testsuites`, and pulls apart what a CI system would act on in a log.
fn safe(xml: &str) -> String {
    const ROOT: &str = "<testsuites";
    let without_attributes = match xml.split_once(ROOT) {
        Some((before, rest)) => {
            let body = rest.find('>').map_or(rest, |end| &rest[end..]);
            format!("{before}{ROOT}{body}")
        }
        None => xml.to_owned(),
    };
    let mut safe = String::with_capacity(without_attributes.len());
    for character in without_attributes.chars() {
        if character == '#' && safe.ends_with('#') { safe.push_str("&#35;") } else { safe.push(character) }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn the_root_has_no_attributes_and_a_log_no_orders() {
        let xml = "<?xml?>\n<testsuites tests=\"1\" failures=\"0\">\n  <a b=\"##[error]\"/>\n</testsuites>\n";
        assert_eq!(safe(xml), "<?xml?>\n<testsuites>\n  <a b=\"#&#35;[error]\"/>\n</testsuites>\n");
    }
}
