//! Deployment, StatefulSet, DaemonSet, ReplicaSet.

use super::Health::{Degraded, Healthy, Progressing, Suspended};
use super::*;

#[test]
fn a_deployment_is_judged_by_generation_deadline_and_counts() {
    let counts = |updated: i64, total: i64, available: i64| {
        json!({"spec": {"replicas": 2}, "status": {"observedGeneration": 2, "updatedReplicas": updated,
            "replicas": total, "availableReplicas": available}})
    };
    let late = condition("Progressing", "False", "ProgressDeadlineExceeded", "");
    let refused = condition("ReplicaFailure", "True", "FailedCreate", "");
    check(
        "apps/v1",
        "Deployment",
        &[
            (json!({}), Progressing, "NotObserved"),
            (json!({"status": {}}), Progressing, "NotObserved"),
            (json!({"status": {"observedGeneration": 1}}), Progressing, "NotObserved"),
            (json!({"spec": {"paused": true}}), Suspended, "Paused"),
            (
                json!({"status": {"observedGeneration": 2, "conditions": [late]}}),
                Degraded,
                "ProgressDeadlineExceeded",
            ),
            (
                json!({"status": {"observedGeneration": 2, "conditions": [refused]}}),
                Progressing,
                "ReplicaFailure",
            ),
            (counts(1, 2, 2), Progressing, "Updating"),
            (counts(2, 3, 2), Progressing, "OldReplicas"),
            (counts(2, 2, 1), Progressing, "Unavailable"),
            (counts(2, 2, 2), Healthy, "Available"),
            (
                json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2}}),
                Healthy,
                "ScaledToZero",
            ),
            (
                json!({"spec": {"replicas": "2"}, "status": {"observedGeneration": 2}}),
                Progressing,
                "Updating",
            ),
        ],
    );
    assert_eq!(message("apps/v1", "Deployment", &counts(2, 2, 1)), "1 of 2 copies answer.");
}

/// A StatefulSet of three, whose object last changed at a time.
fn stateful(ready: i64, updated: i64, changed: &str) -> Value {
    json!({
        "metadata": {"managedFields": [
            {"manager": "slipway", "operation": "Apply", "time": "2026-03-01T11:00:00Z"},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status", "time": changed},
        ]},
        "spec": {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}},
        "status": {"observedGeneration": 2, "replicas": 3, "readyReplicas": ready, "updatedReplicas": updated,
            "currentRevision": "a-1", "updateRevision": "a-2"},
    })
}

#[test]
fn a_stateful_set_is_judged_by_counts_and_strategy() {
    let just_now = "2026-03-01T11:59:00Z";
    let mut partitioned = stateful(3, 1, just_now);
    partitioned["spec"]["updateStrategy"]["rollingUpdate"]["partition"] = 2.into();
    let mut on_delete = stateful(3, 0, just_now);
    on_delete["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    let mut plain = stateful(3, 1, just_now);
    plain["spec"]["updateStrategy"] = json!({});
    let mut settled = plain.clone();
    settled["status"]["currentRevision"] = "a-2".into();
    check(
        "apps/v1",
        "StatefulSet",
        &[
            (json!({}), Progressing, "NotObserved"),
            (json!({"status": {"observedGeneration": 1}}), Progressing, "NotObserved"),
            (stateful(2, 3, just_now), Progressing, "Unavailable"),
            (stateful(3, 2, just_now), Progressing, "Updating"),
            (stateful(3, 3, just_now), Healthy, "Available"),
            (partitioned, Healthy, "Available"),
            (on_delete, Healthy, "Available"),
            (plain, Progressing, "Updating"),
            (settled, Healthy, "Available"),
            (
                json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2}}),
                Healthy,
                "ScaledToZero",
            ),
        ],
    );
}

#[test]
fn a_stateful_set_that_stands_still_past_its_deadline_is_degraded() {
    let long_ago = "2026-03-01T11:49:59Z";
    let patient = |seconds: &str| {
        let mut it = stateful(2, 3, long_ago);
        it["metadata"]["annotations"] =
            json!({"health.slipway.dev/progress-deadline-seconds": seconds});
        it
    };
    let mut stripped = stateful(2, 3, long_ago);
    stripped["metadata"] = json!({});
    check(
        "apps/v1",
        "StatefulSet",
        &[
            (stateful(2, 3, "2026-03-01T11:50:00Z"), Progressing, "Unavailable"),
            (stateful(2, 3, long_ago), Degraded, "ProgressDeadlineExceeded"),
            (stateful(3, 2, long_ago), Degraded, "ProgressDeadlineExceeded"),
            (stateful(3, 3, long_ago), Healthy, "Available"),
            (patient("3600"), Progressing, "Unavailable"),
            (patient("soon"), Degraded, "ProgressDeadlineExceeded"),
            (patient("-1"), Degraded, "ProgressDeadlineExceeded"),
            // The creation says nothing of when the last change began.
            (stripped, Progressing, "Unavailable"),
        ],
    );
    let message = message("apps/v1", "StatefulSet", &stateful(2, 3, long_ago));
    assert!(
        message.starts_with("2 of 3 copies answer. Nothing has moved for 10 minutes"),
        "{message}"
    );
}

#[test]
fn a_daemon_set_is_judged_by_machines_and_deadline() {
    let machines = |updated: i64, available: i64, changed: &str| {
        json!({"metadata": {"managedFields": [{"manager": "m", "time": changed}]},
            "status": {"observedGeneration": 2, "desiredNumberScheduled": 3, "updatedNumberScheduled": updated,
                "numberAvailable": available}})
    };
    let just_now = "2026-03-01T11:59:00Z";
    let mut on_delete = machines(1, 3, just_now);
    on_delete["spec"] = json!({"updateStrategy": {"type": "OnDelete"}});
    check(
        "apps/v1",
        "DaemonSet",
        &[
            (json!({}), Progressing, "NotObserved"),
            (json!({"status": {"observedGeneration": 1}}), Progressing, "NotObserved"),
            (machines(2, 3, just_now), Progressing, "Updating"),
            (machines(3, 2, just_now), Progressing, "Unavailable"),
            (machines(3, 2, "2026-03-01T11:00:00Z"), Degraded, "ProgressDeadlineExceeded"),
            (machines(3, 3, "2026-03-01T11:00:00Z"), Healthy, "Available"),
            (on_delete, Healthy, "OnDelete"),
            (json!({"status": {"observedGeneration": 2}}), Healthy, "Available"),
        ],
    );
}

#[test]
fn a_replica_set_is_judged_by_failure_and_counts() {
    let refused = condition("ReplicaFailure", "True", "FailedCreate", "");
    check(
        "apps/v1",
        "ReplicaSet",
        &[
            (json!({}), Progressing, "NotObserved"),
            (
                json!({"status": {"observedGeneration": 2, "conditions": [refused]}}),
                Degraded,
                "ReplicaFailure",
            ),
            (json!({"status": {"observedGeneration": 2}}), Progressing, "Unavailable"),
            (
                json!({"status": {"observedGeneration": 2, "availableReplicas": 1}}),
                Healthy,
                "Available",
            ),
            (
                json!({"spec": {"replicas": 0}, "status": {"observedGeneration": 2}}),
                Healthy,
                "ScaledToZero",
            ),
        ],
    );
}
