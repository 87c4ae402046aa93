//! Revisions: which replica set has the wanted template, what it is called, and which number it bears.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, ReplicaSetSpec};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use kube::ResourceExt as _;
use kube::api::ObjectMeta;
use sha2::{Digest as _, Sha256};

use super::{World, sizes_noted};
use crate::controllers::watched::{Kind, name_of};
use crate::controllers::{Error, owner};

const HASH: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";
/// Annotations that say something of the deployment alone.
const OWN: [&str; 5] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    super::DESIRED,
    super::MOST,
];

/// The number of a deployment's or a replica set's revision; zero if it has none yet.
pub(super) fn number<K: Kind>(object: &K) -> i64 {
    object.annotations().get(REVISION).and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Whether this set has the template that the deployment wants.
pub(super) fn is_current(deployment: &Deployment, set: &ReplicaSet) -> bool {
    let wanted = deployment.spec.as_ref().map(|it| &it.template);
    let has = set.spec.as_ref().and_then(|it| it.template.as_ref());
    match (wanted, has) {
        (Some(wanted), Some(has)) => unhashed(wanted) == unhashed(has),
        _ => false,
    }
}

fn unhashed(template: &PodTemplateSpec) -> PodTemplateSpec {
    let mut template = template.clone();
    if let Some(metadata) = &mut template.metadata {
        metadata.creation_timestamp = None;
        if let Some(labels) = &mut metadata.labels {
            labels.remove(HASH);
            if labels.is_empty() {
                metadata.labels = None;
            }
        }
    }
    template.metadata = template.metadata.filter(|it| *it != ObjectMeta::default());
    template
}

/// Makes the set for the wanted template. False if its name was taken and another one was noted down.
pub(super) async fn create(
    world: &World,
    deployment: &Deployment,
    old: &[Arc<ReplicaSet>],
    size: i32,
) -> Result<bool, Error> {
    let collisions = deployment.status.as_ref().and_then(|it| it.collision_count).unwrap_or(0);
    let next = old.iter().map(|it| number(&**it)).max().unwrap_or(0) + 1;
    let set = fresh(deployment, collisions, next, size);
    match world.replica_sets.create(&set).await {
        Ok(made) => {
            number_deployment(world, deployment, number(&*made)).await?;
            tracing::info!(
                deployment = deployment.name_any(),
                set = made.name_any(),
                "new revision"
            );
            Ok(true)
        }
        Err(kube::Error::Api(status)) if status.is_already_exists() => {
            let api = world.replica_sets.api(&deployment.namespace().unwrap_or_default());
            let there = api.get(&set.name_any()).await?;
            let mine = owner::is(&there, deployment.uid().as_deref());
            if mine && is_current(deployment, &there) {
                world.replica_sets.remember(there);
                return Ok(true);
            }
            let status = serde_json::json!({ "collisionCount": collisions + 1 });
            world.deployments.change_status(&name_of(deployment), &status).await?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Sees that the current set bears the highest number, and the deployment the same one.
pub(super) async fn keep(
    world: &World,
    deployment: &Deployment,
    new: &ReplicaSet,
    old: &[Arc<ReplicaSet>],
) -> Result<(), Error> {
    let highest = old.iter().map(|it| number(&**it)).max().unwrap_or(0);
    let mut annotations = passed_on(deployment);
    let current = number(new).max(highest + 1);
    annotations.insert(REVISION.to_owned(), current.to_string());
    let missing = annotations.iter().any(|(key, value)| new.annotations().get(key) != Some(value));
    let seconds = deployment.spec.as_ref().and_then(|it| it.min_ready_seconds);
    let stale = new.spec.as_ref().and_then(|it| it.min_ready_seconds) != seconds;
    if missing || stale {
        let change = serde_json::json!({
            "metadata": { "annotations": annotations },
            "spec": { "minReadySeconds": seconds },
        });
        world.replica_sets.change(&name_of(new), &change).await?;
    }
    number_deployment(world, deployment, current).await
}

async fn number_deployment(
    world: &World,
    deployment: &Deployment,
    current: i64,
) -> Result<(), Error> {
    if number(deployment) != current {
        let annotations = BTreeMap::from([(REVISION, current.to_string())]);
        let change = serde_json::json!({ "metadata": { "annotations": annotations } });
        world.deployments.change(&name_of(deployment), &change).await?;
    }
    Ok(())
}

fn passed_on(deployment: &Deployment) -> BTreeMap<String, String> {
    let own = |(key, _): &(&String, &String)| !OWN.contains(&key.as_str());
    let kept = deployment.annotations().iter().filter(own);
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn fresh(deployment: &Deployment, collisions: i32, revision: i64, size: i32) -> ReplicaSet {
    let spec = deployment.spec.clone().unwrap_or_default();
    let mut template = spec.template;
    let hash = hash(&template, collisions);
    let metadata = template.metadata.get_or_insert_default();
    let labels = metadata.labels.get_or_insert_default();
    labels.insert(HASH.into(), hash.clone());
    let labels = labels.clone();
    let mut selector = spec.selector;
    selector.match_labels.get_or_insert_default().insert(HASH.into(), hash.clone());
    let mut annotations = passed_on(deployment);
    annotations.insert(REVISION.to_owned(), revision.to_string());
    annotations.extend(sizes_noted(deployment).into_iter().map(|(key, it)| (key.to_owned(), it)));
    ReplicaSet {
        metadata: ObjectMeta {
            name: Some(format!("{}-{hash}", deployment.name_any())),
            namespace: deployment.namespace(),
            labels: Some(labels),
            annotations: Some(annotations),
            owner_references: Some(vec![owner::reference(deployment)]),
            ..ObjectMeta::default()
        },
        spec: Some(ReplicaSetSpec {
            replicas: Some(size),
            min_ready_seconds: spec.min_ready_seconds,
            selector,
            template: Some(template),
        }),
        status: None,
    }
}

/// Letters and digits that spell no words.
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

fn hash(template: &PodTemplateSpec, collisions: i32) -> String {
    let text = serde_json::to_vec(&unhashed(template)).unwrap_or_default();
    let digest = Sha256::new().chain_update(text).chain_update(collisions.to_be_bytes()).finalize();
    digest[..10].iter().map(|it| char::from(ALPHABET[usize::from(*it) % ALPHABET.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(image: &str) -> Deployment {
        let deployment = serde_json::json!({
            "metadata": { "name": "web", "namespace": "p" },
            "spec": {
                "selector": { "matchLabels": { "app": "web" } },
                "template": {
                    "metadata": { "labels": { "app": "web" } },
                    "spec": { "containers": [{ "name": "app", "image": image }] },
                },
            },
        });
        serde_json::from_value(deployment).unwrap()
    }

    #[test]
    fn the_same_template_is_the_same_revision() {
        let set = fresh(&deployment("a:1"), 0, 1, 3);
        assert!(is_current(&deployment("a:1"), &set));
        assert!(!is_current(&deployment("a:2"), &set));
        assert_eq!(set.name_any(), fresh(&deployment("a:1"), 0, 1, 3).name_any());
        assert_ne!(set.name_any(), fresh(&deployment("a:1"), 1, 1, 3).name_any());
    }
}
