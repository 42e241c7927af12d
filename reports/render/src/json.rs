//! JSON in its canonical form (RFC 8785): no spaces, keys sorted, one way to write each value.
//!
//! A report is signed and compared byte by byte, so equal facts must be equal bytes whatever the
//! order of fields in our types, and whatever features of serde somebody else switches on. All our
//! keys are ASCII, for which sorting by bytes is what the RFC asks for; all our numbers are integers
//! below 2^53.

use serde::Serialize;
use serde_json::Value;

/// Serialises a value canonically.
pub(crate) fn canonical<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).expect("our types have string keys and no failing parts");
    let mut text = String::new();
    write(&value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                comma(index, text);
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, field)) in fields.into_iter().enumerate() {
                comma(index, text);
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(field, text);
            }
            text.push('}');
        }
    }
}

fn comma(index: usize, text: &mut String) {
    if index > 0 {
        text.push(',');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::canonical;

    #[test]
    fn keys_are_sorted_and_nothing_is_spaced() {
        let value = json!({"b": [1, {"z": null, "a": true}], "a": "ä\n\u{1}\"</script>"});
        assert_eq!(canonical(&value), "{\"a\":\"ä\\n\\u0001\\\"</script>\",\"b\":[1,{\"a\":true,\"z\":null}]}");
    }
}
