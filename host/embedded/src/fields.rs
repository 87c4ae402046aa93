//! Sets of fields, as `managedFields` has them, and the operations of server-side apply on them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::shape::{How, Shape};

/// A set of fields as a tree: names are `f:field`, `k:{"key":"value"}` and `v:"value"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// Whether this very place is in the set.
    pub(crate) own: bool,
    pub(crate) below: BTreeMap<String, Fields>,
}

/// What differs between two objects.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    /// Added or changed.
    pub(crate) changed: Fields,
    pub(crate) removed: Fields,
}

impl Fields {
    fn leaf() -> Self {
        Self { own: true, below: BTreeMap::new() }
    }

    /// Whether nothing is in the set.
    pub(crate) fn is_empty(&self) -> bool {
        !self.own && self.below.is_empty()
    }

    /// Reads the `FieldsV1` form.
    pub(crate) fn read(form: &Value) -> Self {
        let Some(map) = form.as_object() else { return Self::default() };
        let below = |(key, value): (&String, &Value)| {
            let mut child = Self::read(value);
            child.own = child.own || child.below.is_empty();
            (key.clone(), child)
        };
        Self {
            own: map.contains_key("."),
            below: map.iter().filter(|it| it.0 != ".").map(below).collect(),
        }
    }

    /// Writes the `FieldsV1` form.
    pub(crate) fn write(&self) -> Value {
        let mut map = Map::new();
        if self.own && !self.below.is_empty() {
            map.insert(".".into(), Value::Object(Map::new()));
        }
        for (key, child) in &self.below {
            map.insert(key.clone(), child.write());
        }
        Value::Object(map)
    }

    /// The fields of an object.
    pub(crate) fn of(shape: Shape<'_>, value: &Value) -> Self {
        let mut set = Self::default();
        for (name, shape, value) in children(shape, value) {
            let mut child = Self::of(shape, value);
            // A list is its items: one of none has nothing that could be owned.
            if child.is_empty() && is_empty_list(shape, value) {
                continue;
            }
            child.own = child.is_empty() || name.starts_with("k:");
            set.below.insert(name, child);
        }
        set
    }

    /// Takes another set in.
    pub(crate) fn add(&mut self, other: &Self) {
        self.own |= other.own;
        for (key, child) in &other.below {
            self.below.entry(key.clone()).or_default().add(child);
        }
    }

    /// Takes another set's members out.
    pub(crate) fn take_out(&mut self, other: &Self) {
        self.own &= !other.own;
        for (key, child) in &other.below {
            if let Some(mine) = self.below.get_mut(key) {
                mine.take_out(child);
                if mine.is_empty() {
                    self.below.remove(key);
                }
            }
        }
    }

    /// What is in both sets.
    pub(crate) fn common(&self, other: &Self) -> Self {
        let mut set = Self { own: self.own && other.own, below: BTreeMap::new() };
        for (key, child) in &self.below {
            let both = other.below.get(key).map(|it| child.common(it)).unwrap_or_default();
            if !both.is_empty() {
                set.below.insert(key.clone(), both);
            }
        }
        set
    }

    /// The members as paths that people read: `.spec.containers[name="app"].image`.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect(&mut String::new(), &mut found);
        found
    }

    fn collect(&self, path: &mut String, found: &mut Vec<String>) {
        if self.own {
            found.push(path.clone());
        }
        for (key, child) in &self.below {
            let length = path.len();
            match key.split_at(2) {
                ("f:", name) => path.extend([".", name]),
                ("k:", keys) => path.push_str(&key_path(keys)),
                (_, value) => path.extend(["[=", value, "]"]),
            }
            child.collect(path, found);
            path.truncate(length);
        }
    }
}

fn is_empty_list(shape: Shape<'_>, value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) && shape.how(value) != How::Whole
}

fn key_path(keys: &str) -> String {
    let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
    let parts: Vec<_> = keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("[{}]", parts.join(","))
}

/// The named children of a value, none where it merges as a whole.
pub(crate) fn children<'v, 's>(
    shape: Shape<'s>,
    value: &'v Value,
) -> Vec<(String, Shape<'s>, &'v Value)> {
    match (shape.how(value), value) {
        (How::Fields, Value::Object(map)) => {
            map.iter().map(|(key, it)| (format!("f:{key}"), shape.field(key), it)).collect()
        }
        (How::Set, Value::Array(items)) => {
            items.iter().map(|it| (format!("v:{it}"), Shape::Open, it)).collect()
        }
        (How::ByKey(keys), Value::Array(items)) => {
            items.iter().map(|it| (shape.key_of(&keys, it), shape.item(), it)).collect()
        }
        _ => Vec::new(),
    }
}

/// What differs between an old and a new value.
pub(crate) fn compare(shape: Shape<'_>, old: &Value, new: &Value) -> Delta {
    let mut delta = Delta::default();
    let splits = shape.how(old) == shape.how(new) && shape.how(new) != How::Whole;
    if !splits {
        if old != new {
            delta.changed.own = true;
        }
        return delta;
    }
    let mut before: BTreeMap<_, _> = children(shape, old)
        .into_iter()
        .map(|(name, shape, value)| (name, (shape, value)))
        .collect();
    for (name, shape, value) in children(shape, new) {
        let (changed, removed) = match before.remove(&name) {
            Some((_, old)) => {
                let Delta { changed, removed } = compare(shape, old, value);
                (changed, removed)
            }
            None => (whole(&name, shape, value), Fields::default()),
        };
        if !changed.is_empty() {
            delta.changed.below.insert(name.clone(), changed);
        }
        if !removed.is_empty() {
            delta.removed.below.insert(name, removed);
        }
    }
    for (name, (shape, value)) in before {
        let mut gone = Fields::of(shape, value);
        gone.own = true;
        delta.removed.below.insert(name, gone);
    }
    delta
}

fn whole(name: &str, shape: Shape<'_>, value: &Value) -> Fields {
    let mut set = Fields::of(shape, value);
    if set.is_empty() {
        return Fields::leaf();
    }
    set.own = name.starts_with("k:");
    set
}
