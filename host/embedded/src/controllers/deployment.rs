//! Deployments: replica sets of the wanted template grow, those of older ones shrink, within the limits asked for.
//!
//! The rules are Kubernetes' (<https://kubernetes.io/docs/concepts/workloads/controllers/deployment/>): what may be
//! done next is worked out from what is seen, in [`rolling`] and [`proportion`], both pure.

mod conditions;
mod proportion;
mod revision;
mod rolling;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use kube::ResourceExt as _;
use kube::api::DeleteParams;

use super::watched::name_of;
use super::world::World;
use super::{Error, Name, Next, owner, pod};
use rolling::Limits;

/// How many pods the deployment wanted when a replica set was last sized, for proportional scaling.
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// How many pods it allowed then.
const MOST: &str = "deployment.kubernetes.io/max-replicas";

/// The replica sets of a deployment.
struct Sets {
    new: Option<Arc<ReplicaSet>>,
    /// Oldest first.
    old: Vec<Arc<ReplicaSet>>,
}

pub(crate) async fn look(world: &World, name: &Name) -> Result<Next, Error> {
    let Some(deployment) = world.deployments.get(name) else { return Ok(Next::Settled) };
    if deployment.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Settled);
    }
    let sets = sets(world, &deployment).await?;
    if !act(world, &deployment, &sets).await? {
        // A replica set by that name was in the way; the next look takes another name.
        return Ok(Next::Settled);
    }
    let seen = Sets::sort(&deployment, owned(world, &deployment));
    let next = status::report(world, &deployment, &seen).await?;
    clean_up(world, &deployment, &seen).await?;
    Ok(next)
}

/// Takes the next step. False if the deployment's name for its replica set had to change.
async fn act(world: &World, deployment: &Deployment, sets: &Sets) -> Result<bool, Error> {
    let paused = deployment.spec.as_ref().and_then(|it| it.paused) == Some(true);
    if paused || is_resized(deployment, sets) {
        if let Some(new) = &sets.new {
            revision::keep(world, deployment, new, &sets.old).await?;
        }
        resize(world, deployment, sets).await?;
        return Ok(true);
    }
    if is_recreate(deployment)
        && (scale_all(world, deployment, &sets.old, 0).await? || has_pods(world, sets))
    {
        return Ok(true);
    }
    let limits = Limits::of(deployment);
    let desired = replicas_of(deployment);
    let Some(new) = &sets.new else {
        let total: i32 = sets.old.iter().map(|it| wanted(it)).sum();
        let first = rolling::new_size(is_recreate(deployment), desired, limits, 0, total);
        return revision::create(world, deployment, &sets.old, first).await;
    };
    revision::keep(world, deployment, new, &sets.old).await?;
    roll(world, deployment, new, &sets.old, limits).await?;
    Ok(true)
}

async fn roll(
    world: &World,
    deployment: &Deployment,
    new: &Arc<ReplicaSet>,
    old: &[Arc<ReplicaSet>],
    limits: Limits,
) -> Result<(), Error> {
    let desired = replicas_of(deployment);
    let total: i32 = wanted(new) + old.iter().map(|it| wanted(it)).sum::<i32>();
    let size = rolling::new_size(is_recreate(deployment), desired, limits, wanted(new), total);
    if scale(world, deployment, new, size).await? {
        return Ok(());
    }
    let seen = |set: &Arc<ReplicaSet>| rolling::Set {
        wanted: wanted(set),
        available: set.status.as_ref().and_then(|it| it.available_replicas).unwrap_or(0),
    };
    let olds: Vec<_> = old.iter().map(seen).collect();
    let sizes = rolling::old_sizes(desired, limits, seen(new), &olds);
    for (set, size) in old.iter().zip(sizes) {
        scale(world, deployment, set, size).await?;
    }
    Ok(())
}

/// Whether the person changed the number of pods since the sets were sized.
fn is_resized(deployment: &Deployment, sets: &Sets) -> bool {
    let desired = replicas_of(deployment).to_string();
    sets.all()
        .filter(|it| wanted(it) > 0)
        .any(|it| it.annotations().get(DESIRED).is_some_and(|annotated| *annotated != desired))
}

async fn resize(world: &World, deployment: &Deployment, sets: &Sets) -> Result<(), Error> {
    let desired = replicas_of(deployment);
    let active: Vec<_> = sets.all().filter(|it| wanted(it) > 0).cloned().collect();
    if active.len() <= 1 {
        let only = active.first().or(sets.new.as_ref()).or(sets.old.last());
        if let Some(only) = only {
            scale(world, deployment, only, desired).await?;
        }
        return Ok(());
    }
    if sets.new.as_ref().is_some_and(|it| is_saturated(it, desired)) {
        scale_all(world, deployment, &sets.old, 0).await?;
        return Ok(());
    }
    let allowed = if desired > 0 { desired + Limits::of(deployment).surge } else { 0 };
    let before: Vec<_> = active
        .iter()
        .map(|it| proportion::Set {
            wanted: wanted(it),
            most: it.annotations().get(MOST).and_then(|text| text.parse().ok()),
        })
        .collect();
    for (set, size) in active.iter().zip(proportion::sizes(allowed, &before)) {
        scale(world, deployment, set, size).await?;
    }
    Ok(())
}

fn is_saturated(set: &ReplicaSet, desired: i32) -> bool {
    let available = set.status.as_ref().and_then(|it| it.available_replicas).unwrap_or(0);
    wanted(set) == desired && available == desired
}

async fn scale_all(
    world: &World,
    deployment: &Deployment,
    sets: &[Arc<ReplicaSet>],
    size: i32,
) -> Result<bool, Error> {
    let mut changed = false;
    for set in sets {
        changed |= scale(world, deployment, set, size).await?;
    }
    Ok(changed)
}

/// Sizes a replica set; says whether its size changed.
async fn scale(
    world: &World,
    deployment: &Deployment,
    set: &ReplicaSet,
    size: i32,
) -> Result<bool, Error> {
    let annotations = sizes_noted(deployment);
    let noted = annotations.iter().all(|(key, value)| set.annotations().get(*key) == Some(value));
    let sized = wanted(set) == size;
    // A set that stays empty keeps its old notes: nothing is in proportion to nothing.
    if sized && (noted || size == 0) {
        return Ok(false);
    }
    let change = serde_json::json!({
        "metadata": { "annotations": annotations },
        "spec": { "replicas": size },
    });
    world.replica_sets.change(&name_of(set), &change).await?;
    if !sized {
        tracing::debug!(set = set.name_any(), from = wanted(set), to = size, "sized a replica set");
    }
    Ok(!sized)
}

fn sizes_noted(deployment: &Deployment) -> BTreeMap<&'static str, String> {
    let desired = replicas_of(deployment);
    let most = desired + Limits::of(deployment).surge;
    BTreeMap::from([(DESIRED, desired.to_string()), (MOST, most.to_string())])
}

/// Old revisions beyond the limit go, once the new one is all there is.
async fn clean_up(world: &World, deployment: &Deployment, sets: &Sets) -> Result<(), Error> {
    let limit = deployment.spec.as_ref().and_then(|it| it.revision_history_limit).unwrap_or(10);
    let keep = usize::try_from(limit).unwrap_or(0);
    if !status::is_complete(deployment, sets) || sets.old.len() <= keep {
        return Ok(());
    }
    let mut old = sets.old.clone();
    old.sort_by_key(|it| revision::number(&**it));
    for set in &old[..old.len() - keep] {
        let status = set.status.as_ref();
        let empty = wanted(set) == 0 && status.is_none_or(|it| it.replicas == 0);
        if empty && set.metadata.deletion_timestamp.is_none() {
            world.replica_sets.delete(set, DeleteParams::background()).await?;
        }
    }
    Ok(())
}

async fn sets(world: &World, deployment: &Deployment) -> Result<Sets, Error> {
    let spec = deployment.spec.clone().unwrap_or_default();
    let selector = owner::selector(&spec.selector).map_err(|error| unusable(deployment, &error))?;
    let uid = deployment.uid();
    for set in world.replica_sets.in_namespace(&deployment.namespace().unwrap_or_default()) {
        let orphan = owner::of(&*set).is_none() && set.metadata.deletion_timestamp.is_none();
        if orphan && owner::selects(&selector, &*set) {
            let owners = serde_json::json!({
                "metadata": { "uid": set.uid(), "ownerReferences": [owner::reference(deployment)] }
            });
            world.replica_sets.change(&name_of(&*set), &owners).await?;
        } else if owner::is(&*set, uid.as_deref()) && !owner::selects(&selector, &*set) {
            let owners = serde_json::json!({
                "metadata": { "uid": set.uid(), "ownerReferences": null }
            });
            world.replica_sets.change(&name_of(&*set), &owners).await?;
        }
    }
    Ok(Sets::sort(deployment, owned(world, deployment)))
}

fn owned(world: &World, deployment: &Deployment) -> Vec<Arc<ReplicaSet>> {
    let uid = deployment.uid();
    let mut sets = world.replica_sets.in_namespace(&deployment.namespace().unwrap_or_default());
    sets.retain(|it| owner::is(&**it, uid.as_deref()));
    sets
}

impl Sets {
    fn sort(deployment: &Deployment, mut sets: Vec<Arc<ReplicaSet>>) -> Self {
        sets.sort_by_key(|it| {
            (it.metadata.creation_timestamp.as_ref().map(|at| at.0), it.name_any())
        });
        let new = sets.iter().position(|it| revision::is_current(deployment, it));
        Self { new: new.map(|at| sets.remove(at)), old: sets }
    }

    fn all(&self) -> impl Iterator<Item = &Arc<ReplicaSet>> {
        self.old.iter().chain(&self.new)
    }
}

/// Whether pods of old sets are still about: `Recreate` waits for the last of them to be gone.
fn has_pods(world: &World, sets: &Sets) -> bool {
    sets.old.iter().any(|set| {
        let uid = set.uid();
        let pods = world.pods.in_namespace(&set.namespace().unwrap_or_default());
        pods.iter().any(|it| owner::is(&**it, uid.as_deref()) && !pod::is_terminated(it))
    })
}

fn is_recreate(deployment: &Deployment) -> bool {
    let strategy = deployment.spec.as_ref().and_then(|it| it.strategy.as_ref());
    strategy.and_then(|it| it.type_.as_deref()) == Some("Recreate")
}

fn replicas_of(deployment: &Deployment) -> i32 {
    deployment.spec.as_ref().and_then(|it| it.replicas).unwrap_or(1)
}

fn wanted(set: &ReplicaSet) -> i32 {
    set.spec.as_ref().and_then(|it| it.replicas).unwrap_or(1)
}

fn unusable(deployment: &Deployment, reason: &dyn std::error::Error) -> Error {
    Error::Unusable {
        kind: "Deployment",
        namespace: deployment.namespace().unwrap_or_default(),
        name: deployment.name_any(),
        reason: reason.to_string(),
    }
}
