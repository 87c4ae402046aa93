//! HorizontalPodAutoscaler, PodDisruptionBudget, APIService, CustomResourceDefinition.

use super::Health::{Degraded, Healthy, Progressing, Unknown};
use super::*;

const JUST_NOW: &str = "2026-03-01T11:58:00Z";
const LONG_AGO: &str = "2026-03-01T11:30:00Z";

#[test]
fn an_autoscaler_is_degraded_when_a_failure_lasts() {
    let with = |conditions: Value| json!({"spec": {"maxReplicas": 5}, "status": {"conditions": conditions}});
    let able = condition("AbleToScale", "True", "ReadyForNewScale", LONG_AGO);
    let failing =
        |since: &str| condition("ScalingActive", "False", "FailedGetResourceMetric", since);
    check(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        &[
            (json!({}), Progressing, "NotScaledYet"),
            (with(json!([able])), Healthy, "ReadyForNewScale"),
            (with(json!([able, failing(JUST_NOW)])), Progressing, "NotScalingYet"),
            (with(json!([able, failing(LONG_AGO)])), Degraded, "FailedGetResourceMetric"),
            // Without a time of the condition, the creation (an hour ago) counts.
            (with(json!([able, failing("")])), Degraded, "FailedGetResourceMetric"),
            (
                with(json!([condition("AbleToScale", "False", "FailedGetScale", JUST_NOW)])),
                Progressing,
                "NotScalingYet",
            ),
            (
                with(json!([condition("AbleToScale", "False", "FailedGetScale", LONG_AGO)])),
                Degraded,
                "FailedGetScale",
            ),
            (
                with(json!([condition("ScalingActive", "False", "InvalidSelector", JUST_NOW)])),
                Degraded,
                "InvalidSelector",
            ),
            (
                with(json!([
                    able,
                    condition("ScalingActive", "False", "ScalingDisabled", LONG_AGO)
                ])),
                Healthy,
                "ScalingDisabled",
            ),
            (
                with(json!([
                    able,
                    condition("ScalingLimited", "True", "TooManyReplicas", LONG_AGO)
                ])),
                Healthy,
                "TooManyReplicas",
            ),
            (
                with(json!([condition("ScalingLimited", "True", "TooFewReplicas", LONG_AGO)])),
                Healthy,
                "TooFewReplicas",
            ),
            (
                with(json!([condition("ScalingLimited", "False", "DesiredWithinRange", LONG_AGO)])),
                Progressing,
                "NotScaledYet",
            ),
        ],
    );
}

#[test]
fn the_first_version_of_autoscalers_keeps_its_conditions_in_an_annotation() {
    let with = |text: String| json!({"metadata": {"annotations": {"autoscaling.alpha.kubernetes.io/conditions": text}}});
    let failing = json!([condition("ScalingActive", "False", "FailedGetObjectMetric", LONG_AGO)]);
    let able = json!([condition("AbleToScale", "True", "SucceededGetScale", LONG_AGO)]);
    check(
        "autoscaling/v1",
        "HorizontalPodAutoscaler",
        &[
            (json!({}), Progressing, "NotScaledYet"),
            (with("[]".to_owned()), Progressing, "NotScaledYet"),
            (with(able.to_string()), Healthy, "SucceededGetScale"),
            (with(failing.to_string()), Degraded, "FailedGetObjectMetric"),
            (with("{".to_owned()), Unknown, "UnreadableConditions"),
        ],
    );
}

#[test]
fn a_disruption_budget_may_have_nothing_to_spare() {
    let with = |status: &str, reason: &str| json!({"status": {"observedGeneration": 2, "conditions": [condition("DisruptionAllowed", status, reason, "")]}});
    check(
        "policy/v1",
        "PodDisruptionBudget",
        &[
            (json!({}), Progressing, "NotObserved"),
            (json!({"status": {"observedGeneration": 1}}), Progressing, "NotObserved"),
            (with("True", "SufficientPods"), Healthy, "SufficientPods"),
            (with("False", "InsufficientPods"), Healthy, "InsufficientPods"),
            (with("False", "SyncFailed"), Degraded, "SyncFailed"),
        ],
    );
}

#[test]
fn what_extends_the_api_is_judged_by_its_conditions() {
    let with = |name: &str, status: &str, reason: &str| json!({"status": {"conditions": [condition(name, status, reason, "")]}});
    check(
        "apiregistration.k8s.io/v1",
        "APIService",
        &[
            (json!({}), Progressing, "NotObserved"),
            (with("Available", "True", "Passed"), Healthy, "Available"),
            (with("Available", "False", "MissingEndpoints"), Progressing, "MissingEndpoints"),
        ],
    );
    check(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        &[
            (json!({}), Progressing, "NotObserved"),
            (with("NamesAccepted", "True", "NoConflicts"), Progressing, "NotObserved"),
            (with("NamesAccepted", "False", "PluralConflict"), Degraded, "NamesNotAccepted"),
            (with("NonStructuralSchema", "True", "Violations"), Degraded, "NonStructuralSchema"),
            (with("Terminating", "True", "InstanceDeletionInProgress"), Progressing, "Terminating"),
            (with("Established", "True", "InitialNamesAccepted"), Healthy, "Established"),
            (with("Established", "False", "Installing"), Progressing, "Installing"),
            (with("Established", "False", "NotAccepted"), Degraded, "NotEstablished"),
        ],
    );
}
