//! Kinds that are not Kubernetes' own: cert-manager, Argo, and our Rollout.

use super::Health::{Degraded, Healthy, Missing, Progressing, Suspended, Unknown};
use super::*;

#[test]
fn a_certificate_is_judged_by_issuing_ready_and_its_end() {
    let ready = |status: &str, reason: &str| condition("Ready", status, reason, "");
    let issuing = |status: &str, reason: &str| condition("Issuing", status, reason, "");
    let with = |conditions: Value| json!({"status": {"conditions": conditions}});
    let until =
        |end: &str| json!({"status": {"notAfter": end, "conditions": [ready("True", "Ready")]}});
    check(
        "cert-manager.io/v1",
        "Certificate",
        &[
            (json!({}), Progressing, "NotObserved"),
            (
                with(json!([ready("False", "DoesNotExist"), issuing("True", "DoesNotExist")])),
                Progressing,
                "Issuing",
            ),
            (with(json!([ready("False", "DoesNotExist")])), Progressing, "NotIssuedYet"),
            (
                with(json!([ready("False", "DoesNotExist"), issuing("False", "Failed")])),
                Degraded,
                "Failed",
            ),
            (with(json!([ready("False", "ConfigError")])), Degraded, "ConfigError"),
            (with(json!([ready("Unknown", "")])), Progressing, "NotIssuedYet"),
            (until("2026-03-02T00:00:00Z"), Healthy, "Ready"),
            (until("2026-02-28T00:00:00Z"), Degraded, "Expired"),
        ],
    );
}

#[test]
fn an_issuer_is_judged_by_ready() {
    let with = |status: &str| json!({"status": {"conditions": [condition("Ready", status, "ErrRegisterACMEAccount", "")]}});
    for kind in ["Issuer", "ClusterIssuer"] {
        check(
            "cert-manager.io/v1",
            kind,
            &[
                (json!({}), Progressing, "NotObserved"),
                (with("True"), Healthy, "Ready"),
                (with("False"), Degraded, "ErrRegisterACMEAccount"),
                (with("Unknown"), Progressing, "NotObserved"),
            ],
        );
    }
}

#[test]
fn an_argo_rollout_is_judged_by_its_phase() {
    let phase = |phase: &str, observed: Value| json!({"status": {"phase": phase, "observedGeneration": observed, "message": "CanaryPauseStep"}});
    let follows = |seen: &str| {
        json!({"metadata": {"annotations": {"rollout.argoproj.io/workload-generation": "3"}},
            "spec": {"workloadRef": {"name": "a"}},
            "status": {"phase": "Healthy", "observedGeneration": "2", "workloadObservedGeneration": seen}})
    };
    check(
        "argoproj.io/v1alpha1",
        "Rollout",
        &[
            (json!({}), Progressing, "NotObserved"),
            (phase("Healthy", json!("1")), Progressing, "NotObserved"),
            (phase("Healthy", json!("2")), Healthy, "Healthy"),
            (phase("Healthy", json!("5f8d7c9b6")), Healthy, "Healthy"),
            (phase("Healthy", json!(1)), Progressing, "NotObserved"),
            (phase("Paused", json!("2")), Suspended, "Paused"),
            (phase("Progressing", json!("2")), Progressing, "Progressing"),
            (phase("Degraded", json!("2")), Degraded, "Degraded"),
            (phase("Dancing", json!("2")), Unknown, "UnknownPhase"),
            (follows("2"), Progressing, "NotObserved"),
            (follows("3"), Healthy, "Healthy"),
        ],
    );
}

#[test]
fn an_argo_rollout_without_a_phase_is_judged_by_conditions_and_counts() {
    let with = |updated: i64, stable: &str| json!({"status": {"currentPodHash": "b", "stableRS": stable, "updatedReplicas": updated, "availableReplicas": 1}});
    let aborted = json!({"status": {"conditions": [condition("Progressing", "False", "RolloutAborted", "")]}});
    check(
        "argoproj.io/v1alpha1",
        "Rollout",
        &[
            (json!({"status": {}}), Progressing, "Progressing"),
            (aborted, Degraded, "RolloutAborted"),
            (json!({"spec": {"paused": true}, "status": {}}), Suspended, "Paused"),
            (
                json!({"status": {"pauseConditions": [{"reason": "BlueGreenPause"}]}}),
                Suspended,
                "Paused",
            ),
            (with(0, "b"), Progressing, "Progressing"),
            (with(1, "a"), Progressing, "Progressing"),
            (
                json!({"status": {"currentPodHash": "b", "updatedReplicas": 1, "availableReplicas": 1,
                "blueGreen": {"activeSelector": "b"}}}),
                Healthy,
                "Healthy",
            ),
            (with(1, "b"), Healthy, "Healthy"),
        ],
    );
}

#[test]
fn an_argo_run_is_judged_by_its_phase() {
    let phase = |phase: &str| json!({"status": {"phase": phase}});
    for kind in ["AnalysisRun", "Experiment", "Workflow"] {
        check(
            "argoproj.io/v1alpha1",
            kind,
            &[
                (json!({}), Progressing, "NotObserved"),
                (phase("Pending"), Progressing, "Pending"),
                (phase("Running"), Progressing, "Running"),
                (phase("Successful"), Healthy, "Successful"),
                (phase("Succeeded"), Healthy, "Succeeded"),
                (phase("Failed"), Degraded, "Failed"),
                (phase("Error"), Degraded, "Error"),
                (phase("Inconclusive"), Unknown, "Inconclusive"),
            ],
        );
    }
}

#[test]
fn our_rollout_says_its_health_itself() {
    let with = |health: &str, stalled: &str| {
        json!({"status": {"observedGeneration": 2, "health": health, "reason": "Updating", "message": "Nearly there.",
            "conditions": [condition("Stalled", stalled, "PlanFailed", "")]}})
    };
    check(
        "slipway.dev/v1alpha1",
        "Rollout",
        &[
            (json!({}), Progressing, "NotObserved"),
            (
                json!({"status": {"observedGeneration": 1, "health": "Healthy"}}),
                Progressing,
                "NotObserved",
            ),
            (with("Healthy", "False"), Healthy, "Updating"),
            (with("Missing", "False"), Missing, "Updating"),
            (with("Healthy", "True"), Degraded, "Stalled"),
            (with("Degraded", "True"), Degraded, "Updating"),
            (with("Splendid", "True"), Degraded, "Stalled"),
            (
                json!({"status": {"observedGeneration": 2, "health": "Healthy"}}),
                Healthy,
                "Reported",
            ),
        ],
    );
}
