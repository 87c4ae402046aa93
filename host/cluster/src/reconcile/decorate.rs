//! Decorate: put our namespace, labels, owner and digest onto what was vetted.

use serde_json::{Value, json};
use slipway_model::digest::Digest;
use slipway_model::grant::Grant;
use slipway_model::object::Object;
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
    let object = label_pods(object, name);
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

fn label_pods(object: Object, name: &str) -> Object {
    let mut json = object.into_json();
    for pointer in TEMPLATES {
        if let Some(template) = json.pointer_mut(pointer).filter(|it| it["spec"].is_object()) {
            template["metadata"]["labels"][labels::ROLLOUT] = name.into();
            template["metadata"]["labels"][labels::INSTANCE] = name.into();
        }
    }
    Object::new(json).expect("its names were not touched")
}
