//! Secrets of a form: people fill in text, and a blueprint sees only where the cluster keeps it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A value that nobody reads back. In a form's type `SecretRef` must be filled in and `Option<SecretRef>` may be; both
/// work as entries of a map.
///
/// It is a reference into the Secret that the host keeps for the deployment, with another key for each text: a pod
/// template that names it changes, and its pods are replaced, when somebody changes the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretRef(Option<Source>);

/// The source of a variable, as Kubernetes writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    secret_key_ref: Selector,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Selector {
    name: String,
    key: String,
}

impl SecretRef {
    /// A reference, for a plugin's own tests.
    pub fn new(name: &str, key: &str) -> Self {
        let secret_key_ref = Selector { name: name.to_owned(), key: key.to_owned() };
        Self(Some(Source { secret_key_ref }))
    }

    /// What belongs behind `valueFrom`; null before somebody filled it in, which `render` never sees of a field that
    /// must be.
    pub fn source(&self) -> Value {
        serde_json::to_value(self).expect("two texts are plain data")
    }

    /// The Secret's name, for volumes and for kinds of others.
    pub fn name(&self) -> &str {
        self.0.as_ref().map_or("", |it| &it.secret_key_ref.name)
    }

    /// The entry of the Secret.
    pub fn key(&self) -> &str {
        self.0.as_ref().map_or("", |it| &it.secret_key_ref.key)
    }
}

impl JsonSchema for SecretRef {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SecretRef".into()
    }

    /// What people submit is text; `writeOnly` tells the host to keep it.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "password", "writeOnly": true, "minLength": 1})
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::schema;

    #[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(default, rename_all = "camelCase")]
    struct Values {
        password: SecretRef,
        #[schemars(length(min = 8))]
        api_token: Option<SecretRef>,
        more: BTreeMap<String, SecretRef>,
    }

    #[test]
    fn the_schema_asks_for_text_and_the_type_reads_a_reference() {
        let schema: Value = serde_json::from_str(&schema::of::<Values>()).unwrap();
        let secret =
            json!({"type": "string", "format": "password", "writeOnly": true, "minLength": 1});
        let property = |name: &str| {
            let mut property = schema["properties"][name].clone();
            let words = property.as_object_mut().unwrap();
            words.retain(|name, _| !matches!(name.as_str(), "x-slipway" | "default"));
            property
        };
        assert_eq!(property("password"), secret);
        let token = property("apiToken");
        assert_eq!(token["writeOnly"], true);
        assert_eq!(token["type"], json!(["string", "null"]));
        assert_eq!(token["minLength"], 8);
        assert_eq!(property("more")["additionalProperties"], secret);
        assert_eq!(schema["required"], json!(["password"]));

        let source =
            json!({"secretKeyRef": {"name": "web.secrets.slipway.dev", "key": "password.1"}});
        let values: Values =
            serde_json::from_value(json!({"password": source, "more": {"A": source}})).unwrap();
        assert_eq!(values.password.source(), source);
        assert_eq!(values.more["A"].key(), "password.1");
        assert_eq!(values.api_token, None);
    }

    #[test]
    fn the_defaults_hold_no_secret() {
        let defaults: Value = serde_json::from_str(&schema::defaults::<Values>()).unwrap();
        assert_eq!(defaults, json!({"password": null, "apiToken": null, "more": {}}));
    }
}
