//! Reads tables key by key, and reports what is left over.
//!
//! A reader takes the keys it knows from a table; [`Keys::finish`] reports all others. So the list
//! of known keys is the code that reads them, and a suggestion can only name a key that exists.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::problem::{Problem, Problems};
use crate::suggest;
use crate::text::{first_invisible, quoted};

/// Longest list: far above any scenario, and low enough to compare every item with every other.
const MAX_ITEMS: usize = 1_000;

/// A text of the file and where it stands.
pub(crate) type Text = Spanned<String>;

/// A whole number of the file and where it stands.
pub(crate) type Number = Spanned<i64>;

/// A value of the file and where it stands.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// A table that is being read.
pub(crate) struct Keys<'t, 'p> {
    table: &'t DeTable<'t>,
    /// How messages call the table.
    of: &'static str,
    known: Vec<&'static str>,
    problems: &'p mut Problems,
}

impl<'t, 'p> Keys<'t, 'p> {
    pub(crate) fn new(table: &'t DeTable<'t>, of: &'static str, problems: &'p mut Problems) -> Self {
        Self { table, of, known: Vec::new(), problems }
    }

    /// The value of a key, read by `read`; `None` where the key is absent or its value is wrong.
    pub(crate) fn take<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'t Value<'t>, &mut Problems) -> Option<T>,
    ) -> Option<T> {
        self.known.push(key);
        read(self.table.get(key)?, self.problems)
    }

    /// Where a key stands.
    pub(crate) fn place(&self, key: &str) -> Option<Range<usize>> {
        self.table.get_key_value(key).map(|(key, _)| key.span())
    }

    /// Reports the keys that nobody took.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if !self.known.contains(&name) {
                let problem = Problem::at(key.span(), format!("unknown key {} in {}", quoted(name), self.of));
                self.problems.add(suggest::help(problem, name, "its keys", &self.known));
            }
        }
    }
}

/// A table, read by `fields`.
pub(crate) fn table<'t, T>(
    of: &'static str,
    fields: impl FnOnce(&mut Keys<'t, '_>) -> T,
) -> impl FnOnce(&'t Value<'t>, &mut Problems) -> Option<Spanned<T>> {
    move |value, problems| {
        let DeValue::Table(table) = value.get_ref() else {
            return wrong_type(value.span(), value.get_ref(), Expected::Table, problems);
        };
        let mut keys = Keys::new(table, of, problems);
        let read = fields(&mut keys);
        keys.finish();
        Some(Spanned::new(value.span(), read))
    }
}

/// A list whose every item is read by `item`; an item that is wrong is reported and left out.
pub(crate) fn list<'t, T>(
    item: impl Fn(&'t Value<'t>, &mut Problems) -> Option<T>,
) -> impl FnOnce(&'t Value<'t>, &mut Problems) -> Option<Spanned<Vec<T>>> {
    move |value, problems| {
        let DeValue::Array(values) = value.get_ref() else {
            return wrong_type(value.span(), value.get_ref(), Expected::List, problems);
        };
        if values.len() > MAX_ITEMS {
            let message = format!("this list has {} items; at most {MAX_ITEMS} are read", values.len());
            problems.add(Problem::at(value.span(), message));
            return None;
        }
        let items = values.iter().filter_map(|value| item(value, problems)).collect();
        Some(Spanned::new(value.span(), items))
    }
}

/// A text on one line, without characters that cannot be seen.
pub(crate) fn text(value: &Value<'_>, problems: &mut Problems) -> Option<Text> {
    let DeValue::String(text) = value.get_ref() else {
        return wrong_type(value.span(), value.get_ref(), Expected::Text, problems);
    };
    if let Some(hidden) = first_invisible(text) {
        let message = format!("a text holds the invisible character U+{:04X}", u32::from(hidden));
        let problem = Problem::at(value.span(), message).label("in this text");
        problems.add(problem.help("texts are one line that reads the same on every terminal and in every report"));
        return None;
    }
    Some(Spanned::new(value.span(), text.to_string()))
}

/// A whole number.
pub(crate) fn number(value: &Value<'_>, problems: &mut Problems) -> Option<Number> {
    let DeValue::Integer(integer) = value.get_ref() else {
        return wrong_type(value.span(), value.get_ref(), Expected::Number, problems);
    };
    let number = whole(integer);
    if number.is_none() {
        problems.add(Problem::at(value.span(), "this number is too large"));
    }
    number.map(|number| Spanned::new(value.span(), number))
}

fn whole(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A type of value that a key can ask for.
enum Expected {
    Text,
    Number,
    List,
    Table,
}

fn wrong_type<T>(span: Range<usize>, found: &DeValue<'_>, expected: Expected, problems: &mut Problems) -> Option<T> {
    let expected_type = match expected {
        Expected::Text => "text in quotes",
        Expected::Number => "a whole number",
        Expected::List => "a list",
        Expected::Table => "a table",
    };
    let (found_type, text_instead) = match found {
        DeValue::String(_) => ("text", false),
        DeValue::Integer(_) => ("a whole number", true),
        DeValue::Float(_) => ("a number with a point", true),
        DeValue::Boolean(_) => ("true or false", true),
        DeValue::Datetime(_) => ("a date", true),
        DeValue::Array(_) => ("a list", false),
        DeValue::Table(_) => ("a table", false),
    };
    let problem = Problem::at(span, format!("expected {expected_type}, found {found_type}"));
    problems.add(match expected {
        Expected::Text if text_instead => problem.help("put it in quotes"),
        Expected::List => problem.help("put it in brackets, even where it is the only one"),
        Expected::Text | Expected::Number | Expected::Table => problem,
    });
    None
}
