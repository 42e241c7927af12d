//! The product declaration: what a manufacturer claims of the product, what is declined, and why.
//!
//! "Not applicable" is where gaps hide. A statement is not applicable only if somebody says so here,
//! with a reason that is printed; what is claimed and was not tested stands on the report's first page.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde::{Deserialize, Serialize};
use standards::Standards;
use toml::Spanned;

/// Largest declaration that is read, in bytes.
pub const MAX_DECLARATION_BYTES: usize = 1 << 20;

/// What a manufacturer says about a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Declaration {
    /// The product.
    pub product: Product,
    /// Its software components.
    pub components: Vec<Component>,
    /// What is claimed.
    pub claims: Vec<Claim>,
    /// What is declined.
    pub declined: Vec<Declined>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// The product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "kebab-case", deserialize = "kebab-case"), deny_unknown_fields)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub manufacturer: String,
    /// Model designation.
    pub model: Option<String>,
    /// Serial number of the device under test.
    pub serial: Option<String>,
    /// Hardware revision.
    pub hardware: Option<String>,
    /// Version of the firmware.
    pub firmware: Option<String>,
    /// Until when it is supported: a date, or a sentence.
    pub supported_until: Option<String>,
    /// How updates are installed: automatically, after consent, in a window.
    pub update_policy: Option<String>,
}

/// A software component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Component {
    /// Its name.
    pub name: String,
    /// How it is updated, or why it never is.
    pub update: Update,
}

/// How a component is updated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Update {
    /// This way.
    By(String),
    /// Not at all, for this reason.
    Never(String),
}

/// Statements that are claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Claim {
    /// Their ids.
    pub statements: Vec<String>,
    /// The claim in the manufacturer's words.
    pub text: Option<String>,
}

/// Statements that are declined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Declined {
    /// Their ids.
    pub statements: Vec<String>,
    /// Why.
    pub reason: String,
}

/// What is wrong with a declaration, as people read it: file, line, column, caret, hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DeclarationErrors {
    /// The problems, in the order of the file.
    pub rendered: Vec<String>,
}

impl fmt::Display for DeclarationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered.join("\n\n"))
    }
}

impl Declaration {
    /// Reads a declaration. `file` is shown in errors.
    ///
    /// # Errors
    /// A text that is no declaration, or every id that is unknown, named twice or both claimed and
    /// declined, and every empty reason.
    pub fn parse(file: &str, bytes: &[u8], standards: &Standards) -> Result<Self, DeclarationErrors> {
        let mut problems = Problems { file, text: "", list: Vec::new() };
        if bytes.len() > MAX_DECLARATION_BYTES {
            problems.add(
                None,
                format!("the file has {} bytes; at most {MAX_DECLARATION_BYTES} are read", bytes.len()),
                None,
            );
            return Err(problems.render());
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            problems.add(None, "the file is not UTF-8".to_owned(), Some("save the file as UTF-8".to_owned()));
            return Err(problems.render());
        };
        problems.text = text;
        match toml::from_str::<Shape>(text) {
            Ok(shape) => {
                shape.sense(&mut problems, standards, record::sha256_hex(bytes)).ok_or_else(|| problems.render())
            }
            Err(error) => {
                problems.add(error.span(), error.message().to_owned(), None);
                Err(problems.render())
            }
        }
    }

    /// Whether a statement is claimed.
    pub fn claims(&self, id: &str) -> bool {
        self.claims.iter().any(|claim| claim.statements.iter().any(|claimed| claimed == id))
    }

    /// Why a statement is declined, if it is.
    pub fn declines(&self, id: &str) -> Option<&str> {
        let declined = self.declined.iter().find(|declined| declined.statements.iter().any(|named| named == id));
        declined.map(|declined| declined.reason.as_str())
    }
}

/// A declaration by keys and types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    product: Product,
    #[serde(default)]
    component: Vec<ComponentShape>,
    #[serde(default)]
    claim: Vec<ClaimShape>,
    #[serde(default)]
    declined: Vec<DeclinedShape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ComponentShape {
    name: Spanned<String>,
    updated_by: Option<String>,
    immutable_because: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimShape {
    statements: Vec<Spanned<String>>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclinedShape {
    statements: Vec<Spanned<String>>,
    reason: Spanned<String>,
}

impl Shape {
    fn sense(self, problems: &mut Problems<'_>, standards: &Standards, sha256: String) -> Option<Declaration> {
        let ids = self.claim.iter().flat_map(|claim| &claim.statements);
        let ids = ids.chain(self.declined.iter().flat_map(|declined| &declined.statements));
        check_ids(ids, problems, standards);
        for declined in &self.declined {
            if declined.reason.get_ref().trim().is_empty() {
                let hint = "a statement that is declined without a reason is a gap".to_owned();
                problems.add(Some(declined.reason.span()), "the reason is empty".to_owned(), Some(hint));
            }
        }
        let components: Vec<Component> =
            self.component.into_iter().filter_map(|component| component.sense(problems)).collect();
        if !problems.list.is_empty() {
            return None;
        }
        let plain = |ids: Vec<Spanned<String>>| ids.into_iter().map(Spanned::into_inner).collect();
        let claim = |shape: ClaimShape| Claim { statements: plain(shape.statements), text: shape.text };
        let decline =
            |shape: DeclinedShape| Declined { statements: plain(shape.statements), reason: shape.reason.into_inner() };
        Some(Declaration {
            product: self.product,
            components,
            claims: self.claim.into_iter().map(claim).collect(),
            declined: self.declined.into_iter().map(decline).collect(),
            sha256,
        })
    }
}

impl ComponentShape {
    fn sense(self, problems: &mut Problems<'_>) -> Option<Component> {
        let update = match (self.updated_by, self.immutable_because) {
            (Some(by), None) => Update::By(by),
            (None, Some(because)) => Update::Never(because),
            (Some(_), Some(_)) | (None, None) => {
                let message =
                    format!("the component `{}` has to say how it is updated, or why it never is", self.name.get_ref());
                let hint = "write either `updated-by` or `immutable-because`".to_owned();
                problems.add(Some(self.name.span()), message, Some(hint));
                return None;
            }
        };
        Some(Component { name: self.name.into_inner(), update })
    }
}

fn check_ids<'a>(ids: impl Iterator<Item = &'a Spanned<String>>, problems: &mut Problems<'_>, standards: &Standards) {
    let mut seen: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    for id in ids {
        if standards.statement(id.get_ref()).is_none() {
            let hint = closest(id.get_ref(), standards).map(|close| format!("did you mean `{close}`?"));
            let hint = hint.or(Some("`otabench coverage` lists the statements".to_owned()));
            problems.add(Some(id.span()), format!("unknown statement `{}`", id.get_ref()), hint);
        } else if seen.contains_key(id.get_ref().as_str()) {
            let hint = "a statement is claimed or declined, once".to_owned();
            problems.add(Some(id.span()), format!("`{}` is named twice", id.get_ref()), Some(hint));
        } else {
            seen.insert(id.get_ref(), id.span());
        }
    }
}

/// A statement that differs by a slip of the finger.
fn closest<'a>(word: &str, standards: &'a Standards) -> Option<&'a str> {
    const SLIPS_ALLOWED: usize = 2;
    if word.len() > 60 {
        return None;
    }
    let near = |id: &'a str| (strsim::damerau_levenshtein(&word.to_uppercase(), id), id);
    let ids = standards.statements.iter().map(|statement| near(&statement.id));
    ids.filter(|(slips, _)| *slips <= SLIPS_ALLOWED).min_by_key(|(slips, _)| *slips).map(|(_, id)| id)
}

/// Problems in one text.
struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    list: Vec<Problem>,
}

struct Problem {
    span: Option<Range<usize>>,
    message: String,
    hint: Option<String>,
}

impl Problems<'_> {
    fn add(&mut self, span: Option<Range<usize>>, message: String, hint: Option<String>) {
        self.list.push(Problem { span, message, hint });
    }

    fn render(&mut self) -> DeclarationErrors {
        self.list.sort_by_key(|problem| problem.span.as_ref().map_or(0, |span| span.start));
        let rendered = self.list.iter().map(|problem| {
            let title = Level::ERROR.primary_title(problem.message.as_str());
            let group = match &problem.span {
                Some(span) => {
                    let place = AnnotationKind::Primary.span(span.clone());
                    title.element(Snippet::source(self.text).path(self.file).annotation(place))
                }
                None => title.element(Origin::path(self.file)),
            };
            let group = match &problem.hint {
                Some(hint) => group.element(Level::HELP.message(hint.as_str())),
                None => group,
            };
            Renderer::plain().render(&[group])
        });
        DeclarationErrors { rendered: rendered.collect() }
    }
}
