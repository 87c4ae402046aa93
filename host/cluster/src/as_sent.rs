//! An object as the API server sent it: JSON, read in one go, but for the lists of who owns which field.
//!
//! kube's own `DynamicObject` sorts the fields of each object into types by a buffer of all of them, and would be
//! taken apart again to be kept; and half of an object is a list of its fields. A watch of many apps does little else.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use kube::Resource;
use kube::api::{ApiResource, ObjectMeta};
use kube::core::DynamicResourceScope;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// How many levels of an object are read; what is below is passed over. serde_json gives up a whole list of objects at 127,
/// and an API server keeps any number where a schema leaves fields open. What comes through our own API has fewer.
const MOST_LEVELS: usize = 100;

/// One object without its `fieldsV1`, and of its metadata what the watcher goes by: name, namespace and version.
#[derive(Clone)]
pub struct AsSent {
    pub json: Value,
    /// Whether something of it was too deep to be read.
    pub is_cut: bool,
    metadata: ObjectMeta,
}

impl<'de> Deserialize<'de> for AsSent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_cut = Cell::new(false);
        let reader = Reader { place: Place::Object, level: 0, is_cut: &is_cut };
        let json = reader.deserialize(deserializer)?;
        let text = |field: &str| json["metadata"][field].as_str().map(str::to_owned);
        let metadata = ObjectMeta {
            name: text("name"),
            namespace: text("namespace"),
            resource_version: text("resourceVersion"),
            ..ObjectMeta::default()
        };
        Ok(Self { json, is_cut: is_cut.get(), metadata })
    }
}

/// Where in an object the reader is: on the way to what it passes over, or elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Object,
    Metadata,
    ManagedFields,
    Entry,
    Elsewhere,
}

impl Place {
    fn below(self, field: &str) -> Self {
        match (self, field) {
            (Self::Object, "metadata") => Self::Metadata,
            (Self::Metadata, "managedFields") => Self::ManagedFields,
            _ => Self::Elsewhere,
        }
    }
}

#[derive(Clone, Copy)]
struct Reader<'c> {
    place: Place,
    level: usize,
    is_cut: &'c Cell<bool>,
}

impl Reader<'_> {
    fn below(self, place: Place) -> Self {
        Self { place, level: self.level + 1, ..self }
    }

    fn plain<E: Error>(self, value: impl Into<Value>) -> Result<Value, E> {
        match self.place {
            Place::Object | Place::Metadata => Err(E::custom("this is no Kubernetes object")),
            _ => Ok(value.into()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.level > MOST_LEVELS {
            self.is_cut.set(true);
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Kubernetes object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(field) = fields.next_key::<String>()? {
            if self.place == Place::Entry && field == "fieldsV1" {
                fields.next_value::<IgnoredAny>()?;
            } else {
                let value = fields.next_value_seed(self.below(self.place.below(&field)))?;
                map.insert(field, value);
            }
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let is_entries = self.place == Place::ManagedFields;
        let below = self.below(if is_entries { Place::Entry } else { Place::Elsewhere });
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.plain(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.plain(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.plain(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.plain(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.plain(value)
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.plain(value)
    }
}

// Not derived: it may be a secret.
impl fmt::Debug for AsSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsSent").field(&self.metadata.name).finish_non_exhaustive()
    }
}

impl Resource for AsSent {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(resource: &ApiResource) -> Cow<'_, str> {
        resource.kind.as_str().into()
    }

    fn group(resource: &ApiResource) -> Cow<'_, str> {
        resource.group.as_str().into()
    }

    fn version(resource: &ApiResource) -> Cow<'_, str> {
        resource.version.as_str().into()
    }

    fn plural(resource: &ApiResource) -> Cow<'_, str> {
        resource.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: &Value) -> serde_json::Result<Value> {
        serde_json::from_str::<AsSent>(&json.to_string()).map(|it| it.json)
    }

    #[test]
    fn all_is_read_but_for_who_owns_which_field() {
        let mut object = json!({
            "metadata": {"name": "web", "labels": {"fieldsV1": "1"}, "managedFields": [
                {"manager": "slipway", "fieldsV1": {"f:spec": {"f:replicas": {}}}, "operation": "Update"}, {}, null]},
            "spec": {"fieldsV1": {"managedFields": [{"fieldsV1": 1}], "numbers": [1, -2, 2.5, true, null, "x"]}},
            "managedFields": [{"fieldsV1": {}}], "fieldsV1": {"a": []},
        });
        let before = object.clone();
        let read = read(&object).unwrap();
        assert_ne!(read, before);
        object["metadata"]["managedFields"][0].as_object_mut().unwrap().remove("fieldsV1");
        assert_eq!(read, object);
    }

    #[test]
    fn what_has_no_such_list_is_read_whole_and_what_is_no_object_is_refused() {
        for object in
            [json!({}), json!({"metadata": null}), json!({"metadata": {"managedFields": null}})]
        {
            assert_eq!(read(&object).unwrap(), object);
        }
        for wrong in [json!("x"), json!(7), json!({"metadata": "x"})] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_too_deep_is_passed_over_and_costs_no_other_object() {
        let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        let object = |levels| {
            format!(r#"{{"metadata": {{"name": "a"}}, "spec": {}, "b": 2}}"#, deep(levels))
        };
        let read = |text: &str| serde_json::from_str::<AsSent>(text).unwrap();
        assert!(!read(&object(MOST_LEVELS - 1)).is_cut);
        for levels in [MOST_LEVELS, 126, 5_000] {
            let cut = read(&object(levels));
            assert!(cut.is_cut, "{levels}");
            assert_eq!(cut.json["b"], 2);
        }
        let list = format!("[{}, {}]", object(5_000), object(1));
        let list: Vec<AsSent> = serde_json::from_str(&list).unwrap();
        assert_eq!(list.iter().map(|it| it.is_cut).collect::<Vec<_>>(), [true, false]);
    }
}
