//! A deployment's conditions: `Available`, `Progressing` and `ReplicaFailure`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet, ReplicaSetCondition,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt as _;

use super::{Sets, status};

/// How an update is going.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// All is there.
    Complete(String),
    /// Something moved since the last look.
    Moved(String),
    /// Nothing moved.
    Still(String),
}

impl Progress {
    pub fn of(
        deployment: &Deployment,
        before: &DeploymentStatus,
        after: &DeploymentStatus,
        sets: &Sets,
    ) -> Self {
        let what = match &sets.new {
            Some(set) => format!("ReplicaSet \"{}\"", set.name_any()),
            None => format!("Deployment \"{}\"", deployment.name_any()),
        };
        if status::is_complete_as_counted(deployment, after) {
            return Self::Complete(what);
        }
        let number = |it: Option<i32>| it.unwrap_or(0);
        let old = |it: &DeploymentStatus| number(it.replicas) - number(it.updated_replicas);
        let moved = number(after.updated_replicas) > number(before.updated_replicas)
            || old(after) < old(before)
            || number(after.ready_replicas) > number(before.ready_replicas)
            || number(after.available_replicas) > number(before.available_replicas)
            || before.observed_generation != after.observed_generation;
        if moved { Self::Moved(what) } else { Self::Still(what) }
    }
}

pub(super) fn replica_failure(set: &std::sync::Arc<ReplicaSet>) -> Option<ReplicaSetCondition> {
    let conditions = set.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|it| it.type_ == "ReplicaFailure" && it.status == "True").cloned()
}

/// The conditions, and how long until time alone changes one.
pub(super) fn list(
    deployment: &Deployment,
    before: &DeploymentStatus,
    enough: bool,
    progress: &Progress,
    failure: Option<&ReplicaSetCondition>,
    now: Timestamp,
) -> (Vec<DeploymentCondition>, Option<Duration>) {
    let find = |kind: &str| before.conditions.iter().flatten().find(|it| it.type_ == kind).cloned();
    let mut conditions = Vec::new();
    let available = if enough {
        said(
            "Available",
            true,
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
            now,
        )
    } else {
        let message = "Deployment does not have minimum availability.";
        said("Available", false, "MinimumReplicasUnavailable", message, now)
    };
    conditions.push(kept(find("Available"), available));
    let (progressing, wait) = progressing(deployment, find("Progressing"), progress, now);
    conditions.extend(progressing);
    if let Some(failure) = failure {
        let reason = failure.reason.as_deref().unwrap_or("FailedCreate");
        let message = failure.message.as_deref().unwrap_or_default();
        let failed = said("ReplicaFailure", true, reason, message, now);
        conditions.push(kept(find("ReplicaFailure"), failed));
    }
    (conditions, wait)
}

fn progressing(
    deployment: &Deployment,
    before: Option<DeploymentCondition>,
    progress: &Progress,
    now: Timestamp,
) -> (Option<DeploymentCondition>, Option<Duration>) {
    let spec = deployment.spec.as_ref();
    let seconds = spec.and_then(|it| it.progress_deadline_seconds).unwrap_or(600);
    if seconds == i32::MAX {
        return (None, None);
    }
    let deadline = SignedDuration::from_secs(i64::from(seconds));
    let paused = spec.and_then(|it| it.paused) == Some(true);
    let (moved, message) = match progress {
        Progress::Complete(what) => {
            let message = format!("{what} has successfully progressed.");
            let done = said("Progressing", true, "NewReplicaSetAvailable", &message, now);
            return (Some(kept(before, done)), None);
        }
        Progress::Moved(what) => (true, format!("{what} is progressing.")),
        Progress::Still(what) => (false, format!("{what} has timed out progressing.")),
    };
    // A finished update starts its clock anew when it moves, and so does one that was paused.
    let fresh = before.as_ref().is_none_or(|it| {
        let reason = it.reason.as_deref();
        reason == Some("NewReplicaSetAvailable") && moved
    });
    if moved || fresh || paused {
        let reason = if paused { "DeploymentPaused" } else { "ReplicaSetUpdated" };
        let message = if paused { "Deployment is paused".to_owned() } else { message };
        let updated = said("Progressing", true, reason, &message, now);
        let wait = (!paused).then(|| Duration::try_from(deadline).unwrap_or_default());
        if paused {
            return (Some(kept(before, updated)), None);
        }
        return (Some(touched(before, updated)), wait);
    }
    let Some(before) = before else { return (None, None) };
    if before.reason.as_deref() == Some("NewReplicaSetAvailable") {
        // Pods of a finished update come and go without a deadline.
        return (Some(before), None);
    }
    let since = before.last_update_time.as_ref().map_or(now, |it| it.0);
    let left = deadline - now.duration_since(since);
    if left > SignedDuration::ZERO {
        return (Some(before), Duration::try_from(left).ok());
    }
    let late = said("Progressing", false, "ProgressDeadlineExceeded", &message, now);
    (Some(kept(Some(before), late)), None)
}

fn said(
    kind: &str,
    holds: bool,
    reason: &str,
    message: &str,
    now: Timestamp,
) -> DeploymentCondition {
    DeploymentCondition {
        type_: kind.into(),
        status: if holds { "True" } else { "False" }.into(),
        reason: Some(reason.into()),
        message: Some(message.into()),
        last_update_time: Some(Time(now)),
        last_transition_time: Some(Time(now)),
    }
}

/// The old condition if it says the same; else the new one, which keeps the time of the last turn if it is none.
fn kept(before: Option<DeploymentCondition>, after: DeploymentCondition) -> DeploymentCondition {
    match before {
        Some(before)
            if before.status == after.status
                && before.reason == after.reason
                && before.message == after.message =>
        {
            before
        }
        before => touched(before, after),
    }
}

fn touched(
    before: Option<DeploymentCondition>,
    mut after: DeploymentCondition,
) -> DeploymentCondition {
    if let Some(before) = before.filter(|it| it.status == after.status) {
        after.last_transition_time = before.last_transition_time;
    }
    after
}
