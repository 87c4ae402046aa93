//! A Kubernetes object as JSON, with just enough of its shape to name, label and compare it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

/// One Kubernetes object: a JSON object with `apiVersion`, `kind` and `metadata.name`. A clone is the same JSON, shared:
/// what a cluster holds is seen, judged, asked about and recorded without being copied.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Object(Arc<Value>);

// Not derived: `into` would copy the whole object each time.
impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Why some JSON is no Kubernetes object.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Malformed {
    /// Not `{...}`.
    #[error("an object is expected, and this is another kind of JSON")]
    NotAnObject,
    /// A required text is missing or empty.
    #[error("the object has no {0}")]
    Missing(&'static str),
}

/// Names one object of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// `v1`, `apps/v1`, ...
    pub api_version: String,
    /// `Deployment`, ...
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
}

impl ObjectRef {
    /// Whether it is a claim of a volume, which outlives what uses it (DESIGN part 5).
    pub fn is_claim(&self) -> bool {
        self.api_version == "v1" && self.kind == "PersistentVolumeClaim"
    }

    /// Whether both name the same object: a kind can have many versions, and an object is the same in each.
    pub fn is_same(&self, other: &Self) -> bool {
        self.group() == other.group() && self.kind == other.kind && self.name == other.name
    }

    /// The group of `api_version`; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

impl Object {
    /// Checks the three texts that name an object.
    pub fn new(json: Value) -> Result<Self, Malformed> {
        if !json.is_object() {
            return Err(Malformed::NotAnObject);
        }
        let names =
            [("apiVersion", "/apiVersion"), ("kind", "/kind"), ("metadata.name", "/metadata/name")];
        for (name, pointer) in names {
            let text = at(&json, pointer).and_then(Value::as_str).unwrap_or_default();
            if text.is_empty() {
                return Err(Malformed::Missing(name));
            }
        }
        Ok(Self(Arc::new(json)))
    }

    /// `v1`, `apps/v1`, ...
    pub fn api_version(&self) -> &str {
        self.text("/apiVersion")
    }

    /// `Deployment`, ...
    pub fn kind(&self) -> &str {
        self.text("/kind")
    }

    /// The group of `apiVersion`; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// `metadata.namespace`, where it is set.
    pub fn namespace(&self) -> Option<&str> {
        self.at("/metadata/namespace").and_then(Value::as_str)
    }

    /// What names it.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            api_version: self.api_version().to_owned(),
            kind: self.kind().to_owned(),
            name: self.name().to_owned(),
        }
    }

    /// The value at a JSON Pointer (RFC 6901).
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        at(&self.0, pointer)
    }

    /// The text at a JSON Pointer; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The whole number at a JSON Pointer.
    pub fn number(&self, pointer: &str) -> Option<i64> {
        self.at(pointer).and_then(Value::as_i64)
    }

    /// The JSON itself.
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// The JSON itself, taken out.
    pub fn into_json(self) -> Value {
        Arc::unwrap_or_clone(self.0)
    }

    /// Puts it into a namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: &str) -> Self {
        self.metadata().insert("namespace".into(), namespace.into());
        self
    }

    /// Sets a label.
    #[must_use]
    pub fn labelled(mut self, key: &str, value: &str) -> Self {
        self.metadata_map("labels").insert(key.into(), value.into());
        self
    }

    /// Sets an annotation.
    #[must_use]
    pub fn annotated(mut self, key: &str, value: &str) -> Self {
        self.metadata_map("annotations").insert(key.into(), value.into());
        self
    }

    /// Makes `owner` (an `ownerReferences` entry) its only owner.
    #[must_use]
    pub fn owned_by(mut self, owner: Value) -> Self {
        self.metadata().insert("ownerReferences".into(), Value::Array(vec![owner]));
        self
    }

    fn metadata(&mut self) -> &mut Map<String, Value> {
        let metadata = &mut Arc::make_mut(&mut self.0)["metadata"];
        if !metadata.is_object() {
            *metadata = Value::Object(Map::new());
        }
        metadata.as_object_mut().expect("it was made an object above")
    }

    fn metadata_map(&mut self, name: &str) -> &mut Map<String, Value> {
        map_at(self.metadata(), name)
    }
}

/// As `Value::pointer`, which makes two texts of each word of the pointer on its way.
fn at<'a>(json: &'a Value, pointer: &str) -> Option<&'a Value> {
    if !pointer.starts_with('/') || pointer.contains('~') {
        return json.pointer(pointer);
    }
    pointer.split('/').skip(1).try_fold(json, |json, word| match json {
        Value::Object(map) => map.get(word),
        Value::Array(list) => list.get(word.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The map at a key of another one; what is none becomes one.
pub fn map_at<'a>(map: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(key).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was made an object above")
}

impl TryFrom<Value> for Object {
    type Error = Malformed;

    fn try_from(json: Value) -> Result<Self, Malformed> {
        Self::new(json)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        object.into_json()
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_needs_its_three_names() {
        assert_eq!(Object::new(json!([])), Err(Malformed::NotAnObject));
        assert_eq!(
            Object::new(json!({"kind": "Pod", "metadata": {"name": "a"}})),
            Err(Malformed::Missing("apiVersion"))
        );
        assert_eq!(
            Object::new(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}})),
            Err(Malformed::Missing("metadata.name"))
        );
    }

    #[test]
    fn a_place_is_found_as_the_pointer_says() {
        let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a",
            "annotations": {"x/y": "1", "": "2"}}, "spec": {"containers": [{"name": "b"}]}});
        let object = Object::new(object).unwrap();
        let pointers =
            ["", "/metadata/annotations/x~1y", "/metadata/annotations/", "/spec/containers/0/name"];
        for pointer in
            pointers.into_iter().chain(["/spec/containers/1", "/kind/x", "/none", "kind"])
        {
            assert_eq!(object.at(pointer), object.json().pointer(pointer), "{pointer}");
        }
        assert_eq!(object.text("/spec/containers/0/name"), "b");
    }

    #[test]
    fn a_clone_shares_what_it_has_until_one_of_both_is_changed() {
        let json = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}});
        let object = Object::new(json).unwrap();
        let other = object.clone().labelled("x", "1");
        assert_eq!((object.at("/metadata/labels"), other.text("/metadata/labels/x")), (None, "1"));
    }

    #[test]
    fn labels_are_added_beside_those_that_are_there() {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "labels": {"x": "1"}}});
        let object = Object::new(object).unwrap().labelled("y", "2").in_namespace("p");
        assert_eq!(object.at("/metadata/labels"), Some(&json!({"x": "1", "y": "2"})));
        assert_eq!(object.namespace(), Some("p"));
        assert_eq!(object.group(), "apps");
    }
}
