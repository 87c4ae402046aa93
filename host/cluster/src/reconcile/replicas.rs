//! Replicas belong to the autoscaler where there is one: their number is applied when the workload is made, and left to
//! the autoscaler from then on.
//!
//! A field that an apply leaves out goes back to its default where nobody else owns it, and one replica is no place to go
//! back to under load. So before our own apply stops naming it, the number is applied as it stands under a name of its
//! own, as Kubernetes advises for just this ("Transferring ownership", its documentation of server-side apply).

use kube::api::{Patch, PatchParams};
use kube::core::Request;
use serde_json::{Value, json};
use slipway_model::object::{Object, ObjectRef};

/// The field manager that holds the number until the autoscaler changes it.
const HOLDER: &str = "slipway-replicas";

/// Whether an autoscaler among `all` that is wanted sets how many replicas the live object has. It does not where the
/// workload is stopped, or is to be: Kubernetes' own autoscaler keeps its hands off a workload without replicas.
pub fn are_the_autoscalers(wanted: &Object, live: &Object, all: &[Object]) -> bool {
    let is_stopped = |it: &Object| it.number("/spec/replicas") == Some(0);
    live.at("/spec/replicas").is_some()
        && !is_stopped(wanted)
        && !is_stopped(live)
        && all.iter().any(|it| is_for(it, wanted))
}

/// By `scaleTargetRef`, as a HorizontalPodAutoscaler and KEDA's ScaledObject have it.
fn is_for(scaler: &Object, workload: &Object) -> bool {
    let Some(target) = scaler.at("/spec/scaleTargetRef") else { return false };
    let text = |field: &str, absent: &str| target[field].as_str().unwrap_or(absent).to_owned();
    let target = ObjectRef {
        api_version: text("apiVersion", workload.api_version()),
        kind: text("kind", "Deployment"),
        name: text("name", ""),
    };
    target.is_same(&workload.reference())
}

/// The object without the number.
pub fn left_out(object: &Object) -> Object {
    let mut json = object.json().clone();
    if let Some(spec) = json["spec"].as_object_mut() {
        spec.remove("replicas");
    }
    Object::new(json).unwrap_or_else(|_| object.clone())
}

/// Whether somebody else than our own apply owns the number already. Nothing else is in the subresource `scale`.
pub fn are_held(live: &Object) -> bool {
    let entries = live.at("/metadata/managedFields").and_then(Value::as_array);
    let mut entries = entries.into_iter().flatten();
    entries.any(|it| it["manager"] == HOLDER || it["subresource"] == "scale")
}

/// Has the number held as it stands in `live`. A conflict where it was changed since.
pub fn hold(
    place: &Request,
    live: &Object,
) -> Result<http::Request<Vec<u8>>, kube::core::request::Error> {
    // By its uid: one that has gone meanwhile is not made anew from this.
    let patch = json!({"apiVersion": live.api_version(), "kind": live.kind(),
        "metadata": {"name": live.name(), "uid": live.text("/metadata/uid")},
        "spec": {"replicas": live.at("/spec/replicas")}});
    place.patch(live.name(), &PatchParams::apply(HOLDER), &Patch::Apply(patch))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(version: &str, kind: &str, spec: Value) -> Object {
        let json =
            json!({"apiVersion": version, "kind": kind, "metadata": {"name": "web"}, "spec": spec});
        Object::new(json).unwrap()
    }

    fn workload(spec: Value) -> Object {
        object("apps/v1", "Deployment", spec)
    }

    #[test]
    fn the_autoscaler_of_a_workload_has_its_replicas_unless_it_is_stopped() {
        let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
        let scaler = |target: Value| {
            object("autoscaling/v2", "HorizontalPodAutoscaler", json!({"scaleTargetRef": target}))
        };
        let are = |wanted: Value, live: Value, target: &Value| {
            are_the_autoscalers(&workload(wanted), &workload(live), &[scaler(target.clone())])
        };
        let (one, three) = (json!({"replicas": 1}), json!({"replicas": 3}));
        assert!(are(one.clone(), three.clone(), &target));
        assert!(are(json!({}), three.clone(), &target), "where the wanted names no number");
        assert!(are(one.clone(), three.clone(), &json!({"name": "web"})), "KEDA's");
        assert!(!are(json!({"replicas": 0}), three.clone(), &target), "it is to stop");
        assert!(!are(one.clone(), json!({"replicas": 0}), &target), "it is to start");
        for (field, other) in
            [("name", "db"), ("kind", "StatefulSet"), ("apiVersion", "example.com/v1")]
        {
            let mut target = target.clone();
            target[field] = other.into();
            assert!(!are(one.clone(), three.clone(), &target), "another's {field}");
        }
        assert!(!are_the_autoscalers(&workload(one), &workload(three), &[]));
    }

    #[test]
    fn the_number_is_held_by_whoever_scales_or_by_us_under_the_other_name() {
        let held = |entries: Value| {
            let mut json = workload(json!({"replicas": 3})).into_json();
            json["metadata"]["managedFields"] = entries;
            are_held(&Object::new(json).unwrap())
        };
        assert!(held(json!([{"manager": "kube-controller-manager", "subresource": "scale"}])));
        assert!(held(json!([{"manager": "slipway"}, {"manager": HOLDER}])));
        assert!(!held(json!([{"manager": "slipway"}, {"manager": "x", "subresource": "status"}])));
    }
}
