//! What a custom object must keep to: its schema, and the rules in CEL that stand in it.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, Validator};
use kube_cel::CompiledSchema;
use serde_json::{Value, json};
use slipway_model::pointer;

use crate::admission::{invalid, required};
use crate::refusal::Cause;

/// Compiled checks.
pub(super) struct Checks {
    /// Absent where the schema itself is wrong: then nothing passes.
    schema: Result<Validator, String>,
    rules: CompiledSchema,
}

impl std::fmt::Debug for Checks {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Checks")
    }
}

impl Checks {
    /// Compiles a structural schema.
    pub(super) fn compile(schema: &Value) -> Self {
        let plain = plain(schema, true);
        let built =
            jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        Self {
            schema: built.build(&plain).map_err(|it| it.to_string()),
            rules: kube_cel::compile_schema(schema),
        }
    }

    /// Says what is wrong; rules are only asked about objects of the right shape.
    pub(super) fn run(&self, object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
        match &self.schema {
            Ok(schema) => causes.extend(schema.iter_errors(object).map(|it| cause(&it))),
            Err(why) => causes.push(invalid(
                "",
                &json!(null),
                &format!("the schema of this kind is wrong: {why}"),
            )),
        }
        if !causes.is_empty() {
            return;
        }
        if let Err(errors) = kube_cel::validate_compiled(&self.rules, object, old) {
            for error in &errors {
                let value = json!(null);
                let mut cause = invalid(&error.field_path, &value, &error.message);
                cause.message = format!("Invalid value: {}", error.message);
                causes.push(cause);
            }
        }
    }
}

/// `/spec/ports/0/port` as `spec.ports[0].port`.
fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').filter(|it| !it.is_empty()) {
        let part = pointer::name(part);
        if part.bytes().all(|it| it.is_ascii_digit()) {
            path.extend(["[", &part, "]"]);
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&part);
        }
    }
    path
}

fn cause(error: &jsonschema::ValidationError<'_>) -> Cause {
    let path = dotted(error.instance_path().as_str());
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let dot = if path.is_empty() { "" } else { "." };
            required(&format!("{path}{dot}{name}"), "")
        }
        Kind::Enum { options } => {
            let options: Vec<_> =
                options.as_array().into_iter().flatten().map(Value::to_string).collect();
            let message = format!(
                "Unsupported value: {}: supported values: {}",
                error.instance(),
                options.join(", ")
            );
            Cause { reason: "FieldValueNotSupported", field: path, message }
        }
        Kind::Type { .. } => {
            let message = format!("Invalid value: {}: {error}", error.instance());
            Cause { reason: "FieldValueTypeInvalid", field: path, message }
        }
        _ => invalid(&path, error.instance(), &error.to_string()),
    }
}

/// The schema in the words of JSON Schema: what Kubernetes says otherwise is translated.
fn plain(schema: &Value, root: bool) -> Value {
    let Some(fields) = schema.as_object() else { return schema.clone() };
    let mut out = serde_json::Map::new();
    let is = |name: &str| fields.get(name) == Some(&json!(true));
    for (name, value) in fields {
        let translated = match name.as_str() {
            "description" | "title" | "default" | "example" | "externalDocs" | "nullable" => {
                continue;
            }
            it if it.starts_with("x-kubernetes-") => continue,
            "properties" | "definitions" | "patternProperties" => {
                let of = |(name, value): (&String, &Value)| (name.clone(), plain(value, false));
                let mut map: serde_json::Map<_, _> =
                    value.as_object().into_iter().flatten().map(of).collect();
                if root {
                    // Metadata has its own checks, the same for every kind.
                    map.remove("metadata");
                }
                Value::Object(map)
            }
            "items" | "additionalProperties" | "not" => plain(value, false),
            "allOf" | "anyOf" | "oneOf" => {
                value.as_array().into_iter().flatten().map(|it| plain(it, false)).collect()
            }
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => continue,
            "minimum" if is("exclusiveMinimum") => {
                out.insert("exclusiveMinimum".into(), value.clone());
                continue;
            }
            "maximum" if is("exclusiveMaximum") => {
                out.insert("exclusiveMaximum".into(), value.clone());
                continue;
            }
            _ => value.clone(),
        };
        out.insert(name.clone(), translated);
    }
    if is("x-kubernetes-int-or-string") {
        out.insert("type".into(), json!(["integer", "string"]));
        out.remove("anyOf");
    }
    if is("nullable") {
        if let Some(kind) = out.get("type").and_then(Value::as_str) {
            out.insert("type".into(), json!([kind, "null"]));
        }
        if let Some(options) = out.get_mut("enum").and_then(Value::as_array_mut) {
            options.push(Value::Null);
        }
    }
    Value::Object(out)
}
