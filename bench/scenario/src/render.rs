//! Diagnostics as a person reads them: file, line, column, a caret, and what to do.
//!
//! The form is rustc's, because the people who read these messages read those all day.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Diagnostics, Label};

/// Where a rendered text will be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A file, a pipe, or a terminal with `NO_COLOR`.
    Plain,
    /// A terminal that shows ANSI colours.
    Colour,
}

pub(crate) fn render(diagnostics: &Diagnostics, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let mut blocks: Vec<String> =
        diagnostics.list.iter().map(|diagnostic| renderer.render(&[group(diagnostics, diagnostic)])).collect();
    if diagnostics.unlisted_count > 0 {
        let note = format!("{} more problems in {} are not listed", diagnostics.unlisted_count, diagnostics.file);
        blocks.push(renderer.render(&[Group::with_title(Level::NOTE.primary_title(note))]));
    }
    blocks.join("\n\n") + "\n"
}

fn group<'a>(diagnostics: &'a Diagnostics, diagnostic: &'a Diagnostic) -> Group<'a> {
    let title = Level::ERROR.primary_title(diagnostic.message.as_str());
    let group = match &diagnostic.primary {
        Some(primary) => title.element(
            Snippet::source(diagnostics.text.as_str())
                .path(diagnostics.file.as_str())
                .annotation(annotation(AnnotationKind::Primary, primary))
                .annotations(diagnostic.labels.iter().map(|label| annotation(AnnotationKind::Context, label))),
        ),
        None => title.element(Origin::path(diagnostics.file.as_str())),
    };
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

fn annotation(kind: AnnotationKind, label: &Label) -> Annotation<'_> {
    let text = (!label.text.is_empty()).then_some(label.text.as_str());
    kind.span(label.span.clone()).label(text)
}
