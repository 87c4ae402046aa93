//! What pod templates name: configuration, and pods beside which they are to be placed.

use slipway_sdk::prelude::*;

use crate::colour::{Colour, STACK};
use crate::parts::finds;

/// A ConfigMap or a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub kind: &'static str,
    pub name: String,
}

impl Config {
    /// The object's own, where it is one.
    pub fn of(object: &Value) -> Option<Self> {
        let kind = ["ConfigMap", "Secret"].into_iter().find(|it| object["kind"] == *it)?;
        Some(Self { kind, name: object["metadata"]["name"].as_str()?.to_owned() })
    }
}

/// Shows every name of a ConfigMap or Secret in the pod templates of an object, to read or to change it.
pub fn each(object: &mut Value, see: &mut impl FnMut(&'static str, &mut String)) {
    let is_pod = object["kind"] == "Pod";
    let pointers: &[&str] = if is_pod {
        &["/spec"]
    } else {
        &["/spec/template/spec", "/spec/jobTemplate/spec/template/spec"]
    };
    for pointer in pointers {
        if let Some(pod) = object.pointer_mut(pointer) {
            in_pod(pod, see);
        }
    }
}

fn in_pod(pod: &mut Value, see: &mut impl FnMut(&'static str, &mut String)) {
    for list in ["containers", "initContainers"] {
        for container in items(pod, list) {
            for source in items(container, "envFrom") {
                named(source, "configMapRef", "ConfigMap", see);
                named(source, "secretRef", "Secret", see);
            }
            for variable in items(container, "env") {
                if let Some(source) = variable.get_mut("valueFrom") {
                    named(source, "configMapKeyRef", "ConfigMap", see);
                    named(source, "secretKeyRef", "Secret", see);
                }
            }
        }
    }
    for volume in items(pod, "volumes") {
        named(volume, "configMap", "ConfigMap", see);
        if let Some(Value::String(name)) = volume.pointer_mut("/secret/secretName") {
            see("Secret", name);
        }
        if let Some(projected) = volume.get_mut("projected") {
            for source in items(projected, "sources") {
                named(source, "configMap", "ConfigMap", see);
                named(source, "secret", "Secret", see);
            }
        }
    }
    for secret in items(pod, "imagePullSecrets") {
        if let Some(Value::String(name)) = secret.get_mut("name") {
            see("Secret", name);
        }
    }
}

fn items<'a>(value: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}

fn named(
    value: &mut Value,
    field: &str,
    kind: &'static str,
    see: &mut impl FnMut(&'static str, &mut String),
) {
    if let Some(Value::String(name)) = value.get_mut(field).and_then(|it| it.get_mut("name")) {
        see(kind, name);
    }
}

/// Pods that keep away from their own kind keep away from their own stack only: otherwise the second stack would
/// have no place on a small cluster.
pub fn keep_away_within(workload: &mut Value, colour: Colour) {
    let original = workload.clone();
    let Some(pod) = workload.pointer_mut("/spec/template/spec") else { return };
    for pointer in ["/affinity", "/topologySpreadConstraints"] {
        if let Some(place) = pod.pointer_mut(pointer) {
            narrow(place, &original, colour);
        }
    }
}

fn narrow(place: &mut Value, workload: &Value, colour: Colour) {
    match place {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "labelSelector" && finds(&value["matchLabels"], workload) {
                    value["matchLabels"][STACK] = colour.as_str().into();
                } else {
                    narrow(value, workload, colour);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| narrow(it, workload, colour)),
        _ => {}
    }
}
