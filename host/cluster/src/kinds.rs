//! Which resource path a kind has: a table for what blueprints usually make, discovery for the rest.

use kube::Client;
use kube::api::{ApiResource, GroupVersionKind};

/// `apiVersion` and kind.
pub type Name = (String, String);

/// What Slipway does with objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Plugins make them, as far as they are granted; so they are also watched, changed and removed.
    Made,
    /// They are read, and shown to people.
    Seen,
    /// Slipway's own work, with rules of its own: see `rbac`.
    Own,
}

/// `apiVersion`, kind, plural, use. All are namespaced but the CRD and the Namespace.
const TABLE: &[(&str, &str, &str, Use)] = &[
    ("v1", "ConfigMap", "configmaps", Use::Made),
    ("v1", "Event", "events", Use::Seen),
    ("v1", "Namespace", "namespaces", Use::Own),
    ("v1", "PersistentVolumeClaim", "persistentvolumeclaims", Use::Made),
    ("v1", "Pod", "pods", Use::Seen),
    ("v1", "ResourceQuota", "resourcequotas", Use::Own),
    ("v1", "Secret", "secrets", Use::Made),
    ("v1", "Service", "services", Use::Made),
    ("v1", "ServiceAccount", "serviceaccounts", Use::Made),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", Use::Own),
    ("apps/v1", "DaemonSet", "daemonsets", Use::Made),
    ("apps/v1", "Deployment", "deployments", Use::Made),
    ("apps/v1", "ReplicaSet", "replicasets", Use::Seen),
    ("apps/v1", "StatefulSet", "statefulsets", Use::Made),
    ("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", Use::Made),
    ("batch/v1", "CronJob", "cronjobs", Use::Made),
    ("batch/v1", "Job", "jobs", Use::Made),
    ("metrics.k8s.io/v1beta1", "PodMetrics", "pods", Use::Seen),
    ("networking.k8s.io/v1", "Ingress", "ingresses", Use::Made),
    ("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", Use::Made),
    ("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", Use::Made),
    ("slipway.dev/v1alpha1", "Rollout", "rollouts", Use::Own),
];

/// Group and plural of the kinds with a use.
pub fn used(wanted: Use) -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_use = TABLE.iter().filter(move |it| it.3 == wanted);
    of_use.map(|(version, _, plural, _)| {
        (version.split_once('/').map_or("", |(group, _)| group), *plural)
    })
}

/// Kinds that are watched from the start: what nearly every deployment has, and what shows how it is.
/// Others are watched from the first time that a deployment uses them.
pub const WATCHED: &[(&str, &str)] = &[
    // Those that StatefulSets make are in no inventory.
    ("v1", "PersistentVolumeClaim"),
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

/// Whether the cluster does not know the kind that was asked about.
pub fn is_unknown(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => status.code == 404,
        kube::Error::Discovery(_) => true,
        _ => false,
    }
}

fn find(api_version: &str, kind: &str) -> Option<ApiResource> {
    let (api_version, kind, plural, _) =
        TABLE.iter().find(|(version, name, ..)| *version == api_version && *name == kind)?;
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
