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

/// Where a secret's content may stand again: see [`secret::may_show`].
const ANNOTATIONS: &str = "/metadata/annotations";

/// A secret's content is replaced by a word that says whether it changed, never by anything derived from it.
fn mask(old: &mut Option<Value>, new: &mut Option<Value>) {
    for field in ["/data", "/stringData", ANNOTATIONS] {
        let at = |side: &Option<Value>| side.as_ref().and_then(|it| it.pointer(field)).cloned();
        let (before, after) = (at(old), at(new));
        for (side, other, changed) in
            [(old.as_mut(), &after, "(secret, before)"), (new.as_mut(), &before, "(secret, after)")]
        {
            if let Some(shown) = side.and_then(|it| it.pointer_mut(field)) {
                let is_open = |key: &str| field == ANNOTATIONS && secret::may_show(key);
                hide(shown, other.as_ref(), changed, is_open);
            }
        }
    }
}

/// Every entry but the open ones; all of it, where it is no map.
fn hide(shown: &mut Value, other: Option<&Value>, changed: &str, is_open: impl Fn(&str) -> bool) {
    let word = |same: bool| Value::from(if same { "(secret)" } else { changed });
    match shown {
        Value::Null => {}
        Value::Object(entries) => {
            for (key, value) in entries.iter_mut().filter(|(key, _)| !is_open(key)) {
                let same = other.and_then(|it| it.get(key)) == Some(&*value);
                *value = word(same);
            }
        }
        whole => *whole = word(other == Some(&*whole)),
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

    #[test]
    fn of_a_secrets_annotations_only_ours_show_in_a_diff() {
        let secret = |content: &str, content_of_ours: &str| {
            let json = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": content, "stays": "hunter2",
                "blue-green.slipway.dev/content": content_of_ours}}});
            vec![Object::new(json).unwrap()]
        };
        let changes = objects(&secret("hunter2", "one"), &secret("swordfish", "two"));
        let text = &changes[0].text;
        assert!(!text.contains("hunter2") && !text.contains("swordfish"), "{text}");
        assert!(
            text.contains("(secret, after)") && text.contains(r#""stays": "(secret)""#),
            "{text}"
        );
        assert!(text.contains("two"), "{text}");
    }

    #[test]
    fn content_of_a_secret_that_is_no_map_does_not_show_either() {
        let secret = |content: Value| {
            let json = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": content});
            vec![Object::new(json).unwrap()]
        };
        let changes = objects(&secret(json!(["hunter2"])), &secret(json!("swordfish")));
        let text = &changes[0].text;
        assert!(!text.contains("hunter2") && !text.contains("swordfish"), "{text}");
    }
}
