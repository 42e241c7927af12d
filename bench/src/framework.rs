//! The framework's steps, as scenarios are grouped by them.
//!
//! A scenario says what it is evidence for by statement ids such as `NTIA-CHECK-9`; the statement says
//! to which step it belongs.

use standards::{Standards, Step};

/// The step that a scenario belongs to: that of its first statement which is about a step at all.
/// `None` where it names no statement of the framework.
pub(crate) fn step_of(covers: &[String], standards: &Standards) -> Option<Step> {
    let steps: Vec<Step> = covers.iter().filter_map(|id| Some(standards.statement(id)?.step)).collect();
    steps.iter().find(|step| **step != Step::General).or(steps.first()).copied()
}

/// The name of the group that scenarios of this step are listed under.
pub(crate) fn group(step: Option<Step>) -> &'static str {
    step.map_or("Other", Step::name)
}

/// Its place among the groups: the steps in the framework's order, then what is common to all of them,
/// then what names none.
pub(crate) fn place(step: Option<Step>) -> usize {
    let particular = Step::ALL.iter().filter(|step| **step != Step::General);
    match step {
        Some(Step::General) => Step::ALL.len(),
        Some(step) => particular.take_while(|other| **other != step).count(),
        None => Step::ALL.len() + 1,
    }
}

#[cfg(test)]
mod tests {
    use standards::{Step, standards};

    use super::{place, step_of};

    fn step(covers: &[&str]) -> Option<Step> {
        let covers: Vec<String> = covers.iter().map(|id| (*id).to_owned()).collect();
        step_of(&covers, standards())
    }

    #[test]
    fn the_first_statement_about_a_step_decides() {
        assert_eq!(step(&["NTIA-GEN-17", "NTIA-CHECK-9", "NTIA-SIGN-1"]), Some(Step::Check));
        assert_eq!(step(&["NTIA-GEN-17"]), Some(Step::General));
        assert_eq!(step(&["TUF-ROLLBACK", "NTIA-GEN-17"]), Some(Step::General));
        assert_eq!(step(&[]), None);
    }

    #[test]
    fn groups_come_in_the_frameworks_order_and_the_rest_last() {
        let groups = [Some(Step::Create), Some(Step::Check), Some(Step::HardwareCrypto), Some(Step::General), None];
        assert!(groups.map(place).is_sorted());
    }
}
