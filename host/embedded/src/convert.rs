//! Between the form in which an object is stored and the version that a client asks for.

use serde_json::Value;

use crate::kinds::Kind;

/// The newer group's event fields beside the fields of the stored event.
const EVENT: [(&str, &str); 7] = [
    ("regarding", "involvedObject"),
    ("note", "message"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
    ("reportingController", "reportingComponent"),
];

/// A stored object in the version of this kind.
pub(crate) fn from_stored(kind: &Kind, mut object: Value) -> Value {
    if kind.converts() {
        object["apiVersion"] = Value::String(kind.api_version());
        if kind.group == "events.k8s.io" {
            rename(&mut object, |(new, old)| (old, new));
        }
    }
    object
}

/// An object of this kind's version in the form that is stored.
pub(crate) fn to_stored(kind: &Kind, mut object: Value) -> Value {
    if kind.converts() {
        object["apiVersion"] = Value::String(kind.stored_as.clone());
        if kind.group == "events.k8s.io" {
            rename(&mut object, |it| it);
        }
    }
    object
}

fn rename(
    object: &mut Value,
    order: impl Fn((&'static str, &'static str)) -> (&'static str, &'static str),
) {
    let Some(fields) = object.as_object_mut() else { return };
    for (from, to) in EVENT.map(order) {
        if let Some(value) = fields.remove(from) {
            fields.insert(to.to_owned(), value);
        }
    }
}
