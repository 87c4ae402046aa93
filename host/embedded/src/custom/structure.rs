//! Structural schemas at work: unknown fields are taken out, defaults are filled in.

use serde_json::Value;

/// Fields that an object has whatever its schema says.
const ENVELOPE: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Takes out what the schema does not know; answers the paths.
pub(super) fn prune(schema: &Value, object: &mut Value) -> Vec<String> {
    let mut gone = Vec::new();
    prune_at(schema, object, &mut String::new(), true, &mut gone);
    gone
}

fn prune_at(
    schema: &Value,
    value: &mut Value,
    path: &mut String,
    envelope: bool,
    gone: &mut Vec<String>,
) {
    let length = path.len();
    match value {
        Value::Object(fields) => {
            let keeps_all = keeps_unknown(schema);
            let keep = |name: &String| {
                keeps_all
                    || (envelope && ENVELOPE.contains(&name.as_str()))
                    || field(schema, name).is_some()
            };
            for name in fields.keys().filter(|it| !keep(it)) {
                let dot = if path.is_empty() { "" } else { "." };
                gone.push(format!("{path}{dot}{name}"));
            }
            fields.retain(|name, _| keep(name));
            for (name, value) in fields.iter_mut() {
                if envelope && ENVELOPE.contains(&name.as_str()) {
                    continue;
                }
                let Some(Some(schema)) = field(schema, name) else { continue };
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
                let inner = schema["x-kubernetes-embedded-resource"] == true;
                prune_at(schema, value, path, inner, gone);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (index, value) in items.iter_mut().enumerate() {
                path.extend(["[", &index.to_string(), "]"]);
                let inner = schema["x-kubernetes-embedded-resource"] == true;
                prune_at(schema, value, path, inner, gone);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

fn keeps_unknown(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true
}

/// Whether a field is known, with its schema if it has one.
#[expect(clippy::option_option, reason = "known with a schema, known without one, unknown")]
fn field<'a>(schema: &'a Value, name: &str) -> Option<Option<&'a Value>> {
    if let Some(found) = schema["properties"].get(name) {
        return Some(Some(found));
    }
    match schema.get("additionalProperties") {
        Some(any @ Value::Object(_)) => Some(Some(any)),
        Some(Value::Bool(true)) => Some(None),
        _ => None,
    }
}

/// Fills in defaults, in the place of a `null` too where none may stand.
pub(super) fn default(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                let is_absent = match fields.get(name) {
                    Some(value) => value.is_null() && !may_be_null(schema),
                    None => true,
                };
                if let (Some(default), true) = (schema.get("default"), is_absent) {
                    fields.insert(name.clone(), default.clone());
                }
            }
            for (name, value) in fields.iter_mut() {
                if let Some(Some(schema)) = field(schema, name) {
                    default(schema, value);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for item in items {
                    default(schema, item);
                }
            }
        }
        _ => {}
    }
}

/// Takes out each `null` of a field that may not be null.
pub(super) fn drop_nulls(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| match field(schema, name) {
                Some(Some(schema)) => !value.is_null() || may_be_null(schema),
                _ => true,
            });
            for (name, value) in fields.iter_mut() {
                if let Some(Some(schema)) = field(schema, name) {
                    drop_nulls(schema, value);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter_mut().for_each(|it| drop_nulls(schema, it));
            }
        }
        _ => {}
    }
}

fn may_be_null(schema: &Value) -> bool {
    schema["nullable"] == true
}
