//! How a place in an object merges, whether a table or a custom kind's schema says so.

use serde_json::Value;

use crate::kinds::{Kind, Make};
use crate::merge_keys::{self, METADATA, Node};

/// A place.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// Nothing is known: the value decides.
    Open,
    Table(&'a Node),
    /// An item of a list by key.
    Item(&'a Node),
    Schema(&'a Value),
    /// The root of a custom object, whose metadata is that of every object.
    Root(&'a Value),
}

/// How the value at a place merges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum How<'a> {
    /// Field by field.
    Fields,
    /// As a whole: scalars, and lists and maps that are declared so.
    Whole,
    /// A list of plain values.
    Set,
    /// A list of objects with identifying fields.
    ByKey(Vec<&'a str>),
}

impl<'a> Shape<'a> {
    /// The shape of a kind's objects.
    pub(crate) fn of(kind: &'a Kind) -> Self {
        match &kind.make {
            Make::BuiltIn(row) => Self::Table(row.merge),
            Make::Custom(custom) => Self::Root(&custom.schema),
        }
    }

    /// How a value at this place merges.
    pub(crate) fn how(self, value: &Value) -> How<'a> {
        match value {
            Value::Object(_) => self.how_map(),
            Value::Array(items) => match self.how_list() {
                // A list by key must hold objects, or there is nothing to find them by.
                How::ByKey(_) if !items.iter().all(Value::is_object) => How::Whole,
                how => how,
            },
            _ => How::Whole,
        }
    }

    fn how_map(self) -> How<'a> {
        let atomic = match self {
            Self::Table(node) => node.how == merge_keys::How::Atomic,
            Self::Schema(schema) => schema["x-kubernetes-map-type"] == "atomic",
            Self::Open | Self::Item(_) | Self::Root(_) => false,
        };
        if atomic { How::Whole } else { How::Fields }
    }

    fn how_list(self) -> How<'a> {
        match self {
            Self::Table(node) => match node.how {
                merge_keys::How::Set => How::Set,
                merge_keys::How::ByKey(keys) => How::ByKey(keys.to_vec()),
                merge_keys::How::Atomic | merge_keys::How::Fields => How::Whole,
            },
            Self::Schema(schema) => match schema["x-kubernetes-list-type"].as_str() {
                Some("set") => How::Set,
                Some("map") => {
                    let keys = schema["x-kubernetes-list-map-keys"].as_array();
                    How::ByKey(keys.into_iter().flatten().filter_map(Value::as_str).collect())
                }
                _ => How::Whole,
            },
            Self::Open | Self::Item(_) | Self::Root(_) => How::Whole,
        }
    }

    /// The place of a field.
    pub(crate) fn field(self, name: &str) -> Self {
        match self {
            Self::Open => Self::Open,
            Self::Table(node) | Self::Item(node) => {
                let found = node.fields.iter().find(|it| it.0 == name);
                found.map_or(Self::Open, |it| Self::Table(it.1))
            }
            Self::Root(_) if name == "metadata" => Self::Table(&METADATA),
            Self::Root(schema) | Self::Schema(schema) => {
                let declared = schema["properties"].get(name);
                let any = schema.get("additionalProperties").filter(|it| it.is_object());
                declared.or(any).map_or(Self::Open, Self::Schema)
            }
        }
    }

    /// The place of a list's items.
    pub(crate) fn item(self) -> Self {
        match self {
            Self::Table(node) => Self::Item(node),
            Self::Schema(schema) => schema.get("items").map_or(Self::Open, Self::Schema),
            Self::Open | Self::Item(_) | Self::Root(_) => Self::Open,
        }
    }

    /// The text that identifies an item of a list by key: its key fields as JSON.
    pub(crate) fn key_of(self, keys: &[&str], item: &Value) -> String {
        let mut named = serde_json::Map::new();
        for key in keys {
            if let Some(value) = item.get(*key).cloned().or_else(|| self.key_default(key)) {
                named.insert((*key).to_owned(), value);
            }
        }
        format!("k:{}", Value::Object(named))
    }

    fn key_default(self, key: &str) -> Option<Value> {
        match self {
            Self::Schema(schema) => schema["items"]["properties"][key].get("default").cloned(),
            _ => merge_keys::key_default(key).map(Into::into),
        }
    }
}
