//! Config maps, secrets and role bindings: small objects with small rules.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{NONE, Rules, fill, immutable, items_mut};
use crate::admission::invalid;
use crate::refusal::Cause;

/// The rules for config maps.
pub(crate) const CONFIG_MAP: Rules = Rules { check: check_keys, ..NONE };
/// The rules for secrets.
pub(crate) const SECRET: Rules = Rules { defaults: secret_defaults, check: check_secret, ..NONE };
/// The rules for bindings of roles.
pub(crate) const BINDING: Rules =
    Rules { defaults: binding_defaults, check: check_binding, ..NONE };

fn secret_defaults(secret: &mut Value) {
    fill(secret, "type", json!("Opaque"));
    let Some(plain) = secret.as_object_mut().and_then(|it| it.remove("stringData")) else { return };
    for (key, value) in plain.as_object().into_iter().flatten() {
        if let Some(text) = value.as_str() {
            fill(secret, "data", json!({}));
            secret["data"][key] = json!(STANDARD.encode(text));
        }
    }
}

fn check_secret(secret: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    if let Some(old) = old {
        immutable("type", &secret["type"], &old["type"], causes);
    }
    check_keys(secret, old, causes);
}

fn check_keys(object: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    for field in ["data", "binaryData"] {
        for (key, value) in object[field].as_object().into_iter().flatten() {
            let fits = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
            if key.is_empty() || key.len() > 253 || !key.chars().all(fits) {
                let why =
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
                causes.push(invalid(&format!("{field}[{key}]"), &json!(key), why));
            }
            if let (true, Some(text)) = (object["kind"] == "Secret", value.as_str())
                && STANDARD.decode(text).is_err()
            {
                causes.push(invalid(&format!("{field}[{key}]"), &json!("…"), "must be base64"));
            }
        }
    }
    if let Some(old) = old.filter(|it| it["immutable"] == true) {
        for field in ["data", "binaryData", "immutable"] {
            if object[field] != old[field] {
                let message = "Forbidden: field is immutable when `immutable` is set".to_owned();
                causes.push(Cause { reason: "FieldValueForbidden", field: field.into(), message });
            }
        }
    }
}

fn binding_defaults(binding: &mut Value) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if binding["roleRef"].is_object() {
        fill(&mut binding["roleRef"], "apiGroup", json!(GROUP));
    }
    for subject in items_mut(binding, "subjects") {
        let group = if subject["kind"] == "ServiceAccount" { "" } else { GROUP };
        if !group.is_empty() {
            fill(subject, "apiGroup", json!(group));
        }
    }
}

fn check_binding(binding: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    if let Some(old) = old {
        immutable("roleRef", &binding["roleRef"], &old["roleRef"], causes);
    }
}
