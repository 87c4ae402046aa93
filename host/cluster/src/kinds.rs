//! Which resource path a kind has: a table for what blueprints usually make, discovery for the rest.

use kube::Client;
use kube::api::{ApiResource, GroupVersionKind};

/// `apiVersion`, kind, plural. All are namespaced but the CRD and the Namespace.
const TABLE: &[(&str, &str, &str)] = &[
    ("v1", "ConfigMap", "configmaps"),
    ("v1", "Endpoints", "endpoints"),
    ("v1", "Event", "events"),
    ("v1", "Namespace", "namespaces"),
    ("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    ("v1", "Pod", "pods"),
    ("v1", "Secret", "secrets"),
    ("v1", "Service", "services"),
    ("v1", "ServiceAccount", "serviceaccounts"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions"),
    ("apps/v1", "DaemonSet", "daemonsets"),
    ("apps/v1", "Deployment", "deployments"),
    ("apps/v1", "ReplicaSet", "replicasets"),
    ("apps/v1", "StatefulSet", "statefulsets"),
    ("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    ("batch/v1", "CronJob", "cronjobs"),
    ("batch/v1", "Job", "jobs"),
    ("metrics.k8s.io/v1beta1", "PodMetrics", "pods"),
    ("networking.k8s.io/v1", "Ingress", "ingresses"),
    ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    ("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    ("slipway.dev/v1alpha1", "Rollout", "rollouts"),
];

/// Kinds that are watched from the start: what nearly every deployment has, and what shows how it is.
/// Others are watched from the first time that a deployment uses them.
pub const WATCHED: &[(&str, &str)] = &[
    ("v1", "Pod"),
    ("v1", "Service"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("networking.k8s.io/v1", "Ingress"),
];

/// A kind of the table.
pub fn builtin(api_version: &str, kind: &str) -> ApiResource {
    find(api_version, kind).expect("callers name kinds of the table")
}

/// The resource of any kind, asking the API server where the table does not know.
pub async fn resource(client: &Client, api_version: &str, kind: &str) -> kube::Result<ApiResource> {
    if let Some(found) = find(api_version, kind) {
        return Ok(found);
    }
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let wanted = GroupVersionKind::gvk(group, version, kind);
    kube::discovery::pinned_kind(client, &wanted).await.map(|(resource, _)| resource)
}

fn find(api_version: &str, kind: &str) -> Option<ApiResource> {
    let (api_version, kind, plural) =
        TABLE.iter().find(|(version, name, _)| *version == api_version && *name == kind)?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let named = GroupVersionKind::gvk(group, version, kind);
    Some(ApiResource::from_gvk_with_plural(&named, plural))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_watched_from_the_start_is_in_the_table() {
        for (version, kind) in WATCHED {
            assert_eq!(builtin(version, kind).kind, *kind);
        }
    }
}
