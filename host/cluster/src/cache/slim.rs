//! Slim: an object as it is kept, without what nobody here reads and without the content of secrets.

use kube::api::ApiResource;
use serde_json::{Map, Value};
use slipway_model::object::Object;
use slipway_model::secret;

use crate::as_sent::AsSent;

/// The content of a secret must not lie about: what is kept is shown to people, given to plugins and recorded.
pub fn slim(resource: &ApiResource, object: AsSent) -> Option<Object> {
    let mut json = object.json;
    let fields = json.as_object_mut()?;
    if resource.kind == "Secret" && resource.group.is_empty() {
        empty(fields);
    }
    // Where many are listed at once, the API server leaves them out.
    fields.insert("apiVersion".to_owned(), resource.api_version.clone().into());
    fields.insert("kind".to_owned(), resource.kind.clone().into());
    Object::new(json).ok()
}

/// Takes the content out of a secret, wherever it stands.
fn empty(fields: &mut Map<String, Value>) {
    fields.retain(|name, _| name != "data" && name != "stringData");
    let annotations = fields.get_mut("metadata").and_then(|it| it.get_mut("annotations"));
    if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
        annotations.retain(|name, _| secret::may_show(name));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds;

    fn slimmed(kind: &str) -> Value {
        let applied = r#"{"stringData":{"password":"hunter2"}}"#;
        let object = json!({
            "metadata": {
                "name": "a", "namespace": "shop", "labels": {"slipway.dev/rollout": "web", "team": "b"},
                "managedFields": [{"manager": "kubectl", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:data": {}}}],
                "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": applied, "note": "hunter2",
                    "slipway.dev/applied": "1", "blue-green.slipway.dev/content": "2",
                },
            },
            "type": "Opaque", "data": {"password": "aHVudGVyMg=="}, "stringData": {"password": "hunter2"},
        });
        let object = serde_json::from_value(object).unwrap();
        slim(&kinds::builtin("v1", kind), object).unwrap().into_json()
    }

    #[test]
    fn nothing_is_kept_of_a_secrets_content() {
        let kept = json!({
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque",
            "metadata": {
                "name": "a", "namespace": "shop", "labels": {"slipway.dev/rollout": "web", "team": "b"},
                "managedFields": [{"manager": "kubectl", "time": "2026-01-01T00:00:00Z"}],
                "annotations": {"slipway.dev/applied": "1", "blue-green.slipway.dev/content": "2"},
            },
        });
        assert_eq!(slimmed("Secret"), kept);
    }

    #[test]
    fn other_kinds_keep_what_they_say() {
        let map = slimmed("ConfigMap");
        assert_eq!(map["metadata"]["annotations"]["note"], "hunter2");
        assert_eq!(map["data"]["password"], "aHVudGVyMg==");
    }
}
