//! What a preset does to the form of its base, for the wrapper in the component and for the host that checks the document.
//!
//! Without the standard library, because the wrapper has none (`plugins/preset` says why).
#![no_std]

extern crate alloc;

mod form;
mod pointer;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

use serde_json_alloc::{Map, Value};

pub use form::{Form, form};
pub use pointer::{leads, schema_at};

/// Whether the fields that are not asked are hidden for good.
pub fn is_locked(document: &Value) -> bool {
    document["locked"] == true
}

/// The values that the base gets of a locked preset: its own, and at the asked places what people gave.
pub fn values(document: &Value, defaults: &Value, given: &Value) -> Value {
    let mut whole = fill(defaults, &document["values"]);
    for pointer in asked(document) {
        match given.pointer(&pointer) {
            Some(value) => pointer::set(&mut whole, &pointer, value.clone()),
            None => pointer::remove(&mut whole, &pointer),
        }
    }
    whole
}

/// The pointers that a document asks for.
pub(crate) fn asked(document: &Value) -> Vec<String> {
    let asks = document["ask"].as_array().into_iter().flatten();
    asks.filter_map(|it| it["pointer"].as_str().map(String::from)).collect()
}

/// Lays `over` over `below`, object by object; `null` takes away (RFC 7396).
pub(crate) fn fill(below: &Value, over: &Value) -> Value {
    match (below, over) {
        (_, Value::Null) => below.clone(),
        (Value::Object(below), Value::Object(over)) => {
            let mut filled = below.clone();
            for (key, value) in over {
                if value.is_null() {
                    filled.remove(key);
                } else {
                    let old = filled.get(key).unwrap_or(&Value::Null);
                    let new = fill(old, value);
                    filled.insert(key.clone(), new);
                }
            }
            Value::Object(filled)
        }
        (_, Value::Object(over)) => fill(&Value::Object(Map::new()), &Value::Object(over.clone())),
        (_, over) => over.clone(),
    }
}
