//! The few facts of an object that selectors, indexes and the garbage collector ask for.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The facts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sketch {
    pub(crate) uid: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    /// Values by the path that field selectors use.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// The uids of the owners.
    pub(crate) owners: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Partial {
    metadata: Metadata,
    spec: Spec,
    status: Status,
    involved_object: Involved,
    #[serde(rename = "type")]
    type_: Option<Text>,
    reason: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    uid: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    owner_references: Option<Vec<Owner>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Owner {
    uid: String,
}

#[derive(Default)]
struct Spec {
    node_name: Option<String>,
    type_: Option<String>,
}

#[derive(Default)]
struct Status {
    phase: Option<String>,
}

/// A text, or nothing where a kind has another shape at this place.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        Ok(Self(value.as_str().map(str::to_owned)))
    }
}

/// A custom kind's `spec` may be anything, so only an object's few texts are taken out of it.
struct Picked(BTreeMap<&'static str, String>);

impl Picked {
    fn pick<'de, D: serde::Deserializer<'de>>(
        from: D,
        wanted: &'static [&'static str],
    ) -> Result<Self, D::Error> {
        struct Visit(&'static [&'static str]);
        impl<'de> serde::de::Visitor<'de> for Visit {
            type Value = Picked;
            fn expecting(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
                to.write_str("anything")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Picked, A::Error> {
                let mut found = BTreeMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    if let Some(name) = self.0.iter().find(|it| **it == key) {
                        if let Text(Some(text)) = map.next_value()? {
                            found.insert(*name, text);
                        }
                    } else {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    }
                }
                Ok(Picked(found))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Picked, A::Error> {
                while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Picked(BTreeMap::new()))
            }
            fn visit_unit<E>(self) -> Result<Picked, E> {
                Ok(Picked(BTreeMap::new()))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Picked, E> {
                Ok(Picked(BTreeMap::new()))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Picked, E> {
                Ok(Picked(BTreeMap::new()))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Picked, E> {
                Ok(Picked(BTreeMap::new()))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Picked, E> {
                Ok(Picked(BTreeMap::new()))
            }
            fn visit_str<E>(self, _: &str) -> Result<Picked, E> {
                Ok(Picked(BTreeMap::new()))
            }
        }
        from.deserialize_any(Visit(wanted))
    }
}

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Picked(mut found) = Picked::pick(from, &["nodeName", "type"])?;
        Ok(Self { node_name: found.remove("nodeName"), type_: found.remove("type") })
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Picked(mut found) = Picked::pick(from, &["phase"])?;
        Ok(Self { phase: found.remove("phase") })
    }
}

#[derive(Default)]
struct Involved(BTreeMap<&'static str, String>);

impl<'de> Deserialize<'de> for Involved {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const WANTED: &[&str] =
            &["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];
        Picked::pick(from, WANTED).map(|it| Self(it.0))
    }
}

/// The fields of an event's object that selectors know.
const INVOLVED: [(&str, &str); 7] = [
    ("kind", "involvedObject.kind"),
    ("namespace", "involvedObject.namespace"),
    ("name", "involvedObject.name"),
    ("uid", "involvedObject.uid"),
    ("apiVersion", "involvedObject.apiVersion"),
    ("resourceVersion", "involvedObject.resourceVersion"),
    ("fieldPath", "involvedObject.fieldPath"),
];

impl Sketch {
    /// The facts of an object's JSON text.
    pub(crate) fn of(text: &str) -> Result<Self, serde_json::Error> {
        let Partial { metadata, spec, status, involved_object, type_, reason } =
            serde_json::from_str(text)?;
        let mut fields = Vec::new();
        let mut put = |path, value: Option<String>| {
            if let Some(value) = value {
                fields.push((path, value));
            }
        };
        put("spec.nodeName", spec.node_name);
        put("spec.type", spec.type_);
        put("status.phase", status.phase);
        put("type", type_.and_then(|it| it.0));
        put("reason", reason.and_then(|it| it.0));
        for (key, path) in INVOLVED {
            put(path, involved_object.0.get(key).cloned());
        }
        Ok(Self {
            uid: metadata.uid.unwrap_or_default(),
            namespace: metadata.namespace.unwrap_or_default(),
            name: metadata.name.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            owners: metadata
                .owner_references
                .unwrap_or_default()
                .into_iter()
                .map(|it| it.uid)
                .collect(),
            fields,
        })
    }

    /// What a field selector compares: an absent field is the empty text.
    pub(crate) fn field(&self, path: &str) -> &str {
        match path {
            "metadata.name" => &self.name,
            "metadata.namespace" => &self.namespace,
            _ => self.fields.iter().find(|it| it.0 == path).map_or("", |it| it.1.as_str()),
        }
    }
}
