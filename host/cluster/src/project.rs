//! A project's namespace and what fences it: Pod Security, a quota, and a network policy that keeps projects apart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kube::api::DynamicObject;
use serde_json::{Map, Value, json};
use slipway_model::name::ProjectName;
use slipway_model::project::{Fence, Quota};

use crate::labels;

/// The namespace first: the others are in it.
pub fn objects(project: &ProjectName, fence: &Fence) -> [Value; 3] {
    [namespace(project, fence), quota(project, &fence.quota), apart(project)]
}

fn named(api_version: &str, kind: &str, name: &str, project: &ProjectName) -> Value {
    json!({
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name, "labels": {
            (labels::PROJECT): project.as_str(),
            (labels::MANAGED_BY): "slipway",
            (labels::PART_OF): project.as_str(),
        }},
    })
}

fn namespace(project: &ProjectName, fence: &Fence) -> Value {
    let mut namespace = named("v1", "Namespace", project.as_str(), project);
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
    let mut object = named("v1", "ResourceQuota", "slipway", project);
    object["spec"] = json!({ "hard": hard });
    object
}

/// Pods hear from their own project and from namespaces that are no project: the ingress controller, monitoring.
/// A Service that visitors reach without an ingress controller needs a policy of its own in its blueprint.
fn apart(project: &ProjectName) -> Value {
    let no_project =
        json!({"matchExpressions": [{"key": labels::PROJECT, "operator": "DoesNotExist"}]});
    let mut object =
        named("networking.k8s.io/v1", "NetworkPolicy", "slipway-projects-apart", project);
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

/// Projects that are known to be as they should be, so that not every rollout asks for its own again.
#[derive(Debug, Default)]
pub struct Ensured(Mutex<HashMap<ProjectName, Fence>>);

impl Ensured {
    pub fn holds(&self, project: &ProjectName, fence: &Fence) -> bool {
        self.known().get(project) == Some(fence)
    }

    pub fn keep(&self, project: &ProjectName, fence: &Fence) {
        self.known().insert(project.clone(), *fence);
    }

    pub fn forget(&self, project: &ProjectName) {
        self.known().remove(project);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ProjectName, Fence>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        assert_eq!(hard(bounded)["requests.memory"], "2048Mi");
    }

    #[test]
    fn the_namespace_comes_first_and_bears_its_level() {
        let [namespace, ..] = objects(&"shop".parse().unwrap(), &Fence::default());
        assert_eq!(namespace["kind"], "Namespace");
        let labels = &namespace["metadata"]["labels"];
        assert_eq!(labels["pod-security.kubernetes.io/enforce"], "restricted");
    }
}
