//! Argo's own: Rollout, and the runs with an end: AnalysisRun, Experiment, Workflow.

use super::condition::explain;
use super::seen::Seen;
use super::{Health, Verdict};

/// Phases that Argo's controllers write, and what they mean.
const PHASES: &[(&str, Health, &str)] = &[
    ("", Health::Progressing, "It has not begun yet."),
    ("Pending", Health::Progressing, "It waits to begin."),
    ("Running", Health::Progressing, "It is running."),
    ("Progressing", Health::Progressing, "The new version is being brought out."),
    ("Paused", Health::Suspended, "It is paused, and goes on when somebody promotes it."),
    ("Healthy", Health::Healthy, "The new version is out and answers."),
    ("Degraded", Health::Degraded, "The new version was not brought out."),
    ("Successful", Health::Healthy, "It succeeded."),
    ("Succeeded", Health::Healthy, "It succeeded."),
    ("Failed", Health::Degraded, "It failed."),
    ("Error", Health::Degraded, "It could not be carried out."),
    ("Inconclusive", Health::Unknown, "It ended without a clear result."),
];

/// By `status.phase`: Argo CD's `argoproj.io/AnalysisRun/health.lua`, `Experiment/health.lua` and `health_argo.go`.
pub(super) fn run(seen: &Seen<'_>) -> Verdict {
    by_phase(seen, seen.text("/status/phase"))
}

/// Argo CD's `argoproj.io/Rollout/health.lua`: generations, then the phase that Argo Rollouts 1.0 and later write.
/// Left out: what that file works out for the releases before 1.0 (2021), which wrote no phase. There conditions and
/// counts decide as for a Deployment.
pub(super) fn rollout(seen: &Seen<'_>) -> Verdict {
    if !is_observed(seen) || !is_workload_observed(seen) {
        return Verdict::not_observed();
    }
    match seen.text("/status/phase") {
        "" => without_phase(seen),
        phase => by_phase(seen, phase),
    }
}

fn by_phase(seen: &Seen<'_>, phase: &str) -> Verdict {
    let Some((_, health, plain)) = PHASES.iter().find(|it| it.0 == phase) else {
        return Verdict::unknown("UnknownPhase", "It is in a phase unknown here.");
    };
    let reason = if phase.is_empty() { "NotObserved" } else { phase };
    let words = if *health == Health::Healthy { "" } else { seen.text("/status/message") };
    Verdict::new(*health, reason, explain(plain, words))
}

/// `status.observedGeneration` is a number in a text; other text is from a release that wrote a hash there.
fn is_observed(seen: &Seen<'_>) -> bool {
    if seen.object().at("/status").is_none() {
        return false;
    }
    let observed = seen.text("/status/observedGeneration").parse::<i64>().ok();
    let observed = observed.or_else(|| seen.object().number("/status/observedGeneration"));
    observed.zip(seen.generation()).is_none_or(|(observed, wanted)| observed >= wanted)
}

/// With a `workloadRef` there is a second generation: that of the Deployment that it follows.
fn is_workload_observed(seen: &Seen<'_>) -> bool {
    let wanted = seen.annotation("rollout.argoproj.io/workload-generation");
    if seen.object().at("/spec/workloadRef").is_none() || wanted.is_none() {
        return true;
    }
    wanted == Some(seen.text("/status/workloadObservedGeneration"))
}

fn without_phase(seen: &Seen<'_>) -> Verdict {
    let failed = seen.conditions().find(|it| {
        it.name() == "InvalidSpec"
            || ["RolloutAborted", "ProgressDeadlineExceeded"].contains(&it.reason())
    });
    if let Some(failed) = failed {
        return failed.degraded("Failed", "The new version was not brought out.");
    }
    if seen.flag("/spec/paused") || !seen.list("/status/pauseConditions").is_empty() {
        return by_phase(seen, "Paused");
    }
    let wanted = seen.object().number("/spec/replicas").unwrap_or(1);
    let updated = seen.count("/status/updatedReplicas");
    let available = seen.count("/status/availableReplicas");
    let current = seen.text("/status/currentPodHash");
    // Where the stable version was noted changed twice.
    let stable =
        ["/status/stableRS", "/status/canary/stableRS", "/status/blueGreen/activeSelector"];
    let stable = stable.iter().map(|it| seen.text(it)).find(|it| !it.is_empty());
    if current.is_empty() || updated < wanted || available < updated || stable != Some(current) {
        return by_phase(seen, "Progressing");
    }
    by_phase(seen, "Healthy")
}
