//! The crosswalk: which of the framework's statements speak of which control of other frameworks.
//!
//! A mapping says that evidence for the one is worth something for the other, and how much. It never
//! says that a control is met: most need documents too, and many ask for more than an update test.

use std::fmt;

use serde::Deserialize;

/// A framework of the crosswalk.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Short name: `EN303645`.
    pub key: String,
    /// Its title.
    pub title: String,
    /// The version that was looked at.
    pub version: String,
    /// Whether it is in force, a draft, …
    pub status: String,
    /// Where the controls were looked up.
    pub source_checked: String,
    /// How sure the ids of its controls are.
    pub id_confidence: String,
}

/// A control: a requirement, goal or test case of a framework.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// [`Framework::key`].
    pub framework: String,
    /// Its id there.
    pub id: String,
    /// Its title, paraphrased.
    pub title: String,
    /// What can be evidence for it.
    pub evidence: ControlEvidence,
}

/// What can be evidence for a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlEvidence {
    /// A test.
    Test,
    /// A test together with documents.
    Mixed,
    /// Documents only.
    Paper,
}

/// A statement of the framework that speaks of a control.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Id of the statement.
    pub ntia: String,
    /// [`Framework::key`].
    pub framework: String,
    /// [`Control::id`].
    pub control: String,
    /// How much evidence for the statement is worth for the control.
    pub confidence: Confidence,
}

/// How much evidence for a statement is worth for a control. Ordered from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// They are loosely related.
    Low,
    /// It is partial, or one of several that are needed.
    Medium,
    /// It is the same property: a test for one is evidence for the other.
    High,
}

/// Something other frameworks ask for that this one does not name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beyond {
    /// `BEYOND-FRESHNESS`.
    pub id: String,
    /// What it is.
    pub text: String,
    /// Who asks for it.
    pub asked_by: String,
}

impl Confidence {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ControlEvidence {
    /// Its name, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            ControlEvidence::Test => "test",
            ControlEvidence::Mixed => "test and documents",
            ControlEvidence::Paper => "documents",
        }
    }
}
