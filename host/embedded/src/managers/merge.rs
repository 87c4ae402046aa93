//! Merging an applied configuration into an object, and taking out what is no longer applied.

use serde_json::Value;

use crate::fields::Fields;
use crate::shape::{How, Shape};

/// Merges a configuration into a value.
pub(super) fn merge(shape: Shape<'_>, live: &mut Value, config: &Value) {
    let how = shape.how(config);
    if shape.how(live) != how {
        // Another kind of value, or none: the configuration replaces it.
        live.clone_from(config);
        return;
    }
    match (how, live, config) {
        (How::Fields, Value::Object(live), Value::Object(config)) => {
            for (key, value) in config {
                match live.get_mut(key) {
                    Some(old) => merge(shape.field(key), old, value),
                    None => {
                        live.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (How::Set, Value::Array(live), Value::Array(config)) => {
            for item in config {
                if !live.contains(item) {
                    live.push(item.clone());
                }
            }
        }
        (How::ByKey(keys), Value::Array(live), Value::Array(config)) => {
            for item in config {
                let key = shape.key_of(&keys, item);
                match live.iter_mut().find(|it| shape.key_of(&keys, it) == key) {
                    Some(old) => merge(shape.item(), old, item),
                    None => live.push(item.clone()),
                }
            }
        }
        (_, live, config) => live.clone_from(config),
    }
}

/// Takes out what the manager applied last time, applies no longer, and nobody else owns. What is still applied and has
/// nothing left becomes `emptied`.
pub(super) fn prune(
    shape: Shape<'_>,
    value: &mut Value,
    last: &Fields,
    wanted: &Fields,
    others: &[&Fields],
    emptied: &Value,
) {
    static NOTHING: Fields = Fields { own: false, below: std::collections::BTreeMap::new() };
    for (name, fields) in &last.below {
        let theirs: Vec<_> = others.iter().filter_map(|it| it.below.get(name)).collect();
        let still = wanted.below.get(name);
        // Metadata is never applied away: the object's name and identity are in it.
        if still.is_none() && theirs.is_empty() && name != "f:metadata" {
            remove(shape, value, name);
            continue;
        }
        if let Some((shape, child)) = child(shape, value, name) {
            let was_empty = is_empty(child);
            prune(shape, child, fields, still.unwrap_or(&NOTHING), &theirs, emptied);
            match (is_empty(child), still) {
                (true, None) => remove(Shape::Open, value, name),
                (true, Some(_)) if !was_empty => child.clone_from(emptied),
                _ => {}
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn child<'v, 's>(
    shape: Shape<'s>,
    value: &'v mut Value,
    name: &str,
) -> Option<(Shape<'s>, &'v mut Value)> {
    match (shape.how(value), value, name.split_at(2)) {
        (How::Fields, Value::Object(map), ("f:", key)) => {
            map.get_mut(key).map(|it| (shape.field(key), it))
        }
        (How::ByKey(keys), Value::Array(items), ("k:", _)) => {
            items.iter_mut().find(|it| shape.key_of(&keys, it) == name).map(|it| (shape.item(), it))
        }
        _ => None,
    }
}

fn remove(shape: Shape<'_>, value: &mut Value, name: &str) {
    match (shape.how(value), value, name.split_at(2)) {
        (_, Value::Object(map), ("f:", key)) => {
            map.remove(key);
        }
        (How::ByKey(keys), Value::Array(items), ("k:", _)) => {
            items.retain(|it| shape.key_of(&keys, it) != name);
        }
        (How::Set, Value::Array(items), ("v:", text)) => {
            let gone: Option<Value> = serde_json::from_str(text).ok();
            items.retain(|it| Some(it) != gone.as_ref());
        }
        _ => {}
    }
}
