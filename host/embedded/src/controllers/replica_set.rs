//! Replica sets: as many pods of a template as are wanted.

mod choice;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::apps::v1::{ReplicaSet, ReplicaSetCondition, ReplicaSetStatus};
use k8s_openapi::api::core::v1::{Pod, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt as _;
use kube::api::{DeleteParams, ObjectMeta};

use super::watched::{Kind, name_of};
use super::world::World;
use super::{Error, Name, Next, owner, pod};

/// How many pods are made or deleted at once.
const AT_ONCE: usize = 8;

pub(crate) async fn look(world: &World, name: &Name) -> Result<Next, Error> {
    let Some(set) = world.replica_sets.get(name) else { return Ok(Next::Settled) };
    let mut outcome = Ok(());
    if set.metadata.deletion_timestamp.is_none() {
        let pods = claim(world, &set).await?;
        let active: Vec<_> = pods.into_iter().filter(|it| pod::is_active(it)).collect();
        outcome = size(world, &set, &active).await;
    }
    let next = report(world, &set, outcome.as_ref().err()).await?;
    outcome.map(|()| next)
}

/// The pods of this set: orphans that fit are adopted, pods that no longer fit are let go.
async fn claim(world: &World, set: &ReplicaSet) -> Result<Vec<Arc<Pod>>, Error> {
    let spec = set.spec.clone().unwrap_or_default();
    let selector = owner::selector(&spec.selector).map_err(|error| Error::Unusable {
        kind: "ReplicaSet",
        namespace: set.namespace().unwrap_or_default(),
        name: set.name_any(),
        reason: error.to_string(),
    })?;
    let uid = set.uid();
    let mut mine = Vec::new();
    for pod in world.pods.in_namespace(&set.namespace().unwrap_or_default()) {
        let fits = owner::selects(&selector, &*pod);
        let leaving = pod.metadata.deletion_timestamp.is_some();
        if owner::is(&*pod, uid.as_deref()) {
            if fits || leaving {
                mine.push(pod);
            } else {
                give(world, &pod, &serde_json::Value::Null).await?;
            }
        } else if fits && owner::of(&*pod).is_none() && pod::is_active(&pod) {
            let reference = serde_json::json!([owner::reference(set)]);
            mine.push(give(world, &pod, &reference).await?);
        }
    }
    Ok(mine)
}

async fn give(
    world: &World,
    pod: &Pod,
    owners: &serde_json::Value,
) -> Result<Arc<Pod>, kube::Error> {
    // With the uid in it, the change cannot fall on a later pod of the same name.
    let change = serde_json::json!({ "metadata": { "uid": pod.uid(), "ownerReferences": owners } });
    world.pods.change(&name_of(pod), &change).await
}

async fn size(world: &World, set: &ReplicaSet, active: &[Arc<Pod>]) -> Result<(), Error> {
    let wanted = set.spec.as_ref().and_then(|it| it.replicas).unwrap_or(1);
    let wanted = usize::try_from(wanted).unwrap_or(0);
    if active.len() < wanted {
        let template = set.spec.as_ref().and_then(|it| it.template.as_ref());
        let missing = wanted - active.len();
        return make(world, set, template, missing).await;
    }
    let surplus = choice::first_to_go(active, active.len() - wanted);
    for batch in surplus.chunks(AT_ONCE) {
        let mut deletions = Vec::new();
        for pod in batch {
            deletions.push(world.pods.delete(pod, DeleteParams::default()));
        }
        for deleted in futures::future::join_all(deletions).await {
            deleted?;
        }
    }
    Ok(())
}

/// Makes pods of a template: one first, and more at once while that goes well.
pub(super) async fn make<K: Kind>(
    world: &World,
    owner: &K,
    template: Option<&PodTemplateSpec>,
    count: usize,
) -> Result<(), Error> {
    let Some(template) = template else { return Ok(()) };
    let mut left = count;
    let mut batch = 1;
    while left > 0 {
        let pods: Vec<_> = (0..batch.min(left)).map(|_| from_template(owner, template)).collect();
        left -= pods.len();
        let made = futures::future::join_all(pods.iter().map(|it| world.pods.create(it))).await;
        for pod in made {
            pod?;
        }
        batch = (batch * 2).min(AT_ONCE);
    }
    Ok(())
}

fn from_template<K: Kind>(owner: &K, template: &PodTemplateSpec) -> Pod {
    let given = template.metadata.clone().unwrap_or_default();
    let prefix = format!("{}-", owner.name_any());
    Pod {
        metadata: ObjectMeta {
            name: Some(format!("{prefix}{}", suffix())),
            generate_name: Some(prefix),
            namespace: owner.namespace(),
            labels: given.labels,
            annotations: given.annotations,
            finalizers: given.finalizers,
            owner_references: Some(vec![owner::reference(owner)]),
            ..ObjectMeta::default()
        },
        spec: template.spec.clone(),
        status: None,
    }
}

/// Five letters and digits, as `generateName` would add, but known before the pod is made.
fn suffix() -> String {
    const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let random = uuid::Uuid::new_v4();
    let letters = random.as_bytes()[..5].iter();
    letters.map(|it| char::from(ALPHABET[usize::from(*it) % ALPHABET.len()])).collect()
}

async fn report(world: &World, set: &ReplicaSet, failure: Option<&Error>) -> Result<Next, Error> {
    let uid = set.uid();
    let mut pods = world.pods.in_namespace(&set.namespace().unwrap_or_default());
    pods.retain(|it| owner::is(&**it, uid.as_deref()) && !pod::is_terminated(it));
    let (leaving, active): (Vec<_>, Vec<_>) =
        pods.iter().partition(|it| it.metadata.deletion_timestamp.is_some());

    let spec = set.spec.as_ref();
    let seconds = spec.and_then(|it| it.min_ready_seconds).unwrap_or(0);
    let min_ready = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    let now = Timestamp::now();
    let waits: Vec<_> =
        active.iter().filter_map(|it| pod::available_in(it, min_ready, now)).collect();
    let labels = spec.and_then(|it| it.template.as_ref()?.metadata.as_ref()?.labels.clone());
    let labels = labels.unwrap_or_default();
    let labelled =
        |it: &&&Arc<Pod>| labels.iter().all(|(key, value)| it.labels().get(key) == Some(value));

    let before = set.status.clone().unwrap_or_default();
    let after = ReplicaSetStatus {
        observed_generation: set.metadata.generation,
        replicas: number(active.len()),
        fully_labeled_replicas: Some(number(active.iter().filter(labelled).count())),
        ready_replicas: Some(number(waits.len())),
        available_replicas: Some(number(waits.iter().filter(|it| it.is_zero()).count())),
        terminating_replicas: Some(number(leaving.len())),
        conditions: Some(conditions(&before, failure, now)),
    };
    if normal(&before) != normal(&after) {
        world.replica_sets.change_status(&name_of(set), &after).await?;
    }
    let soonest = waits.into_iter().filter(|it| !it.is_zero()).min();
    Ok(soonest.map_or(Next::Settled, Next::LookAgainAfter))
}

fn conditions(
    before: &ReplicaSetStatus,
    failure: Option<&Error>,
    now: Timestamp,
) -> Vec<ReplicaSetCondition> {
    let Some(failure) = failure else { return Vec::new() };
    let message = match failure {
        Error::Api(kube::Error::Api(status)) => status.message.clone(),
        other => other.to_string(),
    };
    let old = before.conditions.iter().flatten().find(|it| it.message.as_ref() == Some(&message));
    if let Some(old) = old {
        return vec![old.clone()];
    }
    vec![ReplicaSetCondition {
        type_: "ReplicaFailure".into(),
        status: "True".into(),
        reason: Some("FailedCreate".into()),
        message: Some(message),
        last_transition_time: Some(Time(now)),
    }]
}

/// Absent numbers are zeros, and no conditions are an empty list.
fn normal(status: &ReplicaSetStatus) -> ReplicaSetStatus {
    let mut status = status.clone();
    status.conditions.get_or_insert_default();
    for number in [
        &mut status.fully_labeled_replicas,
        &mut status.ready_replicas,
        &mut status.available_replicas,
        &mut status.terminating_replicas,
    ] {
        number.get_or_insert(0);
    }
    status
}

pub(super) fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
