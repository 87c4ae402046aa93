//! Jobs: pods that are run until enough of them have succeeded, or too many have failed.
//!
//! Thin: pods are counted as long as they are there, without finalizers; no indexed jobs and no policies.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::batch::v1::{Job, JobCondition, JobStatus};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt as _;
use kube::api::DeleteParams;

use super::replica_set::{make, number};
use super::watched::name_of;
use super::world::World;
use super::{Error, Name, Next, owner, pod};

const FIRST_RETRY: Duration = Duration::from_secs(10);
const LAST_RETRY: Duration = Duration::from_mins(6);

/// What the pods of a job have come to.
struct Tally {
    active: Vec<Arc<Pod>>,
    ready: i32,
    succeeded: i32,
    failed: i32,
    /// When the last failure was.
    failed_at: Option<Timestamp>,
}

pub(crate) async fn look(world: &World, name: &Name) -> Result<Next, Error> {
    let Some(job) = world.jobs.get(name) else { return Ok(Next::Settled) };
    if job.metadata.deletion_timestamp.is_some() {
        return Ok(Next::Settled);
    }
    if let Some(finished) = finished_at(&job) {
        return expire(world, &job, finished).await;
    }
    let tally = tally(world, &job);
    let now = Timestamp::now();
    let verdict = verdict(&job, &tally, now);
    let mut next = Next::Settled;
    if verdict.is_some() {
        for pod in &tally.active {
            world.pods.delete(pod, DeleteParams::default()).await?;
        }
    } else {
        next = run(world, &job, &tally, now).await?;
    }
    report(world, &job, &tally, verdict, now).await?;
    Ok(next)
}

/// Makes the pods that are missing, later when the last ones failed.
async fn run(world: &World, job: &Job, tally: &Tally, now: Timestamp) -> Result<Next, Error> {
    let spec = job.spec.clone().unwrap_or_default();
    let deadline = deadline(job, now);
    if spec.suspend == Some(true) {
        for pod in &tally.active {
            world.pods.delete(pod, DeleteParams::default()).await?;
        }
        return Ok(Next::Settled);
    }
    let active = number(tally.active.len());
    let left = spec.completions.unwrap_or(1) - tally.succeeded;
    let missing = spec.parallelism.unwrap_or(1).min(left) - active;
    if let Some(failed_at) = tally.failed_at.filter(|_| missing > 0) {
        let doubled = u32::try_from(tally.failed - 1).unwrap_or(0).min(6);
        let wait = FIRST_RETRY.saturating_mul(1 << doubled).min(LAST_RETRY);
        let waited = Duration::try_from(now.duration_since(failed_at)).unwrap_or_default();
        if waited < wait {
            let wait = wait.saturating_sub(waited);
            return Ok(Next::LookAgainAfter(deadline.map_or(wait, |it| it.min(wait))));
        }
    }
    make(world, job, Some(&spec.template), usize::try_from(missing).unwrap_or(0)).await?;
    Ok(deadline.map_or(Next::Settled, Next::LookAgainAfter))
}

/// How long the job may still take.
fn deadline(job: &Job, now: Timestamp) -> Option<Duration> {
    let seconds = job.spec.as_ref()?.active_deadline_seconds?;
    let started = job.status.as_ref().and_then(|it| it.start_time.as_ref()).map_or(now, |it| it.0);
    let left = SignedDuration::from_secs(seconds) - now.duration_since(started);
    Some(Duration::try_from(left).unwrap_or_default())
}

fn verdict(job: &Job, tally: &Tally, now: Timestamp) -> Option<JobCondition> {
    let spec = job.spec.as_ref()?;
    let said = |kind: &str, reason: &str, message: String| {
        Some(JobCondition {
            type_: kind.into(),
            status: "True".into(),
            reason: Some(reason.into()),
            message: Some(message),
            last_probe_time: Some(Time(now)),
            last_transition_time: Some(Time(now)),
        })
    };
    if tally.succeeded >= spec.completions.unwrap_or(1) {
        return said("Complete", "CompletionsReached", "enough pods have succeeded".into());
    }
    let limit = spec.backoff_limit.unwrap_or(6);
    if tally.failed > limit {
        let message = format!("{} pods have failed; the limit is {limit}", tally.failed);
        return said("Failed", "BackoffLimitExceeded", message);
    }
    if deadline(job, now).is_some_and(|it| it.is_zero()) {
        let message = "the job took longer than its deadline".into();
        return said("Failed", "DeadlineExceeded", message);
    }
    None
}

fn tally(world: &World, job: &Job) -> Tally {
    let uid = job.uid();
    let mut pods = world.pods.in_namespace(&job.namespace().unwrap_or_default());
    pods.retain(|it| owner::is(&**it, uid.as_deref()));
    let ended = |phase: &str| number(pods.iter().filter(|it| pod::phase(it) == phase).count());
    let known = job.status.as_ref();
    let failures = pods.iter().filter(|it| pod::phase(it) == "Failed");
    Tally {
        // Pods that were cleaned away still count.
        succeeded: ended("Succeeded").max(known.and_then(|it| it.succeeded).unwrap_or(0)),
        failed: ended("Failed").max(known.and_then(|it| it.failed).unwrap_or(0)),
        failed_at: failures.filter_map(|it| ended_at(it)).max(),
        ready: number(pods.iter().filter(|it| pod::is_active(it) && pod::is_ready(it)).count()),
        active: pods.into_iter().filter(|it| pod::is_active(it)).collect(),
    }
}

fn ended_at(pod: &Pod) -> Option<Timestamp> {
    let statuses = pod.status.as_ref()?.container_statuses.as_ref()?;
    let ended = statuses
        .iter()
        .filter_map(|it| Some(it.state.as_ref()?.terminated.as_ref()?.finished_at.as_ref()?.0));
    ended.max()
}

async fn report(
    world: &World,
    job: &Job,
    tally: &Tally,
    verdict: Option<JobCondition>,
    now: Timestamp,
) -> Result<(), Error> {
    let before = job.status.clone().unwrap_or_default();
    let suspended = job.spec.as_ref().and_then(|it| it.suspend) == Some(true);
    let complete = verdict.as_ref().is_some_and(|it| it.type_ == "Complete");
    let mut after = before.clone();
    after.active = Some(if verdict.is_some() { 0 } else { number(tally.active.len()) });
    after.ready = Some(if verdict.is_some() { 0 } else { tally.ready });
    after.succeeded = Some(tally.succeeded);
    after.failed = Some(tally.failed);
    if after.start_time.is_none() && !suspended {
        after.start_time = Some(Time(now));
    }
    if complete {
        after.completion_time = Some(Time(now));
    }
    if let Some(verdict) = verdict {
        after.conditions.get_or_insert_default().push(verdict);
    }
    if before != after {
        world.jobs.change_status(&name_of(job), &after).await?;
    }
    Ok(())
}

fn finished_at(job: &Job) -> Option<Timestamp> {
    let status: &JobStatus = job.status.as_ref()?;
    let ended = |it: &&JobCondition| {
        matches!(it.type_.as_str(), "Complete" | "Failed") && it.status == "True"
    };
    let condition = status.conditions.iter().flatten().find(ended)?;
    Some(condition.last_transition_time.as_ref().map_or_else(Timestamp::now, |it| it.0))
}

/// Deletes a finished job when the time that it may stay is over.
async fn expire(world: &World, job: &Job, finished: Timestamp) -> Result<Next, Error> {
    let seconds = job.spec.as_ref().and_then(|it| it.ttl_seconds_after_finished);
    let Some(seconds) = seconds else { return Ok(Next::Settled) };
    let left =
        SignedDuration::from_secs(i64::from(seconds)) - Timestamp::now().duration_since(finished);
    match Duration::try_from(left) {
        Ok(left) if !left.is_zero() => Ok(Next::LookAgainAfter(left)),
        _ => {
            world.jobs.delete(job, DeleteParams::background()).await?;
            Ok(Next::Settled)
        }
    }
}
