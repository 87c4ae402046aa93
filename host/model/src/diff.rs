//! Differences: between two JSON documents by field, and between two sets of objects as text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use similar::TextDiff;

use crate::object::{Object, ObjectRef};
use crate::pointer;
use crate::secret;

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// JSON Pointer.
    pub field: String,
    /// None: it was not there.
    pub before: Option<Value>,
    /// None: it is gone.
    pub after: Option<Value>,
}

/// What happens to one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    Added,
    Changed,
    Removed,
}

impl Fate {
    /// The word of the API and the CLI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// One object that differs, with the lines that do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectChange {
    pub object: ObjectRef,
    pub fate: Fate,
    /// Unified diff of the objects as indented JSON with sorted keys.
    pub text: String,
}

/// Every field in which two documents differ, in order of their pointers.
pub fn fields(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut changes);
    changes
}

fn walk(at: String, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    // A reference to a secret is one thing: it is set, it changes, it goes.
    let is_secret = |side: Option<&Value>| side.and_then(secret::as_reference).is_some();
    let whole = is_secret(before) || is_secret(after);
    let (Some(Value::Object(old)), Some(Value::Object(new)), false) = (before, after, whole) else {
        out.push(FieldChange { field: at, before: before.cloned(), after: after.cloned() });
        return;
    };
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        walk(pointer::below(&at, key), old.get(key), new.get(key), out);
    }
}

/// What changes when one set of objects takes the place of another. Secrets are masked.
pub fn objects(before: &[Object], after: &[Object]) -> Vec<ObjectChange> {
    let index = |objects: &[Object]| -> BTreeMap<ObjectRef, Value> {
        objects.iter().map(|it| (it.reference(), it.json().clone())).collect()
    };
    let (mut before, mut after) = (index(before), index(after));
    let mut names: Vec<ObjectRef> = before.keys().chain(after.keys()).cloned().collect();
    names.sort();
    names.dedup();
    let change = |name: ObjectRef| {
        let (mut old, mut new) = (before.remove(&name), after.remove(&name));
        let fate = match (&old, &new) {
            (None, _) => Fate::Added,
            (_, None) => Fate::Removed,
            (Some(old), Some(new)) if old == new => return None,
            _ => Fate::Changed,
        };
        if name.api_version == "v1" && name.kind == "Secret" {
            mask(&mut old, &mut new);
        }
        Some(ObjectChange { object: name, fate, text: unified(old.as_ref(), new.as_ref()) })
    };
    names.into_iter().filter_map(change).collect()
}

fn unified(before: Option<&Value>, after: Option<&Value>) -> String {
    let text = |value: Option<&Value>| value.map_or_else(String::new, |it| format!("{it:#}\n"));
    let (before, after) = (text(before), text(after));
    TextDiff::from_lines(&before, &after).unified_diff().context_radius(3).to_string()
}

/// A secret's content is replaced by a word that says whether it changed, never by anything derived from it.
fn mask(old: &mut Option<Value>, new: &mut Option<Value>) {
    for field in ["data", "stringData"] {
        let entries = |side: &Option<Value>| -> BTreeMap<String, Value> {
            let object = side.as_ref().and_then(|it| it.get(field)).and_then(Value::as_object);
            object.map(|it| it.clone().into_iter().collect()).unwrap_or_default()
        };
        let (before, after) = (entries(old), entries(new));
        for (side, other, changed) in
            [(old.as_mut(), &after, "(secret, before)"), (new.as_mut(), &before, "(secret, after)")]
        {
            let Some(shown) = side.and_then(|it| it.get_mut(field)).and_then(Value::as_object_mut)
            else {
                continue;
            };
            for (key, value) in shown.iter_mut() {
                let same = other.get(key) == Some(value);
                *value = if same { "(secret)" } else { changed }.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_named() {
        let changes =
            fields(&json!({"a": 1, "b": {"c": 2}}), &json!({"a": 1, "b": {"c": 3}, "d": 4}));
        let expected = [
            FieldChange { field: "/b/c".into(), before: Some(json!(2)), after: Some(json!(3)) },
            FieldChange { field: "/d".into(), before: None, after: Some(json!(4)) },
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn a_reference_to_a_secret_changes_as_a_whole() {
        let (old, new) = (secret::reference("web", "a.1"), secret::reference("web", "a.2"));
        let changes = fields(&json!({"a": old.clone()}), &json!({"a": new.clone()}));
        let changed = FieldChange { field: "/a".into(), before: Some(old), after: Some(new) };
        assert_eq!(changes, [changed]);
    }

    #[test]
    fn a_secret_never_shows_in_a_diff() {
        let secret = |value: &str| {
            let json = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": value}});
            vec![Object::new(json).unwrap()]
        };
        let changes = objects(&secret("hunter2"), &secret("swordfish"));
        assert_eq!(changes.len(), 1);
        assert!(!changes[0].text.contains("hunter2") && !changes[0].text.contains("swordfish"));
        assert!(changes[0].text.contains("(secret, after)"));
    }
}
