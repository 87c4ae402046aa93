//! Pod.

use super::Health::{Degraded, Healthy, Progressing, Unknown};
use super::*;

fn waiting(reason: &str, policy: &str) -> Value {
    json!({"spec": {"restartPolicy": policy}, "status": {"phase": "Pending", "containerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": reason, "message": "what kubelet wrote"}}}]}})
}

fn running(policy: &str, ready: &str, last: Value) -> Value {
    json!({"spec": {"restartPolicy": policy}, "status": {"phase": "Running",
        "conditions": [condition("Ready", ready, "ContainersNotReady", "")],
        "containerStatuses": [{"name": "app", "state": {"running": {}}, "lastState": last}]}})
}

#[test]
fn a_container_that_cannot_start_is_degraded() {
    let init = json!({"status": {"phase": "Pending",
        "initContainerStatuses": [{"name": "first", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
        "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "PodInitializing"}}}]}});
    check(
        "v1",
        "Pod",
        &[
            (waiting("ImagePullBackOff", "Always"), Degraded, "ImagePullBackOff"),
            (waiting("ErrImagePull", "Never"), Degraded, "ErrImagePull"),
            (waiting("InvalidImageName", "Always"), Degraded, "InvalidImageName"),
            (
                waiting("CreateContainerConfigError", "OnFailure"),
                Degraded,
                "CreateContainerConfigError",
            ),
            (waiting("NeedsContainerRuntime", "Always"), Degraded, "NeedsContainerRuntime"),
            (waiting("RunContainerError", "Always"), Degraded, "RunContainerError"),
            (waiting("Err: strange", "Always"), Degraded, "Waiting"),
            (waiting("CrashLoopBackOff", "Always"), Degraded, "CrashLoopBackOff"),
            (waiting("CrashLoopBackOff", "OnFailure"), Progressing, "Pending"),
            (waiting("ContainerCreating", "Always"), Progressing, "Pending"),
            (init, Degraded, "CrashLoopBackOff"),
        ],
    );
    let image = message("v1", "Pod", &waiting("ErrImagePull", "Always"));
    assert!(
        image.contains("Check the image's name") && image.contains("what kubelet wrote"),
        "{image}"
    );
}

#[test]
fn a_crash_says_how_it_ended() {
    let crashed = |terminated: Value| {
        let pod = json!({"status": {"containerStatuses": [{"name": "app", "lastState": {"terminated": terminated},
            "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}}]}});
        message("v1", "Pod", &pod)
    };
    let message = crashed(json!({"reason": "OOMKilled", "exitCode": 137}));
    assert!(message.ends_with("Last time it needed more memory than it may use."), "{message}");
    let message = crashed(json!({"reason": "Error", "exitCode": 3}));
    assert!(message.ends_with("Last time it ended with exit code 3."), "{message}");
    let message = crashed(json!({"exitCode": 1, "message": "no database\n"}));
    assert!(message.ends_with("Last time it said: no database"), "{message}");
}

#[test]
fn a_phase_is_read_by_the_restart_policy() {
    let ended = json!({"terminated": {"exitCode": 1}});
    let mut kept = running("Never", "True", json!({}));
    kept["metadata"] = json!({"annotations": {"argocd.argoproj.io/ignore-restart-policy": "true"}});
    check(
        "v1",
        "Pod",
        &[
            (json!({}), Progressing, "Pending"),
            (json!({"status": {"phase": "Succeeded"}}), Healthy, "Succeeded"),
            (json!({"status": {"phase": "Unknown"}}), Unknown, "NotReported"),
            (running("Always", "True", ended.clone()), Healthy, "Ready"),
            (running("", "True", json!({})), Healthy, "Ready"),
            (running("Always", "False", json!({})), Progressing, "NotReady"),
            (running("Always", "False", ended), Degraded, "Restarted"),
            (running("Never", "True", json!({})), Progressing, "Running"),
            (running("OnFailure", "False", json!({})), Progressing, "Running"),
            (kept, Healthy, "Ready"),
        ],
    );
}

#[test]
fn a_failed_pod_says_why() {
    let ended = |terminated: Value| json!({"status": {"phase": "Failed", "containerStatuses": [{"name": "app", "state": {"terminated": terminated}}]}});
    check(
        "v1",
        "Pod",
        &[
            (json!({"status": {"phase": "Failed"}}), Degraded, "Failed"),
            (
                json!({"status": {"phase": "Failed", "reason": "Evicted", "message": "low on memory"}}),
                Degraded,
                "Evicted",
            ),
            (ended(json!({"reason": "OOMKilled", "exitCode": 137})), Degraded, "OOMKilled"),
            (ended(json!({"reason": "Error", "exitCode": 2})), Degraded, "Error"),
            (ended(json!({"exitCode": 0})), Degraded, "Failed"),
        ],
    );
}

#[test]
fn a_pod_that_no_machine_takes_is_degraded_after_the_deadline() {
    let unscheduled = |reason: &str, since: &str| json!({"status": {"phase": "Pending", "conditions": [condition("PodScheduled", "False", reason, since)]}});
    check(
        "v1",
        "Pod",
        &[
            (unscheduled("Unschedulable", "2026-03-01T11:55:00Z"), Progressing, "Unschedulable"),
            (unscheduled("Unschedulable", "2026-03-01T11:45:00Z"), Degraded, "Unschedulable"),
            (unscheduled("Unschedulable", "no time"), Progressing, "Unschedulable"),
            (
                unscheduled("SchedulingGated", "2026-03-01T11:00:00Z"),
                Progressing,
                "SchedulingGated",
            ),
        ],
    );
}
