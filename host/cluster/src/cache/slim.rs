//! Slim: an object as it is kept, without what nobody here reads and without the content of secrets.

use kube::api::{ApiResource, DynamicObject};
use slipway_model::object::Object;
use slipway_model::secret;

/// The lists of managed fields are often half of an object, and the content of a secret must not lie about: what is
/// kept is shown to people, given to plugins and recorded.
pub fn slim(resource: &ApiResource, mut object: DynamicObject) -> Option<Object> {
    // Of who owns which field, only when it was written is read: health has deadlines.
    for entry in object.metadata.managed_fields.iter_mut().flatten() {
        entry.fields_v1 = None;
    }
    if resource.kind == "Secret" && resource.group.is_empty() {
        empty(&mut object);
    }
    let mut json = serde_json::to_value(&object).ok()?;
    json["apiVersion"] = resource.api_version.clone().into();
    json["kind"] = resource.kind.clone().into();
    Object::new(json).ok()
}

/// Takes the content out of a secret, wherever it stands.
fn empty(object: &mut DynamicObject) {
    if let Some(fields) = object.data.as_object_mut() {
        fields.retain(|name, _| name != "data" && name != "stringData");
    }
    if let Some(annotations) = &mut object.metadata.annotations {
        annotations.retain(|name, _| secret::may_show(name));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::kinds;

    fn slimmed(kind: &str) -> Value {
        let applied = r#"{"stringData":{"password":"hunter2"}}"#;
        let object = json!({
            "metadata": {
                "name": "a", "namespace": "shop", "labels": {"slipway.dev/rollout": "web", "team": "b"},
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
