//! The rules for names, namespaces and labels of objects.

use serde_json::{Value, json};

use crate::admission::{invalid, required};
use crate::kinds::Kind;
use crate::meta;
use crate::refusal::Cause;

/// Kinds whose names are labels, not the longer DNS names.
const LABEL_NAMES: &[&str] = &["namespaces", "services"];

/// Says what is wrong with the metadata of an object.
pub(crate) fn check(kind: &Kind, object: &Value, causes: &mut Vec<Cause>) {
    let name = meta::name(object);
    if name.is_empty() {
        causes.push(required("metadata.name", "name or generateName is required"));
    } else if let Some(why) = wrong_name(kind, name) {
        causes.push(invalid("metadata.name", &json!(name), why));
    }
    pairs(object, "labels", causes, true);
    pairs(object, "annotations", causes, false);
}

const NAME_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
    characters, '-' or '.', and must start and end with an alphanumeric character (e.g. \
    'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_RULE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric \
    characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name', or \
    '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

fn wrong_name(kind: &Kind, name: &str) -> Option<&'static str> {
    // Role names are paths for their own purposes: anything without a slash will do.
    if kind.group == "rbac.authorization.k8s.io" {
        let wrong = name.contains(['/', '%']) || matches!(name, "." | "..");
        return wrong.then_some("may not be '.' or '..' and may not contain '/' or '%'");
    }
    if kind.group.is_empty() && LABEL_NAMES.contains(&kind.plural.as_str()) {
        return (!is_label(name)).then_some(LABEL_RULE);
    }
    let fits = name.len() <= 253 && name.split('.').all(is_part);
    (!fits).then_some(NAME_RULE)
}

/// Letters, digits and dashes, without a dash at an end.
fn is_part(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |it: &u8| it.is_ascii_lowercase() || it.is_ascii_digit() || *it == b'-';
    !bytes.is_empty()
        && bytes.iter().all(fits)
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
}

/// An RFC 1123 label.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

/// An RFC 1123 subdomain.
pub(crate) fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_part)
}

fn pairs(object: &Value, field: &str, causes: &mut Vec<Cause>, values: bool) {
    let Some(map) = object["metadata"].get(field).and_then(Value::as_object) else { return };
    for (key, value) in map {
        if !is_key(key) {
            let why = "name part must consist of alphanumeric characters, '-', '_' or '.', and \
                       must start and end with an alphanumeric character, with an optional DNS \
                       prefix and '/'";
            causes.push(invalid(&format!("metadata.{field}"), &json!(key), why));
        }
        if values && !value.as_str().is_some_and(is_label_value) {
            let why = "a valid label must be an empty string or consist of alphanumeric \
                       characters, '-', '_' or '.', and must start and end with an alphanumeric \
                       character, at most 63 of them";
            causes.push(invalid(&format!("metadata.{field}"), value, why));
        }
    }
}

fn is_key(key: &str) -> bool {
    let (prefix, name) =
        key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    !name.is_empty()
        && is_label_value(name)
        && prefix.is_none_or(|it| is_subdomain(&it.to_lowercase()))
}

fn is_label_value(text: &str) -> bool {
    let end = |it: Option<char>| it.is_none_or(|it| it.is_ascii_alphanumeric());
    text.len() <= 63
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
        && end(text.chars().next())
        && end(text.chars().last())
}
