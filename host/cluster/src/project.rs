//! A project's namespace and what fences it: Pod Security, a quota, and a network policy that keeps projects apart.

use kube::api::DynamicObject;
use serde_json::{Map, Value, json};
use slipway_model::name::ProjectName;
use slipway_model::project::{Fence, Quota};
use slipway_model::quantity;

use crate::labels;
use crate::reconcile::is_within;

/// What a fence is made of. The namespace first: the others are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Namespace,
    Quota,
    Apart,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Namespace, Self::Quota, Self::Apart];

    /// `apiVersion` and kind.
    pub fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Namespace => ("v1", "Namespace"),
            Self::Quota => ("v1", "ResourceQuota"),
            Self::Apart => ("networking.k8s.io/v1", "NetworkPolicy"),
        }
    }

    pub fn name(self, project: &ProjectName) -> &str {
        match self {
            Self::Namespace => project.as_str(),
            Self::Quota => "slipway",
            Self::Apart => "slipway-projects-apart",
        }
    }

    /// The object as it is wanted.
    pub fn object(self, project: &ProjectName, fence: &Fence) -> Value {
        match self {
            Self::Namespace => namespace(project, fence),
            Self::Quota => quota(project, &fence.quota),
            Self::Apart => apart(project),
        }
    }
}

fn named(part: Part, project: &ProjectName) -> Value {
    let (api_version, kind) = part.kind();
    json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": part.name(project), "labels": {
            (labels::PROJECT): project.as_str(),
            (labels::MANAGED_BY): "slipway",
            (labels::PART_OF): project.as_str(),
        }},
    })
}

/// The object is as it is wanted: its labels with what others have added, its spec to the letter.
pub fn is_so(wanted: &Value, live: &Value) -> bool {
    is_within(wanted, live) && wanted.get("spec").is_none_or(|spec| is_within(&live["spec"], spec))
}

fn namespace(project: &ProjectName, fence: &Fence) -> Value {
    let mut namespace = named(Part::Namespace, project);
    let level = fence.pod_security.as_str();
    namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = level.into();
    namespace
}

fn quota(project: &ProjectName, quota: &Quota) -> Value {
    let Quota { pods, volume_claims, cpu_millicores, memory_mebibytes, storage_gibibytes } = quota;
    let mut hard = Map::new();
    hard.insert("pods".into(), pods.to_string().into());
    hard.insert("persistentvolumeclaims".into(), volume_claims.to_string().into());
    let bounds = [
        ("requests.cpu", cpu_millicores.map(|it| format!("{it}m"))),
        ("requests.memory", memory_mebibytes.map(|it| format!("{it}Mi"))),
        ("requests.storage", storage_gibibytes.map(|it| format!("{it}Gi"))),
    ];
    hard.extend(bounds.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?.into()))));
    let mut object = named(Part::Quota, project);
    object["spec"] = json!({ "hard": hard });
    // In the API server's own way to write them, which is how they come back.
    quantity::canonicalise(&mut object);
    object
}

/// Pods hear from their own project and from namespaces that are no project: the ingress controller, monitoring.
/// A Service that visitors reach without an ingress controller needs a policy of its own in its blueprint.
fn apart(project: &ProjectName) -> Value {
    let no_project =
        json!({"matchExpressions": [{"key": labels::PROJECT, "operator": "DoesNotExist"}]});
    let mut object = named(Part::Apart, project);
    object["spec"] = json!({
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}, {"namespaceSelector": no_project}]}],
    });
    object
}

/// Whether a namespace is the project's own.
pub fn is_of(namespace: &DynamicObject, project: &ProjectName) -> bool {
    let labels = namespace.metadata.labels.as_ref();
    labels.and_then(|it| it.get(labels::PROJECT)).is_some_and(|it| it == project.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_bounds_what_is_set_and_nothing_else() {
        let project = "shop".parse().unwrap();
        let hard = |it: Quota| quota(&project, &it)["spec"]["hard"].clone();
        assert_eq!(hard(Quota::default()), json!({"pods": "500", "persistentvolumeclaims": "100"}));
        let bounded = Quota { memory_mebibytes: Some(2048), ..Quota::default() };
        assert_eq!(hard(bounded)["requests.memory"], "2Gi");
    }

    #[test]
    fn a_bound_that_somebody_added_is_a_difference_and_a_label_is_none() {
        let project = "shop".parse().unwrap();
        let wanted = Part::Quota.object(&project, &Fence::default());
        let mut live = wanted.clone();
        live["metadata"]["labels"]["team"] = "a".into();
        assert!(is_so(&wanted, &live));
        live["spec"]["hard"]["secrets"] = "1".into();
        assert!(!is_so(&wanted, &live));
    }

    #[test]
    fn the_namespace_bears_its_level() {
        let namespace = Part::Namespace.object(&"shop".parse().unwrap(), &Fence::default());
        let labels = &namespace["metadata"]["labels"];
        assert_eq!(labels["pod-security.kubernetes.io/enforce"], "restricted");
    }
}
