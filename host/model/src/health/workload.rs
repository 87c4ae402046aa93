//! Sets of equal pods: Deployment, StatefulSet, DaemonSet and ReplicaSet.

use super::Verdict;
use super::deadline::or_late;
use super::seen::Seen;

/// Argo CD's `health_deployment.go`: pause, generation, deadline, new copies, old copies, copies that answer.
/// Beyond it, copies that the cluster refuses to make (a quota, say) are named while the deadline runs.
pub(super) fn deployment(seen: &Seen<'_>) -> Verdict {
    if seen.flag("/spec/paused") {
        return Verdict::suspended("Paused", "It is paused: changes wait until it is resumed.");
    }
    if seen.is_unconfirmed() {
        return Verdict::not_observed();
    }
    let progressing = seen.condition("Progressing");
    if let Some(late) = progressing.filter(|it| it.reason() == "ProgressDeadlineExceeded") {
        let plain = "The new version did not come up in time.";
        return Verdict::degraded("ProgressDeadlineExceeded", late.explain(plain));
    }
    let (wanted, updated) = (wanted(seen), seen.count("/status/updatedReplicas"));
    let (total, available) =
        (seen.count("/status/replicas"), seen.count("/status/availableReplicas"));
    if updated >= wanted && total <= updated && available >= updated {
        return all_answer(available, wanted);
    }
    if let Some(refused) = seen.condition("ReplicaFailure").filter(|it| it.is_true()) {
        let plain = "The cluster refuses to start some of the copies.";
        return Verdict::progressing("ReplicaFailure", refused.explain(plain));
    }
    if updated < wanted {
        let message = format!("{updated} of {wanted} copies run the new version.");
        return Verdict::progressing("Updating", message);
    }
    if total > updated {
        let message = match total.saturating_sub(updated) {
            1 => "1 copy of the old version is still stopping.".to_owned(),
            old => format!("{old} copies of the old version are still stopping."),
        };
        return Verdict::progressing("OldReplicas", message);
    }
    not_all_answer(available, updated)
}

/// Argo CD's `health_statefulset.go`: generation, copies that answer, partition or revision. Beyond it, one that
/// stands still is Degraded once its [deadline](super::deadline) is over.
pub(super) fn stateful_set(seen: &Seen<'_>) -> Verdict {
    if seen.is_unconfirmed() {
        return or_late(seen, Verdict::not_observed());
    }
    let (wanted, ready) = (wanted(seen), seen.count("/status/readyReplicas"));
    if ready < wanted {
        return or_late(seen, not_all_answer(ready, wanted));
    }
    let updated = seen.count("/status/updatedReplicas");
    let to_update = match seen.text("/spec/updateStrategy/type") {
        // Its pods are replaced when somebody deletes them, so there is nothing to wait for.
        "OnDelete" => 0,
        _ if seen.object().at("/spec/updateStrategy/rollingUpdate").is_some() => {
            wanted.saturating_sub(seen.count("/spec/updateStrategy/rollingUpdate/partition"))
        }
        _ if seen.text("/status/updateRevision") == seen.text("/status/currentRevision") => 0,
        _ => wanted,
    };
    if updated < to_update {
        let message = format!("{updated} of {to_update} copies run the new version.");
        return or_late(seen, Verdict::progressing("Updating", message));
    }
    all_answer(ready, wanted)
}

/// Argo CD's `health_daemonset.go`: generation, new copies, copies that answer. Beyond it, the
/// [deadline](super::deadline).
pub(super) fn daemon_set(seen: &Seen<'_>) -> Verdict {
    if seen.is_unconfirmed() {
        return or_late(seen, Verdict::not_observed());
    }
    let desired = seen.count("/status/desiredNumberScheduled");
    let updated = seen.count("/status/updatedNumberScheduled");
    let available = seen.count("/status/numberAvailable");
    if seen.text("/spec/updateStrategy/type") == "OnDelete" {
        let message = "New versions reach a machine when its copy is deleted.";
        return Verdict::healthy("OnDelete", message);
    }
    if updated < desired {
        let message = format!("{updated} of {desired} machines run the new version.");
        return or_late(seen, Verdict::progressing("Updating", message));
    }
    if available < desired {
        let message = format!("It answers on {available} of {desired} machines.");
        return or_late(seen, Verdict::progressing("Unavailable", message));
    }
    Verdict::healthy("Available", format!("It answers on {available} of {desired} machines."))
}

/// Argo CD's `health_replicaset.go`: generation, failure, copies that answer.
pub(super) fn replica_set(seen: &Seen<'_>) -> Verdict {
    if seen.is_unconfirmed() {
        return Verdict::not_observed();
    }
    if let Some(refused) = seen.condition("ReplicaFailure").filter(|it| it.is_true()) {
        let plain = "The cluster refuses to start some of the copies.";
        return Verdict::degraded("ReplicaFailure", refused.explain(plain));
    }
    let (wanted, available) = (wanted(seen), seen.count("/status/availableReplicas"));
    if available < wanted {
        not_all_answer(available, wanted)
    } else {
        all_answer(available, wanted)
    }
}

/// How many copies there should be; 1 is the API server's default.
fn wanted(seen: &Seen<'_>) -> i64 {
    seen.object().number("/spec/replicas").unwrap_or(1)
}

fn not_all_answer(ready: i64, wanted: i64) -> Verdict {
    Verdict::progressing("Unavailable", format!("{ready} of {wanted} copies answer."))
}

fn all_answer(ready: i64, wanted: i64) -> Verdict {
    if wanted == 0 {
        return Verdict::healthy("ScaledToZero", "No copy runs, as was asked for.");
    }
    Verdict::healthy("Available", format!("{ready} of {wanted} copies answer."))
}
