//! What a deployment's status says.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::{Deployment, DeploymentStatus, ReplicaSetStatus};

use super::conditions::{self, Progress};
use super::{Limits, Sets, World, replicas_of, wanted};
use crate::controllers::watched::name_of;
use crate::controllers::{Error, Next};

pub(super) async fn report(
    world: &World,
    deployment: &Deployment,
    sets: &Sets,
) -> Result<Next, Error> {
    let before = deployment.status.clone().unwrap_or_default();
    let mut after = counted(deployment, sets);
    let now = Timestamp::now();
    let desired = replicas_of(deployment);
    let fewest = desired - Limits::of(deployment).unavailable;
    let enough = after.available_replicas.unwrap_or(0) >= fewest;
    let progress = Progress::of(deployment, &before, &after, sets);
    let failure = sets.all().find_map(conditions::replica_failure);
    let (list, next) =
        conditions::list(deployment, &before, enough, &progress, failure.as_ref(), now);
    after.conditions = Some(list);
    if !same(&before, &after) {
        world.deployments.change_status(&name_of(deployment), &after).await?;
    }
    Ok(next.map_or(Next::Settled, |wait: Duration| Next::LookAgainAfter(wait)))
}

/// Whether all that is wanted is there, of the new revision, and nothing else.
pub(super) fn is_complete(deployment: &Deployment, sets: &Sets) -> bool {
    is_complete_as_counted(deployment, &counted(deployment, sets))
}

pub(super) fn is_complete_as_counted(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let desired = replicas_of(deployment);
    [status.updated_replicas, status.replicas, status.available_replicas]
        .into_iter()
        .all(|it| it.unwrap_or(0) == desired)
}

fn counted(deployment: &Deployment, sets: &Sets) -> DeploymentStatus {
    let sum = |count: fn(&ReplicaSetStatus) -> i32| {
        sets.all().filter_map(|it| it.status.as_ref()).map(count).sum::<i32>()
    };
    let available = sum(|it| it.available_replicas.unwrap_or(0));
    let total: i32 = sets.all().map(|it| wanted(it)).sum();
    let new = sets.new.as_ref().and_then(|it| it.status.as_ref());
    DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: Some(sum(|it| it.replicas)),
        updated_replicas: Some(new.map_or(0, |it| it.replicas)),
        ready_replicas: Some(sum(|it| it.ready_replicas.unwrap_or(0))),
        available_replicas: Some(available),
        unavailable_replicas: Some((total - available).max(0)),
        terminating_replicas: Some(sum(|it| it.terminating_replicas.unwrap_or(0))),
        collision_count: deployment.status.as_ref().and_then(|it| it.collision_count),
        conditions: None,
    }
}

/// Absent numbers are zeros.
fn same(before: &DeploymentStatus, after: &DeploymentStatus) -> bool {
    let normal = |it: &DeploymentStatus| {
        let mut it = it.clone();
        for number in [
            &mut it.replicas,
            &mut it.updated_replicas,
            &mut it.ready_replicas,
            &mut it.available_replicas,
            &mut it.unavailable_replicas,
            &mut it.terminating_replicas,
            &mut it.collision_count,
        ] {
            number.get_or_insert(0);
        }
        it
    };
    normal(before) == normal(after)
}
