//! How many copies there are: HorizontalPodAutoscaler and PodDisruptionBudget.

use serde_json::Value;

use super::Verdict;
use super::condition::Condition;
use super::seen::Seen;

/// For so long the figures of an app may be missing: Kubernetes itself gives a pod's CPU figure 5 minutes
/// (`--horizontal-pod-autoscaler-cpu-initialization-period`).
const GRACE_SECONDS: i64 = 300;

/// Where autoscaling/v1 keeps the conditions, as JSON in a text.
const V1_CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";

const NO_TARGET: &str = "Autoscaling does not work: what it should scale cannot be read.";
const NO_WRITE: &str = "Autoscaling does not work: the number of copies cannot be changed.";
const NO_FIGURES: &str = "Autoscaling does not work: the figures that it goes by cannot be read.";
const NO_SELECTOR: &str = "Autoscaling does not work: which pods to measure is not clear.";

/// Condition, reason, and whether it may pass by itself.
const FAILURES: &[(&str, &str, bool, &str)] = &[
    ("AbleToScale", "FailedGetScale", true, NO_TARGET),
    ("AbleToScale", "FailedUpdateScale", true, NO_WRITE),
    ("ScalingActive", "FailedGetResourceMetric", true, NO_FIGURES),
    ("ScalingActive", "FailedGetObjectMetric", true, NO_FIGURES),
    ("ScalingActive", "FailedGetPodsMetric", true, NO_FIGURES),
    ("ScalingActive", "FailedGetExternalMetric", true, NO_FIGURES),
    ("ScalingActive", "FailedGetContainerResourceMetric", true, NO_FIGURES),
    ("ScalingActive", "FailedComputeMetricsReplicas", true, NO_FIGURES),
    ("ScalingActive", "InvalidSelector", false, NO_SELECTOR),
];

/// Argo CD's `health_hpa.go`: by condition and reason. Beyond it, a failure that may pass is Progressing for a grace
/// since its condition changed (since the creation, where that is not known), so that the first minutes of an app and
/// a short gap in the figures are no alarm (Argo CD issues 6287, 28522).
pub(super) fn autoscaler(seen: &Seen<'_>) -> Verdict {
    let own = match own_conditions(seen) {
        Ok(own) => own,
        Err(verdict) => return verdict,
    };
    let conditions: Vec<_> = match &own {
        Some(own) => Condition::all(own).collect(),
        None => seen.conditions().collect(),
    };
    let mut passing = None;
    for condition in &conditions {
        let known =
            FAILURES.iter().find(|it| it.0 == condition.name() && it.1 == condition.reason());
        let Some((_, reason, may_pass, plain)) = known else { continue };
        let since = condition.since().or_else(|| seen.created());
        if !may_pass || seen.is_past(since, GRACE_SECONDS) {
            return Verdict::degraded(reason, condition.explain(plain));
        }
        passing = passing.or(Some(condition));
    }
    if let Some(condition) = passing {
        let plain = "Autoscaling does not work yet, as is usual in the first minutes.";
        return Verdict::progressing("NotScalingYet", condition.explain(plain));
    }
    let find = |name: &str| conditions.iter().find(|it| it.name() == name);
    if find("ScalingLimited").is_some_and(|it| it.is_true() && it.reason() == "TooManyReplicas") {
        let message = format!(
            "It works at its limit of {} copies, and would run more.",
            seen.count("/spec/maxReplicas")
        );
        return Verdict::healthy("TooManyReplicas", message);
    }
    if find("ScalingActive").is_some_and(|it| it.is_false() && it.reason() == "ScalingDisabled") {
        return Verdict::healthy("ScalingDisabled", "It rests while the app is scaled to zero.");
    }
    match ["AbleToScale", "ScalingLimited"].iter().filter_map(|it| find(it)).find(|it| it.is_true())
    {
        Some(condition) => {
            let message = "The number of copies follows the load.";
            Verdict::healthy(condition.reason_or("AbleToScale"), message)
        }
        None => Verdict::progressing("NotScaledYet", "Autoscaling has not begun yet."),
    }
}

/// The conditions out of the annotation of autoscaling/v1.
fn own_conditions(seen: &Seen<'_>) -> Result<Option<Vec<Value>>, Verdict> {
    let Some(text) = seen.annotation(V1_CONDITIONS) else { return Ok(None) };
    serde_json::from_str(text).map(Some).map_err(|_| {
        let message = "What the cluster says of its autoscaling cannot be read.";
        Verdict::unknown("UnreadableConditions", message)
    })
}

/// Argo CD's `policy/PodDisruptionBudget/health.lua`: a condition that is False for another reason than too few pods.
/// Beyond it, the generation.
pub(super) fn disruption_budget(seen: &Seen<'_>) -> Verdict {
    if seen.is_unobserved() {
        return Verdict::not_observed();
    }
    let failed = |it: &Condition<'_>| it.is_false() && it.reason() != "InsufficientPods";
    if let Some(failed) = seen.conditions().find(failed) {
        let plain = "How many copies may be missing at a time cannot be kept.";
        return failed.degraded("DisruptionNotAllowed", plain);
    }
    match seen.conditions().next() {
        None => Verdict::progressing("NotObserved", "The cluster has not taken it up yet."),
        Some(condition) if condition.is_false() => {
            let message = "It holds: no copy can be spared at the moment.";
            Verdict::healthy("InsufficientPods", message)
        }
        Some(condition) => {
            let message = "It holds: maintenance leaves enough copies running.";
            Verdict::healthy(condition.reason_or("DisruptionAllowed"), message)
        }
    }
}
