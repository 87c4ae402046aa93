//! Where a schema says that secrets are: strings marked `writeOnly`, behind whatever leads there.
//!
//! Where several parts of a schema speak of one place, one that says secret is enough.

use std::collections::HashSet;

use serde_json::Value;

use crate::pointer;

/// Keywords whose schemas speak of the same place as their owner: one schema, a list, a map.
const SAME_ONE: &[&str] = &["if", "then", "else", "not"];
const SAME_LIST: &[&str] = &["allOf", "anyOf", "oneOf"];
const SAME_MAP: &[&str] = &["dependentSchemas"];
/// Keywords that hold examples of values, not schemas.
const VALUES: &[&str] = &["default", "examples", "const", "enum"];

/// What is wrong with what a schema says of secrets, or nothing.
pub fn check_schema(schema: &Value) -> Result<(), String> {
    let mut marked = Vec::new();
    let mut leads_away = false;
    walk(schema, &mut |it| {
        if is_secret(it) {
            marked.push(it.clone());
        }
        let reference = it.get("$ref").and_then(Value::as_str);
        leads_away |= reference.is_some_and(|it| target(schema, it).is_none());
        leads_away |= it.get("$dynamicRef").is_some();
    });
    if marked.iter().any(|it| !is_text(it)) {
        return Err("only strings can be secrets (writeOnly)".to_owned());
    }
    if marked
        .iter()
        .any(|it| VALUES.iter().any(|word| it.get(word).is_some_and(|it| !it.is_null())))
    {
        return Err("a secret (writeOnly) can have no default, examples, const or enum".to_owned());
    }
    if leads_away && !marked.is_empty() {
        return Err("beside secrets (writeOnly), every $ref must be a local pointer".to_owned());
    }
    Ok(())
}

/// Whether a schema has any.
pub fn is_in(schema: &Value) -> bool {
    let mut found = false;
    walk(schema, &mut |it| found |= is_secret(it));
    found
}

/// JSON Pointers into values, by what a schema says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Where secrets are, whatever stands there.
    pub secret: Vec<String>,
    /// What holds secrets, or stands where something should that does: a text there may be one that strayed.
    pub holding: Vec<String>,
}

/// Where secrets are in `values`.
pub fn places(schema: &Value, values: &Value) -> Places {
    let mut found = Places::default();
    if is_in(schema) {
        find(schema, &[schema], values, String::new(), &mut found);
    }
    found
}

fn is_secret(schema: &Value) -> bool {
    schema.get("writeOnly") == Some(&Value::Bool(true))
}

fn is_text(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == "string",
        Some(Value::Array(several)) => {
            several.iter().any(|it| it == "string")
                && several.iter().all(|it| it == "string" || it == "null")
        }
        _ => false,
    }
}

/// Visits everything in a document that may be a schema.
fn walk(schema: &Value, visit: &mut impl FnMut(&Value)) {
    match schema {
        Value::Object(fields) => {
            visit(schema);
            let inner = fields.iter().filter(|(name, _)| !VALUES.contains(&name.as_str()));
            inner.for_each(|(_, it)| walk(it, visit));
        }
        Value::Array(items) => items.iter().for_each(|it| walk(it, visit)),
        _ => {}
    }
}

fn find(root: &Value, schemas: &[&Value], value: &Value, at: String, found: &mut Places) {
    let schemas = spread(root, schemas);
    if schemas.iter().any(|it| is_secret(it)) {
        found.secret.push(at);
        return;
    }
    if schemas.iter().any(|it| leads_to_secret(root, it, &mut HashSet::new())) {
        found.holding.push(at.clone());
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let below: Vec<&Value> =
                    schemas.iter().flat_map(|it| of_property(it, name)).collect();
                find(root, &below, value, pointer::below(&at, name), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let below: Vec<&Value> = schemas.iter().flat_map(|it| of_item(it, index)).collect();
                find(root, &below, value, format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn leads_to_secret<'a>(
    root: &'a Value,
    schema: &'a Value,
    seen: &mut HashSet<*const Value>,
) -> bool {
    if !seen.insert(std::ptr::from_ref(schema)) {
        return false;
    }
    if is_secret(schema) {
        return true;
    }
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|it| target(root, it));
    if reference.is_some_and(|it| leads_to_secret(root, it, seen)) {
        return true;
    }
    match schema {
        Value::Object(fields) => {
            let mut inner = fields
                .iter()
                .filter(|(name, _)| !VALUES.contains(&name.as_str()) && *name != "$defs");
            inner.any(|(_, it)| leads_to_secret(root, it, seen))
        }
        Value::Array(items) => items.iter().any(|it| leads_to_secret(root, it, seen)),
        _ => false,
    }
}

/// All schemas that speak of the same place as these.
fn spread<'a>(root: &'a Value, schemas: &[&'a Value]) -> Vec<&'a Value> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let mut rest = schemas.to_vec();
    while let Some(schema) = rest.pop() {
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        all.push(schema);
        let reference = schema.get("$ref").and_then(Value::as_str);
        rest.extend(reference.and_then(|it| target(root, it)));
        rest.extend(SAME_ONE.iter().filter_map(|it| schema.get(it)));
        let lists = SAME_LIST.iter().filter_map(|it| schema.get(it)?.as_array());
        rest.extend(lists.flatten());
        let maps = SAME_MAP.iter().filter_map(|it| schema.get(it)?.as_object());
        rest.extend(maps.flat_map(|it| it.values()));
    }
    all
}

/// What a `$ref` within the document leads to.
fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    root.pointer(reference.strip_prefix('#')?)
}

fn of_property<'a>(schema: &'a Value, name: &str) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = Vec::new();
    found.extend(schema.get("properties").and_then(|it| it.get(name)));
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let matching = patterns.into_iter().flatten().filter(|(pattern, _)| matches(pattern, name));
    found.extend(matching.map(|(_, it)| it));
    if found.is_empty() {
        found.extend(schema.get("additionalProperties"));
    }
    found.extend(schema.get("unevaluatedProperties"));
    found
}

fn matches(pattern: &str, name: &str) -> bool {
    jsonschema::draft202012::is_valid(&serde_json::json!({ "pattern": pattern }), &name.into())
}

fn of_item(schema: &Value, index: usize) -> Vec<&Value> {
    let first = schema.get("prefixItems").and_then(|it| it.get(index));
    let mut found: Vec<&Value> = first.or_else(|| schema.get("items")).into_iter().collect();
    found.extend(["contains", "unevaluatedItems"].iter().filter_map(|it| schema.get(it)));
    found
}
