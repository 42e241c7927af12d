//! What other catalogues call an attack: the threats of RFC 9124, and the attacks of TUF and Uptane.
//!
//! They are kept apart from the framework's statements because each catalogue is complete in itself:
//! a reader who knows one wants to see all of it, with nothing merged away.

use serde::Deserialize;

/// A threat of RFC 9124, section 4.2.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threat {
    /// `THREAT.IMG.EXPIRED`.
    pub id: String,
    /// Section of the RFC.
    pub section: String,
    /// Its class in the STRIDE scheme.
    pub stride: String,
    /// Requirements that mitigate it.
    pub mitigated_by: Vec<String>,
    /// The threat, paraphrased.
    pub text: String,
    /// How a bench plays it.
    pub bench: String,
}

/// A requirement of RFC 9124, section 4.3 (security) or 4.5 (usability).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// `REQ.SEC.SEQUENCE`.
    pub id: String,
    /// Security or usability.
    pub kind: RequirementKind,
    /// Section of the RFC.
    pub section: String,
    /// Threats it mitigates.
    pub mitigates: Vec<String>,
    /// User stories it satisfies.
    #[serde(default)]
    pub satisfies: Vec<String>,
    /// Who has to meet it.
    #[serde(rename = "where")]
    pub place: String,
    /// The requirement, paraphrased.
    pub text: String,
}

/// Which section of RFC 9124 a requirement stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementKind {
    /// Section 4.3.
    Security,
    /// Section 4.5.
    Usability,
}

/// An attack named by the TUF specification.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TufAttack {
    /// `TUF-ROLLBACK`. The ids are ours.
    pub id: String,
    /// The specification's name for it.
    pub name: String,
    /// The attack, paraphrased.
    pub text: String,
    /// What a client has to do.
    pub expected: String,
    /// How a bench plays it.
    pub bench: String,
    /// What defends against it.
    pub defence: String,
}

/// An attack named by the Uptane standard.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UptaneAttack {
    /// `UPT-ROLLBACK`. The ids are ours.
    pub id: String,
    /// What the attacker wants.
    pub goal: String,
    /// The standard's name for it.
    pub name: String,
    /// The attack, paraphrased.
    pub text: String,
    /// How a bench plays it.
    pub bench: String,
}
