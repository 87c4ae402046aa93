//! Report: write the status, and only when it says something new.

use std::time::Duration;

use kube::api::PostParams;
use serde_json::json;
use slipway_model::health::{Health, Verdict};
use slipway_model::object::{Object, ObjectRef};
use slipway_model::operation::OperationState;
use slipway_model::plan::{Failure, Outcome, Stepped};
use slipway_model::recording::Answer;
use slipway_model::rollout::{Progress, Step};

use super::fetch::Seen;
use super::judge::{self, Judged};
use super::plan::{Plan, keep};
use super::words::Moment;
use super::{Context, Error, is_over, words};
use crate::kinds;
use crate::resource::{API_VERSION, Condition, KIND, Rollout, Status};
use crate::send::{Written, about, send};

/// Says that an operation has begun, where its objects cannot be applied yet: people read what goes on, and its time
/// runs. What it has applied already is found by its marks.
pub async fn begun(
    ctx: &Context,
    seen: &Seen,
    plan: &Plan,
    wanted: &[Object],
) -> Result<(), Error> {
    let rollout = &seen.rollout;
    let before = &rollout.status;
    // It is over only when its last objects are applied.
    if words::are_said(rollout) || matches!(plan.stepped.outcome, Outcome::Failed(_)) {
        return Ok(());
    }
    let status = Status {
        // A step must not remember what was not done.
        memory: before.memory.clone(),
        links: plan.stepped.links.clone(),
        good_revision: before.good_revision,
        inventory: seen.inventory.clone(),
        ..judged(
            ctx,
            rollout,
            judge::all(seen, wanted, &plan.stepped),
            progress(ctx, rollout, plan, true),
        )
    };
    say(ctx, rollout, plan, status).await
}

/// The status after a step that wrote so many objects; when to report again, where it can wait.
pub async fn report(
    ctx: &Context,
    seen: &Seen,
    plan: &Plan,
    wanted: &[Object],
    written: usize,
) -> Result<Option<Duration>, Error> {
    let rollout = &seen.rollout;
    let is_settled = matches!(plan.stepped.outcome, Outcome::Done) && written == 0;
    let inventory = if is_settled {
        settled(&seen.inventory, wanted, &plan.stepped.keep)
    } else {
        union(&seen.inventory, wanted)
    };
    let progress = progress(ctx, rollout, plan, written > 0);
    // An operation that failed for want of time stays so; its revision may get live all the same.
    let is_live = is_settled && progress.state.is_over();
    let status = Status {
        good_revision: if is_live {
            Some(rollout.spec.revision.number)
        } else {
            rollout.status.good_revision
        },
        memory: plan.stepped.memory.clone(),
        links: plan.stepped.links.clone(),
        inventory,
        ..judged(ctx, rollout, judge::all(seen, wanted, &plan.stepped), progress)
    };
    let moment = Moment { unix_milliseconds: (ctx.clock)(), others_wait: ctx.queue.is_behind() };
    let wait = words::can_wait(rollout, &status, moment);
    if wait.is_none() {
        say(ctx, rollout, plan, status).await?;
    }
    Ok(wait)
}

/// Writes the status, and keeps the call for replays where it is a step of its own: what is not said was no step.
async fn say(ctx: &Context, rollout: &Rollout, plan: &Plan, status: Status) -> Result<(), Error> {
    // Each step that is recorded counts one attempt more than its question.
    if status.progress.as_ref().is_some_and(|it| it.attempt != plan.input.attempt) {
        keep(ctx, rollout, &plan.input, Answer::Stepped(Box::new(plan.stepped.clone())));
    }
    write(ctx, rollout, status).await
}

/// The status after an error that only a change can mend.
pub async fn failed(ctx: &Context, seen: &Seen, failure: Failure) -> Result<(), Error> {
    let rollout = &seen.rollout;
    let now = (ctx.clock)();
    let mut progress = current(ctx, rollout);
    progress.message = failure.message.clone();
    if !progress.state.is_over() {
        progress.state = OperationState::Failed;
        progress.finished_unix_milliseconds = Some(now);
        progress.failure = Some(failure.clone());
    }
    // Where the revision was live already, nothing was seen to be wrong with what runs.
    let before = rollout.status.workloads.filter(|_| progress.state == OperationState::Succeeded);
    let found = Judged {
        all: Verdict::new(Health::Degraded, "PlanFailed", failure.message),
        workloads: before.unwrap_or(Health::Degraded),
    };
    let status = Status {
        good_revision: rollout.status.good_revision,
        memory: rollout.status.memory.clone(),
        links: rollout.status.links.clone(),
        inventory: seen.inventory.clone(),
        ..judged(ctx, rollout, found, progress)
    };
    write(ctx, rollout, status).await
}

/// The operation as it stood before this step; a new one where the spec asks for another.
fn current(ctx: &Context, rollout: &Rollout) -> Progress {
    let order = rollout.order();
    let known = rollout.status.progress.clone().filter(|it| it.operation == order.id);
    let asked = order.started_unix_milliseconds;
    known.unwrap_or_else(|| Progress {
        operation: order.id.clone(),
        kind: order.kind,
        state: OperationState::Running,
        message: String::new(),
        failure: None,
        started_unix_milliseconds: if asked == 0 { (ctx.clock)() } else { asked },
        finished_unix_milliseconds: None,
        steps: Vec::new(),
        attempt: 0,
    })
}

fn progress(ctx: &Context, rollout: &Rollout, plan: &Plan, writes: bool) -> Progress {
    let stepped = &plan.stepped;
    let mut progress = current(ctx, rollout);
    if is_over(rollout) {
        return progress;
    }
    let (state, word, message) = match &stepped.outcome {
        // What was just written has not been seen to work yet.
        Outcome::Done if writes => {
            (OperationState::Running, "wait", "Waiting for the cluster to take it up.".to_owned())
        }
        Outcome::Done => (OperationState::Succeeded, "done", "Done.".to_owned()),
        Outcome::Wait { reason } => (OperationState::Running, "wait", reason.clone()),
        Outcome::Failed(failure) => (OperationState::Failed, "failed", failure.message.clone()),
    };
    if let Outcome::Failed(failure) = &stepped.outcome {
        progress.failure = Some(failure.clone());
    }
    record(ctx, &mut progress, stepped, word, &message);
    progress.message = message;
    progress.state = state;
    if state.is_over() {
        progress.finished_unix_milliseconds = Some((ctx.clock)());
    }
    progress
}

/// Keeps the step, unless it decided and said the same as the one before: a wait is one step however
/// often it was asked about.
fn record(ctx: &Context, progress: &mut Progress, stepped: &Stepped, word: &str, message: &str) {
    let mut notes = vec![message.to_owned()];
    notes.extend(stepped.notes.iter().cloned());
    notes.extend(stepped.trace.log.iter().cloned());
    let same =
        progress.steps.last().is_some_and(|last| last.outcome == word && last.notes == notes);
    if same {
        return;
    }
    let trace = &stepped.trace;
    progress.steps.push(Step {
        at_unix_milliseconds: (ctx.clock)(),
        plugin: trace.plugin.clone(),
        input: trace.input.clone(),
        output: trace.output.clone(),
        microseconds: trace.microseconds,
        outcome: word.to_owned(),
        notes,
    });
    progress.attempt += 1;
    let surplus = progress.steps.len().saturating_sub(Progress::MOST_STEPS);
    progress.steps.drain(..surplus);
}

fn judged(ctx: &Context, rollout: &Rollout, judged: Judged, progress: Progress) -> Status {
    let Judged { all: verdict, workloads } = judged;
    let failed = progress.state == OperationState::Failed;
    let message = if failed { progress.message.clone() } else { verdict.message.clone() };
    Status {
        observed_generation: Some(rollout.generation),
        conditions: conditions(ctx, rollout, &verdict, &progress),
        health: Some(verdict.health),
        workloads: Some(workloads),
        reason: verdict.reason,
        message,
        progress: Some(progress),
        ..Status::default()
    }
}

/// kstatus: Ready, Reconciling and Stalled.
fn conditions(
    ctx: &Context,
    rollout: &Rollout,
    verdict: &Verdict,
    progress: &Progress,
) -> Vec<Condition> {
    let failed = progress.state == OperationState::Failed;
    let ready = verdict.health == Health::Healthy && !failed;
    let working = !progress.state.is_over();
    [("Ready", ready), ("Reconciling", working), ("Stalled", failed)]
        .into_iter()
        .map(|(name, is)| {
            let status = if is { "True" } else { "False" };
            let before = rollout.status.conditions.iter().find(|it| it.name == name);
            let since =
                before.filter(|it| it.status == status && !it.last_transition_time.is_empty());
            let message = if name == "Ready" { &verdict.message } else { &progress.message };
            Condition {
                name: name.to_owned(),
                status: status.to_owned(),
                reason: verdict.reason.clone(),
                message: message.clone(),
                last_transition_time: since
                    .map_or_else(|| rfc3339((ctx.clock)()), |it| it.last_transition_time.clone()),
                observed_generation: rollout.generation,
            }
        })
        .collect()
}

fn rfc3339(unix_milliseconds: u64) -> String {
    let seconds = i64::try_from(unix_milliseconds / 1000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).map(|it| it.to_string()).unwrap_or_default()
}

/// What is left of the inventory once the rest was pruned.
fn settled(inventory: &[ObjectRef], wanted: &[Object], keep: &[ObjectRef]) -> Vec<ObjectRef> {
    let kept: Vec<ObjectRef> = inventory.iter().filter(|it| keep.contains(it)).cloned().collect();
    union(&kept, wanted)
}

fn union(inventory: &[ObjectRef], wanted: &[Object]) -> Vec<ObjectRef> {
    let mut all = inventory.to_vec();
    for reference in wanted.iter().map(Object::reference) {
        if !all.contains(&reference) {
            all.push(reference);
        }
    }
    all
}

/// Writes the status, if it is another than the one that is there.
async fn write(ctx: &Context, rollout: &Rollout, status: Status) -> Result<(), Error> {
    if status == rollout.status {
        return Ok(());
    }
    let resource = kinds::builtin(API_VERSION, KIND);
    let request = about(&resource, &rollout.key.namespace);
    // The resource version makes a status about an older spec a conflict instead of a lie. The spec is not a part of
    // what is written.
    let body = json!({
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": rollout.key.name, "namespace": rollout.key.namespace,
            "resourceVersion": rollout.resource_version},
        "status": status,
    });
    let request = request.replace_subresource(
        "status",
        &rollout.key.name,
        &PostParams::default(),
        body.to_string().into_bytes(),
    );
    match send::<Written>(&ctx.client, request).await {
        Ok(written) => {
            ctx.own_writes.wrote(&rollout.key, &written.metadata.resource_version);
            Ok(())
        }
        Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => Err(Error::Outdated),
        Err(error) => Err(Error::Report(error)),
    }
}
