//! Volumes and the claims to them. Nothing here provides one: a claim stays pending until somebody binds it.

use serde_json::{Value, json};
use slipway_model::quantity::canonicalise;

use super::{Rules, empty, fill, items};
use crate::admission::required;
use crate::refusal::Cause;

/// The rules for claims.
pub(crate) const CLAIM: Rules = Rules {
    defaults: volume_mode,
    first: |_| Some(json!({"phase": "Pending"})),
    check: check_claim,
};
/// The rules for volumes.
pub(crate) const VOLUME: Rules = Rules {
    defaults: volume_defaults,
    first: |_| Some(json!({"phase": "Pending"})),
    check: check_volume,
};

fn volume_mode(object: &mut Value) {
    canonicalise(object);
    if let Some(spec) = object.get_mut("spec").filter(|it| it.is_object()) {
        fill(spec, "volumeMode", json!("Filesystem"));
    }
}

fn volume_defaults(volume: &mut Value) {
    volume_mode(volume);
    if let Some(spec) = volume.get_mut("spec").filter(|it| it.is_object()) {
        fill(spec, "persistentVolumeReclaimPolicy", json!("Retain"));
    }
}

fn check_claim(claim: &Value, old: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &claim["spec"];
    if items(spec, "accessModes").next().is_none() {
        causes.push(required("spec.accessModes", "at least 1 access mode is required"));
    }
    if empty(&spec["resources"]["requests"]["storage"]) {
        causes.push(required("spec.resources[storage]", ""));
    }
    let Some(old) = old else { return };
    let fixed = |claim: &Value| {
        let mut spec = claim["spec"].clone();
        if let Some(fields) = spec.as_object_mut() {
            for free in ["resources", "volumeAttributesClassName"] {
                fields.remove(free);
            }
            // Binding fills these in, once.
            for once in ["volumeName", "storageClassName"] {
                if empty(&old["spec"][once]) {
                    fields.remove(once);
                }
            }
        }
        spec
    };
    if fixed(claim) != fixed(old) {
        let message = "Forbidden: spec is immutable after creation except resources.requests and \
                       volumeAttributesClassName for bound claims";
        let cause =
            Cause { reason: "FieldValueForbidden", field: "spec".into(), message: message.into() };
        causes.push(cause);
    }
}

fn check_volume(volume: &Value, _: Option<&Value>, causes: &mut Vec<Cause>) {
    let spec = &volume["spec"];
    if items(spec, "accessModes").next().is_none() {
        causes.push(required("spec.accessModes", ""));
    }
    if empty(&spec["capacity"]["storage"]) {
        causes.push(required("spec.capacity", ""));
    }
}
