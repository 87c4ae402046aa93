//! One literal per rule.

use serde_json::json;

use super::*;

fn check(kind: &str, api: &str, rest: &Value, expected: (Health, &str)) {
    let mut object =
        json!({"apiVersion": api, "kind": kind, "metadata": {"name": "a", "generation": 2}});
    for (key, value) in rest.as_object().unwrap() {
        object[key] = value.clone();
    }
    let verdict = assess(&Object::new(object).unwrap());
    assert_eq!((verdict.health, verdict.reason.as_str()), expected, "{verdict:?}");
}

#[test]
fn a_deployment_is_judged_by_generation_deadline_and_counts() {
    let deployment = |rest: Value, expected| check("Deployment", "apps/v1", &rest, expected);
    deployment(json!({}), (Health::Progressing, "NotObserved"));
    deployment(json!({"status": {"observedGeneration": 1}}), (Health::Progressing, "NotObserved"));
    deployment(
        json!({"status": {"observedGeneration": 2, "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "late"}]}}),
        (Health::Degraded, "ProgressDeadlineExceeded"),
    );
    deployment(
        json!({"spec": {"replicas": 2}, "status": {"observedGeneration": 2, "updatedReplicas": 1}}),
        (Health::Progressing, "Updating"),
    );
    deployment(
        json!({"spec": {"replicas": 2}, "status": {"observedGeneration": 2, "updatedReplicas": 2, "replicas": 3}}),
        (Health::Progressing, "OldReplicas"),
    );
    deployment(
        json!({"spec": {"replicas": 2}, "status": {"observedGeneration": 2, "updatedReplicas": 2, "replicas": 2, "availableReplicas": 1}}),
        (Health::Progressing, "Unavailable"),
    );
    deployment(
        json!({"spec": {"replicas": 2}, "status": {"observedGeneration": 2, "updatedReplicas": 2, "replicas": 2, "availableReplicas": 2}}),
        (Health::Healthy, "Available"),
    );
}

#[test]
fn a_pod_whose_image_cannot_be_had_is_degraded() {
    let status = json!({"phase": "Pending", "containerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}]});
    check("Pod", "v1", &json!({"status": status}), (Health::Degraded, "ImagePullBackOff"));
    check("Pod", "v1", &json!({"status": {"phase": "Pending"}}), (Health::Progressing, "Pending"));
}

#[test]
fn unknown_kinds_follow_kstatus() {
    let thing = |rest: Value, expected| check("Thing", "example.org/v1", &rest, expected);
    thing(json!({}), (Health::Healthy, "Exists"));
    thing(
        json!({"status": {"conditions": [{"type": "Ready", "status": "False"}]}}),
        (Health::Progressing, "NotReady"),
    );
    thing(
        json!({"status": {"conditions": [{"type": "Stalled", "status": "True"}]}}),
        (Health::Degraded, "Stalled"),
    );
}
