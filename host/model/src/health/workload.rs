//! Verdicts on what runs code: Deployment, `ReplicaSet`, Pod and Job.

use serde_json::Value;

use super::{Health, Verdict, condition, is, message_of, not_observed, unobserved};
use crate::object::Object;

/// Argo CD's rule, `pkg/health/health_deployment.go`: generation, deadline, updated, old, available.
pub(super) fn deployment(object: &Object) -> Verdict {
    if object.at("/spec/paused").and_then(Value::as_bool) == Some(true) {
        return Verdict::new(Health::Suspended, "Paused", "It is paused.");
    }
    if object.number("/status/observedGeneration").is_none() || unobserved(object) {
        return not_observed();
    }
    let progressing = condition(object, "Progressing");
    if let Some(late) = progressing.filter(|it| it["reason"] == "ProgressDeadlineExceeded") {
        return Verdict::new(Health::Degraded, "ProgressDeadlineExceeded", message_of(late));
    }
    let status = |name: &str| object.number(&format!("/status/{name}")).unwrap_or(0);
    let wanted = object.number("/spec/replicas").unwrap_or(1);
    let (updated, replicas, available) =
        (status("updatedReplicas"), status("replicas"), status("availableReplicas"));
    if updated < wanted {
        let message = format!("{updated} of {wanted} replicas run the new version.");
        return Verdict::new(Health::Progressing, "Updating", message);
    }
    if replicas > updated {
        let message = format!("{} old replicas are still going away.", replicas - updated);
        return Verdict::new(Health::Progressing, "OldReplicas", message);
    }
    if available < updated {
        let message = format!("{available} of {updated} replicas are available.");
        return Verdict::new(Health::Progressing, "Unavailable", message);
    }
    Verdict::new(Health::Healthy, "Available", format!("{available} of {wanted} replicas answer."))
}

pub(super) fn replica_set(object: &Object) -> Verdict {
    if unobserved(object) {
        return not_observed();
    }
    if let Some(failure) = condition(object, "ReplicaFailure").filter(|it| is(it, "True")) {
        return Verdict::new(Health::Degraded, "ReplicaFailure", message_of(failure));
    }
    let wanted = object.number("/spec/replicas").unwrap_or(1);
    let available = object.number("/status/availableReplicas").unwrap_or(0);
    let message = format!("{available} of {wanted} replicas are available.");
    if available < wanted {
        Verdict::new(Health::Progressing, "Unavailable", message)
    } else {
        Verdict::new(Health::Healthy, "Available", message)
    }
}

pub(super) fn pod(object: &Object) -> Verdict {
    if let Some((reason, message)) = stuck_container(object) {
        return Verdict::new(Health::Degraded, &reason, message);
    }
    match object.text("/status/phase") {
        "Succeeded" => Verdict::new(Health::Healthy, "Succeeded", "It ran to its end."),
        "Failed" => {
            let message = object.text("/status/message");
            let message = if message.is_empty() { "It ended with a failure." } else { message };
            Verdict::new(Health::Degraded, "Failed", message)
        }
        "Running" if condition(object, "Ready").is_some_and(|it| is(it, "True")) => {
            Verdict::new(Health::Healthy, "Ready", "It runs and is ready.")
        }
        "Running" => Verdict::new(Health::Progressing, "NotReady", "It runs and is not ready yet."),
        _ => Verdict::new(Health::Progressing, "Pending", pending_message(object)),
    }
}

/// A container that waits for something that does not come by itself. `ContainerCreating` and
/// `PodInitializing` are ordinary starts.
fn stuck_container(object: &Object) -> Option<(String, String)> {
    let statuses = ["/status/initContainerStatuses", "/status/containerStatuses"];
    let statuses = statuses.iter().filter_map(|it| object.at(it)?.as_array()).flatten();
    for status in statuses {
        let waiting = &status["state"]["waiting"];
        let reason = waiting["reason"].as_str().unwrap_or_default();
        let stuck = reason.starts_with("Err")
            || reason.ends_with("Error")
            || reason.ends_with("BackOff")
            || reason == "InvalidImageName"
            || reason == "NeedsContainerRuntime";
        if stuck {
            let name = status["name"].as_str().unwrap_or_default();
            let message = waiting["message"].as_str().filter(|it| !it.is_empty());
            let message = message.map_or_else(|| reason.to_owned(), str::to_owned);
            return Some((reason.to_owned(), format!("Container {name}: {message}")));
        }
    }
    None
}

fn pending_message(object: &Object) -> String {
    match condition(object, "PodScheduled").filter(|it| is(it, "False")) {
        Some(unscheduled) => message_of(unscheduled),
        None => "It is starting.".to_owned(),
    }
}

pub(super) fn job(object: &Object) -> Verdict {
    if let Some(failed) = condition(object, "Failed").filter(|it| is(it, "True")) {
        return Verdict::new(Health::Degraded, "Failed", message_of(failed));
    }
    if condition(object, "Complete").is_some_and(|it| is(it, "True")) {
        return Verdict::new(Health::Healthy, "Complete", "It ran to its end.");
    }
    if condition(object, "Suspended").is_some_and(|it| is(it, "True")) {
        return Verdict::new(Health::Suspended, "Suspended", "It is suspended.");
    }
    Verdict::new(Health::Progressing, "Running", "It is running.")
}
