//! What the built-in kinds fill in and what they insist on.

mod definitions;
mod namespaces;
mod networking;
mod plain;
mod pods;
mod scaling;
mod services;
mod volumes;
mod workloads;

use serde_json::{Value, json};

use crate::refusal::Cause;

pub(crate) use self::definitions::DEFINITION;
pub(crate) use self::namespaces::NAMESPACE;
pub(crate) use self::networking::{INGRESS, INGRESS_CLASS, NETWORK_POLICY};
pub(crate) use self::plain::{BINDING, CONFIG_MAP, SECRET};
pub(crate) use self::pods::POD;
pub(crate) use self::scaling::AUTOSCALER;
pub(crate) use self::services::SERVICE;
pub(crate) use self::volumes::{CLAIM, VOLUME};
pub(crate) use self::workloads::{DEPLOYMENT, JOB, REPLICA_SET};

/// The rules of one kind.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// Fills in what clients rely on being there; runs on every write.
    pub(crate) defaults: fn(&mut Value),
    /// The status that a new object begins with.
    pub(crate) first: fn(&Value) -> Option<Value>,
    /// Says what is wrong with an object, beside the one that it replaces.
    pub(crate) check: fn(&Value, Option<&Value>, &mut Vec<Cause>),
}

/// No rules of its own.
pub(crate) const NONE: Rules = Rules { defaults: |_| (), first: |_| None, check: |_, _, _| () };

/// Writes a field of an object where it is missing.
fn fill(object: &mut Value, field: &str, value: Value) {
    if let Some(fields) = object.as_object_mut()
        && fields.get(field).is_none_or(Value::is_null)
    {
        fields.insert(field.to_owned(), value);
    }
}

/// The items of a list, none where there is no list.
fn items<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    object.get(field).and_then(Value::as_array).into_iter().flatten()
}

/// The items of a list, to be changed.
fn items_mut<'a>(object: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    object.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Whether a text is missing or empty.
fn empty(value: &Value) -> bool {
    value.as_str().unwrap_or_default().is_empty()
}

/// A field that must stay as it is.
fn immutable(field: &str, new: &Value, old: &Value, causes: &mut Vec<Cause>) {
    if new != old {
        causes.push(crate::admission::invalid(field, new, "field is immutable"));
    }
}

/// A field that holds one of a few words.
fn one_of(field: &str, value: &Value, words: &[&str], causes: &mut Vec<Cause>) {
    if value.as_str().is_some_and(|it| words.contains(&it)) {
        return;
    }
    let known: Vec<_> = words.iter().map(|it| json!(it).to_string()).collect();
    let message = format!("Unsupported value: {value}: supported values: {}", known.join(", "));
    causes.push(Cause { reason: "FieldValueNotSupported", field: field.into(), message });
}
