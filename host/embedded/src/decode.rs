//! Reads a built-in object into its type and back, so that wrong shapes are refused by field and unknown fields are seen.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The field that has a wrong shape, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: String,
    pub(crate) why: String,
}

/// The object as its type has it.
pub(crate) fn through<T: DeserializeOwned + Serialize>(object: &Value) -> Result<Value, Wrong> {
    let typed: T = serde_path_to_error::deserialize(object)
        .map_err(|it| Wrong { field: it.path().to_string(), why: it.inner().to_string() })?;
    serde_json::to_value(&typed).map_err(|it| Wrong { field: ".".into(), why: it.to_string() })
}

/// The paths of what was sent and is not in the typed object, at most a few.
pub(crate) fn unknown(sent: &Value, known: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(sent, known, &mut String::new(), &mut found);
    found
}

fn compare(sent: &Value, known: &Value, path: &mut String, found: &mut Vec<String>) {
    match (sent, known) {
        (Value::Object(sent), Value::Object(known)) => {
            for (key, value) in sent {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                match known.get(key) {
                    Some(known) => compare(value, known, path, found),
                    None if absent(value) => {}
                    None => found.push(path.clone()),
                }
                path.truncate(length);
            }
        }
        (Value::Array(sent), Value::Array(known)) => {
            for (index, (sent, known)) in sent.iter().zip(known).enumerate() {
                let length = path.len();
                path.extend(["[", &index.to_string(), "]"]);
                compare(sent, known, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// Leaves of an object what its type knows, written as the type writes it.
pub(crate) fn keep_known(object: &mut Value, known: &Value) {
    match (object, known) {
        (Value::Object(object), Value::Object(known)) => {
            object.retain(|key, value| {
                known.contains_key(key) || (absent(value) && !value.is_null())
            });
            for (key, value) in object.iter_mut() {
                if let Some(known) = known.get(key) {
                    keep_known(value, known);
                }
            }
        }
        (Value::Array(object), Value::Array(known)) => {
            for (value, known) in object.iter_mut().zip(known) {
                keep_known(value, known);
            }
        }
        (object, known) => object.clone_from(known),
    }
}

/// Whether a type may leave the value out when it is written again: that loses nothing.
fn absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
