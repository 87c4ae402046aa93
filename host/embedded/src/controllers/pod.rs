//! Questions about pods that several controllers ask.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{Pod, PodCondition};

/// A condition of a pod.
pub(crate) fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|it| it.type_ == kind)
}

pub(crate) fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|it| it.phase.as_deref()).unwrap_or("Pending")
}

/// Whether it has ended for good.
pub(crate) fn is_terminated(pod: &Pod) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}

/// Whether it counts: neither ended nor on its way out.
pub(crate) fn is_active(pod: &Pod) -> bool {
    !is_terminated(pod) && pod.metadata.deletion_timestamp.is_none()
}

pub(crate) fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|it| it.status == "True")
}

/// How long until it has been ready for this long; zero if it has, nothing if it is not ready.
pub(crate) fn available_in(pod: &Pod, min_ready: Duration, now: Timestamp) -> Option<Duration> {
    let ready = condition(pod, "Ready").filter(|it| it.status == "True")?;
    if min_ready.is_zero() {
        return Some(Duration::ZERO);
    }
    let since = ready.last_transition_time.as_ref()?.0;
    let stood = Duration::try_from(now.duration_since(since)).unwrap_or(Duration::ZERO);
    Some(min_ready.saturating_sub(stood))
}
