//! Which pods go first when there are too many: those that serve least.

use std::cmp::Reverse;
use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;

use crate::controllers::pod;

const COST: &str = "controller.kubernetes.io/pod-deletion-cost";

pub(super) fn first_to_go(pods: &[Arc<Pod>], count: usize) -> Vec<&Arc<Pod>> {
    let mut pods: Vec<_> = pods.iter().collect();
    pods.sort_by_cached_key(|it| rank(it));
    pods.truncate(count);
    pods
}

/// Kubernetes' order: no node, then pending, then not ready, then cheap, then ready for less time, then restarted
/// more, then younger.
fn rank(pod: &Pod) -> impl Ord + use<> {
    let placed = pod.spec.as_ref().is_some_and(|it| it.node_name.is_some());
    let phase = match pod::phase(pod) {
        "Pending" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let ready = pod::is_ready(pod);
    let cost = pod.annotations().get(COST).and_then(|it| it.parse::<i32>().ok()).unwrap_or(0);
    let ready_since = pod::condition(pod, "Ready")
        .filter(|_| ready)
        .and_then(|it| it.last_transition_time.as_ref())
        .map(|it| it.0);
    let restarts: i32 = pod
        .status
        .iter()
        .flat_map(|it| it.container_statuses.iter().flatten())
        .map(|it| it.restart_count)
        .max()
        .unwrap_or(0);
    let created = pod.metadata.creation_timestamp.as_ref().map(|it| it.0);
    (
        placed,
        phase,
        ready,
        cost,
        Reverse(ready_since),
        Reverse(restarts),
        Reverse(created),
        pod.name_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, ready: &str, created: &str) -> Arc<Pod> {
        let pod = serde_json::json!({
            "metadata": { "name": name, "creationTimestamp": created },
            "spec": { "nodeName": "n", "containers": [] },
            "status": {
                "phase": "Running",
                "conditions": [
                    { "type": "Ready", "status": ready, "lastTransitionTime": "2026-01-01T00:00:00Z" }
                ],
            },
        });
        Arc::new(serde_json::from_value(pod).unwrap())
    }

    #[test]
    fn those_that_serve_least_go_first() {
        let old = pod("old", "True", "2026-01-01T00:00:00Z");
        let young = pod("young", "True", "2026-01-02T00:00:00Z");
        let broken = pod("broken", "False", "2025-01-01T00:00:00Z");
        let all = [old, young, broken];
        let order: Vec<_> = first_to_go(&all, 3).into_iter().map(|it| it.name_any()).collect();
        assert_eq!(order, ["broken", "young", "old"]);
    }
}
