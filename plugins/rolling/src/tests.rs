//! The plugin natively: what is wanted and seen in, a decision out.

use slipway_sdk::control::Outcome;
use slipway_sdk::testing::{observed, step};

use super::*;

fn deployment() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}}})
}

fn decide(step: &Step<Options>) -> Decision {
    Rolling::step(step).unwrap()
}

#[test]
fn all_that_is_wanted_is_applied_and_waited_for() {
    let decision = decide(&step("create", vec![deployment()]));
    assert_eq!(decision.apply, [deployment()]);
    assert!(
        matches!(&decision.outcome, Outcome::Wait(it) if it == "Deployment web is being made.")
    );
}

#[test]
fn it_is_done_when_everything_is_healthy() {
    let mut step = step("update", vec![deployment()]);
    step.observed = vec![observed(&deployment(), Health::Healthy, "Available")];
    let decision = decide(&step);
    assert!(matches!(decision.outcome, Outcome::Done));
    assert_eq!(decision.apply.len(), 1);
}

#[test]
fn past_the_deadline_the_reason_of_the_stuck_pod_is_told() {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-1"}});
    let mut step = step("update", vec![deployment()]);
    step.observed = vec![
        observed(&deployment(), Health::Progressing, "Updating"),
        observed(&pod, Health::Degraded, "ImagePullBackOff"),
    ];
    step.previous = vec![deployment()];
    step.now_unix_milliseconds += 600_000;
    let Outcome::Failed(failure) = decide(&step).outcome else { unreachable!("it is late") };
    assert_eq!(failure.code, "progress-deadline-exceeded");
    assert!(failure.message.contains("Pod web-1: It is ImagePullBackOff."), "{}", failure.message);
    assert!(failure.hint.unwrap().starts_with("Roll back"));
}

#[test]
fn a_task_that_has_failed_ends_the_operation_at_once() {
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "import"},
        "spec": {"template": {"spec": {"containers": []}}}});
    let mut step = step("update", vec![job.clone()]);
    step.observed = vec![observed(&job, Health::Progressing, "Running")];
    assert!(matches!(decide(&step).outcome, Outcome::Wait(_)));
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "import-1"}});
    step.observed = vec![
        observed(&job, Health::Degraded, "BackoffLimitExceeded"),
        observed(&pod, Health::Degraded, "Error"),
    ];
    let Outcome::Failed(failure) = decide(&step).outcome else { unreachable!("it has failed") };
    assert_eq!(failure.code, "job-failed");
    assert_eq!(
        failure.message,
        "Job import: It is BackoffLimitExceeded. Pod import-1: It is Error."
    );
    // A workload may come right, and has its time.
    step.desired = vec![deployment()];
    step.observed = vec![observed(&deployment(), Health::Degraded, "CrashLoop")];
    assert!(matches!(decide(&step).outcome, Outcome::Wait(_)));
}

#[test]
fn a_restart_marks_the_pods_and_an_update_keeps_the_mark() {
    let at = "/spec/template/metadata/annotations/slipway.dev~1restarted-at";
    let restarted = decide(&step("restart", vec![deployment()])).apply.remove(0);
    assert_eq!(restarted.pointer(at).unwrap(), "1000000");
    let mut update = step("update", vec![deployment()]);
    update.observed = vec![observed(&restarted, Health::Healthy, "Available")];
    assert_eq!(decide(&update).apply[0].pointer(at).unwrap(), "1000000");
}

#[test]
fn an_ingress_without_an_address_holds_nothing_up_for_long() {
    let ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"}});
    let mut step = step("create", vec![ingress.clone()]);
    step.observed = vec![observed(&ingress, Health::Progressing, "NoAddress")];
    assert!(matches!(decide(&step).outcome, Outcome::Wait(_)));
    step.now_unix_milliseconds += 10_000;
    assert!(matches!(decide(&step).outcome, Outcome::Done));
}

#[test]
fn every_host_becomes_a_link() {
    let ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"},
        "spec": {"rules": [{"host": "web.shop.localhost"}]}});
    let links = decide(&step("create", vec![ingress])).links;
    assert_eq!(links[0].url, "http://web.shop.localhost:8080/");
}

#[test]
fn an_archive_wants_nothing_and_a_cleanup_removes_the_volumes() {
    let claim =
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "files"}});
    let mut step = step("archive", vec![deployment()]);
    step.observed = vec![observed(&claim, Health::Healthy, "Bound")];
    assert!(decide(&step).apply.is_empty());
    step.operation = "cleanup".into();
    assert_eq!(decide(&step).remove[0].name, "files");
}
