//! The framework's steps, as scenarios are grouped by them.
//!
//! A scenario says what it is evidence for by statement ids such as `NTIA-CHECK-9`; the middle of the
//! id names the step.

/// A step of the framework, or one of its cross-cutting parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FrameworkStep {
    Create,
    Sign,
    Protect,
    Send,
    Receive,
    Check,
    Announce,
    Distribute,
    Process,
    Stage,
    Apply,
    ReVerify,
    Activate,
    CleanUp,
    Keys,
    Rollback,
    Power,
    HardwareCrypto,
    General,
    /// It names no statement of the framework.
    Other,
}

impl FrameworkStep {
    /// The step of a statement.
    pub(crate) fn of_statement(id: &str) -> Self {
        let middle = id.strip_prefix("NTIA-").and_then(|rest| rest.split('-').next());
        match middle {
            Some("CREATE") => FrameworkStep::Create,
            Some("SIGN") => FrameworkStep::Sign,
            Some("PROTECT") => FrameworkStep::Protect,
            Some("SEND") => FrameworkStep::Send,
            Some("RECEIVE") => FrameworkStep::Receive,
            Some("CHECK") => FrameworkStep::Check,
            Some("ANNOUNCE") => FrameworkStep::Announce,
            Some("DISTRIBUTE") => FrameworkStep::Distribute,
            Some("PROCESS") => FrameworkStep::Process,
            Some("STAGE") => FrameworkStep::Stage,
            Some("APPLY") => FrameworkStep::Apply,
            Some("REVERIFY") => FrameworkStep::ReVerify,
            Some("ACTIVATE") => FrameworkStep::Activate,
            Some("CLEANUP") => FrameworkStep::CleanUp,
            Some("KEYS") => FrameworkStep::Keys,
            Some("ROLLBACK") => FrameworkStep::Rollback,
            Some("POWER") => FrameworkStep::Power,
            Some("HWCRYPTO") => FrameworkStep::HardwareCrypto,
            Some("GEN") => FrameworkStep::General,
            Some(_) | None => FrameworkStep::Other,
        }
    }

    /// The step that a scenario belongs to: that of its first statement which is about a step at all.
    pub(crate) fn of_scenario(covers: &[String]) -> Self {
        let steps = covers.iter().map(|id| Self::of_statement(id));
        let is_particular = |step: &Self| *step < FrameworkStep::General;
        steps.clone().find(is_particular).or(steps.min()).unwrap_or(FrameworkStep::Other)
    }

    /// The framework's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FrameworkStep::Create => "Create",
            FrameworkStep::Sign => "Sign",
            FrameworkStep::Protect => "Protect",
            FrameworkStep::Send => "Send",
            FrameworkStep::Receive => "Receive",
            FrameworkStep::Check => "Check",
            FrameworkStep::Announce => "Announce",
            FrameworkStep::Distribute => "Distribute",
            FrameworkStep::Process => "Process",
            FrameworkStep::Stage => "Stage",
            FrameworkStep::Apply => "Apply",
            FrameworkStep::ReVerify => "Re-verify",
            FrameworkStep::Activate => "Activate",
            FrameworkStep::CleanUp => "Clean-up",
            FrameworkStep::Keys => "Keys",
            FrameworkStep::Rollback => "Rollback",
            FrameworkStep::Power => "Power",
            FrameworkStep::HardwareCrypto => "Hardware crypto",
            FrameworkStep::General => "General",
            FrameworkStep::Other => "Other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FrameworkStep;

    fn step_of(covers: &[&str]) -> FrameworkStep {
        let covers: Vec<String> = covers.iter().map(|id| (*id).to_owned()).collect();
        FrameworkStep::of_scenario(&covers)
    }

    #[test]
    fn the_first_statement_about_a_step_decides() {
        assert_eq!(step_of(&["NTIA-GEN-17", "NTIA-CHECK-9", "NTIA-SIGN-1"]), FrameworkStep::Check);
        assert_eq!(step_of(&["NTIA-GEN-17"]), FrameworkStep::General);
        assert_eq!(step_of(&["TUF-3", "NTIA-GEN-17"]), FrameworkStep::General);
        assert_eq!(step_of(&[]), FrameworkStep::Other);
    }
}
