//! Decorate: put our namespace, labels, owner and digest onto what was vetted.

use serde_json::{Map, Value, json};
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::object::{Object, map_at};
use slipway_model::quantity;
use slipway_model::vet::{Rules, Vetted};

use crate::labels;
use crate::resource::{API_VERSION, KIND, Rollout};

/// Pod templates by kind: where the labels of the pods are.
const TEMPLATES: &[&str] = &["/spec/template", "/spec/jobTemplate/spec/template"];

/// What the rollout's objects must keep to.
pub fn rules<'a>(rollout: &'a Rollout, grant: &'a Grant) -> Rules<'a> {
    Rules {
        namespace: &rollout.key.namespace,
        app: &rollout.key.name,
        hosts: &rollout.spec.hosts,
        grant,
        level: rollout.spec.pod_security,
    }
}

/// The objects as they are to be applied, whole.
pub fn decorate(vetted: Vetted, rollout: &Rollout) -> Vec<Object> {
    vetted.into_objects().into_iter().map(|object| one(object, rollout)).collect()
}

fn one(object: Object, rollout: &Rollout) -> Object {
    let name = &rollout.key.name;
    let mut object = object
        .in_namespace(&rollout.key.namespace)
        .labelled(labels::ROLLOUT, name)
        .labelled(labels::INSTANCE, name)
        .labelled(labels::MANAGED_BY, "slipway");
    // A volume outlives what used it: nothing owns its claim (DESIGN part 5).
    if object.kind() != "PersistentVolumeClaim" {
        object = object.owned_by(owner(rollout));
    }
    let object = settle_pods(object, name);
    let digest = Digest::of(object.json().to_string().as_bytes());
    object.annotated(labels::APPLIED, digest.short())
}

fn owner(rollout: &Rollout) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": KIND,
        "name": rollout.key.name,
        "uid": rollout.uid,
        "controller": false,
        "blockOwnerDeletion": true,
    })
}

fn settle_pods(object: Object, name: &str) -> Object {
    let is_pod = object.kind() == "Pod" && object.group().is_empty();
    // What the API server would write otherwise would look like a change at every reconcile.
    let is_built_in = !object.group().contains('.') || object.group().ends_with(".k8s.io");
    let mut json = object.into_json();
    if is_built_in {
        quantity::canonicalise(&mut json);
    }
    if let Some(pod) = json.get_mut("spec").filter(|_| is_pod) {
        no_token(pod);
    }
    for pointer in TEMPLATES {
        let template = json.pointer_mut(pointer).and_then(Value::as_object_mut);
        let has_pod = |it: &&mut Map<String, Value>| it.get("spec").is_some_and(Value::is_object);
        if let Some(template) = template.filter(has_pod) {
            label(template, &[labels::ROLLOUT, labels::INSTANCE], name);
            template.get_mut("spec").into_iter().for_each(no_token);
        }
    }
    // The claims that a StatefulSet makes are volumes of the deployment like any other.
    for template in json
        .pointer_mut("/spec/volumeClaimTemplates")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        label(template, &[labels::ROLLOUT], name);
    }
    Object::new(json).expect("its names were not touched")
}

/// Has the cluster put labels of ours onto what it makes of a template. Vet lets through nothing but maps there.
fn label(template: &mut Map<String, Value>, keys: &[&str], name: &str) {
    let labels = map_at(map_at(template, "metadata"), "labels");
    for key in keys {
        labels.insert((*key).to_owned(), name.into());
    }
}

/// Silence means no token of the cluster, where Kubernetes takes it for one of the default account. Vet lets
/// only pods with a service account of their own ask for one.
fn no_token(pod: &mut Value) {
    if let Some(pod) = pod.as_object_mut() {
        let token = pod.entry("automountServiceAccountToken").or_insert(Value::Null);
        if token.is_null() {
            *token = false.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(kind: &str, spec: Value) -> Value {
        let json =
            json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec});
        settle_pods(Object::new(json).unwrap(), "web").into_json()
    }

    #[test]
    fn pods_that_say_nothing_of_a_token_get_none() {
        for (kind, at, spec) in [
            ("Pod", "/spec", json!({"containers": []})),
            ("Deployment", "/spec/template/spec", json!({"template": {"spec": {}}})),
            (
                "CronJob",
                "/spec/jobTemplate/spec/template/spec",
                json!({"jobTemplate": {"spec": {"template": {"spec": {}}}}}),
            ),
        ] {
            let json = settled(kind, spec);
            let pod = json.pointer(at).unwrap();
            assert_eq!(pod["automountServiceAccountToken"], json!(false), "{kind}");
        }
    }

    #[test]
    fn the_claims_of_a_stateful_set_are_the_deployments() {
        let templates = json!([{"metadata": {"name": "data", "labels": {"a": "b"}}, "spec": {}}]);
        let json = settled("StatefulSet", json!({"volumeClaimTemplates": templates}));
        let labels = &json["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"];
        assert_eq!(*labels, json!({"a": "b", "slipway.dev/rollout": "web"}));
    }

    #[test]
    fn whatever_a_plugin_wrote_for_metadata_the_labels_are_put_on() {
        let ours = json!({"slipway.dev/rollout": "web", "app.kubernetes.io/instance": "web"});
        let ours_of_claims = json!({"slipway.dev/rollout": "web"});
        for metadata in
            [json!("x"), json!([]), json!(1), json!({"labels": "x"}), json!({"labels": []})]
        {
            let template = json!({"metadata": metadata, "spec": {}});
            let spec = json!({"template": template, "volumeClaimTemplates": [template, "x"],
                "jobTemplate": {"spec": {"template": template}}});
            let json = settled("Machine", spec);
            for (at, ours) in [
                ("/spec/template", &ours),
                ("/spec/jobTemplate/spec/template", &ours),
                ("/spec/volumeClaimTemplates/0", &ours_of_claims),
            ] {
                let labels = json.pointer(&format!("{at}/metadata/labels"));
                assert_eq!(labels, Some(ours), "{at} with {metadata}");
            }
        }
    }

    #[test]
    fn what_is_no_template_is_left_as_it_is() {
        for spec in [json!("x"), json!([]), json!({"template": "x", "volumeClaimTemplates": "x"})] {
            assert_eq!(settled("Deployment", spec.clone())["spec"], spec);
        }
    }

    #[test]
    fn pods_that_ask_for_a_token_are_left_to_the_vetting() {
        let json = settled("Pod", json!({"automountServiceAccountToken": true}));
        assert_eq!(json["spec"]["automountServiceAccountToken"], json!(true));
    }
}
