//! Attacks against profiles, and attacks against removed features: what each defence buys.
//!
//! Every cell is a scenario that was played on another device than its own, judged from its record;
//! nothing in the matrix is a guess, and a broken cell says what was seen. Cells are no evidence for a
//! claim: a profile without a defence is not broken because the attack it was never to withstand
//! succeeds.

mod output;
mod records;

use menu::Feature;
pub(crate) use output::MEANING;
use record::{CellJudgement, CellVerdict, Method};
pub use records::{CellProblem, CellRecords};
use serde::{Deserialize, Serialize};

use crate::{plot, words};

/// Schema of the JSON form. The number rises with every change a reader must know of.
pub const MATRIX_SCHEMA: &str = "otabench.matrix/1";

/// Scenarios (rows) on devices (columns).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Matrix {
    /// [`MATRIX_SCHEMA`].
    pub schema: String,
    /// Version of the bench that played it.
    pub otabench: String,
    /// Name of the rig it was played on.
    pub rig: String,
    /// How the rig produces its evidence.
    pub method: Method,
    /// The seed that repeats it, in hexadecimal.
    pub seed: String,
    /// At most so many cases of a sweep were played in a cell.
    pub cases_at_most: u32,
    /// The profiles, those with the fewest features first.
    pub profiles: Vec<ProfileColumn>,
    /// The features that were taken away, one at a time, from the profile that a scenario names.
    pub removed: Vec<String>,
    /// One row per scenario.
    pub rows: Vec<MatrixRow>,
}

/// A profile, as the head of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProfileColumn {
    /// Its name.
    pub name: String,
    /// Its features, in the menu's order.
    pub features: Vec<String>,
}

/// One scenario on all devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MatrixRow {
    /// Name of the scenario.
    pub scenario: String,
    /// The sentence that must hold.
    pub claim: String,
    /// The profile it names itself.
    pub own: String,
    /// What became of it, profile by profile.
    pub cells: Vec<Cell>,
    /// What became of it on its own profile without a feature, feature by feature.
    pub without: Vec<Cell>,
}

/// What became of a scenario on a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cell {
    /// In one word.
    pub verdict: CellWord,
    /// How it breaks, why it cannot be tried, or what else there is to say.
    pub detail: String,
    /// SHA-256 of the record that shows it; absent where nothing was played.
    pub record_sha256: Option<String>,
}

/// The verdict on a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellWord {
    /// The attack got nothing that it must not get.
    #[serde(rename = "HELD")]
    Held,
    /// It did.
    #[serde(rename = "BROKEN")]
    Broken,
    /// It cannot be tried on this device.
    #[serde(rename = "not applicable")]
    NotApplicable,
    /// Nothing can be said.
    #[serde(rename = "ERROR")]
    Error,
}

impl CellWord {
    /// The word itself.
    pub const fn name(self) -> &'static str {
        match self {
            CellWord::Held => "HELD",
            CellWord::Broken => "BROKEN",
            CellWord::NotApplicable => "not applicable",
            CellWord::Error => "ERROR",
        }
    }
}

impl Cell {
    /// The cell that follows from a record of this digest.
    pub fn of(judgement: &CellJudgement, record_sha256: String) -> Self {
        let (verdict, detail) = match &judgement.verdict {
            CellVerdict::Held { otherwise } => (CellWord::Held, held(judgement, otherwise)),
            CellVerdict::Broken(breach) => {
                let case = breach.case.map(|case| format!(", {case}")).unwrap_or_default();
                (CellWord::Broken, format!("{}, at step “{}”{case}", breach.saw, breach.step))
            }
            CellVerdict::NotApplicable { reason } => (CellWord::NotApplicable, reason.clone()),
            CellVerdict::Error(mistake) => (CellWord::Error, mistake.to_string()),
        };
        Self { verdict, detail, record_sha256: Some(record_sha256) }
    }

    /// A cell for which nothing was played, because the scenario's own profile has no such feature.
    pub fn no_such_feature(feature: Feature) -> Self {
        Self::not_applicable(format!("its profile has no `{}`", feature.name()))
    }

    /// A cell for which nothing was played, and why.
    pub fn not_applicable(why: String) -> Self {
        Self { verdict: CellWord::NotApplicable, detail: why, record_sha256: None }
    }
}

fn held(judgement: &CellJudgement, otherwise: &[String]) -> String {
    let some = (judgement.cases < judgement.of).then(|| format!("in {} of {} cases", judgement.cases, judgement.of));
    let otherwise = otherwise.iter().map(|words| format!("there {words}"));
    some.into_iter().chain(otherwise).collect::<Vec<_>>().join(", ")
}

/// Why something is no matrix.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// It does not have the form of one.
    #[error("it is no matrix: {detail}")]
    NotAMatrix {
        /// What is wrong.
        detail: String,
    },
    /// It is one of another version.
    #[error("its schema is `{schema}`, and this bench reads `{MATRIX_SCHEMA}`")]
    OtherSchema {
        /// Its schema.
        schema: String,
    },
    /// A row has more or fewer cells than there are columns.
    #[error("the row of scenario `{scenario}` has not one cell for each column")]
    Ragged {
        /// Name of the scenario.
        scenario: String,
    },
}

/// A broken cell, with where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenCell<'m> {
    /// Name of the scenario.
    pub scenario: &'m str,
    /// Name of the profile, or of the feature that is missing.
    pub column: &'m str,
    /// How it breaks.
    pub how: &'m str,
}

impl Matrix {
    /// Reads a matrix from its JSON form.
    ///
    /// # Errors
    /// Where it is none, or one of another version.
    pub fn parse(bytes: &[u8]) -> Result<Self, MatrixError> {
        let matrix: Self = serde_json::from_slice(bytes)
            .map_err(|error| MatrixError::NotAMatrix { detail: words::harmless(&error.to_string()) })?;
        if matrix.schema != MATRIX_SCHEMA {
            return Err(MatrixError::OtherSchema { schema: words::harmless(&matrix.schema) });
        }
        let is_full =
            |row: &MatrixRow| row.cells.len() == matrix.profiles.len() && row.without.len() == matrix.removed.len();
        match matrix.rows.iter().find(|row| !is_full(row)) {
            Some(row) => Err(MatrixError::Ragged { scenario: words::harmless(&row.scenario) }),
            None => Ok(matrix),
        }
    }

    /// Every broken cell of the profiles, row by row.
    pub fn broken(&self) -> Vec<BrokenCell<'_>> {
        let columns: Vec<&str> = self.profiles.iter().map(|profile| profile.name.as_str()).collect();
        broken_of(&self.rows, &columns, |row| &row.cells)
    }

    /// Every attack that succeeds without a feature, row by row.
    pub fn broken_without(&self) -> Vec<BrokenCell<'_>> {
        let columns: Vec<&str> = self.removed.iter().map(String::as_str).collect();
        broken_of(&self.rows, &columns, |row| &row.without)
    }

    /// The attacks that succeed without this feature, with how.
    pub fn succeeds_without<'m>(&'m self, feature: &str) -> Vec<BrokenCell<'m>> {
        self.broken_without().into_iter().filter(|cell| cell.column == feature).collect()
    }

    /// Every cell.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.rows.iter().flat_map(|row| row.cells.iter().chain(&row.without))
    }

    /// As a drawing that stands on its own, light or dark.
    pub fn svg(&self) -> String {
        plot::matrix(self)
    }
}

fn broken_of<'m>(
    rows: &'m [MatrixRow],
    columns: &[&'m str],
    cells: impl Fn(&'m MatrixRow) -> &'m [Cell],
) -> Vec<BrokenCell<'m>> {
    let mut broken = Vec::new();
    for row in rows {
        for (cell, column) in cells(row).iter().zip(columns) {
            if cell.verdict == CellWord::Broken {
                broken.push(BrokenCell { scenario: &row.scenario, column, how: &cell.detail });
            }
        }
    }
    broken
}
