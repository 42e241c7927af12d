//! The statements of the framework that can be told true or false of a device.
//!
//! The framework is prose of 2017; it was cut into single statements so that each can get a verdict
//! or a reason why it has none. Ids are ours and never change.

use std::fmt;

use serde::Deserialize;

/// One statement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// `NTIA-CHECK-9`.
    pub id: String,
    /// The step of the framework it stands in.
    pub step: Step,
    /// Number of that step in the framework; absent for general and appendix statements.
    pub step_no: Option<u8>,
    /// How much it asks for.
    pub level: Level,
    /// What sort of statement it is.
    pub kind: Kind,
    /// Line of the framework's text it paraphrases.
    pub seed_line: u32,
    /// Footnote it stands in, if any.
    pub footnote: Option<u8>,
    /// Whether a bench can say something about it.
    pub testability: Testability,
    /// The statement, paraphrased.
    pub text: String,
    /// What could be evidence for it.
    pub evidence_idea: String,
    /// What would contradict it.
    pub failure: String,
}

/// A step of the framework, or one of the matters that are common to all steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Statements before and beside the steps.
    General,
    /// Step 0.
    Create,
    /// Step 1.
    Sign,
    /// Step 2.
    Protect,
    /// Step 3.
    Send,
    /// Step 4.
    Receive,
    /// Step 5.
    Check,
    /// Step 6.
    Announce,
    /// Step 7.
    Distribute,
    /// Step 8.
    Process,
    /// Step 9.
    Stage,
    /// Step 10.
    Apply,
    /// Step 11.
    #[serde(rename = "reverify")]
    ReVerify,
    /// Step 12.
    Activate,
    /// Step 13.
    #[serde(rename = "cleanup")]
    CleanUp,
    /// Appendix on keys.
    #[serde(rename = "app-keys")]
    Keys,
    /// Appendix on the way back.
    #[serde(rename = "app-rollback")]
    Rollback,
    /// Appendix on power.
    #[serde(rename = "app-power")]
    Power,
    /// Appendix on cryptography in hardware.
    #[serde(rename = "app-hwcrypto")]
    HardwareCrypto,
}

impl Step {
    /// Every step, in the framework's order.
    pub const ALL: [Step; 19] = [
        Step::General,
        Step::Create,
        Step::Sign,
        Step::Protect,
        Step::Send,
        Step::Receive,
        Step::Check,
        Step::Announce,
        Step::Distribute,
        Step::Process,
        Step::Stage,
        Step::Apply,
        Step::ReVerify,
        Step::Activate,
        Step::CleanUp,
        Step::Keys,
        Step::Rollback,
        Step::Power,
        Step::HardwareCrypto,
    ];

    /// Its number in the framework, where it has one.
    pub const fn number(self) -> Option<u8> {
        match self {
            Step::Create => Some(0),
            Step::Sign => Some(1),
            Step::Protect => Some(2),
            Step::Send => Some(3),
            Step::Receive => Some(4),
            Step::Check => Some(5),
            Step::Announce => Some(6),
            Step::Distribute => Some(7),
            Step::Process => Some(8),
            Step::Stage => Some(9),
            Step::Apply => Some(10),
            Step::ReVerify => Some(11),
            Step::Activate => Some(12),
            Step::CleanUp => Some(13),
            Step::General | Step::Keys | Step::Rollback | Step::Power | Step::HardwareCrypto => None,
        }
    }

    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Step::General => "General",
            Step::Create => "Create",
            Step::Sign => "Sign",
            Step::Protect => "Protect",
            Step::Send => "Send",
            Step::Receive => "Receive",
            Step::Check => "Check",
            Step::Announce => "Announce",
            Step::Distribute => "Distribute",
            Step::Process => "Process",
            Step::Stage => "Stage",
            Step::Apply => "Apply",
            Step::ReVerify => "Re-verify",
            Step::Activate => "Activate",
            Step::CleanUp => "Clean-up",
            Step::Keys => "Keys",
            Step::Rollback => "Rollback",
            Step::Power => "Power",
            Step::HardwareCrypto => "Hardware crypto",
        }
    }

    /// The middle of its statements' ids, in lower case.
    pub const fn key(self) -> &'static str {
        match self {
            Step::General => "gen",
            Step::Create => "create",
            Step::Sign => "sign",
            Step::Protect => "protect",
            Step::Send => "send",
            Step::Receive => "receive",
            Step::Check => "check",
            Step::Announce => "announce",
            Step::Distribute => "distribute",
            Step::Process => "process",
            Step::Stage => "stage",
            Step::Apply => "apply",
            Step::ReVerify => "reverify",
            Step::Activate => "activate",
            Step::CleanUp => "cleanup",
            Step::Keys => "keys",
            Step::Rollback => "rollback",
            Step::Power => "power",
            Step::HardwareCrypto => "hwcrypto",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How much a statement asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It describes the step itself.
    Step,
    /// It names a risk.
    Risk,
    /// A basic security feature.
    Basic,
    /// A feature for those who need more.
    Further,
    /// The appendix.
    Appendix,
}

/// What sort of statement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something that must happen or be so.
    Requirement,
    /// A risk; evidence is an attack that fails.
    Risk,
    /// What a protection is for; evidence is an attack that fails because of it.
    Mitigation,
    /// A basic feature.
    Basic,
    /// A further feature.
    Further,
    /// What the framework does and does not speak of.
    Scope,
}

/// Whether a bench can say something about a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Testability {
    /// It can.
    Bench,
    /// It can say a part.
    BenchPartial,
    /// It needs a look at design or documents.
    Inspect,
    /// It is a question about a process.
    Process,
    /// It is outside the framework's scope.
    OutOfScope,
}

impl Testability {
    /// Whether evidence of a bench counts for it, in whole or in part.
    pub const fn is_for_the_bench(self) -> bool {
        match self {
            Testability::Bench | Testability::BenchPartial => true,
            Testability::Inspect | Testability::Process | Testability::OutOfScope => false,
        }
    }
}

impl Level {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Step => "step",
            Level::Risk => "risk",
            Level::Basic => "basic",
            Level::Further => "further",
            Level::Appendix => "appendix",
        }
    }
}

impl Kind {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Requirement => "requirement",
            Kind::Risk => "risk",
            Kind::Mitigation => "mitigation",
            Kind::Basic => "basic feature",
            Kind::Further => "further feature",
            Kind::Scope => "scope",
        }
    }
}
